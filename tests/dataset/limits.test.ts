import assert from "node:assert/strict";
import { baseModelId, bytesSource, checkDataset, DatasetError, limitsFor, modelLimits } from "../../dataset";
import { jobId } from "../../dataset/model-names";
import { customizationId, FOUNDATION_MODELS } from "../../local/bedrock/foundation-models";

describe("limits", () => {
  it("are found from an id with or without version and context suffix, and from ARNs", () => {
    const identifiers = [
      "meta.llama3-1-8b-instruct-v1",
      "meta.llama3-1-8b-instruct-v1:0",
      "meta.llama3-1-8b-instruct-v1:0:128k",
      "arn:aws:bedrock:us-west-2::foundation-model/meta.llama3-1-8b-instruct-v1:0:128k",
      "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/meta.llama3-1-8b-instruct-v1:0",
      "arn:aws:bedrock:us-west-2:123456789012:custom-model/meta.llama3-1-8b-instruct-v1:0:128k/abcdef123456",
    ];
    for (const identifier of identifiers) {
      assert.equal(baseModelId(identifier), "meta.llama3-1-8b-instruct-v1:0", identifier);
      assert.equal(limitsFor(identifier).family, "Llama 3.1");
    }
  });

  it("are said to be of the id that a job takes", () => {
    for (const model of FOUNDATION_MODELS.filter(({ endOfLifeTime }) => endOfLifeTime === undefined)) {
      assert.equal(jobId(model.id), customizationId(model));
    }
  });

  it("of an unknown or malformed model are refused with the known ones", () => {
    for (const identifier of [
      "amazon.titan-text-lite-v2",
      "meta.llama3-1-8b-instruct-v2:0",
      "llama",
      "",
      "arn:aws:s3:::bucket",
    ]) {
      assert.throws(
        () => limitsFor(identifier),
        (error) =>
          error instanceof DatasetError &&
          error.code === "unknown-model" &&
          error.message.includes(`"${identifier}"`) &&
          error.message.includes("amazon.nova-lite-v1:0"),
      );
    }
  });

  it("of what names no base model are refused, with what it is and what to give instead", () => {
    const arn = (type: string, partition = "aws"): string => `arn:${partition}:bedrock:us-west-2:123456789012:${type}`;
    const cases: readonly (readonly [string, RegExp])[] = [
      ["us.meta.llama3-1-8b-instruct-v1:0", /an inference profile, .*: meta\.llama3-1-8b-instruct-v1:0:128k\./],
      ["eu.amazon.nova-lite-v1:0", /inference profile, .*: amazon\.nova-lite-v1:0:300k\./],
      ["apac.amazon.nova-micro-v1:0", /inference profile, .*: amazon\.nova-micro-v1:0:128k\./],
      ["global.amazon.nova-2-lite-v1:0", /inference profile, .*: amazon\.nova-2-lite-v1:0:256k\./],
      ["us.amazon.nova-premier-v1:0", /inference profile, .* amazon\.nova-premier-v1:0, which teaches in distillation/],
      [arn("inference-profile/us-gov.amazon.nova-pro-v1:0", "aws-us-gov"), /profile, .*: amazon\.nova-pro-v1:0:300k\./],
      [arn("foundation-model/us.amazon.nova-pro-v1:0"), /inference profile, .*: amazon\.nova-pro-v1:0:300k\./],
      [arn("application-inference-profile/abc", "aws-cn"), /an application inference profile.*a foundation model/],
      [arn("imported-model/abc"), /an imported model, which Bedrock serves and does not customize/],
      [arn("provisioned-model/abc"), /Provisioned Throughput, which serves a model/],
      [arn("custom-model-deployment/abc"), /a deployment, which serves a custom model/],
      [arn("custom-model/imported/abcdef123456"), /a custom model made from files, whose ARN does not tell its base/],
      [arn("model-customization-job/amazon.nova-lite-v1:0:300k/abc"), /a customization job, not the model/],
      [arn("guardrail/abc"), /an ARN of Bedrock for "guardrail"/],
      ["arn:aws:s3:us-east-1:123456789012:accesspoint/x", /an ARN of s3, not of Bedrock/],
      ["arn:aws:bedrock", /is no ARN of Bedrock/],
      ["openai.gpt-oss-20b-1:0", /through the OpenAI-compatible API of bedrock-mantle/],
      ["anthropic.claude-3-5-haiku-20241022-v1:0", /none of which can be customized any more/],
      ["meta.llama3-1-405b-instruct-v1:0", /teaches in distillation, and is not customized itself/],
      ["my-model", /is no model id: .* a custom model is named by its ARN/],
      ["amazon.nova-3-lite-v1:0", /Did you mean amazon\.nova-2-lite-v1:0:256k\? Is it new\?/],
      ["meta.llama4-scout-17b-instruct-v1:0", /data format this project does not know\. Is it new\?/],
      ["meta.llama3-1-8b-instuct-v1:0", /Did you mean meta\.llama3-1-8b-instruct-v1:0:128k\?/],
      ["Amazon.Nova-Lite-v1:0", /no model id: .* Did you mean amazon\.nova-lite-v1:0:300k\?/],
      ["amazon.nova-pro", /Did you mean amazon\.nova-pro-v1:0:300k\?/],
      ["llama3.1-8b", /Did you mean meta\.llama3-1-8b-instruct-v1:0:128k\?/],
      ["mistral.mistral-7b-instruct-v0:2", /data format this project does not know\. Is it new\?/],
    ];
    for (const [identifier, message] of cases) {
      assert.throws(
        () => limitsFor(identifier),
        (error) => error instanceof DatasetError && error.code === "unknown-model" && message.test(error.message),
        `${identifier} ${String(message)}`,
      );
    }
  });

  it("of an evaluation hold for whatever can be asked", async () => {
    const line = Buffer.from('{"prompt":"Why?","referenceResponse":"So."}\n');
    for (const baseModel of [
      "us.amazon.nova-premier-v1:0",
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-premier-v1:0",
      "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc",
      "arn:aws:bedrock:us-east-1:123456789012:imported-model/abc",
      "arn:aws:bedrock:us-east-1:123456789012:custom-model/imported/abcdef123456",
      "vendor.new-model-v1:0",
    ]) {
      const report = await checkDataset(bytesSource("e.jsonl", [line]), { baseModel, role: "evaluation" });
      assert.equal(report.ok, true, baseModel);
    }
  });

  it("of another customization type are refused with the known types", () => {
    assert.throws(
      () => limitsFor("amazon.nova-lite-v1:0", "CONTINUED_PRE_TRAINING"),
      (error) =>
        error instanceof DatasetError &&
        error.code === "unsupported-customization" &&
        error.message.includes("FINE_TUNING, DISTILLATION"),
    );
  });

  it("name each model once per customization type, with a source and the month of its text", () => {
    const keys = modelLimits.flatMap(({ baseModels, customizationType }) =>
      baseModels.map((id) => `${id} ${customizationType}`),
    );
    assert.equal(new Set(keys).size, keys.length);
    for (const { baseModels, source, checked, records } of modelLimits) {
      for (const id of baseModels) assert.equal(baseModelId(id), id);
      assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\//);
      assert.match(checked, /^\d{4}-\d{2}$/);
      assert.ok(records.min < records.max);
    }
  });
});
