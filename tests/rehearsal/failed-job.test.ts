import { BedrockClient, ListCustomModelsCommand, ListModelCustomizationJobsCommand } from "@aws-sdk/client-bedrock";
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import assert from "node:assert/strict";
import { printed, Rehearsal } from "./rehearsal";

// What a team sees when its service role lacks a permission: the job fails with Bedrock's message, the state keeps it, the
// next update does not pay again unasked, and the model in service goes on serving until a new one is there.
describe("a job that fails, on the real engine", function () {
  this.timeout(300_000);
  this.bail(true);
  const rehearsal = new Rehearsal();
  let iam: IAMClient;
  let bedrock: BedrockClient;
  let before: Record<string, unknown>;

  after(async () => {
    iam.destroy();
    bedrock.destroy();
    await rehearsal.end();
  });

  const setAttempt = (attempt: number) =>
    rehearsal.pulumi(
      ...["config", "set", "--path", "secure-model-customization:customization.attempt", String(attempt)],
    );
  const up = () => rehearsal.pulumi("up", "--yes", "--skip-preview");
  const jobs = async () => {
    const { modelCustomizationJobSummaries = [] } = await bedrock.send(new ListModelCustomizationJobsCommand());
    return modelCustomizationJobSummaries.map((job) => job.status).sort();
  };
  const models = async () => (await bedrock.send(new ListCustomModelsCommand())).modelSummaries ?? [];

  it("begins with a model in service", async () => {
    const result = await rehearsal.local("start", "--speed", "2000");
    assert.equal(result.code, 0, printed(result));
    before = rehearsal.outputs();
    await rehearsal.readExports();
    iam = new IAMClient(rehearsal.client());
    bedrock = new BedrockClient(rehearsal.client("bedrock"));
  });

  it("shows Bedrock's message, the phase and the next step when the role may not read the data", async () => {
    const RoleName = String(before.customizationRoleArn).split("/").at(-1);
    const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: "data" }));
    const document = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: { Sid: string }[] };
    const weaker = {
      ...document,
      Statement: document.Statement.filter((statement) => statement.Sid !== "ReadDatasets"),
    };
    assert.equal(weaker.Statement.length, document.Statement.length - 1);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "data", PolicyDocument: JSON.stringify(weaker) }));
    const config = await setAttempt(2);
    assert.equal(config.code, 0, printed(config));

    const failed = await up();
    assert.notEqual(failed.code, 0);
    assert.match(printed(failed), /Validation/u);
    assert.match(
      printed(failed),
      /Could not validate GetObject permissions to access Amazon S3 bucket: smc-dev-training-[\w-]+ at key fine-tuning-datasets\/training-\w+\.jsonl/u,
    );
    assert.match(printed(failed), /attempt/u);
    assert.deepEqual(await jobs(), ["Completed", "Failed"]);
  });

  it("says so again at the next update, and starts no further job", async () => {
    const again = await up();
    assert.notEqual(again.code, 0);
    assert.match(printed(again), /Could not validate GetObject permissions/u);
    assert.deepEqual(await jobs(), ["Completed", "Failed"]);
  });

  it("keeps the earlier model in service meanwhile", async () => {
    assert.deepEqual(
      (await models()).map((model) => model.modelArn),
      [before.modelArn],
    );
  });

  it("trains again by explicit choice, moves the throughput in place and deletes the earlier model", async () => {
    const refresh = await rehearsal.pulumi("refresh", "--yes", "--skip-preview");
    assert.equal(refresh.code, 0, printed(refresh));
    const config = await setAttempt(3);
    assert.equal(config.code, 0, printed(config));

    const repaired = await up();
    assert.equal(repaired.code, 0, printed(repaired));
    const { stdout } = await rehearsal.pulumi("stack", "output", "--json");
    const outputs = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual(await jobs(), ["Completed", "Completed", "Failed"]);
    assert.equal(outputs.servingArn, before.servingArn);
    assert.notEqual(outputs.modelArn, before.modelArn);
    assert.deepEqual(
      (await models()).map((model) => model.modelArn),
      [outputs.modelArn],
    );
  });
});
