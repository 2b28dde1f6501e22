import { createRequire } from "node:module";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { say, step } from "../console";
import { withLock } from "../lock";
import { paths, root } from "../paths";
import { inherit } from "../processes";
import { RehearsedStack } from "../stack";
import { defaultSpeed, prepareTools, startServices } from "../tools";

/** Options of {@link previewReport}. */
export interface PreviewReportOptions {
  /** Stack to preview. Default: every stack that has a file. */
  stack?: string;
  /** File for the report. Default: standard output. */
  output?: string;
  /** Folder for what the preflight writes of each stack. Default: nothing is written. */
  datasets?: string;
}

/** Stands above a report of a rehearsal, so that nobody takes it for one of a real account. */
const note =
  "Previewed on the rehearsal: an emulated AWS account on the machine that made this report, without credentials. " +
  "What is deployed in a real account is not compared.";

/** Names of the stacks that have a file in the project. */
function stacks(): string[] {
  return readdirSync(root)
    .flatMap((name) => /^Pulumi\.([\w-]+)\.yaml$/u.exec(name)?.[1] ?? [])
    .sort();
}

/** Runs `npm run preview-report` against the rehearsal. Answers its exit code. */
export async function previewReport({ stack, output, datasets }: PreviewReportOptions): Promise<number> {
  const tools = await prepareTools();
  return withLock(async () => {
    const services = await startServices(tools, defaultSpeed);
    const rehearsed = (stack === undefined ? stacks() : [stack]).map(
      (name) => new RehearsedStack(name, tools.engine, services),
    );
    for (const one of rehearsed) await one.prepare();
    const [first] = rehearsed;
    step(`Preview report of ${rehearsed.map(({ name }) => name).join(", ")}`);
    if (output !== undefined) say(`Written to ${output}`);
    const args = [
      ...["-r", createRequire(__filename).resolve("ts-node/register"), join(root, "report", "cli.ts")],
      ...["--project", paths.project, "--note", note],
      ...rehearsed.flatMap(({ name }) => ["--stack", name]),
      ...(output === undefined ? [] : ["--output", output]),
      ...(datasets === undefined ? [] : ["--datasets", datasets]),
    ];
    return inherit(process.execPath, args, { env: first?.environment ?? process.env, cwd: root });
  });
}
