import assert from "node:assert/strict";
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import ts from "typescript";
import { isCode, textOf, writtenFiles } from "./files";

const folders = new Set(writtenFiles.filter((path) => path.includes("/")).map((path) => path.split("/")[0] ?? ""));

/**
 * Every file, or folder that is imported as a whole, belongs to the room of its folder. Files at the top belong to the
 * program, except the configuration of tools.
 */
function roomOf(path: string): string {
  const [first = ""] = path.split("/");
  if (folders.has(first)) {
    return first;
  }
  return path.endsWith(".config.mjs") ? "tools" : "program";
}

/** Which rooms a room may import, besides itself. The arrows point one way. */
const arrows: Record<string, readonly string[]> = {
  program: ["components", "bedrock", "dataset"],
  schemas: ["program", "dataset", "policies", "proof"],
  components: ["iam"],
  bedrock: [],
  iam: [],
  dataset: [],
  policies: ["iam"],
  proof: ["iam"],
  local: ["iam", "dataset", "recovery"],
  recovery: [],
  // The application takes the type of the outputs, as a stack of another team would.
  examples: ["dataset", "program"],
  release: [],
  report: ["policies", "dataset", "proof", "iam", "program"],
};

/** Rooms that look at the others from outside, and into which nobody looks. */
const observers: ReadonlySet<string> = new Set(["tests", "bench", "tools"]);

interface Import {
  from: string;
  specifier: string;
}

/** Every import, export-from, require and dynamic import, types included. */
const imports: readonly Import[] = writtenFiles
  .filter(isCode)
  .flatMap((from) =>
    ts.preProcessFile(textOf(from), true, true).importedFiles.map(({ fileName }) => ({ from, specifier: fileName })),
  );

const relatives = imports
  .filter(({ specifier }) => specifier.startsWith("."))
  .map(({ from, specifier }) => ({ from, to: posix.join(posix.dirname(from), specifier) }));

describe("arrows between the rooms", () => {
  it("are drawn for every room that has code", () => {
    const rooms = new Set(writtenFiles.filter(isCode).map(roomOf));
    assert.deepEqual(
      [...rooms].filter((room) => !(room in arrows) && !observers.has(room)),
      [],
      "a new room needs its line in this test",
    );
  });

  it("point where they should", () => {
    const wrong = relatives
      .filter(({ from }) => !observers.has(roomOf(from)))
      .filter(({ from, to }) => roomOf(from) !== roomOf(to) && !arrows[roomOf(from)]?.includes(roomOf(to)))
      .map(({ from, to }) => `${from} imports ${to}`);
    assert.deepEqual(wrong, []);
  });

  it("lead into the rehearsal, the tests and the benchmarks from nowhere but there", () => {
    const inside = new Set(["local", ...observers]);
    const wrong = relatives
      .filter(({ from, to }) => inside.has(roomOf(to)) && !inside.has(roomOf(from)))
      .map(({ from, to }) => `${from} imports ${to}`);
    assert.deepEqual(wrong, []);
  });

  it("stay inside the repository", () => {
    assert.deepEqual(
      relatives.filter(({ to }) => to.startsWith("..")),
      [],
    );
  });
});

describe("packages", () => {
  const manifest = JSON.parse(textOf("package.json")) as {
    name: string;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const packageOf = (specifier: string) =>
    specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");
  const external = imports
    .filter(({ specifier }) => !specifier.startsWith(".") && !isBuiltin(specifier))
    .map(({ from, specifier }) => ({ from, name: packageOf(specifier) }))
    .filter(({ name }) => name !== manifest.name);
  /** Rooms that are needed where the program is deployed. */
  const deployed = new Set(["program", "components", "bedrock", "dataset", "iam", "policies", "proof"]);

  it("that the program imports are dependencies, not development dependencies", () => {
    const missing = external
      .filter(({ from, name }) => deployed.has(roomOf(from)) && !(name in manifest.dependencies))
      .map(({ from, name }) => `${from} imports ${name}`);
    assert.deepEqual(missing, []);
  });

  it("that anything imports are named in package.json", () => {
    const named = { ...manifest.dependencies, ...manifest.devDependencies };
    assert.deepEqual(
      external.filter(({ name }) => !(name in named) && !(`@types/${name}` in named)),
      [],
    );
  });

  it("are reached by nobody from the index of iam, whose data of AWS is a module of its own", () => {
    const reached = new Set(["iam/index"]);
    for (const room of reached) {
      for (const { from, to } of relatives) if (from === `${room}.ts`) reached.add(to);
    }
    assert.ok(reached.has("iam/evaluate"));
    assert.deepEqual(
      [...reached].filter(
        (room) => /require\(|require\.resolve/u.test(textOf(`${room}.ts`)) || room.includes("action-"),
      ),
      [],
    );
  });

  it("are imported by nobody in iam, and in dataset only where named: both can be taken elsewhere as they are", () => {
    const allowed: Record<string, readonly string[]> = {
      iam: [],
      // What no small table can know: plans of phone numbers, check digits, languages; and where AWS keeps data sets.
      dataset: ["@aws-sdk/client-comprehend", "@aws-sdk/client-s3", "libphonenumber-js", "stdnum", "tinyld"],
    };
    assert.deepEqual(
      external.filter(({ from, name }) => allowed[roomOf(from)]?.includes(name) === false),
      [],
    );
  });
});
