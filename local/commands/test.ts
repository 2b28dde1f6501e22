import { join } from "node:path";
import { step } from "../console";
import { root } from "../paths";
import { inherit } from "../processes";
import { prepareTools } from "../tools";

/** Options of {@link test}. */
export interface TestOptions {
  /** Leave out the tests that run the real engine. */
  unitOnly: boolean;
}

/**
 * Runs the tests: the fast ones first, then those that rehearse on the real engine. Emulator, engine and bundles are
 * prepared before, because the tests of the providers use them too. Answers mocha's exit code.
 */
export async function test({ unitOnly }: TestOptions): Promise<number> {
  await prepareTools();
  step("Tests");
  const specs = [
    "tests/!(rehearsal)/**/*.test.ts",
    "tests/*.test.ts",
    ...(unitOnly ? [] : ["tests/rehearsal/**/*.test.ts"]),
  ];
  return inherit(process.execPath, [join(root, "node_modules", "mocha", "bin", "mocha.js"), ...specs], {
    cwd: root,
    env: process.env,
  });
}
