/**
 * Builds the policy pack as an npm package of its own: one file with the policies and the evaluator, its own manifest and
 * lockfile, and nothing that leads back into this repository. `pulumi policy publish` takes the folder as it is.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = path.resolve(__dirname, "..");
const template = path.join(__dirname, "policy-pack");

/** Names that a built package has, and nothing else. */
const content: readonly string[] = [
  "index.js",
  "runner.cjs",
  "sets",
  ...readdirSync(template).filter((name) => name !== "node_modules"),
];

/** Folder of the package when none is named, relative to the repository. */
export const defaultFolder = "dist/policy-pack";

/**
 * Builds the package.
 *
 * @param folder where the package goes. An earlier build there is replaced; installed packages stay.
 * @throws Error naming the folder when something lies there that no build has put there
 */
export async function buildPolicyPack(folder: string): Promise<void> {
  const foreign = existsSync(folder)
    ? readdirSync(folder).filter((name) => !content.includes(name) && name !== "node_modules")
    : [];
  if (foreign.length > 0) {
    throw new Error(
      `The folder ${folder} holds ${foreign.slice(0, 3).join(", ")}, which is no part of the policy pack. ` +
        "Name an empty folder, or one that an earlier build has filled.",
    );
  }
  mkdirSync(folder, { recursive: true });
  for (const name of content) rmSync(path.join(folder, name), { recursive: true, force: true });
  await build({
    entryPoints: [path.join(root, "policies/index.ts")],
    outfile: path.join(folder, "index.js"),
    bundle: true,
    platform: "node",
    target: "node22",
    // The engine talks to the SDK of its own runner: the pack must use the installed one, not a copy.
    external: ["@pulumi/*"],
    // Before anything is loaded: what is loaded first stays in the process that is left.
    banner: { js: 'require("./runner.cjs").withoutCompiler(__filename);' },
    legalComments: "none",
    logLevel: "warning",
  });
  cpSync(template, folder, { recursive: true, filter: (source) => path.basename(source) !== "node_modules" });
  cpSync(path.join(root, "policies/runner.cjs"), path.join(folder, "runner.cjs"));
  cpSync(path.join(root, "policies/sets"), path.join(folder, "sets"), { recursive: true });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: "string", default: defaultFolder } } });
  const folder = path.resolve(values.out);
  await buildPolicyPack(folder);
  const shown = path.relative(process.cwd(), folder) || ".";
  console.log(
    [
      `The policy pack is in ${shown}. Next:`,
      `  npm ci --prefix ${shown}`,
      `  pulumi preview --policy-pack ${shown} --policy-pack-config ${shown}/sets/baseline.json`,
      `  cd ${shown} && pulumi policy publish YOUR_ORGANIZATION`,
    ].join("\n"),
  );
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });
}
