/**
 * The simulator as a process of its own. Prints one line of JSON when it is ready: `{"port":…,"pid":…,"instance":"…"}`.
 *
 *     node main.js --port 0 --aws-endpoint http://127.0.0.1:5000 [--speed 600] [--state FILE] [--quotas JSON]
 *
 * SIGTERM and SIGINT end it; its log goes to standard error.
 */
import { parseArgs } from "node:util";
import { messageOf } from "./errors";
import { startSimulator } from "./server";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      "aws-endpoint": { type: "string" },
      speed: { type: "string" },
      state: { type: "string" },
      quotas: { type: "string" },
    },
  });
  const awsEndpoint = values["aws-endpoint"];
  if (awsEndpoint === undefined)
    throw new Error("--aws-endpoint is missing: give the URL of the AWS emulator, e.g. http://127.0.0.1:5000.");
  const simulator = await startSimulator({
    awsEndpoint,
    port: wholeNumber("--port", values.port),
    speed: values.speed === undefined ? undefined : wholeNumber("--speed", values.speed),
    stateFile: values.state,
    quotas: values.quotas === undefined ? undefined : (JSON.parse(values.quotas) as Record<string, number>),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const stop = (): void => {
    simulator.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.stdout.write(
    `${JSON.stringify({ port: simulator.port, pid: process.pid, instance: simulator.instanceId })}\n`,
  );
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} is "${text}"; it must be a whole number from 0.`);
  return Number(text);
}

function fail(error: unknown): void {
  process.stderr.write(`The Bedrock simulator ended: ${messageOf(error)}\n`);
  process.exit(1);
}

main().catch(fail);
