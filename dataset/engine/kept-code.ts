import { dirname, sep } from "node:path";

/** The modules of the preflight. */
const home = dirname(__dirname) + sep;

const kept = new Map<string, string>();

/**
 * The code that this process runs for a TypeScript module of the preflight, where the module was loaded after this one.
 * Workers are made of it: transpiling everything for them once more takes as long as checking ten megabytes.
 */
export function keptCode(path: string): string | undefined {
  return kept.get(path);
}

const load = require.extensions[".ts"];
if (load) {
  require.extensions[".ts"] = (module, path) => {
    if (path.startsWith(home)) {
      // A transpiler calls it with what it made of the file.
      const compiling = module as typeof module & { _compile: (code: string, path: string) => unknown };
      const compile = compiling._compile.bind(module);
      compiling._compile = (code, file) => {
        kept.set(file, code);
        return compile(code, file);
      };
    }
    return load(module, path);
  };
}
