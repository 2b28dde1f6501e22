import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths, root } from "./paths";
import { capture } from "./processes";

/** What the access proof says about a stack. */
export interface ProofResult {
  /** Whether everything is as expected. */
  holds: boolean;
  /** One line for the reader. */
  summary: string;
}

/**
 * Runs the access proof on an exported stack, as a process of its own: it belongs to what is deployed, not to the rehearsal.
 * The whole report is written beside the logs, for reading afterwards.
 *
 * @param exported what `pulumi stack export` printed
 */
export async function proveAccess(exported: string): Promise<ProofResult> {
  const file = join(paths.logs, "stack.json");
  writeFileSync(file, exported);
  const command = ["--require", "ts-node/register/transpile-only", join(root, "proof", "cli.ts"), "--file", file];
  const result = await capture(process.execPath, command, { cwd: root, env: process.env });
  writeFileSync(join(paths.logs, "proof.txt"), result.stdout);
  const verdict = result.stdout.split("\n").find((line) => line.startsWith("The proof "));
  return { holds: result.code === 0, summary: verdict ?? `not made: ${result.stderr.trim()}` };
}
