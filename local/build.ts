import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { paths, root } from "./paths";

/** The processes of the rehearsal that start often or must start fast: one file each, with all they import. */
const entryPoints = {
  languageHost: "local/language-host/main.ts",
  awsProvider: "local/aws/main.ts",
  simulator: "local/bedrock/main.ts",
  dynamicProvider: "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js",
} as const;

/** Paths of the bundles. */
export type Bundles = Record<keyof typeof entryPoints, string>;

/** Folders whose files end up in a bundle. */
const sources = ["local", "iam", "package-lock.json"];

function* files(path: string): Generator<string> {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) {
    yield* files(join(path, name));
  }
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const file of files(join(root, source))) {
      hash.update(file.slice(root.length)).update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

/**
 * Packages that the SDK's dynamic provider imports for serializing closures, which only a program does. They are loaded
 * when something of them is used, and that is never: the process starts in half the time.
 */
const loadedWhenUsed = ["typescript", "@npmcli/arborist"];

const lazyPackages: Plugin = {
  name: "lazy-packages",
  setup(build) {
    const filter = new RegExp(`^(?:${loadedWhenUsed.join("|")})$`);
    build.onResolve({ filter }, ({ path, namespace }) =>
      namespace === "lazy" ? { path, external: true } : { path, namespace: "lazy" },
    );
    build.onLoad({ filter: /./, namespace: "lazy" }, ({ path }) => ({
      contents: `
        let loaded;
        const load = () => (loaded ??= require(${JSON.stringify(path)}));
        module.exports = new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : load()[key]) });`,
    }));
  },
};

/** Bundles the processes of the rehearsal when their sources have changed since the last time. */
export async function buildBundles(): Promise<Bundles> {
  const bundles = Object.fromEntries(
    Object.keys(entryPoints).map((name) => [name, join(paths.build, `${name}.js`)]),
  ) as Bundles;
  const stamp = join(paths.build, "fingerprint");
  const current = fingerprint();
  const fresh =
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === current &&
    Object.values(bundles).every((file) => existsSync(file));
  if (fresh) {
    return bundles;
  }
  mkdirSync(paths.build, { recursive: true });
  const { build } = await import("esbuild");
  await Promise.all(
    Object.entries(entryPoints).map(([name, entry]) =>
      build({
        absWorkingDir: root,
        entryPoints: [entry],
        outfile: bundles[name as keyof Bundles],
        bundle: true,
        platform: "node",
        target: "node22",
        format: "cjs",
        logLevel: "warning",
        plugins: [lazyPackages],
      }),
    ),
  );
  writeFileSync(stamp, current);
  return bundles;
}
