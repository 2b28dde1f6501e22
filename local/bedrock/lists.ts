/**
 * What all List operations do alike: filter by time and name, sort by creation time, cut into pages.
 */
import { type ListRequest } from "./requests";
import { invalid } from "./errors";

/** Items per page when `maxResults` is absent. */
const DEFAULT_PAGE = 100;

interface Listed {
  arn: string;
  name: string;
  creationTime: number;
}

/** One page and the token of the next. */
export interface Page<T> {
  items: T[];
  nextToken?: string;
}

/**
 * Applies the filters and the paging of a List request. A page goes on after the last item of the previous one, so items
 * that are added or removed in between neither repeat nor hide others.
 *
 * @throws ServiceError ValidationException for a token that this server did not give
 */
export function listPage<T extends Listed>(all: Iterable<T>, request: ListRequest): Page<T> {
  const after = time(request.creationTimeAfter ?? request.createdAfter);
  const before = time(request.creationTimeBefore ?? request.createdBefore);
  const direction = request.sortOrder === "Ascending" ? 1 : -1;
  const compare = (a: Listed, b: Listed): number =>
    direction * (a.creationTime - b.creationTime || (a.arn < b.arn ? -1 : a.arn > b.arn ? 1 : 0));
  const sorted = [...all]
    .filter((item) => after === undefined || item.creationTime > after)
    .filter((item) => before === undefined || item.creationTime < before)
    .filter((item) => request.nameContains === undefined || item.name.includes(request.nameContains))
    .sort(compare);
  const last = request.nextToken === undefined ? undefined : decodeToken(request.nextToken);
  const rest = last ? sorted.filter((item) => compare(item, last) > 0) : sorted;
  const items = rest.slice(0, request.maxResults ?? DEFAULT_PAGE);
  const end = items.at(-1);
  return { items, nextToken: end && rest.length > items.length ? encodeToken(end) : undefined };
}

const time = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));

const encodeToken = (item: Listed): string =>
  Buffer.from(JSON.stringify([item.creationTime, item.arn])).toString("base64url");

function decodeToken(token: string): Listed {
  try {
    const bytes = Buffer.from(token, "base64url");
    const parsed: unknown = JSON.parse(bytes.toString());
    // The decoder passes over what is no base64.
    const isWhole = bytes.toString("base64url") === token;
    if (isWhole && Array.isArray(parsed) && typeof parsed[0] === "number" && typeof parsed[1] === "string") {
      return { creationTime: parsed[0], arn: parsed[1], name: "" };
    }
  } catch (cause) {
    throw invalid(`The provided nextToken ${token} is invalid (${String(cause)}).`);
  }
  throw invalid(`The provided nextToken ${token} is invalid.`);
}
