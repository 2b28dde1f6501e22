import assert from "node:assert/strict";
import { isCode, textOf, writtenFiles } from "./files";

const longest = 400;
// Written in parts, or this file would find itself.
const leftUndone = new RegExp(
  String.raw`\b(?:${["TO", "FIX"].map((word, index) => word + ["DO", "ME"][index]).join("|")})\b`,
  "u",
);
const machineFolders = ["work", "home", "Users", "root", "tmp"].join("|");
const machinePath = new RegExp(String.raw`(?<![\w.}*$/-])/(?:${machineFolders})/[\w.-]+`, "u");

/** `path:line: text` of every line that matches. */
function lines(pattern: RegExp, files: readonly string[] = writtenFiles): string[] {
  return files.flatMap((path) =>
    textOf(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

describe("written files", () => {
  it(`of code are one concern each, at most ${longest} lines`, () => {
    const long = writtenFiles
      .filter((path) => isCode(path) || path.endsWith(".py"))
      .map((path) => ({ path, length: textOf(path).split("\n").length - 1 }))
      .filter(({ length }) => length > longest);
    assert.deepEqual(long, []);
  });

  it("leave nothing to be done later", () => {
    assert.deepEqual(lines(leftUndone), []);
  });

  it("name no folder of the machine they were written on", () => {
    assert.deepEqual(lines(machinePath), []);
  });

  it("of tests run all of their tests", () => {
    const tests = writtenFiles.filter((path) => path.endsWith(".test.ts"));
    assert.deepEqual(lines(/\b(?:describe|it|context)\.(?:only|skip)\(|\bx(?:it|describe)\(/u, tests), []);
  });

  it("end with a line feed and hold no carriage return", () => {
    const texts = writtenFiles.filter((path) => /\.(?:ts|mjs|cjs|json|ya?ml|md|py|txt)$/u.test(path));
    const wrong = texts.filter((path) => !textOf(path).endsWith("\n") || textOf(path).includes("\r\n"));
    assert.deepEqual(wrong, []);
  });
});
