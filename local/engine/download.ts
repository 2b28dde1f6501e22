import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { say } from "../console";
import { messageOf } from "../failure";
import { capture } from "../processes";
import { engineVersion } from "./version";

/** Where the official release lies. The archive and its checksums come from two hosts, so one alone cannot forge both. */
export interface ReleaseHosts {
  archives: string;
  checksums: string;
}

const official: ReleaseHosts = {
  archives: "https://get.pulumi.com/releases/sdk",
  checksums: `https://github.com/pulumi/pulumi/releases/download/v${engineVersion}`,
};

/** Milliseconds until a host must have begun to answer. */
const usualPatience = 10_000;

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: "x64", arm64: "arm64" };

/** Name of the release archive for a platform. */
export function archiveName(platform: NodeJS.Platform, architecture: NodeJS.Architecture): string {
  const arch = architectures[architecture];
  if (!arch || (platform !== "linux" && platform !== "darwin")) {
    throw new Error(`there is no official Pulumi archive for ${platform} on ${architecture}`);
  }
  return `pulumi-v${engineVersion}-${platform}-${arch}.tar.gz`;
}

/** The SHA-256 of a file as a checksums file in the format of `sha256sum` states it. */
export function checksumOf(checksums: string, file: string): string {
  for (const line of checksums.split("\n")) {
    const [sum, name] = line.trim().split(/\s+/u);
    if (name?.replace(/^\*/u, "") === file && sum && /^[0-9a-f]{64}$/u.test(sum)) {
      return sum;
    }
  }
  throw new Error(`the release's checksums do not list ${file}`);
}

async function get(url: string, patience: number): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error(`no answer within ${patience / 1000} s`)), patience);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) {
      throw new Error(`HTTP ${response.status}`);
    }
    return response;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new Error(`the official download did not work (${url}: ${messageOf(error)}${cause})`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

/**
 * Downloads the official release and unpacks it, after its checksum has been compared.
 *
 * @param folder gets `pulumi`, its language hosts and its plugins
 * @param hosts default: Pulumi's own
 * @param patience milliseconds until a host must have begun to answer; default: 10 s
 * @returns path of the `pulumi` command
 */
export async function downloadEngine(
  folder: string,
  hosts: ReleaseHosts = official,
  patience: number = usualPatience,
): Promise<string> {
  const archive = archiveName(process.platform, process.arch);
  say(`Downloading the Pulumi engine ${engineVersion} …`);
  const expected = checksumOf(
    await (await get(`${hosts.checksums}/pulumi-${engineVersion}-checksums.txt`, patience)).text(),
    archive,
  );
  const response = await get(`${hosts.archives}/${archive}`, patience);
  const temporary = mkdtempSync(join(tmpdir(), "pulumi-download-"));
  try {
    const path = join(temporary, archive);
    if (!response.body) {
      throw new Error(`the official download did not work (${archive} came without content)`);
    }
    await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
    const received = await sha256(path);
    if (received !== expected) {
      throw new Error(
        `the official download was refused: ${archive} has SHA-256 ${received}, the release says ${expected}`,
      );
    }
    const unpacked = await capture("tar", ["-xzf", path, "-C", folder, "--strip-components=1"]);
    if (unpacked.code !== 0) {
      throw new Error(`the official download could not be unpacked: ${unpacked.stderr.trim()}`);
    }
    return join(folder, "pulumi");
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
