import assert from "node:assert/strict";
import fc from "fast-check";
import { longRuns, quadsOf, type RunKind, runKinds } from "../../../dataset/scan/long-runs";

/** Kinds of the runs in a text, or in its JSON. */
function kindsIn(text: string): RunKind[] {
  // Not a slice of a pool: it must begin at a multiple of four.
  const bytes = Buffer.alloc(Buffer.byteLength(text));
  bytes.write(text);
  const found = longRuns(bytes, quadsOf(bytes), 0, bytes.length);
  return (Object.keys(runKinds) as RunKind[]).filter((kind) => (found & runKinds[kind]) !== 0);
}

const words = fc
  .array(fc.string({ unit: fc.constantFrom(..."abcdeABC0123,"), minLength: 1, maxLength: 9 }))
  .map((all) => all.join(" "));
const within = (run: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(words, run, words).map(([before, text, after]) => `${before} ${text} ${after}`);
const runOf = (characters: string): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 24, maxLength: 80 });

describe("long runs of characters", () => {
  it("are none in words", () => {
    fc.assert(fc.property(words, (text) => assert.deepEqual(kindsIn(text), [])));
  });

  it("are of base 16, of base32, or mixed, wherever they stand", () => {
    const cases: [RunKind, string][] = [
      ["hex", "0123456789abcdefABCDEF"],
      ["base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"],
      ["base32", "0123456789abcdefghijklmnopqrstuv"],
    ];
    for (const [kind, characters] of cases) {
      fc.assert(fc.property(within(runOf(characters)), (text) => assert.ok(kindsIn(text).includes(kind), text)));
    }
    fc.assert(
      fc.property(within(fc.tuple(runOf("xyzXYZ-_"), fc.nat(9)).map((parts) => parts.join(""))), (text) =>
        assert.ok(kindsIn(text).includes("mixed"), text),
      ),
    );
  });

  it("are base64 where they decode to a text, also for URLs, backwards, and behind an escape of JSON", () => {
    const text = fc.string({ unit: fc.constantFrom(..."abc XYZ.,\n(~"), minLength: 18, maxLength: 90 });
    const encoded = fc
      .tuple(text, fc.constantFrom("base64" as const, "base64url" as const), fc.boolean())
      .map(([plain, encoding, isBackwards]) => {
        const code = Buffer.from(plain).toString(encoding).replace(/=+$/, "");
        return isBackwards ? [...code].reverse().join("") : code;
      });
    fc.assert(
      fc.property(encoded, fc.constantFrom("", " ", "\n", "\t", '"', "+"), (code, before) => {
        assert.ok(kindsIn(before + code).includes("base64"), code);
        assert.ok(kindsIn(JSON.stringify(`say:${before === "" ? " " : before}${code}`)).includes("base64"), code);
      }),
    );
  });

  it("are no base64 where they decode to nothing that is text", () => {
    for (const path of [
      "usr/share/doc/packages/readme",
      "getElementsByClassNameOrTagName",
      "-".repeat(60),
      "_".repeat(60),
    ]) {
      assert.ok(!kindsIn(`see ${path} there`).includes("base64"), path);
    }
  });

  it("are dotted before a part of six characters between two points", () => {
    const run = "MTk4NjIyNDgzNDcxOTI1MjQ4";
    assert.ok(kindsIn(`${run}.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs`).includes("dotted"));
    assert.ok(!kindsIn(`${run}.Cl2FM.ZnCjm1XVW7vRze4b7Cq4se7kKWs`).includes("dotted"));
  });
});
