import { join } from "node:path";
import { buildBundles, type Bundles } from "./build";
import { say, step } from "./console";
import { acquireEngine, type Engine } from "./engine/acquire";
import { installShims } from "./engine/shims";
import { installEmulator } from "./emulator/install";
import { afterOthers } from "./lock";
import { localFolder } from "./paths";
import { ensureServices, type RunningServices } from "./services";

/** Everything that a rehearsal runs on. */
export interface Tools {
  engine: Engine;
  bundles: Bundles;
}

const origins: Record<Engine["source"], string> = {
  path: "the one on your PATH",
  download: "the official release",
  build: "built from its Go module",
};

/** How many simulated seconds pass in one: a fine-tuning job of about 40 minutes takes some seconds. */
export const defaultSpeed = 300;

/** Installs or builds what is missing. Takes minutes on a fresh checkout and milliseconds afterwards. */
export async function prepareTools(): Promise<Tools> {
  step("Tools");
  return afterOthers(prepare, join(localFolder, "tools.lock"), (owner) =>
    say(`Another command prepares the tools (process ${owner}); waiting for it ...`),
  );
}

async function prepare(): Promise<Tools> {
  // One after the other: the build of the engine takes every core, and progress lines of three installers mix badly.
  const engine = await acquireEngine();
  await installEmulator();
  const bundles = await buildBundles();
  installShims(bundles, engine.source === "build");
  say(
    `Pulumi engine ${engine.version} (${origins[engine.source]}), AWS emulator moto, aws provider, Bedrock simulator`,
  );
  return { engine, bundles };
}

/** Starts emulator and simulator unless they run. */
export async function startServices(tools: Tools, speed: number): Promise<RunningServices> {
  const services = await ensureServices(tools.bundles.simulator, speed);
  say(
    `AWS emulator on 127.0.0.1:${services.emulator.port}, Bedrock simulator on 127.0.0.1:${services.simulator.port}` +
      (services.fresh ? " (a new, empty account)" : ""),
  );
  return services;
}
