import fc from "fast-check";

/** One change of a record; takes what it needs from the numbers, and returns the line as it is then written. */
export type Mutation = (record: unknown, numbers: readonly number[]) => string;

type Path = readonly (string | number)[];

/** Paths to all values of a record, itself included. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const members = Object.entries(value as Record<string, unknown>);
  const inner = members.flatMap(([key, child]) => pathsOf(child, [...path, Array.isArray(value) ? Number(key) : key]));
  return [path, ...inner];
}

/** The record with the value at a path made anew. */
function changed(value: unknown, [key, ...rest]: Path, make: (old: unknown) => unknown): unknown {
  if (key === undefined) return make(value);
  if (Array.isArray(value)) {
    return (value as unknown[]).map((one, index) => (index === key ? changed(one, rest, make) : one));
  }
  const members = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(members.map(([name, one]) => [name, name === key ? changed(one, rest, make) : one]));
}

function pick<T>(list: readonly T[], number: number): T {
  return list[number % list.length]!;
}

/** A mutation of the value at some path for which `fits` holds; the record as it is where there is none. */
function at(fits: (value: unknown) => boolean, make: (old: unknown, numbers: readonly number[]) => unknown): Mutation {
  return (record, [first = 0, ...numbers]) => {
    const paths = pathsOf(record).filter((path) => fits(valueAt(record, path)));
    if (paths.length === 0) return JSON.stringify(record);
    return JSON.stringify(changed(record, pick(paths, first), (old) => make(old, numbers))) ?? "null";
  };
}

function valueAt(record: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], record);
}

const isMembers = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
const isFilled = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0;
const isText = (value: unknown): value is string => typeof value === "string";

const otherValues: readonly unknown[] = [
  null,
  0,
  -1.5,
  true,
  "",
  "x",
  [],
  {},
  [[]],
  [{}],
  { text: "x" },
  ["x"],
  [null],
];
const otherKeys = ["Role", "content ", "texts", "__proto__", "constructor", "prompt", "text", "image", "id", "é", ""];
const textsAt: readonly string[] = [
  ...[
    "",
    " ",
    "\u00a0",
    "\n\t",
    "\ufeff",
    "\u2028",
    "日本語",
    "😀",
    "e\u0301",
    "\ud800",
    "\udc00x",
    "\0",
    "user",
    "assistant",
  ],
  ...["system", "User:", "user:", "[EOS]", "<image>", "Thought:", "<thinking>", "png", "JPEG", "mp4", "123456789012"],
  ...["s3://data/k.png", "s3://other/k.png", "s3://data/a b.png", "bedrock-conversation-2024", "ModelInvocationLog"],
];
/** Characters around the limits of tokens per record, at 4 and at 6 for each, and around those of a line of distillation. */
const lengths = [10_000, 16_000, 32_000].flatMap((tokens) => [tokens * 4, tokens * 6]).concat(256, 16 * 1024);

const mutations: readonly Mutation[] = [
  (record) => JSON.stringify(record),
  // Drop, rename, add keys.
  at(isMembers, (old, [n = 0]) => {
    const entries = Object.entries(old as object);
    return Object.fromEntries(entries.filter((_, index) => index !== n % entries.length));
  }),
  at(isMembers, (old, [n = 0, m = 0]) => {
    const entries = Object.entries(old as object) as [string, unknown][];
    const renamed = entries.map(([key, value], index) => [
      index === n % entries.length ? pick(otherKeys, m) : key,
      value,
    ]);
    return Object.fromEntries(renamed) as unknown;
  }),
  at(isMembers, (old, [n = 0, m = 0]) => ({ ...(old as object), [pick(otherKeys, n)]: pick(otherValues, m) })),
  // Another type or value.
  at(
    () => true,
    (_, [n = 0]) => pick(otherValues, n),
  ),
  // Lists: drop, repeat, swap, turn around.
  at(isFilled, (old, [n = 0]) => (old as unknown[]).filter((_, index, list) => index !== n % list.length)),
  at(isFilled, (old, [n = 0]) =>
    (old as unknown[]).flatMap((one, index, list) => (index === n % list.length ? [one, one] : [one])),
  ),
  at(isFilled, (old) => (old as unknown[]).toReversed()),
  at(isFilled, (old, [n = 0]) => Array.from({ length: 1 + (n % 13) }, () => old as unknown[]).flat()),
  // Texts: others, longer ones, cut ones.
  at(isText, (_, [n = 0]) => pick(textsAt, n)),
  at(isText, (old, [n = 0]) => `${String(old)}${pick(textsAt, n)}`),
  at(isText, (old, [n = 0]) => String(old).slice(0, n % (String(old).length + 1))),
  at(isText, (old, [n = 0, m = 0]) => "x".repeat(Math.max(0, pick(lengths, n) - String(old).length + (m % 30) - 24))),
  // The line itself: a key twice, cut, with a character more, in other spellings.
  (record, [n = 0]) => {
    const line = JSON.stringify(record);
    const keys = [...line.matchAll(/[{,]("[^"\\]*":)/g)];
    if (keys.length === 0) return line;
    const { index, 1: key } = pick(keys, n);
    return `${line.slice(0, index + 1)}${key}1,${line.slice(index + 1)}`;
  },
  (record, [n = 0]) => {
    const line = JSON.stringify(record);
    return line.slice(0, n % (line.length + 1));
  },
  (record, [n = 0, m = 0]) => {
    const line = JSON.stringify(record);
    const place = n % (line.length + 1);
    const more = pick(
      [",", '"', "\\", "{", "}", "]", " ", "\t", "\0", "\ufeff", "0", "\\ud800", "//", "NaN", "\r", "\n"],
      m,
    );
    return line.slice(0, place) + more + line.slice(place);
  },
  (record) =>
    JSON.stringify(record).replace(/[a-z]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (record) => JSON.stringify(record, null, 2),
  (record) => `${JSON.stringify(record)}\r`,
  (record) => `\ufeff${JSON.stringify(record)}`,
  (record) => `${JSON.stringify(record)}\n`,
  (record, [n = 0]) =>
    pick(["", "[]", "null", '"x"', "1e999", "{}", "// x", "'x'"], n) + JSON.stringify(record).slice(0, n % 2),
];

/**
 * Lines that are one or several changes away from a good record, given the records to begin with. Most changes leave JSON; a
 * second one is then made of what the first has left.
 */
export function mutatedLine(good: readonly object[]): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(mutations.length - 1), fc.array(fc.nat(1_000), { minLength: 4, maxLength: 4 }));
  return fc
    .tuple(fc.constantFrom(...good), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([record, changes]) => {
      let value: unknown = record;
      let line = JSON.stringify(record);
      for (const [index, numbers] of changes) {
        line = mutations[index]!(value, numbers);
        try {
          value = JSON.parse(line);
        } catch (error) {
          // What is no JSON any more cannot be changed as JSON.
          if (error instanceof SyntaxError) return line;
          throw error;
        }
      }
      return line;
    });
}
