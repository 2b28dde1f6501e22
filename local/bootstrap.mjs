// The first thing that runs on a fresh checkout, so it uses nothing but Node's own modules and works on an older Node too.
// It installs the packages when they are missing or differ from the lockfile, then hands over to the Node version and the
// command line that those packages bring.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInstalled } from "./packages.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = 22;

function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

function install() {
  console.log("Installing packages (npm ci, about half a minute) …");
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const result = spawnSync(npm[0], [...npm.slice(1), "ci", "--loglevel=error"], { cwd: root, stdio: "inherit" });
  if (result.error || result.status !== 0) {
    fail(
      `The packages could not be installed (${result.error?.message ?? `npm ci ended with ${result.status ?? result.signal}`}).\n` +
        `What npm printed above says why. If a registry did not answer, check the connection and "npm config get registry".\n` +
        `Nothing else has been changed: run the same command again to go on.`,
    );
  }
}

/** Node 22 from the packages, or the running one when it is recent enough (on a platform without that package). */
function nodeBinary() {
  const packaged = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split(".")[0]) >= oldestNode) return process.execPath;
  return fail(
    `Node ${process.versions.node} is running, but Node ${oldestNode} or newer is needed, and the package "node" that brings it\n` +
      `is not installed. Run "npm install" (with install scripts allowed), or install Node ${oldestNode} from nodejs.org.`,
  );
}

if (process.platform === "win32") {
  fail("The rehearsal runs on Linux and macOS. On Windows use the Windows Subsystem for Linux.");
}
if (!isInstalled(root)) install();

const node = nodeBinary();
const child = spawn(
  node,
  ["--require", "ts-node/register/transpile-only", join(root, "local", "cli.ts"), ...process.argv.slice(2)],
  {
    stdio: "inherit",
    cwd: root,
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, ".local", "cache", "v8"),
      // Whatever is started from here on, by name, is the same Node.
      PATH: [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter),
    },
  },
);
// The terminal sends Ctrl-C to the whole group; the child decides what to do with it and this process only waits.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
