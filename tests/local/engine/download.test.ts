import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { archiveName, checksumOf, downloadEngine } from "../../../local/engine/download";
import { engineVersion } from "../../../local/engine/version";

const archive = archiveName(process.platform, process.arch);
const checksumsPath = `/pulumi-${engineVersion}-checksums.txt`;

describe("name of the release archive", () => {
  it("is that of the official releases", () => {
    assert.equal(archiveName("linux", "x64"), `pulumi-v${engineVersion}-linux-x64.tar.gz`);
    assert.equal(archiveName("darwin", "arm64"), `pulumi-v${engineVersion}-darwin-arm64.tar.gz`);
  });

  it("does not exist for other platforms, and the message names them", () => {
    assert.throws(() => archiveName("win32", "x64"), /no official Pulumi archive for win32 on x64/u);
    assert.throws(() => archiveName("linux", "riscv64"), /no official Pulumi archive for linux on riscv64/u);
  });
});

describe("checksums of a release", () => {
  const sum = "0123456789abcdef".repeat(4);

  it("are read in both modes of sha256sum, among other lines", () => {
    for (const line of [`${sum}  a.tar.gz`, `${sum} *a.tar.gz`, `  ${sum}\ta.tar.gz\r`]) {
      assert.equal(checksumOf(`${"f".repeat(64)}  b.tar.gz\n\n${line}\n`, "a.tar.gz"), sum);
    }
  });

  it("of another file, or of a malformed line, are not taken", () => {
    for (const line of [`${sum}  x-a.tar.gz`, `${sum}  a.tar.gz.sig`, `${sum.slice(1)}  a.tar.gz`, "a.tar.gz", ""]) {
      assert.throws(() => checksumOf(line, "a.tar.gz"), /the release's checksums do not list a\.tar\.gz/u, line);
    }
  });

  it("are never made up: what is answered stands in the text beside the name", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        assert.throws(() => checksumOf(text, "a.tar.gz"), /do not list a\.tar\.gz/u);
      }),
    );
  });
});

describe("download of the engine", () => {
  let work: string;
  let target: string;
  let good: Buffer;
  const servers: Server[] = [];
  const { log } = console;

  before(() => {
    work = mkdtempSync(join(tmpdir(), "engine-"));
    mkdirSync(join(work, "pulumi"));
    writeFileSync(join(work, "pulumi", "pulumi"), "#!/bin/sh\necho v1\n", { mode: 0o755 });
    writeFileSync(join(work, "pulumi", "pulumi-language-nodejs"), "#!/bin/sh\n", { mode: 0o755 });
    execFileSync("tar", ["-czf", join(work, archive), "-C", work, "pulumi"]);
    good = readFileSync(join(work, archive));
  });
  beforeEach(() => {
    // The lines of progress would stand between the lines of the report.
    console.log = () => undefined;
    target = mkdtempSync(join(work, "target-"));
  });
  afterEach(async () => {
    console.log = log;
    await Promise.all(
      servers.splice(0).map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** One host for archive and checksums; the checksum is that of `stated`. */
  async function release(content: Buffer, stated: Buffer = content) {
    const sum = createHash("sha256").update(stated).digest("hex");
    const host = await serve((request, response) => {
      if (request.url === checksumsPath) {
        response.end(`${sum}  ${archive}\n`);
      } else if (request.url === `/${archive}`) {
        response.end(content);
      } else {
        response.writeHead(404).end();
      }
    });
    return { archives: host, checksums: host };
  }

  async function failure(run: Promise<string>): Promise<string> {
    const message = await run.then(
      (path) => assert.fail(`the download gave ${path}`),
      (error: Error) => error.message,
    );
    assert.deepEqual(readdirSync(target), [], "a refused download leaves nothing behind");
    return message;
  }

  const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith("pulumi-download-"));

  it("puts the commands of a good archive side by side, and cleans up", async () => {
    const before = leftovers();
    const path = await downloadEngine(target, await release(good));
    assert.equal(execFileSync(path, { encoding: "utf8" }), "v1\n");
    assert.deepEqual(readdirSync(target).sort(), ["pulumi", "pulumi-language-nodejs"]);
    assert.deepEqual(leftovers(), before);
  });

  it("refuses an archive whose checksum is another, and names both", async () => {
    const forged = Buffer.concat([good, Buffer.from("x")]);
    const sums = [forged, good].map((content) => createHash("sha256").update(content).digest("hex"));
    const before = leftovers();
    const message = await failure(downloadEngine(target, await release(forged, good)));
    assert.equal(
      message,
      `the official download was refused: ${archive} has SHA-256 ${sums[0]}, the release says ${sums[1]}`,
    );
    assert.deepEqual(leftovers(), before);
  });

  it("refuses a release that does not list the archive", async () => {
    const host = await serve((_request, response) => response.end("nothing here\n"));
    assert.match(await failure(downloadEngine(target, { archives: host, checksums: host })), /checksums do not list/u);
  });

  it("says which address does not exist", async () => {
    const host = await serve((_request, response) => response.writeHead(404).end());
    const message = await failure(downloadEngine(target, { archives: host, checksums: host }));
    assert.equal(message, `the official download did not work (${host}${checksumsPath}: HTTP 404)`);
  });

  it("says that nobody listens", async () => {
    const host = await serve((_request, response) => response.end());
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    const message = await failure(downloadEngine(target, { archives: host, checksums: host }));
    assert.match(message, /did not work \(http:\/\/127\.0\.0\.1:\d+\/.*ECONNREFUSED/u);
  });

  it("gives up on a host that takes the connection and never answers", async () => {
    const asked: (string | undefined)[] = [];
    const host = await serve((request) => asked.push(request.url));
    const message = await failure(downloadEngine(target, { archives: host, checksums: host }, 50));
    assert.match(message, /no answer within 0\.05 s/u);
    assert.deepEqual(asked, [checksumsPath]);
  });

  it("refuses what is no archive, although the checksum is right", async () => {
    const message = await failure(downloadEngine(target, await release(Buffer.from("<html>proxy</html>"))));
    assert.match(message, /^the official download could not be unpacked: /u);
  });

  it("refuses an archive that breaks off", async () => {
    const sum = createHash("sha256").update(good).digest("hex");
    const host = await serve((request, response) => {
      if (request.url === checksumsPath) {
        response.end(`${sum}  ${archive}\n`);
        return;
      }
      response.writeHead(200, { "content-length": good.length });
      response.write(good.subarray(0, 10), () => response.destroy());
    });
    await failure(downloadEngine(target, { archives: host, checksums: host }));
  });
});
