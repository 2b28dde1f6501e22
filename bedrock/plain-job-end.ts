import { explain, reading } from "./failures";
import { waitFor, type WaitSurroundings } from "./lifecycle";
import { PLAIN_WAIT_LIMIT_MINUTES, type PlainJobKind, type PlainJobState } from "./plain-job-kind";
import type { Surroundings } from "./surroundings";

/**
 * Waits until a job is over, before what it made is deleted; the job when it is there.
 *
 * @param waiting why it is waited, for the progress lines
 * @throws Error when the wait ends first
 */
export async function endOfPlainJob<T>(
  surroundings: Surroundings,
  around: WaitSurroundings,
  kind: Pick<PlainJobKind<T>, "what" | "get" | "judge">,
  id: string,
  props: PlainJobState,
  waiting: string,
): Promise<T | undefined> {
  const what = `${kind.what} ${id}`;
  const look = (): Promise<T | undefined> => surroundings.bedrock(props.region, (bedrock) => kind.get(bedrock, id));
  const now = await reading(what, "run destroy again", look());
  if (now === undefined || kind.judge(now).state !== "pending") return now;
  const ended = await waitFor<T>(
    {
      what,
      observe: look,
      judge: (job) => (kind.judge(job).state === "pending" ? { state: "pending", phase: waiting } : { state: "done" }),
      limitMs: (props.waitLimitMinutes ?? PLAIN_WAIT_LIMIT_MINUTES) * 60_000,
    },
    around,
  );
  if (ended.end === "done") return ended.last;
  if (ended.end === "gone") return undefined;
  const why = ended.end === "error" ? explain(ended.error) : ended.end === "interrupted" ? ended.by : "the wait limit";
  throw new Error(`${what} has not ended (${why}); run destroy again to delete what it made`);
}
