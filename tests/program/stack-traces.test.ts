import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inspect, stripVTControlCharacters } from "node:util";
import { root } from "../../local/paths";
import { mended } from "../../stack-traces";

const load = createRequire(__filename);
const MODULE = load.resolve("../../stack-traces");

function loadAnew(): void {
  delete load.cache[MODULE];
  load(MODULE);
}

/** What the source maps of the SDK make of its frames. */
const TRACE = [
  "Error: a message about /node_modules/@pulumi/resource.ts",
  "    at preflight (/app/preflight.ts:69:12)",
  "    at async Stack.initialize (/app/node_modules/@pulumi/runtime/stack.ts:79:28)",
  "    at async Stack.initializeAndRegisterOutputs (/app/node_modules/@pulumi/resource.ts:1687:22)",
  "    at /app/node_modules/outer/node_modules/plain.js:3:1",
  "    at /app/node_modules/@scope:3:1",
].join("\n");

describe("stack traces of the program", () => {
  it("end the name of each package with a slash, and keep every other line as it is", () => {
    assert.deepEqual(String(mended(TRACE)).split("\n"), [
      ...TRACE.split("\n").slice(0, 3),
      "    at async Stack.initializeAndRegisterOutputs (/app/node_modules/@pulumi/./resource.ts:1687:22)",
      "    at /app/node_modules/outer/node_modules/./plain.js:3:1",
      "    at /app/node_modules/./@scope:3:1",
    ]);
  });

  it("are printed in color by Node.js, which would copy until a string is too long", () => {
    const error = new Error("a message about /node_modules/@pulumi/resource.ts");
    error.stack = String(mended(TRACE));
    assert.equal(stripVTControlCharacters(inspect(error, { colors: true })), error.stack);
  });

  it("are mended in every error that is made once the module is loaded", () => {
    const before = Error.prepareStackTrace;
    try {
      Error.prepareStackTrace = () => TRACE;
      loadAnew();
      assert.equal(new Error("x").stack, mended(TRACE));
    } finally {
      Error.prepareStackTrace = before;
    }
  });

  it("are not made for the promises of the SDK, unless leaks of them are looked for", () => {
    const before = [Error.prepareStackTrace, process.env.PULUMI_DEBUG_PROMISE_LEAKS] as const;
    const traceOf = (): unknown => {
      const promise = Promise.resolve();
      (load("@pulumi/pulumi/runtime/debuggable.js") as { debuggablePromise(p: object): void }).debuggablePromise(
        promise,
      );
      return (promise as unknown as { _debugStackTrace: unknown })._debugStackTrace;
    };
    try {
      delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
      Error.prepareStackTrace = () => TRACE;
      loadAnew();
      assert.equal(traceOf(), "Error");
      process.env.PULUMI_DEBUG_PROMISE_LEAKS = "true";
      assert.equal(traceOf(), mended(TRACE));
    } finally {
      [Error.prepareStackTrace] = before;
      if (before[1] === undefined) delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
      else process.env.PULUMI_DEBUG_PROMISE_LEAKS = before[1];
    }
  });

  it("are left to Node.js where nothing maps them to sources", () => {
    const before = Error.prepareStackTrace;
    try {
      Reflect.deleteProperty(Error, "prepareStackTrace");
      loadAnew();
      assert.equal(Error.prepareStackTrace, undefined);
    } finally {
      Error.prepareStackTrace = before;
    }
  });

  it("are mended before anything else of the program is loaded, since anything may fail", () => {
    for (const [program, module] of [
      ["index.ts", "./stack-traces"],
      ["examples/application/index.ts", "../../stack-traces"],
    ] as const) {
      const [first] = /^import .*$/mu.exec(readFileSync(join(root, program), "utf8")) ?? [];
      assert.equal(first, `import "${module}";`);
    }
  });
});
