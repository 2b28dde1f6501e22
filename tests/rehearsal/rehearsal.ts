import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../local/paths";
import { capture, type Result } from "../../local/processes";

/** A rehearsal in a folder of its own, driven by the commands that a user types. */
export class Rehearsal {
  private readonly folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
  private readonly environment = { ...process.env, REHEARSAL_FOLDER: this.folder, NO_COLOR: "1" };
  /** What `env` has printed; empty until {@link readExports}. */
  public exports: Record<string, string> = {};

  /** Runs `npm run local -- …`. */
  public local(...args: string[]): Promise<Result> {
    return this.watched(() => undefined, ...args);
  }

  /** Runs `npm run local -- …` and calls back with each piece that it prints. */
  public watched(onOutput: (text: string) => void, ...args: string[]): Promise<Result> {
    return capture(process.execPath, [join(root, "local", "bootstrap.mjs"), ...args], {
      env: this.environment,
      cwd: root,
      onOutput,
    });
  }

  /** Process ids of the services that run. */
  public services(): { emulator: number; simulator: number } {
    const record = JSON.parse(readFileSync(join(this.folder, "run", "services.json"), "utf8")) as Record<
      "emulator" | "simulator",
      { pid: number }
    >;
    return { emulator: record.emulator.pid, simulator: record.simulator.pid };
  }

  /** Runs a plain `pulumi …` on stack dev, with what `env` has printed. */
  public pulumi(...args: string[]): Promise<Result> {
    return capture("pulumi", ["--cwd", join(this.folder, "project"), "--non-interactive", ...args, "--stack", "dev"], {
      env: { ...process.env, ...this.exports },
      cwd: root,
    });
  }

  /** Reads the exports that `env` prints. */
  public async readExports(): Promise<void> {
    const { stdout } = await this.local("env");
    this.exports = Object.fromEntries(
      [...stdout.matchAll(/^export (\w+)='(.*)'$/gmu)].map(([, name = "", value = ""]) => [name, value]),
    );
  }

  /** What an AWS client needs to talk to the emulator, or to the Bedrock simulator. */
  public client(service: "aws" | "bedrock" = "aws") {
    return {
      endpoint: service === "aws" ? this.exports.AWS_ENDPOINT_URL : this.exports.AWS_ENDPOINT_URL_BEDROCK,
      region: this.exports.AWS_REGION,
      credentials: { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" },
    };
  }

  /** The outputs that the last start has written. */
  public outputs(): Record<string, unknown> {
    return JSON.parse(readFileSync(join(this.folder, "outputs.json"), "utf8")) as Record<string, unknown>;
  }

  /** Stops the services and removes the folder. */
  public async end(): Promise<void> {
    await this.local("stop");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Everything that a command has printed, for the message of a failed assertion. */
export function printed(result: Result): string {
  return result.stdout + result.stderr;
}
