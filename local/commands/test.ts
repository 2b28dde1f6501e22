import { availableParallelism } from "node:os";
import { join } from "node:path";
import { step } from "../console";
import { root } from "../paths";
import { inherit } from "../processes";
import { runBeside } from "../test-runs";
import { prepareTools } from "../tools";

/** Options of {@link test}. */
export interface TestOptions {
  /** Leave out the tests that run the real engine. */
  unitOnly: boolean;
}

const MOCHA = join(root, "node_modules", "mocha", "bin", "mocha.js");
/** Rooms whose tests start emulators and simulators, and wait for them more than half of the time. */
const WAITING = "bedrock|conformance|local";

/**
 * The fast tests, in two runs that take about the same time: those that compute, and those that wait. What is named in no
 * other run is in the first.
 */
export const UNIT: readonly (readonly string[])[] = [
  [`tests/!(rehearsal|${WAITING})/**/*.test.ts`],
  [`tests/@(${WAITING})/**/*.test.ts`],
];

/**
 * The tests on the real engine, in two runs that take about the same time. They wait for processes half of the time, and
 * each file has an account and a folder of its own, so that they and the fast tests share two cores well.
 */
export const REHEARSAL: readonly (readonly string[])[] = [
  ["tests/rehearsal/[a-l]*.test.ts"],
  ["tests/rehearsal/[m-z]*.test.ts"],
];

/**
 * Runs the tests: the fast ones, and those that rehearse on the real engine beside them when there is a second core.
 * Emulator, engine and bundles are prepared before, because the tests of the providers use them too.
 *
 * @returns mocha's exit code
 */
export async function test({ unitOnly }: TestOptions): Promise<number> {
  await prepareTools();
  step("Tests");
  const runs = unitOnly ? UNIT : [...UNIT, ...REHEARSAL];
  if (availableParallelism() < 2) {
    return inherit(process.execPath, [MOCHA, ...runs.flat()], { cwd: root, env: process.env });
  }
  const colors = process.stdout.isTTY ? ["--color"] : [];
  return runBeside(
    runs.map((specs) => [MOCHA, ...colors, ...specs]),
    root,
    (text) => process.stdout.write(text),
  );
}
