import { parseCommandLine, type CommandName, type Options } from "./command-line";
import { destroy } from "./commands/destroy";
import { previewReport } from "./commands/preview-report";
import { env, reset, shell, status, stop } from "./commands/services";
import { start } from "./commands/start";
import { test } from "./commands/test";
import { red } from "./console";
import { messageOf, RehearsalError } from "./failure";

const commands: Record<CommandName, (options: Options) => Promise<number | void>> = {
  start: ({ stack, speed }) => start({ stack, speed }),
  status: () => status(),
  env: ({ stack }) => env(stack),
  shell: ({ stack }) => shell(stack),
  destroy: ({ stack }) => destroy(stack),
  stop: () => stop(),
  reset: () => reset(),
  "preview-report": ({ namedStack, output, datasets }) => previewReport({ stack: namedStack, output, datasets }),
  test: ({ unit }) => test({ unitOnly: unit }),
};

async function main(): Promise<number> {
  try {
    const { command, options } = parseCommandLine(process.argv.slice(2));
    return (await commands[command](options)) ?? 0;
  } catch (error) {
    console.error(`\n${red("Stopped:")} ${messageOf(error)}`);
    if (error instanceof RehearsalError) {
      console.error(`${error.next}\n`);
    } else if (error instanceof Error) {
      console.error(`${error.stack}\n`);
    }
    return 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
