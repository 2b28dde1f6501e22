import { DeletePublicAccessBlockCommand, GetPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../local/paths";
import { printed, Rehearsal } from "./rehearsal";

// One rehearsal from an empty account to an empty account. The tests build on each other in this order.
describe("the main job on the real engine", function () {
  this.timeout(300_000);
  this.bail(true);
  const rehearsal = new Rehearsal();
  after(() => rehearsal.end());

  it("goes from an empty account to an answer of the customized model", async () => {
    const result = await rehearsal.local("start", "--speed", "2000");
    assert.equal(result.code, 0, printed(result));
    const { jobStatus, modelArn, servingArn, trainingLoss, trainingLossCurve, phases } = rehearsal.outputs();
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
    await rehearsal.readExports();
    const shown = await rehearsal.pulumi("stack", "output", "--json");
    assert.deepEqual(JSON.parse(shown.stdout), rehearsal.outputs());
  });

  it("changes nothing when nothing has changed", async () => {
    const again = await rehearsal.local("start");
    assert.equal(again.code, 0, printed(again));
    assert.match(again.stdout, /Nothing to change/u);
    const preview = await rehearsal.pulumi(
      "preview",
      "--expect-no-changes",
      ...["--policy-pack", join(root, "policies")],
    );
    assert.equal(preview.code, 0, printed(preview));
  });

  it("refreshes without finding drift", async () => {
    const refresh = await rehearsal.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    assert.equal(refresh.code, 0, printed(refresh));
  });

  it("finds a drift made behind its back and repairs it", async () => {
    const s3 = new S3Client({ ...rehearsal.client(), forcePathStyle: true });
    const Bucket = String(rehearsal.outputs().trainingBucket);
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));

    const refresh = await rehearsal.pulumi("refresh", "--yes", "--skip-preview");
    assert.equal(refresh.code, 0, printed(refresh));
    assert.match(refresh.stdout, /BucketPublicAccessBlock[^\n]*delete/u);

    const repair = await rehearsal.local("start");
    assert.equal(repair.code, 0, printed(repair));
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
    const result = await rehearsal.local("destroy");
    assert.equal(result.code, 0, printed(result));
    assert.match(result.stdout, /Nothing is left\./u);
  });

  it("leaves the user's stack file as it was", () => {
    const file = parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")) as Record<string, unknown>;
    assert.deepEqual(Object.keys(file), ["config"]);
  });
});
