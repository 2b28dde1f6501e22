import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { emulatorPython, emulatorScript } from "./emulator/install";
import { messageOf, RehearsalError } from "./failure";
import { paths } from "./paths";
import { isAlive } from "./processes";

/** A service that runs in the background, as it has introduced itself. */
export interface Service {
  port: number;
  pid: number;
  /** Different for each start: whoever remembers another one knows that the state in memory is gone. */
  instance: string;
}

/** What runs in the background between two commands. */
export interface Services {
  emulator: Service;
  simulator: Service;
}

/** Both services, and whether the account behind them is a new, empty one. */
export interface RunningServices extends Services {
  fresh: boolean;
}

const recordFile = join(paths.run, "services.json");
const simulatorState = join(paths.run, "simulator.json");

/** How long a service may take to start; the emulator needs about a second. */
const startLimit = 30_000;
/** How long a service may take to stop before it is killed. */
const stopLimit = 5_000;
const checkEvery = 25;

/**
 * A new AWS account may not order provisioned throughput until its quota has been raised. The rehearsed account is one
 * that has asked for it.
 */
const quotas = { noCommitmentModelUnits: 2 };

const instancePaths = { emulator: "/_rehearsal/instance", simulator: "/_simulator/status" } as const;

/** Address of a service. */
export function urlOf(service: Service): string {
  return `http://127.0.0.1:${service.port}`;
}

function readRecord(): Partial<Services> {
  return existsSync(recordFile) ? (JSON.parse(readFileSync(recordFile, "utf8")) as Partial<Services>) : {};
}

/** Whether the recorded service is the one that answers, not another process that got its port or its process id. */
async function answers(name: keyof Services, service: Service): Promise<boolean> {
  if (!isAlive(service.pid)) {
    return false;
  }
  try {
    const response = await fetch(urlOf(service) + instancePaths[name], { signal: AbortSignal.timeout(5_000) });
    const body = (await response.json()) as { instance?: string };
    return response.ok && body.instance === service.instance;
  } catch {
    return false;
  }
}

function introduction(log: string): Service | undefined {
  const line = readFileSync(log, "utf8")
    .split("\n")
    .find((text) => text.startsWith("{") && text.endsWith("}"));
  return line === undefined ? undefined : (JSON.parse(line) as Service);
}

async function launch(name: keyof Services, command: string, args: readonly string[]): Promise<Service> {
  mkdirSync(paths.logs, { recursive: true });
  const log = join(paths.logs, `${name}.log`);
  const output = openSync(log, "w");
  const child = spawn(command, args, { detached: true, stdio: ["ignore", output, output], env: serviceEnvironment() });
  closeSync(output);
  let problem: string | undefined;
  child.once("error", (error) => (problem = error.message));
  child.once("exit", (code, signal) => (problem = `it ended with ${signal ?? code}`));
  const deadline = Date.now() + startLimit;
  for (;;) {
    const service = introduction(log);
    if (service) {
      child.unref();
      return service;
    }
    if (problem !== undefined || Date.now() > deadline) {
      if (child.pid !== undefined && problem === undefined) {
        process.kill(child.pid, "SIGKILL");
      }
      const lines = readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n    ");
      throw new RehearsalError(
        `The ${name} did not start: ${problem ?? `not ready after ${startLimit / 1000} s`}\n    ${lines}`,
        `Its whole log is ${log}. "npm run local -- reset" removes what is installed for it; the next start installs it anew.`,
      );
    }
    await delay(checkEvery);
  }
}

/** The services get no credentials of the user and no proxy: they talk to loopback only. */
function serviceEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith("AWS_") && !/_proxy$/iu.test(name)) {
      environment[name] = value;
    }
  }
  return {
    ...environment,
    AWS_ACCESS_KEY_ID: "rehearsal",
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_EC2_METADATA_DISABLED: "true",
    NODE_COMPILE_CACHE: paths.compileCache,
    // Large objects of the emulator lie in unnamed files there. The usual folder is often one in memory.
    TMPDIR: paths.run,
  };
}

/**
 * Makes sure that emulator and simulator run, and starts what does not. Both stand for one AWS account: when the emulator
 * has been ended, its account is gone, so the simulator starts with an empty one as well.
 *
 * @param simulatorBundle script of the simulator
 * @param speed how many simulated seconds pass in one second
 */
export async function ensureServices(simulatorBundle: string, speed: number): Promise<RunningServices> {
  mkdirSync(paths.run, { recursive: true });
  const recorded = readRecord();
  const emulatorLives = recorded.emulator !== undefined && (await answers("emulator", recorded.emulator));
  const emulator =
    emulatorLives && recorded.emulator ? recorded.emulator : await launch("emulator", emulatorPython, [emulatorScript]);
  if (!emulatorLives) {
    await stopService("simulator", recorded.simulator);
    rmSync(simulatorState, { force: true });
    writeRecord({ emulator });
  }
  const simulatorLives =
    emulatorLives && recorded.simulator !== undefined && (await answers("simulator", recorded.simulator));
  const simulator =
    simulatorLives && recorded.simulator
      ? recorded.simulator
      : await launch("simulator", process.execPath, [
          simulatorBundle,
          "--port",
          "0",
          "--aws-endpoint",
          urlOf(emulator),
          "--speed",
          String(speed),
          "--state",
          simulatorState,
          "--quotas",
          JSON.stringify(quotas),
        ]);
  writeRecord({ emulator, simulator });
  return { emulator, simulator, fresh: !emulatorLives };
}

function writeRecord(services: Partial<Services>): void {
  writeFileSync(recordFile, `${JSON.stringify(services, null, 2)}\n`);
}

/** The services that are recorded and answer. */
export async function runningServices(): Promise<Partial<Services>> {
  const recorded = readRecord();
  const running: Partial<Services> = {};
  for (const name of ["emulator", "simulator"] as const) {
    const service = recorded[name];
    if (service && (await answers(name, service))) {
      running[name] = service;
    }
  }
  return running;
}

async function stopService(name: keyof Services, service: Service | undefined): Promise<boolean> {
  if (!service || !(await answers(name, service))) {
    return false;
  }
  process.kill(service.pid, "SIGTERM");
  const deadline = Date.now() + stopLimit;
  while (isAlive(service.pid)) {
    if (Date.now() > deadline) {
      process.kill(service.pid, "SIGKILL");
    }
    if (Date.now() > deadline + stopLimit) {
      throw new RehearsalError(`The ${name} (process ${service.pid}) cannot be ended.`, "End it by hand.");
    }
    await delay(checkEvery);
  }
  return true;
}

/** Stops what runs, by the process ids it was started with. Answers the names of what was stopped. */
export async function stopServices(): Promise<string[]> {
  const recorded = readRecord();
  const stopped: string[] = [];
  for (const name of ["simulator", "emulator"] as const) {
    try {
      if (await stopService(name, recorded[name])) {
        stopped.push(name);
      }
    } catch (error) {
      throw error instanceof RehearsalError
        ? error
        : new RehearsalError(`The ${name} could not be stopped: ${messageOf(error)}`, "Try again.", { cause: error });
    }
  }
  rmSync(recordFile, { force: true });
  return stopped;
}
