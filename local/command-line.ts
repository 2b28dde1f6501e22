import { parseArgs } from "node:util";
import { messageOf, RehearsalError } from "./failure";

/** The commands of the rehearsal. */
export const commandNames = [
  "start",
  "status",
  "env",
  "shell",
  "destroy",
  "stop",
  "reset",
  "test",
  "preview-report",
] as const;

export type CommandName = (typeof commandNames)[number];

/** Options, of which each command takes its own. */
export interface Options {
  /** Stack to work with. Default: `dev`. */
  stack: string;
  /** The stack as it was named; absent when none was. */
  namedStack?: string;
  /** File that the command writes. */
  output?: string;
  /** Folder that the command fills. */
  datasets?: string;
  /** Simulated seconds in a second. Default: left to the command. */
  speed?: number;
  /** Whether to leave out the tests that run the real engine. */
  unit: boolean;
}

const usage = `Usage: npm run local -- COMMAND [--stack NAME]

  start     rehearse the main job (npm start does the same)   [--speed N]
  status    say what runs
  env       print the exports for your own shell: eval "$(npm run -s local -- env)"
  shell     open a shell with these exports
  destroy   destroy the stack and list what is left
  stop      stop emulator and simulator
  reset     stop, and remove state and logs
  preview-report
            what a preview would change, and what policies, data sets and access proof say, as Markdown; of
            every stack, or of --stack NAME   [--output FILE] [--datasets FOLDER]
  test      run every test (npm test does the same)   [--unit]

  --stack NAME   stack to work with; Pulumi.NAME.yaml must exist. Default: dev
  --speed N      simulated seconds in a second, when the simulator is started. Default: 300
`;

function split(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        stack: { type: "string" },
        speed: { type: "string" },
        unit: { type: "boolean" },
        output: { type: "string" },
        datasets: { type: "string" },
      },
    });
  } catch (error) {
    throw new RehearsalError(messageOf(error), usage, { cause: error });
  }
}

function isCommand(word: string | undefined): word is CommandName {
  return commandNames.some((name) => name === word);
}

/**
 * Reads the command line.
 *
 * @throws {RehearsalError} for an unknown command or option, or a value that is not allowed
 */
export function parseCommandLine(args: readonly string[]): { command: CommandName; options: Options } {
  const { values, positionals } = split(args);
  const [command, ...rest] = positionals;
  if (!isCommand(command) || rest.length > 0) {
    const what = command === undefined ? "No command was given" : `"${positionals.join(" ")}" is not a command`;
    throw new RehearsalError(`${what}.`, usage);
  }
  const speed = values.speed === undefined ? undefined : Number(values.speed);
  if (speed !== undefined && !(speed > 0 && Number.isFinite(speed))) {
    throw new RehearsalError(`--speed is "${values.speed}"; a number above 0 is allowed.`, "For example --speed 300.");
  }
  return {
    command,
    options: {
      stack: values.stack ?? "dev",
      namedStack: values.stack,
      output: values.output,
      datasets: values.datasets,
      speed,
      unit: values.unit ?? false,
    },
  };
}
