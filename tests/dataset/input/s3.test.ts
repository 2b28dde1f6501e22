import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { checkDataset, DatasetError } from "../../../dataset";
import { s3Object } from "../../../dataset/input/s3";
import { LLAMA_31, pair } from "../records";

/** Environment that leads the SDK to a server of the test and keeps it from looking elsewhere for credentials. */
const environment = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "eu-west-1",
  AWS_MAX_ATTEMPTS: "1",
  AWS_ENDPOINT_URL: undefined,
};

describe("a dataset in S3", () => {
  const saved = { ...process.env };
  const body = Buffer.from(`${Array.from({ length: 120 }, (_, index) => pair(index)).join("\n")}\n`);
  const asked: string[] = [];
  let server: Server;

  async function serve(listener: RequestListener): Promise<void> {
    server = createServer((request, response) => {
      asked.push(`${request.method ?? ""} ${(request.url ?? "").split("?")[0] ?? ""}`);
      listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, environment, { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` });
    delete process.env.AWS_ENDPOINT_URL;
  }

  afterEach(async () => {
    for (const key of [...Object.keys(environment), "AWS_ENDPOINT_URL_S3"]) {
      if (saved[key] === undefined) delete process.env[key];
      else process.env[key] = saved[key];
    }
    asked.length = 0;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("is read from the endpoint that the environment names, and judged as a file is", async () => {
    await serve((_request, response) => response.writeHead(200, { "content-length": body.length }).end(body));
    const report = await checkDataset("s3://my-bucket/folder/train.jsonl", { baseModel: LLAMA_31 });
    assert.deepEqual([report.records, report.bytes, report.errors], [120, body.length, 0]);
    assert.equal(report.file, "s3://my-bucket/folder/train.jsonl");
    assert.deepEqual(asked, ["GET /my-bucket/folder/train.jsonl"]);
  });

  it("is read from the bucket's Region when that is another one", async () => {
    const regions: (string | undefined)[] = [];
    await serve((request, response) => {
      const region = /\/(?<region>[a-z]+-[a-z]+-\d)\/s3\//u.exec(request.headers.authorization ?? "")?.groups?.region;
      regions.push(region);
      if (region === "us-east-2") response.writeHead(200, { "content-length": body.length }).end(body);
      else {
        response.writeHead(301, { "x-amz-bucket-region": "us-east-2" });
        response.end("<Error><Code>PermanentRedirect</Code><Message>Elsewhere</Message></Error>");
      }
    });
    assert.equal((await checkDataset("s3://my-bucket/train.jsonl", { baseModel: LLAMA_31 })).records, 120);
    assert.deepEqual(regions, ["eu-west-1", "us-east-2"]);
  });

  it("is unzipped where its key ends in .gz", async () => {
    const zipped = gzipSync(body);
    await serve((_request, response) => response.writeHead(200, { "content-length": zipped.length }).end(zipped));
    const report = await checkDataset("s3://my-bucket/train.jsonl.gz", { baseModel: LLAMA_31 });
    assert.deepEqual([report.records, report.bytes], [120, zipped.length]);
  });

  it("cannot be checked where it is absent, refused or cut short, and the message says why", async () => {
    const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`;
    let answer: RequestListener = () => undefined;
    await serve((request, response) => answer(request, response));
    const fails = (pattern: RegExp) =>
      assert.rejects(checkDataset("s3://my-bucket/train.jsonl", { baseModel: LLAMA_31 }), (error: unknown) => {
        assert.ok(error instanceof DatasetError && error.code === "unreadable");
        assert.match(error.message, pattern);
        return true;
      });
    answer = (_request, response) => response.writeHead(404).end(xml("NoSuchKey"));
    await fails(/s3:\/\/my-bucket\/train\.jsonl: NoSuchKey\. Check bucket and key/);
    answer = (_request, response) => response.writeHead(403).end(xml("AccessDenied"));
    await fails(/AccessDenied\. You need s3:GetObject on it, and kms:Decrypt/);
    answer = (_request, response) => response.writeHead(403).end(xml("InvalidObjectState"));
    await fails(/InvalidObjectState\. It is in an archive: restore it/);
    answer = (_request, response) => response.writeHead(503).end(xml("SlowDown"));
    await fails(/SlowDown: No\. The service refused several tries\. Run the check again later/);
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, 100), () => response.destroy());
    };
    await fails(/Cannot read the dataset/);
  });

  describe("over a connection that fails", () => {
    const large = Buffer.from(`${Array.from({ length: 8000 }, (_, index) => pair(index)).join("\n")}\n`);
    const etag = '"e1"';

    /** Sends what is asked for, up to `most` bytes each time; a silent connection stays open. */
    async function serveParts(most: number, isSilent = false): Promise<string[]> {
      const ranges: string[] = [];
      await serve((request, response) => {
        ranges.push(`${request.headers.range ?? "all"} ${request.headers["if-match"]?.toString() ?? ""}`.trim());
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
        const rest = large.subarray(from);
        const range = { "content-range": `bytes ${from}-${large.length - 1}/${large.length}` };
        response.writeHead(from > 0 ? 206 : 200, { etag, "content-length": rest.length, ...(from > 0 ? range : {}) });
        if (rest.length <= most) response.end(rest);
        else response.write(rest.subarray(0, most), () => (isSilent ? undefined : response.destroy()));
      });
      return ranges;
    }

    it("is read on from where the connection ended, as the same object", async () => {
      const ranges = await serveParts(150_000);
      const report = await checkDataset("s3://my-bucket/train.jsonl", { baseModel: LLAMA_31, quality: false });
      assert.deepEqual([report.records, report.bytes], [8000, large.length]);
      assert.equal(report.sha256, createHash("sha256").update(large).digest("hex"));
      assert.ok(ranges.length > 2);
      assert.ok(
        ranges.slice(1).every((range) => /^bytes=\d+- "e1"$/.test(range)),
        ranges.join(),
      );
    });

    it("is read on where the connection falls silent", async () => {
      const ranges = await serveParts(Math.ceil(large.length / 2), true);
      const source = s3Object("s3://my-bucket/train.jsonl", 300);
      assert.equal((await checkDataset(source, { baseModel: LLAMA_31, quality: false })).records, 8000);
      assert.equal(ranges.length, 2);
    });

    it("cannot be checked where nothing more comes, or the object was replaced meanwhile", async () => {
      const check = () => checkDataset("s3://my-bucket/train.jsonl", { baseModel: LLAMA_31, quality: false });
      let tries = 0;
      let refusal = 0;
      await serve((request, response) => {
        tries++;
        if (request.headers.range === undefined) {
          response.writeHead(200, { etag, "content-length": large.length });
          response.write(large.subarray(0, 1000), () => response.destroy());
        } else if (refusal > 0) response.writeHead(refusal).end("<Error><Code>PreconditionFailed</Code></Error>");
        else response.writeHead(200, { etag: '"e2"', "content-length": large.length }).end(large);
      });
      await assert.rejects(check(), /the service sends no ranges/);
      assert.equal(tries, 2);
      refusal = 412;
      await assert.rejects(check(), /the object was replaced while it was read\. Try again/);
      assert.equal(tries, 4);
    });

    it("is given up after some tries without a byte", async function () {
      this.timeout(60_000);
      let tries = 0;
      await serve((request, response) => {
        tries++;
        const from = request.headers.range === undefined ? 0 : 1000;
        const range = { "content-range": `bytes ${from}-${large.length - 1}/${large.length}` };
        response.writeHead(from > 0 ? 206 : 200, {
          etag,
          "content-length": large.length - from,
          ...(from > 0 && range),
        });
        if (from > 0) response.flushHeaders();
        else response.write(large.subarray(0, 1000));
        setImmediate(() => response.destroy());
      });
      const check = checkDataset("s3://my-bucket/train.jsonl", { baseModel: LLAMA_31, quality: false });
      await assert.rejects(check, /Cannot read the dataset s3:\/\/my-bucket\/train\.jsonl: /);
      assert.ok(tries >= 2 && tries <= 8, `${tries} tries`);
    });
  });

  it("needs an address with bucket and key", async () => {
    await serve((_request, response) => response.end());
    for (const uri of ["s3://my-bucket", "s3://my-bucket/", "s3://Bad_Bucket/key"]) {
      await assert.rejects(checkDataset(uri, { baseModel: LLAMA_31 }), /must be s3:\/\/bucket\/key/);
    }
    assert.deepEqual(asked, []);
  });
});
