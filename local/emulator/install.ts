import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { say } from "../console";
import { RehearsalError } from "../failure";
import { paths, root } from "../paths";
import { capture, versionOf } from "../processes";

const requirements = join(root, "local", "emulator", "requirements.txt");
const environment = join(paths.emulator, "venv");
const stamp = join(paths.emulator, "installed");
const retry = "Then run the same command again; it goes on from here.";

/** The Python of the private environment. */
export const emulatorPython = join(environment, "bin", "python");

/** The script that starts the emulator. */
export const emulatorScript = join(root, "local", "emulator", "server.py");

async function run(args: readonly string[], command: string, what: string, next: string): Promise<void> {
  const result = await capture(command, args);
  if (result.code !== 0) {
    const lines = (result.stdout + result.stderr).trim().split("\n").slice(-4).join("\n    ");
    throw new RehearsalError(`${what} (${command} ended with ${result.code}):\n    ${lines}`, `${next} ${retry}`);
  }
}

/**
 * Installs the AWS emulator (moto) into a private virtual environment, with the versions that
 * `local/emulator/requirements.txt` pins, unless exactly that is there already.
 *
 * @throws {RehearsalError} without Python, without its venv module, or when the registry does not answer
 */
export async function installEmulator(): Promise<void> {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(emulatorPython) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    return;
  }
  if ((await versionOf("python3", ["--version"])) === undefined) {
    throw new RehearsalError(
      "There is no python3 on PATH. The AWS emulator (moto) is a Python program.",
      `Install Python 3.10 or newer (https://www.python.org/downloads/). ${retry}`,
    );
  }
  say("Installing the AWS emulator (moto) into a private Python environment …");
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(paths.emulator, { recursive: true });
  await run(
    ["-m", "venv", environment],
    "python3",
    "The private Python environment could not be made",
    "On Debian and Ubuntu install the package python3-venv.",
  );
  await run(
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements],
    emulatorPython,
    "The AWS emulator could not be installed",
    'If the package index did not answer, check the connection and "pip config list".',
  );
  writeFileSync(stamp, wanted);
}
