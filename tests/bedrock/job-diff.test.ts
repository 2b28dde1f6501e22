import assert from "node:assert/strict";
import fc from "fast-check";
import { UNKNOWN } from "../../bedrock/dynamic";
import { diffJob, type JobState } from "../../bedrock/job-diff";
import { attemptsOf, type JobInputs, tokenFor } from "../../bedrock/job-spec";
import { jobInputs } from "./support/inputs";

function completed(inputs: JobInputs): JobState {
  const [first] = attemptsOf(inputs).next().value as { name: string; modelName: string }[];
  const arn = "arn:aws:bedrock:us-west-2:123456789012:custom-model/x/y";
  return {
    ...inputs,
    attempt: 1,
    jobName: first?.name,
    modelName: first?.modelName,
    modelArn: arn,
    status: "Completed",
  };
}

const SPELLINGS: Partial<JobInputs>[] = [
  { baseModel: "meta.llama3-1-8b-instruct-v1:0" },
  { baseModel: "arn:aws:bedrock:us-west-2::foundation-model/meta.llama3-1-8b-instruct-v1:0:128k" },
  { outputDataUri: "s3://results/outputs" },
  { hyperParameters: { batchSize: "1", learningRate: 1e-4, epochCount: "3" } },
  { modelKmsKeyArn: "1234abcd-12ab-34cd-56ef-1234567890ab" },
  { vpcConfig: { subnetIds: ["subnet-2", "subnet-1"], securityGroupIds: ["sg-1"] } },
  { customizationType: "FINE_TUNING" },
  { waitLimitMinutes: 5 },
  { identity: "legal/dev/renamed" },
  { retryFailed: true },
  { attempt: 1 },
  { __provider: "another version of this package" },
];

const SUBSTANCE: [string, Partial<JobInputs>][] = [
  ["region", { region: "us-east-1" }],
  ["roleArn", { roleArn: "arn:aws:iam::123456789012:role/other" }],
  ["baseModel", { baseModel: "meta.llama3-1-70b-instruct-v1:0:128k" }],
  ["hyperParameters", { hyperParameters: { epochCount: 4, learningRate: "0.0001", batchSize: 1 } }],
  ["trainingDataUri", { trainingDataUri: "s3://training/other.jsonl" }],
  ["validationDataUris", { validationDataUris: [] }],
  ["outputDataUri", { outputDataUri: "s3://results/elsewhere" }],
  ["modelKmsKeyArn", { modelKmsKeyArn: "alias/other" }],
  ["vpcConfig", { vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] } }],
  ["clientTokenSeed", { clientTokenSeed: "again" }],
  ["attempt", { attempt: 2 }],
  ["jobName", { jobNamePrefix: "another" }],
];

describe("customization job diff", () => {
  it("takes any mix of other spellings of the same job for no change", () => {
    fc.assert(
      fc.property(fc.subarray(SPELLINGS), (spellings) => {
        const news = jobInputs(Object.assign({}, ...spellings) as Partial<JobInputs>);
        assert.deepEqual(diffJob(completed(jobInputs()), news), {
          changes: false,
          replaces: [],
          deleteBeforeReplace: false,
        });
      }),
    );
  });

  it("needs another job for any mix of real differences, and names each", () => {
    fc.assert(
      fc.property(
        fc.subarray(SUBSTANCE, { minLength: 1 }),
        fc.subarray(SPELLINGS.slice(6, 10)),
        (differences, noise) => {
          const changed = Object.assign({}, ...noise, ...differences.map(([, change]) => change)) as Partial<JobInputs>;
          const answer = diffJob(completed(jobInputs()), jobInputs(changed));
          assert.deepEqual([...answer.replaces].sort(), differences.map(([name]) => name).sort());
          assert.equal(answer.changes, true);
        },
      ),
    );
  });

  it("announces an unknown value as a possible replacement, also inside a list", () => {
    const olds = completed(jobInputs());
    const vpcConfig = { subnetIds: ["subnet-1", UNKNOWN], securityGroupIds: ["sg-1"] };
    assert.deepEqual(diffJob(olds, jobInputs({ vpcConfig })).replaces, ["vpcConfig"]);
    const whole = UNKNOWN as unknown as JobInputs["vpcConfig"];
    assert.deepEqual(diffJob(olds, jobInputs({ vpcConfig: whole, roleArn: UNKNOWN })).replaces, [
      "roleArn",
      "vpcConfig",
    ]);
    const tags = { team: UNKNOWN };
    assert.deepEqual(diffJob(olds, jobInputs({ tags })), { changes: true, replaces: [], deleteBeforeReplace: false });
  });

  it("deletes first only when the program insists on the name that the old model bears", () => {
    const named = jobInputs({ customModelName: "clauses" });
    const changed = { outputDataUri: "s3://results/elsewhere" };
    assert.equal(
      diffJob(completed(named), jobInputs({ customModelName: "clauses", ...changed })).deleteBeforeReplace,
      true,
    );
    assert.equal(diffJob(completed(jobInputs()), jobInputs(changed)).deleteBeforeReplace, false);
  });

  it("recognises the key behind an alias once the service has named it", () => {
    const olds = {
      ...completed(jobInputs({ modelKmsKeyArn: "alias/models" })),
      resolvedKmsKeyArn: jobInputs().modelKmsKeyArn,
    };
    assert.equal(diffJob(olds, jobInputs()).changes, false);
  });
});

describe("names and tokens of a job", () => {
  it("are the same in every run and for every spelling, and differ by identity, substance and attempt", () => {
    const token = tokenFor(jobInputs(), 1);
    assert.equal(
      tokenFor(jobInputs({ tags: {}, waitLimitMinutes: 3, outputDataUri: "s3://results/outputs" }), 1),
      token,
    );
    const others = [
      tokenFor(jobInputs(), 2),
      tokenFor(jobInputs({ identity: "legal/prod/clauses" }), 1),
      tokenFor(jobInputs({ trainingDataUri: "s3://training/other.jsonl" }), 1),
      tokenFor(jobInputs({ clientTokenSeed: "again" }), 1),
    ];
    assert.equal(new Set([token, ...others]).size, 5);
    assert.match(token, /^[a-z0-9](?:[-a-z0-9]{0,254}[a-z0-9])?$/i);
  });

  it("fit the service's limits whatever the resource is called", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), (resource) => {
        for (const { name, modelName } of attemptsOf(jobInputs({ identity: `p/s/${resource}` })).next().value ?? []) {
          assert.match(name, /^[a-z0-9][a-z0-9+.-]{0,62}$/i);
          assert.match(modelName, /^(?:[0-9a-z][_-]?){1,63}$/i);
          assert.ok(modelName.length <= 63);
        }
      }),
    );
  });
});
