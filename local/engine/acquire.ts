import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { say } from "../console";
import { messageOf, RehearsalError } from "../failure";
import { localFolder, paths } from "../paths";
import { capture, versionOf } from "../processes";
import { buildEngine } from "./build";
import { downloadEngine } from "./download";
import { engineVersion, isRecentEnough, oldestEngine } from "./version";

/** An engine that can be started. */
export interface Engine {
  /** Path of the `pulumi` command. */
  pulumi: string;
  version: string;
  /** `path`: the user's own; `download`: the official release; `build`: made from its Go module. */
  source: "path" | "download" | "build";
}

const recordFile = join(paths.engine, "engine.json");

/** The engine that an earlier run has put into place, if it is still there. */
function remembered(): Engine | undefined {
  if (!existsSync(recordFile)) {
    return undefined;
  }
  const engine = JSON.parse(readFileSync(recordFile, "utf8")) as Engine;
  return existsSync(engine.pulumi) && isRecentEnough(engine.version) ? engine : undefined;
}

/** PATH without the rehearsal's own folders: what the user has installed. */
function usersPath(): string {
  return (process.env.PATH ?? "")
    .split(":")
    .filter((folder) => !folder.startsWith(localFolder))
    .join(":");
}

/** The user's own CLI, when it is recent enough and has its Node.js language host beside it. */
async function fromPath(): Promise<Engine | undefined> {
  const env = { ...process.env, PATH: usersPath(), PULUMI_SKIP_UPDATE_CHECK: "true" };
  const version = (await versionOf("pulumi", ["version"], env))?.replace(/^v/u, "");
  if (version === undefined) {
    return undefined;
  }
  if (!isRecentEnough(version)) {
    say(`The pulumi on PATH is ${version}; ${oldestEngine} or newer is needed, so it is left alone.`);
    return undefined;
  }
  const where = await capture("sh", ["-c", "command -v pulumi"], { env });
  const pulumi = where.stdout.trim();
  if (!existsSync(join(dirname(pulumi), "pulumi-language-nodejs"))) {
    say(`The pulumi on PATH (${pulumi}) has no Node.js language host beside it, so it is left alone.`);
    return undefined;
  }
  return { pulumi, version, source: "path" };
}

function remember(engine: Engine): Engine {
  mkdirSync(paths.engine, { recursive: true });
  writeFileSync(recordFile, `${JSON.stringify(engine, null, 2)}\n`);
  return engine;
}

/**
 * Finds or makes the Pulumi engine: the user's own CLI, else the official download, else a build from the Go module that
 * `local/engine/go.mod` pins (about four minutes on two cores, once).
 *
 * @throws {RehearsalError} when none of the three works; it names each reason
 */
export async function acquireEngine(): Promise<Engine> {
  const known = remembered();
  if (known) {
    return known;
  }
  const own = await fromPath();
  if (own) {
    return remember(own);
  }
  mkdirSync(paths.engine, { recursive: true });
  const reasons = [`no suitable "pulumi" is on PATH (${oldestEngine} or newer)`];
  for (const [source, acquire] of [
    ["download", downloadEngine],
    ["build", buildEngine],
  ] as const) {
    try {
      const pulumi = await acquire(paths.engine);
      chmodSync(pulumi, 0o755);
      return remember({ pulumi, version: engineVersion, source });
    } catch (error) {
      rmSync(join(paths.engine, "pulumi"), { force: true });
      reasons.push(messageOf(error));
      say(messageOf(error));
    }
  }
  throw new RehearsalError(
    `No Pulumi engine could be had:\n${reasons.map((reason) => `  - ${reason}`).join("\n")}`,
    "Install the Pulumi CLI (https://www.pulumi.com/docs/install/), or Go 1.26 or newer (https://go.dev/dl/) with a Go " +
      "module proxy that answers, then run the same command again.",
  );
}
