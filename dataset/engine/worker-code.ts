import { existsSync } from "node:fs";
import Module from "node:module";
import { dirname, join } from "node:path";
import { keptCode } from "./kept-code";

const ENTRY = join(__dirname, "worker");

/** What a worker is started from: a file, or code to evaluate. */
export interface WorkerCode {
  readonly source: string;
  readonly eval: boolean;
}

/**
 * The worker's code, ready to run. Where this program runs from TypeScript, the worker gets its modules already
 * transpiled, by whatever transpiles them here: a transpiler of its own would cost it 90 MB and a fifth of a second.
 */
export function workerCode(): WorkerCode {
  const compiled = `${ENTRY}.js`;
  return (known ??= existsSync(compiled)
    ? { source: compiled, eval: false }
    : { source: bundle(`${ENTRY}.ts`), eval: true });
}

/** Made once. */
let known: WorkerCode | undefined;

function bundle(entry: string): string {
  const files: Record<string, string> = {};
  for (const open = [entry]; open.length > 0;) {
    const path = open.pop()!;
    const code = withoutSourceMap(keptCode(path) ?? transpile(path));
    files[path] = code;
    for (const [, specifier] of code.matchAll(/\brequire\("(\.[^"\n]*)"\)/g)) {
      const target = resolveModule(join(dirname(path), specifier!));
      if (!(target in files)) open.push(target);
    }
  }
  return `
    const files = ${JSON.stringify(files)};
    require.extensions[".ts"] = (module, path) => module._compile(files[path], path);
    require(${JSON.stringify(entry)});
  `;
}

function resolveModule(path: string): string {
  const found = [`${path}.ts`, join(path, "index.ts")].find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`The module ${path} cannot be found beside the other modules of the check.`);
  return found;
}

/** What this process would run for a TypeScript file: asks the handler that is in force and takes the code from it. */
function transpile(path: string): string {
  let code: string | undefined;
  const module = Object.assign(new Module(path), {
    filename: path,
    _compile: (text: string) => {
      code = text;
    },
  });
  require.extensions[".ts"]?.(module, path);
  if (code === undefined) throw new Error(`This process cannot transpile ${path}, although it runs from TypeScript.`);
  return code;
}

/** A source map in the code is for whoever debugs this process; the worker's traces show the transpiled lines. */
function withoutSourceMap(code: string): string {
  return code.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n");
}
