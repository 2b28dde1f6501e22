import assert from "node:assert/strict";
import fc from "fast-check";
import { type Properties, UNKNOWN } from "../../bedrock/dynamic";
import { checkJob } from "../../bedrock/job-check";
import { baseModel, BASE_MODELS, servingFor } from "../../bedrock/models";
import { jobInputs } from "./support/inputs";

const TODAY = "2026-11-21";

function reasons(more: Properties, today = TODAY): Record<string, string> {
  const failures = checkJob({ ...jobInputs(), ...more }, today);
  return Object.fromEntries(failures.map(({ property, reason }) => [property, reason]));
}

const manyTags = (prefix: string, count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, "x"]));

/** Each case: inputs that the service would refuse, the property to name and what the message must say. */
const REFUSED: [Properties, string, RegExp][] = [
  [{ region: "Oregon" }, "region", /received "Oregon"; an AWS Region/],
  [{ region: "eu-west-1" }, "region", /meta\.llama3-1-8b-instruct-v1 can be fine-tuned in us-west-2 \(as of/],
  [{ roleArn: "customization" }, "roleArn", /ARN of an IAM role/],
  [{ roleArn: undefined }, "roleArn", /received nothing; a value is required/],
  [{ jobName: "has space" }, "jobName", /1 to 63 letters/],
  [{ jobName: "x".repeat(64) }, "jobName", /1 to 63 letters/],
  [{ jobNamePrefix: "x".repeat(55) }, "jobNamePrefix", /at most 54/],
  [{ customModelName: "dots.are.not" }, "customModelName", /letters, digits/],
  [{ customModelName: "two--hyphens" }, "customModelName", /no two of/],
  [{ trainingDataUri: "s3://bucket/a b.jsonl" }, "trainingDataUri", /no space/],
  [{ trainingDataUri: "s3://bucket/a//b.jsonl" }, "trainingDataUri", /s3:\/\/<bucket>/],
  [{ trainingDataUri: "https://bucket/a" }, "trainingDataUri", /s3:\/\/<bucket>/],
  [{ validationDataUris: ["s3://bucket/v.jsonl", "v"] }, "validationDataUris[1]", /received "v"/],
  [{ validationDataUris: Array<string>(11).fill("s3://bucket/v") }, "validationDataUris", /between 0 and 10/],
  [{ modelKmsKeyArn: undefined }, "modelKmsKeyArn", /encrypted with a key of your own or not made/],
  [{ modelKmsKeyArn: "arn:aws:s3:::bucket" }, "modelKmsKeyArn", /KMS key/],
  [{ vpcConfig: undefined }, "vpcConfig", /subnetIds and securityGroupIds are required/],
  [{ vpcConfig: { subnetIds: [], securityGroupIds: ["sg-1"] } }, "vpcConfig.subnetIds", /between 1 and 16/],
  [
    { vpcConfig: { subnetIds: Array<string>(17).fill("subnet-1"), securityGroupIds: ["sg-1"] } },
    "vpcConfig.subnetIds",
    /16/,
  ],
  [
    { vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: Array<string>(6).fill("sg-1") } },
    "vpcConfig.securityGroupIds",
    /1 and 5/,
  ],
  [
    { vpcConfig: { subnetIds: ["subnet/1"], securityGroupIds: ["sg-1"] } },
    "vpcConfig.subnetIds[0]",
    /received "subnet\/1"/,
  ],
  [{ hyperParameters: { epochs: 2 } }, "hyperParameters.epochs", /takes epochCount, batchSize, learningRate/],
  [{ hyperParameters: { epochCount: 11 } }, "hyperParameters.epochCount", /received 11.*whole number from 1 to 10/],
  [{ hyperParameters: { epochCount: "2.5" } }, "hyperParameters.epochCount", /whole number/],
  [{ hyperParameters: { epochCount: "many" } }, "hyperParameters.epochCount", /whole number/],
  [{ hyperParameters: { learningRate: true } }, "hyperParameters.learningRate", /received true/],
  [{ trainingDataUri: undefined }, "trainingDataUri", /received nothing; a value is required/],
  [{ customizationType: "IMPORTED" }, "customizationType", /it is not a type to ask for; allowed: FINE_TUNING/],
  [{ customizationType: "CONTINUED_PRE_TRAINING" }, "customizationType", /no base model in the service supports/],
  [{ customizationType: "TUNING" }, "customizationType", /allowed: FINE_TUNING/],
  [{ baseModel: "anthropic.claude-3-haiku-20240307-v1:0:200k" }, "baseModel", /end of life on 2026-09-10/],
  [{ tags: { "bad#key": "x" } }, "tags.bad#key", /tag key/],
  [{ tags: { "aws:team": "x" } }, "tags.aws:team", /not one of AWS's own/],
  [{ jobTags: { "bad#key": "x" } }, "jobTags.bad#key", /tag key/],
  [{ tags: manyTags("a", 30), customModelTags: manyTags("b", 21) }, "customModelTags", /received 51; at most 50/],
  [{ tags: { key: "x".repeat(257) } }, "tags.key", /up to 256/],
  [{ attempt: 0 }, "attempt", /whole number from 1/],
  [{ waitLimitMinutes: 1.5 }, "waitLimitMinutes", /whole number/],
  [{ adoptJobArn: "job-1" }, "adoptJobArn", /ARN of a model customization job/],
];

describe("customization job check", () => {
  it("takes a job that the service would take", () => {
    assert.deepEqual(reasons({}), {});
    assert.deepEqual(reasons({ outputDataUri: "s3://results", tags: undefined, hyperParameters: undefined }), {});
  });

  for (const [more, property, message] of REFUSED) {
    it(`refuses ${JSON.stringify(more).slice(0, 90)} and names ${property}`, () => {
      assert.match(reasons(more)[property] ?? "nothing was said", message);
    });
  }

  it("names every problem at once, for any mix of them", () => {
    const single = REFUSED.filter(([more]) => Object.keys(more).length === 1);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...single), { selector: ([more]) => Object.keys(more)[0], minLength: 1 }),
        (mix) => {
          const more = Object.assign({}, ...mix.map(([inputs]) => inputs)) as Properties;
          if ("baseModel" in more || ("region" in more && "adoptJobArn" in more) || "adoptJobArn" in more) return;
          const said = reasons(more);
          for (const [, property] of mix) assert.ok(property in said, `${property} in ${Object.keys(said).join()}`);
        },
      ),
    );
  });

  it("passes over unknown values wherever they are", () => {
    const names = Object.keys(jobInputs()).filter((name) => name !== "__provider");
    fc.assert(
      fc.property(fc.subarray(names), (unknown) => {
        assert.deepEqual(reasons(Object.fromEntries(unknown.map((name) => [name, UNKNOWN]))), {});
      }),
    );
    assert.deepEqual(reasons({ hyperParameters: { epochCount: UNKNOWN }, validationDataUris: [UNKNOWN] }), {});
  });

  it("leaves what the table does not know to the service", () => {
    assert.deepEqual(reasons({ baseModel: "vendor.new-model-v1:0", hyperParameters: { anything: 1 } }), {});
    assert.deepEqual(reasons({ baseModel: "amazon.nova-2-lite-v1:0:256k", region: "us-east-1" }), {});
  });

  it("says what was named where it is no base model, and what to name instead", () => {
    const arn = (type: string): string => `arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:${type}`;
    for (const [baseModel, why] of [
      [
        "us.meta.llama3-1-8b-instruct-v1:0",
        /an inference profile, .*; give the foundation model, meta\.llama3-1-8b-instruct-v1:0/,
      ],
      ["global.anthropic.claude-x-v1:0", /inference profile, .* anthropic\.claude-x-v1:0, if it can be customized/],
      [
        arn("inference-profile/us-gov.amazon.nova-pro-v1:0"),
        /inference profile, .* amazon\.nova-pro-v1:0, with its context/,
      ],
      [
        arn("application-inference-profile/abc"),
        /an application inference profile, .*give a foundation model, or the ARN/,
      ],
      [arn("imported-model/abc"), /an imported model, which Bedrock serves and does not customize/],
      [arn("provisioned-model/abc"), /Provisioned Throughput, which serves a model/],
      [arn("custom-model-deployment/abc"), /a deployment/],
      [arn("model-customization-job/x/abc"), /a customization job, not the model that it makes/],
      [arn("guardrail/abc"), /an ARN for "guardrail"/],
      ["arn:aws:s3:us-east-1:123456789012:accesspoint/x", /an ARN of s3/],
    ] as const) {
      assert.match(reasons({ baseModel, region: "us-west-2" })["baseModel"] ?? "", why);
    }
    for (const baseModel of [
      "my-custom-model",
      arn("custom-model/amazon.nova-pro-v1:0:300k/abcdef123456"),
      arn("custom-model/imported/abcdef123456"),
      "arn:aws-cn:bedrock:cn-north-1::foundation-model/vendor.model-v1:0",
    ]) {
      assert.deepEqual(reasons({ baseModel, hyperParameters: {} }), {}, baseModel);
    }
  });

  it("asks for a hyperparameter that has no default, and takes the word in its own case only", () => {
    const titan = { baseModel: "amazon.titan-embed-image-v1", region: "us-east-1" };
    assert.match(reasons({ ...titan, hyperParameters: {} })["hyperParameters.epochCount"] ?? "", /no default/);
    assert.deepEqual(reasons({ ...titan, hyperParameters: { epochCount: "Auto" } }), {});
    assert.match(
      reasons({ ...titan, hyperParameters: { epochCount: "auto" } })["hyperParameters.epochCount"] ?? "",
      /or Auto/,
    );
  });

  it("judges a hostile name in linear time", () => {
    assert.match(reasons({ jobName: `a${"-".repeat(60)}!` })["jobName"] ?? "", /letters/);
    assert.match(reasons({ trainingDataUri: `s3://bucket/${"a/".repeat(500)}?` })["trainingDataUri"] ?? "", /allowed/);
  });
});

describe("how a model is served", () => {
  it("follows the base model, given as id, ARN, context variant or custom model", () => {
    assert.equal(servingFor("meta.llama3-1-8b-instruct-v1:0:128k", TODAY), "provisioned");
    assert.equal(
      servingFor("arn:aws:bedrock:us-west-2::foundation-model/meta.llama3-3-70b-instruct-v1:0", TODAY),
      "onDemand",
    );
    assert.equal(servingFor("amazon.nova-lite-v1:0:24k", TODAY), "both");
    const custom = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-pro-v1:0:300k/abc";
    assert.equal(servingFor(custom, TODAY), "both");
    assert.equal(servingFor("vendor.unknown", TODAY), undefined);
  });

  it("is none from the day a model is retired", () => {
    assert.equal(servingFor("amazon.nova-canvas-v1:0", "2026-09-29"), "provisioned");
    assert.equal(servingFor("amazon.nova-canvas-v1:0", "2026-09-30"), "none");
  });

  it("is looked up by ids that are all different", () => {
    assert.equal(new Set(BASE_MODELS.map((model) => model.id)).size, BASE_MODELS.length);
    for (const { id } of BASE_MODELS) assert.equal(baseModel(`${id}:0`)?.id, id);
  });
});
