"use strict";
// Runs the pack in a process without a compiler. The SDK's runner loads TypeScript and a debugger for every pack, also for
// one that is compiled: 50 MB and a part of the processor time of each policy. The process therefore gives its place to a
// new one, with the same id, streams, folder and environment, in which the SDK's own `run` starts the pack without them.
// Where a process cannot be replaced (Windows, Node.js before 22.15) the pack works as the SDK's runner started it.
const fs = require("node:fs");
const inspector = require("node:inspector");
const nodeModule = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");
const { isMainThread } = require("node:worker_threads");

/** Entry point of the SDK's runner, in any installation of it. */
const SDK_RUNNER = path.join("@pulumi", "pulumi", "cmd", "run-policy-pack", "index.js");

/** Exit code by which the SDK says that the user was told what is wrong. */
const TOLD = 32;

/** Bounds the young objects, which are otherwise a quarter of what a large stack takes; more of it saves no time. */
const HEAP = "--max-semi-space-size";
const HEAP_MB = 8;

/**
 * Replaces the process, if the SDK's runner started it. Returns when that is not so or not possible.
 *
 * @param {string} program Main file of the pack.
 */
function withoutCompiler(program) {
  const sdk = require.main?.filename;
  if (sdk === undefined || !sdk.endsWith(path.sep + SDK_RUNNER) || !replaceable()) return;
  const heap = process.allowedNodeEnvironmentFlags.has(HEAP) ? [`${HEAP}=${HEAP_MB}`] : [];
  const own = [__filename, path.dirname(sdk), program, ...process.argv.slice(2)];
  process.execve(process.execPath, [process.execPath, ...heap, ...process.execArgv, ...own], { ...process.env });
}

/** Who debugs or confines the process means this one. A file that is gone (an update of Node.js) cannot be started again. */
function replaceable() {
  return (
    typeof process.execve === "function" &&
    process.platform !== "win32" &&
    isMainThread &&
    inspector.url() === undefined &&
    process.permission === undefined &&
    fs.existsSync(process.execPath)
  );
}

/** Does what the SDK's runner does, except for compiler and debugger; the exit code tells as there what went wrong. */
function main([sdk, program, ...programArguments]) {
  // The SDK sets this flag in the middle of its start, and V8 keeps compiled code for one set of flags only.
  v8.setFlagsFromString("--allow-natives-syntax");
  nodeModule.enableCompileCache?.();
  const uncaught = new Set();
  const told = new Set();
  let running = false;
  const note = (error) => {
    uncaught.add(error);
    if (!running) console.error(error?.stack ?? error);
  };
  process.on("uncaughtException", note);
  process.on("unhandledRejection", note);
  process.on("exit", (code) => {
    if (code === 0 && uncaught.size > 0) process.exitCode = [...uncaught].every((error) => told.has(error)) ? TOLD : 1;
  });
  standInForCompiler(path.join(sdk, "..", "..", "typescript-shim.js"));
  const { run } = require(path.join(sdk, "run"));
  run({
    argv: { _: [program, ...programArguments] },
    typeScript: false,
    programStarted: () => (running = true),
    reportLoggedError: (error) => told.add(error),
  }).then(() => {
    running = false;
    // The engine ends a pack by a signal, after which nothing is written.
    nodeModule.flushCompileCache?.();
  });
}

/** The SDK has TypeScript at hand for functions that become part of a resource. It is loaded when somebody makes one. */
function standInForCompiler(shim) {
  if (!fs.existsSync(shim)) return;
  let compiler;
  const load = () => {
    if (compiler === undefined) {
      delete require.cache[shim];
      compiler = require(shim);
    }
    return compiler;
  };
  const standIn = new nodeModule(shim);
  standIn.filename = shim;
  standIn.loaded = true;
  standIn.exports = new Proxy({}, { get: (_, name) => load()[name], has: (_, name) => name in load() });
  require.cache[shim] = standIn;
}

// Set before the pack asks for it.
module.exports = { withoutCompiler };
if (require.main === module) main(process.argv.slice(2));
