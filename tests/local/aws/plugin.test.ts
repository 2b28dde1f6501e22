import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type * as pluginProto from "@pulumi/pulumi/proto/plugin_pb";
import { build } from "esbuild";
import { Asset } from "../../../local/aws/wire";
import { Engine, connect } from "./engine";
import { startMoto } from "./moto";

const megabyte = 1024 * 1024;

describe("the provider as a bundle", function () {
  this.timeout(120_000);
  let folder: string;
  let child: ChildProcess;
  let engine: Engine;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "aws-provider-"));
    const bundle = join(folder, "provider.js");
    const [moto] = await Promise.all([
      startMoto(),
      build({
        entryPoints: [resolve(__dirname, "../../../local/aws/main.ts")],
        outfile: bundle,
        bundle: true,
        platform: "node",
        format: "cjs",
        logLevel: "error",
      }),
    ]);
    child = spawn(process.execPath, [bundle], {
      env: { PATH: process.env.PATH, AWS_ENDPOINT_URL: moto.endpoint },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
    const client = connect(Number(line.toString().trim()));
    engine = new Engine(client, moto.endpoint, async () => {
      client.close();
      await moto.stop();
    });
    await engine.configure({});
  });

  after(async () => {
    await engine.stop();
    const exit = once(child, "exit");
    child.kill();
    await exit;
    await rm(folder, { recursive: true });
  });

  it("says its version, as the engine asks", async () => {
    const info = await engine.call<pluginProto.PluginInfo>("getPluginInfo", new Empty());
    assert.equal(info.getVersion(), "7.48.0");
  });

  it("streams a large file to S3 instead of holding it", async () => {
    const path = join(folder, "large.bin");
    const file = createWriteStream(path);
    for (let part = 0; part < 64; part++) if (!file.write(Buffer.alloc(megabyte, part))) await once(file, "drain");
    file.end();
    await once(file, "finish");
    const { id: bucket } = await engine.create("aws:s3/bucket:Bucket", {});
    // A first upload loads the client; what is measured is what the file itself costs.
    await engine.create("aws:s3/bucketObjectv2:BucketObjectv2", { bucket, key: "small", content: "small" });
    const before = await peakMemory(child);
    const source = new Asset("asset", "hash", { path });
    const object = await engine.create("aws:s3/bucketObjectv2:BucketObjectv2", { bucket, key: "large", source });
    assert.match(String(object.outputs.etag), /^[0-9a-f]{32}/u);
    const grown = (await peakMemory(child)) - before;
    assert.ok(grown < 60 * megabyte, `a 64 MB upload grew the process by ${Math.round(grown / megabyte)} MB`);
    const s3 = new S3({
      endpoint: engine.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      forcePathStyle: true,
    });
    assert.equal((await s3.headObject({ Bucket: bucket, Key: "large" })).ContentLength, 64 * megabyte);
    s3.destroy();
  });

  it("says what to do when the file is not there", async () => {
    const { id: bucket } = await engine.create("aws:s3/bucket:Bucket", {});
    const source = new Asset("asset", "hash", { path: join(folder, "missing.jsonl") });
    await assert.rejects(
      engine.create("aws:s3/bucketObjectv2:BucketObjectv2", { bucket, source }),
      /ENOENT.*missing\.jsonl/u,
    );
  });
});

/** Highest resident memory of a process so far, in bytes. */
async function peakMemory({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/u.exec(status)?.[1]) * 1024;
}
