import { DeletePublicAccessBlockCommand, GetPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { capture, type Result } from "../../local/processes";
import { root } from "../../local/paths";

// One rehearsal of the main job on the real engine, in a folder of its own, from an empty account to an empty account.
// The tests build on each other in this order; each of them runs the same commands that a user types.
describe("the main job on the real engine", function () {
  this.timeout(300_000);
  this.bail(true);

  const folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
  const environment = { ...process.env, REHEARSAL_FOLDER: folder, NO_COLOR: "1" };
  let exports: Record<string, string> = {};

  const local = (...args: string[]): Promise<Result> =>
    capture(process.execPath, [join(root, "local", "bootstrap.mjs"), ...args], { env: environment, cwd: root });
  const pulumi = (...args: string[]): Promise<Result> =>
    capture("pulumi", ["--cwd", join(folder, "project"), "--non-interactive", ...args, "--stack", "dev"], {
      env: { ...process.env, ...exports },
      cwd: root,
    });
  const outputs = (): Record<string, unknown> =>
    JSON.parse(readFileSync(join(folder, "outputs.json"), "utf8")) as Record<string, unknown>;

  after(async () => {
    await local("stop");
    rmSync(folder, { recursive: true, force: true });
  });

  it("goes from an empty account to an answer of the customized model", async () => {
    const result = await local("start", "--speed", "2000");
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const { jobStatus, modelArn, servingArn, trainingLoss, trainingLossCurve, phases } = outputs();
    assert.equal(jobStatus, "Completed");
    assert.match(String(modelArn), /^arn:aws:bedrock:us-west-2:123456789012:custom-model\/meta\.llama3-1-8b/u);
    assert.match(String(servingArn), /:provisioned-model\//u);
    const losses = trainingLossCurve as number[];
    assert.ok((losses.at(-1) ?? Infinity) < (losses[0] ?? 0), "the loss must fall from the first step to the last");
    assert.equal(typeof trainingLoss, "number");
    assert.deepEqual(
      (phases as { name: string; status: string }[]).map(({ name, status }) => `${name} ${status}`),
      ["Validation Completed", "DataProcessing Completed", "Training Completed"],
    );
    assert.match(result.stdout, /no violation/u);
    assert.match(result.stdout, /Answer\n\s+\S/u);
  });

  it("prints exports with which plain pulumi commands work against the rehearsal", async () => {
    const result = await local("env");
    assert.equal(result.code, 0, result.stderr);
    exports = Object.fromEntries(
      [...result.stdout.matchAll(/^export (\w+)='(.*)'$/gmu)].map(([, name = "", value = ""]) => [name, value]),
    );
    const shown = await pulumi("stack", "output", "--json");
    assert.deepEqual(JSON.parse(shown.stdout), outputs());
  });

  it("changes nothing when nothing has changed", async () => {
    const again = await local("start");
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.match(again.stdout, /Nothing to change/u);
    const preview = await pulumi("preview", "--expect-no-changes", "--policy-pack", join(root, "policies"));
    assert.equal(preview.code, 0, preview.stdout + preview.stderr);
  });

  it("refreshes without finding drift", async () => {
    const refresh = await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    assert.equal(refresh.code, 0, refresh.stdout + refresh.stderr);
  });

  it("finds a drift made behind its back and repairs it", async () => {
    const s3 = new S3Client({
      endpoint: exports.AWS_ENDPOINT_URL,
      region: "us-west-2",
      forcePathStyle: true,
      credentials: { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" },
    });
    const Bucket = String(outputs().trainingBucket);
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));

    const refresh = await pulumi("refresh", "--yes", "--skip-preview");
    assert.equal(refresh.code, 0, refresh.stdout + refresh.stderr);
    assert.match(refresh.stdout, /BucketPublicAccessBlock[^\n]*delete/u);

    const repair = await local("start");
    assert.equal(repair.code, 0, repair.stdout + repair.stderr);
    const { PublicAccessBlockConfiguration: block } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    assert.deepEqual(block, {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    s3.destroy();
  });

  it("destroys the stack and leaves nothing in the account", async () => {
    const result = await local("destroy");
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /Nothing is left\./u);
  });

  it("leaves the user's stack file as it was", () => {
    const file = parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")) as Record<string, unknown>;
    assert.deepEqual(Object.keys(file), ["config"]);
  });
});
