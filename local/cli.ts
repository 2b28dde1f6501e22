import { parseArgs } from "node:util";
import { destroy } from "./commands/destroy";
import { env, reset, shell, status, stop } from "./commands/services";
import { start } from "./commands/start";
import { test } from "./commands/test";
import { red } from "./console";
import { messageOf, RehearsalError } from "./failure";

const usage = `Usage: npm run local -- COMMAND [--stack NAME]

  start     rehearse the main job (npm start does the same)   [--speed N]
  status    say what runs
  env       print the exports for your own shell: eval "$(npm run -s local -- env)"
  shell     open a shell with these exports
  destroy   destroy the stack and list what is left
  stop      stop emulator and simulator
  reset     stop, and remove state and logs
  test      run every test (npm test does the same)   [--unit]

  --stack NAME   stack to work with; Pulumi.NAME.yaml must exist. Default: dev
  --speed N      simulated seconds in a second, when the simulator is started. Default: 300
`;

interface Options {
  stack: string;
  speed?: number;
  unit: boolean;
}

const commands: Record<string, (options: Options) => Promise<number | void>> = {
  start: ({ stack, speed }) => start({ stack, speed }),
  status: () => status(),
  env: ({ stack }) => env(stack),
  shell: ({ stack }) => shell(stack),
  destroy: ({ stack }) => destroy(stack),
  stop: () => stop(),
  reset: () => reset(),
  test: ({ unit }) => test({ unitOnly: unit }),
};

function parse(args: readonly string[]): { command: string; options: Options } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { stack: { type: "string" }, speed: { type: "string" }, unit: { type: "boolean" } },
  });
  const [command, ...rest] = positionals;
  if (command === undefined || !(command in commands) || rest.length > 0) {
    const what = command === undefined ? "No command was given" : `"${positionals.join(" ")}" is not a command`;
    throw new RehearsalError(`${what}.`, usage);
  }
  const speed = values.speed === undefined ? undefined : Number(values.speed);
  if (speed !== undefined && !(speed > 0 && Number.isFinite(speed))) {
    throw new RehearsalError(`--speed is "${values.speed}"; a number above 0 is allowed.`, "For example --speed 300.");
  }
  return { command, options: { stack: values.stack ?? "dev", speed, unit: values.unit ?? false } };
}

async function main(): Promise<number> {
  try {
    const { command, options } = parse(process.argv.slice(2));
    return (await commands[command]?.(options)) ?? 0;
  } catch (error) {
    console.error(`\n${red("Stopped:")} ${messageOf(error)}`);
    if (error instanceof RehearsalError) {
      console.error(`${error.next}\n`);
    } else if (error instanceof Error && (error as NodeJS.ErrnoException).code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
      console.error(`${error.stack}\n`);
    }
    return 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
