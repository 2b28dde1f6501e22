import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Bedrock, BedrockServiceException } from "@aws-sdk/client-bedrock";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { attachForModelJobs, MODEL_FILES, putFiles } from "./model-job-environment";
import {
  type Bench,
  buildEnvironment,
  type Environment,
  type Moto,
  REGION as ELSEWHERE,
  sdkSettings,
  startBench,
  startMoto,
} from "./support";

const REGION = "us-east-1";
const HALF_AN_HOUR = 1800;

const isError = (name: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof BedrockServiceException);
  assert.equal(error.name, name);
  assert.match(error.message, message);
  return true;
};

describe("models that are created from artifacts", function () {
  this.timeout(60_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let client: Bedrock;
  let serial = 0;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "created", REGION);
    await putFiles(environment, "models/nova-pro-clauses", MODEL_FILES);
  });
  after(() => moto.stop());
  beforeEach(async () => {
    await attachForModelJobs(environment, ["*"], REGION);
    await begin();
  });
  afterEach(async () => {
    client.destroy();
    await bench.close();
  });

  const begin = async (options: Parameters<typeof startBench>[1] = {}): Promise<void> => {
    bench = await startBench(moto.url, options);
    client = new Bedrock(sdkSettings(bench.simulator.url, REGION));
  };
  const source = (folder: string) => ({ s3DataSource: { s3Uri: `s3://${environment.bucket}/models/${folder}` } });
  const input = (more: object = {}) => ({
    modelName: `created-${++serial}`,
    modelSourceConfig: source("nova-pro-clauses"),
    roleArn: environment.roleArn,
    modelKmsKeyArn: environment.keyArn,
    ...more,
  });
  const advance = (): Promise<void> => bench.simulator.control.advance(HALF_AN_HOUR);
  const get = (modelIdentifier: string | undefined) => client.getCustomModel({ modelIdentifier });

  it("are Creating, then Active, of the base that their location names, and read as the role that was given", async () => {
    const { modelArn } = await client.createCustomModel(input({ modelTags: [{ key: "team", value: "legal" }] }));
    assert.match(modelArn ?? "", /:custom-model\/imported\/[a-z0-9]{12}$/);
    assert.equal((await get(modelArn)).modelStatus, "Creating");
    await advance();
    const { modelStatus, customizationType, baseModelArn, modelKmsKeyArn, jobArn } = await get(modelArn);
    assert.deepEqual([modelStatus, customizationType, jobArn], ["Active", "IMPORTED", undefined]);
    assert.match(baseModelArn ?? "", /nova-pro/);
    assert.equal(modelKmsKeyArn, environment.keyArn);
    const { tags } = await client.listTagsForResource({ resourceARN: modelArn });
    assert.deepEqual(tags, [{ key: "team", value: "legal" }]);
    const actions = bench.simulator.control.calls(modelArn ?? "").map(({ action }) => action);
    for (const action of ["sts:AssumeRole", "s3:ListBucket", "s3:GetObject", "kms:Decrypt", "kms:CreateGrant"]) {
      assert.ok(actions.includes(action), action);
    }
  });

  it("are used and deleted when they are Active, and not before", async () => {
    const { modelArn } = await client.createCustomModel(input());
    const deploy = () => client.createCustomModelDeployment({ modelDeploymentName: "clauses", modelArn });
    await assert.rejects(deploy(), isError("ValidationException", /its status is Creating/));
    await assert.rejects(
      client.deleteCustomModel({ modelIdentifier: modelArn }),
      isError("ConflictException", /being created/),
    );
    await advance();
    const { customModelDeploymentArn } = await deploy();
    await advance();
    const runtime = bench.runtime;
    runtime.config.region = () => Promise.resolve(REGION);
    const content = [{ text: "Whose law governs this agreement?" }];
    const command = new ConverseCommand({ modelId: customModelDeploymentArn, messages: [{ role: "user", content }] });
    assert.ok((await runtime.send(command)).output?.message?.content?.[0]?.text);
    await assert.rejects(
      client.deleteCustomModel({ modelIdentifier: modelArn }),
      isError("ConflictException", /in use/),
    );
    await client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: customModelDeploymentArn });
    await client.deleteCustomModel({ modelIdentifier: modelArn });
    await assert.rejects(get(modelArn), isError("ResourceNotFoundException", /custom model/));
  });

  it("fail where nothing lies, where the role may not read, and when told to; a failed model can be deleted", async () => {
    const failing = async (more: object, message: RegExp): Promise<void> => {
      const { modelArn } = await client.createCustomModel(input(more));
      await advance();
      const model = await get(modelArn);
      assert.equal(model.modelStatus, "Failed");
      assert.match(model.failureMessage ?? "", message);
      await client.deleteCustomModel({ modelIdentifier: modelArn });
    };
    await failing({ modelSourceConfig: source("nothing") }, /No model artifacts/);
    bench.simulator.control.addFault({ modelJob: { kind: "model", message: "The artifacts are broken." } });
    await failing({}, /artifacts are broken/);
    // The role of a customization job may not read there.
    const ArnLike = { "aws:SourceArn": `arn:aws:bedrock:${REGION}:*:custom-model/*` };
    await environment.attach({ trust: environment.documents.trust.map((one) => ({ ...one, Condition: { ArnLike } })) });
    await failing({}, /Could not validate GetObject permissions|not authorized/);
  });

  it("are made once for the same token, also at the same moment, and keep their name", async () => {
    const wanted = input({ clientRequestToken: "one" });
    const made = await Promise.all([1, 2, 3].map(() => client.createCustomModel(wanted)));
    assert.equal(new Set(made.map(({ modelArn }) => modelArn)).size, 1);
    await assert.rejects(
      client.createCustomModel({ ...wanted, modelName: "other" }),
      isError("ConflictException", /different parameters/),
    );
    await assert.rejects(
      client.createCustomModel({ ...wanted, clientRequestToken: "two" }),
      isError("ValidationException", /model name is currently in use/),
    );
    await client.createCustomModel(input());
    await assert.rejects(client.createCustomModel(input()), isError("ServiceQuotaExceededException", /maximum of 2/));
    const creating = await client.listCustomModels({ modelStatus: "Creating" });
    assert.equal(creating.modelSummaries?.length, 2);
    assert.equal((await client.listCustomModels({ modelStatus: "Active" })).modelSummaries?.length, 0);
  });

  it("are refused elsewhere, without a role or one that trusts Bedrock, and with no source or two", async () => {
    const packageArn = "arn:aws:sagemaker:us-east-1:123456789012:model-package/clauses/1";
    const customModelDataSource = { modelPackageArnDataSource: { modelPackageArn: packageArn } };
    const refused: [object, RegExp][] = [
      [{ modelSourceConfig: undefined }, /Exactly one of/],
      [{ customModelDataSource }, /Exactly one of/],
      [{ customModelDataSource, modelSourceConfig: undefined }, /no SageMaker AI model packages/],
      [{ roleArn: undefined }, /roleArn is required/],
      [{ roleArn: `${environment.roleArn}-missing` }, /Could not assume provided IAM role/],
      [{ modelKmsKeyArn: `${environment.keyArn.slice(0, -1)}x` }, /KMS key does not exist/],
    ];
    for (const [more, message] of refused) {
      await assert.rejects(client.createCustomModel(input(more)), isError("ValidationException", message));
    }
    const there = new Bedrock(sdkSettings(bench.simulator.url, ELSEWHERE));
    await assert.rejects(
      there.createCustomModel(input()),
      isError("ValidationException", /Supported Regions: us-east-1/),
    );
    there.destroy();
  });

  it("are finished after a restart", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "created-"));
    try {
      const stateFile = path.join(folder, "state.json");
      await bench.close();
      client.destroy();
      await begin({ stateFile });
      const { modelArn } = await client.createCustomModel(input());
      await bench.close();
      client.destroy();
      await begin({ stateFile });
      assert.equal((await get(modelArn)).modelStatus, "Creating");
      await advance();
      assert.equal((await get(modelArn)).modelStatus, "Active");
    } finally {
      await bench.close();
      rmSync(folder, { recursive: true });
      await begin();
    }
  });
});
