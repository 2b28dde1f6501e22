import { createRequire } from "node:module";
import { join } from "node:path";

/** A process to start: its file and arguments, where it runs and with which environment. */
export interface Command {
  arguments: string[];
  workingDirectory: string;
  environment: Record<string, string>;
}

/** Stack configuration as the engine hands it over: `namespace:key` to text, and which of the keys are secret. */
export interface StackConfig {
  values: Record<string, string>;
  secretKeys: string[];
}

/** What the engine says about a program run. */
export interface ProgramRun {
  engine: string;
  monitor: string;
  project: string;
  stack: string;
  organization: string;
  rootDirectory: string;
  programDirectory: string;
  workingDirectory: string;
  entryPoint: string;
  /** `runtime.options` of Pulumi.yaml; `typescript: false` and `nodeargs` are understood. */
  options: Record<string, unknown>;
  dryRun: boolean;
  parallel: number;
  queryMode: boolean;
  programArguments: string[];
  config: StackConfig;
}

/** What the engine says about a plugin that is written for Node.js. */
export interface PluginRun {
  /** `analyzer` for a policy pack, otherwise `resource`, `converter` or `tool`. */
  kind: string;
  directory: string;
  options: Record<string, unknown>;
  workingDirectory: string;
  pluginArguments: string[];
  /** `NAME=value` lines. */
  environment: string[];
}

/**
 * Finds one of the entry points that `@pulumi/pulumi` keeps for language hosts, in the packages of the given directory:
 * each program and each pack runs on the SDK version that it has installed itself.
 *
 * @throws when the SDK is not installed there; the message says what to run
 */
export function sdkEntryPoint(directory: string, name: string): string {
  try {
    return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${name}`);
  } catch (cause) {
    throw new Error(`@pulumi/pulumi is not installed for ${directory}. Run "npm install" there, then try again.`, {
      cause,
    });
  }
}

function nodeArguments(options: Record<string, unknown>): string[] {
  return typeof options.nodeargs === "string" ? options.nodeargs.split(" ").filter((part) => part !== "") : [];
}

function typescript(options: Record<string, unknown>): string {
  return options.typescript === false ? "false" : "true";
}

/** The command that runs a Pulumi program with the SDK's own runner. */
export function programCommand(run: ProgramRun): Command {
  const flags: Record<string, string> = {
    monitor: run.monitor,
    engine: run.engine,
    organization: run.organization,
    project: run.project,
    stack: run.stack,
    "root-directory": run.rootDirectory,
    pwd: run.workingDirectory,
    "query-mode": String(run.queryMode),
    "dry-run": String(run.dryRun),
    parallel: String(run.parallel),
  };
  return {
    arguments: [
      ...nodeArguments(run.options),
      sdkEntryPoint(run.programDirectory, "run"),
      ...Object.entries(flags)
        .filter(([, value]) => value !== "" && value !== "false")
        .map(([name, value]) => `--${name}=${value}`),
      run.entryPoint,
      ...run.programArguments,
    ],
    workingDirectory: run.workingDirectory,
    environment: {
      PULUMI_CONFIG: JSON.stringify(run.config.values),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.config.secretKeys),
      PULUMI_NODEJS_TYPESCRIPT: typescript(run.options),
    },
  };
}

/**
 * The command that runs a plugin. A policy pack gets its directory as the last argument and as working directory; every
 * other kind gets it first and keeps the engine's working directory.
 */
export function pluginCommand(run: PluginRun): Command {
  const environment: Record<string, string> = {};
  for (const line of run.environment) {
    const equals = line.indexOf("=");
    if (equals > 0) {
      environment[line.slice(0, equals)] = line.slice(equals + 1);
    }
  }
  environment.PULUMI_NODEJS_TYPESCRIPT = typescript(run.options);
  const isPack = run.kind === "analyzer";
  const entryPoint = sdkEntryPoint(run.directory, isPack ? "run-policy-pack" : "run-plugin");
  return {
    arguments: [
      ...nodeArguments(run.options),
      entryPoint,
      ...(isPack ? [...run.pluginArguments, run.directory] : [run.directory, ...run.pluginArguments]),
    ],
    workingDirectory: isPack ? run.directory : run.workingDirectory,
    environment,
  };
}
