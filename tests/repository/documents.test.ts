import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { root } from "../../local/paths";
import { textOf, writtenFiles } from "./files";

interface Block {
  file: string;
  language: string;
  code: string;
}

const documents = writtenFiles.filter((path) => path.endsWith(".md"));
const blocks: readonly Block[] = documents.flatMap((file) =>
  [...textOf(file).matchAll(/^( *)```(\w+)\n(.*?)^\1```$/gmsu)].map(([, , language = "", code = ""]) => ({
    file,
    language,
    code,
  })),
);
const proseOf = (file: string): string => textOf(file).replaceAll(/^( *)```.*?\n\1```$/gmsu, "");

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(file: string): Set<string> {
  const headings = proseOf(file).matchAll(/^#{1,6} (?<title>.+)$/gmu);
  const anchor = (title: string) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
  return new Set([...headings].map(({ groups }) => anchor(groups?.title ?? "")));
}

/** What the parser has to say about a text. */
function syntaxErrors(code: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(code, { reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

describe("documents", () => {
  it("link to files and headings that are there", () => {
    const broken = documents.flatMap((file) =>
      [...proseOf(file).matchAll(/\]\((?<target>[^)\s]+)\)/gu)].flatMap(({ groups }) => {
        const [path = "", anchor] = (groups?.target ?? "").split("#");
        if (/^[a-z]+:/u.test(path)) return [];
        const target = path === "" ? file : posix.join(posix.dirname(file), path);
        const isThere =
          existsSync(join(root, target)) &&
          (anchor === undefined || !target.endsWith(".md") || anchorsOf(target).has(anchor));
        return isThere ? [] : [`${file}: ${groups?.target ?? ""}`];
      }),
    );
    assert.deepEqual(broken, []);
  });

  it("name files and scripts of npm that are there", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const missing = documents.flatMap((file) => [
      ...[...textOf(file).matchAll(/npm run (?:-s |--silent )?(?<name>[a-z][\w:-]*)/gu)].flatMap(({ groups }) =>
        (groups?.name ?? "") in scripts ? [] : [`${file}: npm run ${groups?.name ?? ""}`],
      ),
      ...[
        ...proseOf(file).matchAll(/`(?<path>(?:[\w.-]+\/)+[\w.-]+\.(?:ts|cjs|mjs|json|yaml|py|md|jsonl))`/gu),
      ].flatMap(({ groups }) => {
        const path = groups?.path ?? "";
        const isThere = [join(root, path), join(root, posix.dirname(file), path)].some((one) => existsSync(one));
        return isThere || path.startsWith(".local/") ? [] : [`${file}: ${path}`];
      }),
    ]);
    assert.deepEqual(missing, []);
  });

  it("keep npm silent where a file or a program takes what is written", () => {
    const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => code.split("\n"));
    const taken = lines.filter((line) => /npm run .*(?: > | \| |--format (?:json|sarif|html|model))/u.test(line));
    assert.ok(taken.length > 0);
    for (const line of taken) assert.match(line, /npm run (?:-s|--silent) /u);
  });

  it("show code that TypeScript can read, as statements, as members of an object or as a value", () => {
    const code = blocks.filter(({ language }) => /^(?:ts|typescript)$/u.test(language));
    assert.ok(code.length > 0);
    for (const { file, code: text } of code) {
      const [asStatements = [], ...others] = [text, `({\n${text}\n})`, `(\n${text}\n)`].map(syntaxErrors);
      const isRead = [asStatements, ...others].some((errors) => errors.length === 0);
      assert.ok(isRead, `${file}: ${asStatements.join("; ")}\n${text}`);
    }
  });

  it("show programs of this repository that compile", function () {
    this.timeout(120_000);
    const programs = blocks.filter(({ code }) => /^import .* from "\.\//mu.test(code));
    assert.ok(programs.length > 0);
    const texts = new Map(programs.map(({ code }, index) => [join(root, `document-${index}.ts`), code]));
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(
      { ...config.compilerOptions, noEmit: true, noUnusedLocals: false },
      root,
    );
    const host = ts.createCompilerHost(options);
    const [read, exists] = [host.readFile.bind(host), host.fileExists.bind(host)];
    host.readFile = (path) => texts.get(path) ?? read(path);
    host.fileExists = (path) => texts.has(path) || exists(path);
    const program = ts.createProgram([...texts.keys()], options, host);
    const wrong = [...texts.keys()].flatMap((path) => {
      const source = program.getSourceFile(path);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    });
    assert.deepEqual(
      wrong.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")),
      [],
    );
  });

  it("show JSON that is JSON, or lines of it", () => {
    const json = blocks.filter(({ language, file }) => language === "json" && file !== "docs/policies.md");
    assert.ok(json.length > 0);
    for (const { file, code } of json) {
      const isLines = code.startsWith("{") && /\}\n\{/u.test(code);
      const texts = isLines ? code.trim().split("\n") : [code];
      for (const text of texts) assert.doesNotThrow(() => JSON.parse(text), `${file}: ${text}`);
    }
  });
});
