/**
 * The command `npm run preview-report`: previews stacks with the policy pack and writes what a reviewer wants to know as
 * Markdown. Exit code 0: every stack may be updated; 1: something stops one; 2: wrong arguments, or a preview that
 * could not run.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { PreviewError } from "./changes";
import { renderComment } from "./markdown";
import { runPreview } from "./run-preview";
import { reportStack, type StackReport } from "./sections";

const root = dirname(__dirname);

const usage = `Usage: npm run preview-report -- (--all | --stack NAME...) [--project FOLDER] [--policy-pack FOLDER]
       [--policy-pack-config FILE] [--note TEXT] [--output FILE] [--datasets FOLDER]
  --all                      every stack that has a file in the project
  --stack NAME               a stack to preview; may be given several times
  --project FOLDER           folder of the project. Default: this one
  --policy-pack FOLDER       the pack that judges. Default: policies
  --policy-pack-config FILE  its configuration, e.g. policies/sets/strict.json
  --note TEXT                a sentence above the report
  --output FILE              where the report is written. Default: standard output
  --datasets FOLDER          where dataset.html, dataset.json and dataset.sarif of each stack are written, in a folder
                             of its name. Default: nowhere`;

async function main(args: string[]): Promise<number> {
  const given = readArguments(args);
  const reports: StackReport[] = [];
  for (const stack of given.stacks) {
    reports.push(
      await reportStack(
        await runPreview({
          stack,
          project: given.project,
          policyPack: resolve(given["policy-pack"] ?? resolve(root, "policies")),
          policyPackConfig: given["policy-pack-config"] && resolve(given["policy-pack-config"]),
        }),
        given.datasets && join(given.datasets, stack),
      ),
    );
  }
  const text = renderComment(reports, given.note);
  if (given.output === undefined) process.stdout.write(text);
  else writeFileSync(given.output, text);
  return reports.some(({ blocked }) => blocked) ? 1 : 0;
}

function readArguments(args: string[]) {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args,
      options: {
        all: { type: "boolean" },
        stack: { type: "string", multiple: true },
        project: text,
        "policy-pack": text,
        "policy-pack-config": text,
        note: text,
        output: text,
        datasets: text,
      },
    });
    const { all = false, stack = [], project = root, ...rest } = values;
    if (all === stack.length > 0) throw new PreviewError("Name stacks, or --all of them.");
    return { ...rest, project: resolve(project), stacks: all ? stacksOf(resolve(project)) : stack };
  } catch (error) {
    throw new PreviewError(`${(error as Error).message}\n${usage}`);
  }
}

/** Names of the stacks that have a file in a project's folder. */
function stacksOf(project: string): string[] {
  const names = readdirSync(project).flatMap((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1] ?? []);
  if (names.length === 0) throw new PreviewError(`${project} has no stack file (Pulumi.NAME.yaml).`);
  return names.sort();
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error(error instanceof PreviewError ? error.message : error);
      process.exitCode = 2;
    },
  );
}
