import assert from "node:assert/strict";
import { ACCOUNT, environment, FOREIGN_ACCOUNT, statements } from "../../policies/examples/environment";
import { changed, json, type ExampleResource } from "../../policies/examples/example";
import { KEY_ARN, OUTPUT, REGION, TRAINING } from "../../policies/examples/names";
import { open, runPack, UNKNOWN_TEXT, violations } from "./harness";

const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const READER = "importer";
const JUDGE = "evaluator";
const FOREIGN_KEY = `arn:aws:kms:${REGION}:${FOREIGN_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const tags = { Owner: "ml-platform" };
const keys = { modelKmsKeyArn: ["key"], kmsKeyArn: ["key"], customerEncryptionKeyId: ["key"] };
const through = (service: string) => ({ StringEquals: { "kms:ViaService": `${service}.${REGION}.amazonaws.com` } });
const allow = (Action: string[], Resource: string | string[], Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** The role of a job, with what it may do. */
function roleOf(name: string, purpose: string, statements: readonly object[]): ExampleResource[] {
  const trust = {
    Effect: "Allow",
    Principal: { Service: "bedrock.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": ACCOUNT },
      ArnEquals: { "aws:SourceArn": `arn:aws:bedrock:${REGION}:${ACCOUNT}:${purpose}/*` },
    },
  };
  const tags = { Owner: "ml-platform" };
  return [
    { type: "aws:iam/role:Role", name, properties: { name, arn: roleArn(name), assumeRolePolicy: json(trust), tags } },
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      name: `${name}-data`,
      properties: { role: name, policy: json(...(statements as Record<string, unknown>[])) },
      dependencies: { role: [name] },
    },
  ];
}

const folder = (bucket: string, path: string) => `arn:aws:s3:::${bucket}/${path}/*`;
const rights = {
  [READER]: [
    allow(["s3:GetObject"], folder(TRAINING, "model-imports")),
    allow(["kms:Decrypt", "kms:GenerateDataKey"], KEY_ARN, through("bedrock")),
  ],
  [JUDGE]: [
    allow(["s3:GetObject"], folder(TRAINING, "evaluation-datasets")),
    allow(["s3:GetObject", "s3:PutObject"], folder(OUTPUT, "evaluations")),
    allow(["kms:Decrypt", "kms:GenerateDataKey"], KEY_ARN, through("s3")),
  ],
} as const;
const importer = roleOf(READER, "model-import-job", rights[READER]);
const evaluator = roleOf(JUDGE, "evaluation-job", rights[JUDGE]);
const replica: ExampleResource = {
  type: "aws:kms/replicaKey:ReplicaKey",
  name: "replica",
  properties: {
    region: "us-east-1",
    primaryKeyArn: KEY_ARN,
    arn: KEY_ARN.replace(REGION, "us-east-1"),
    policy: json(statements.root, statements.useKey),
    tags,
  },
  dependencies: { primaryKeyArn: ["key"] },
};
const surroundings = [...environment, ...importer, ...evaluator, replica];

const importing: ExampleResource = {
  type: "pulumi-nodejs:dynamic/bedrock:ModelImportJob",
  name: "import",
  properties: {
    region: REGION,
    roleArn: roleArn(READER),
    modelDataUri: `s3://${TRAINING}/model-imports/llama/`,
    modelKmsKeyArn: KEY_ARN,
    vpcConfig: { subnetIds: ["subnet-0aaa", "subnet-0bbb"], securityGroupIds: ["sg-0aaa"] },
    tags,
  },
  dependencies: { ...keys, roleArn: [READER] },
};
const copying: ExampleResource = {
  type: "pulumi-nodejs:dynamic/bedrock:ModelCopyJob",
  name: "copy",
  properties: {
    region: "us-east-1",
    sourceModelArn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:custom-model/x`,
    modelKmsKeyArn: KEY_ARN.replace(REGION, "us-east-1"),
    tags,
  },
  dependencies: { modelKmsKeyArn: ["replica"], sourceModelArn: ["job"] },
};
const evaluating: ExampleResource = {
  type: "pulumi-nodejs:dynamic/bedrock:EvaluationJob",
  name: "evaluation",
  properties: {
    region: REGION,
    roleArn: roleArn(JUDGE),
    model: "meta.llama3-1-8b-instruct-v1:0",
    datasets: [
      { name: "clauses", uri: `s3://${TRAINING}/evaluation-datasets/clauses.jsonl`, taskType: "Custom" },
      { name: "Builtin.BoolQ", taskType: "QuestionAndAnswer" },
    ],
    outputDataUri: `s3://${OUTPUT}/evaluations/`,
    kmsKeyArn: KEY_ARN,
    tags,
  },
  dependencies: { ...keys, roleArn: [JUDGE] },
};
const dataset = (s3Uri: string) => ({
  automated: { datasetMetricConfigs: [{ taskType: "Custom", dataset: { datasetLocation: { s3Uri } } }] },
});
const classic: ExampleResource = {
  type: "aws:bedrock/evaluationJob:EvaluationJob",
  name: "classic-evaluation",
  properties: {
    jobName: "clauses",
    roleArn: roleArn(JUDGE),
    customerEncryptionKeyId: KEY_ARN,
    evaluationConfig: dataset(`s3://${TRAINING}/evaluation-datasets/clauses.jsonl`),
    outputDataConfig: { s3Uri: `s3://${OUTPUT}/evaluations/` },
    tags,
  },
  dependencies: { ...keys, roleArn: [JUDGE] },
};

const KEY_RULE = "customization-job-uses-a-customer-key";
const PARTS = "job-uses-role-and-key-of-its-stack";
const BUCKETS = "job-uses-buckets-of-its-stack";
const COPY = "model-copy-stays-where-it-may-be";
const OTHER_ROLE = `arn:aws:iam::${ACCOUNT}:role/somebody`;
const OTHER_BUCKET = "s3://somebody-elses/data.jsonl";

/** The job, the property that is made bad (`undefined` takes it away), and the policies that say so. */
const BAD: readonly (readonly [ExampleResource, string, unknown, readonly string[]])[] = [
  [importing, "modelKmsKeyArn", undefined, [KEY_RULE]],
  [importing, "modelKmsKeyArn", FOREIGN_KEY, [KEY_RULE, PARTS]],
  [importing, "roleArn", OTHER_ROLE, [PARTS]],
  [importing, "modelDataUri", OTHER_BUCKET, [BUCKETS]],
  [importing, "vpcConfig", undefined, ["customization-job-runs-in-a-vpc"]],
  [
    importing,
    "vpcConfig",
    { subnetIds: ["subnet-0aaa", "subnet-0bbb"], securityGroupIds: ["sg-0other"] },
    ["job-uses-groups-of-its-stack"],
  ],
  [copying, "modelKmsKeyArn", "alias/aws/bedrock", [KEY_RULE]],
  [copying, "modelKmsKeyArn", KEY_ARN, [COPY]],
  [copying, "region", "eu-central-1", [COPY]],
  [
    copying,
    "sourceModelArn",
    `arn:aws:bedrock:${REGION}:${FOREIGN_ACCOUNT}:custom-model/y`,
    ["serving-is-of-a-model-of-its-stack"],
  ],
  [evaluating, "kmsKeyArn", undefined, [KEY_RULE]],
  [evaluating, "roleArn", OTHER_ROLE, [PARTS]],
  [evaluating, "datasets", [{ name: "mine", uri: OTHER_BUCKET }], [BUCKETS]],
  [evaluating, "outputDataUri", "s3://somebody-elses/results/", [BUCKETS]],
  [evaluating, "outputDataUri", `s3://${TRAINING}/evaluation-datasets/`, ["job-output-is-apart-from-its-input"]],
  [classic, "customerEncryptionKeyId", undefined, [KEY_RULE]],
  [classic, "evaluationConfig", dataset(OTHER_BUCKET), [BUCKETS]],
  [classic, "outputDataConfig", { s3Uri: "s3://somebody-elses/results/" }, [BUCKETS]],
];

const jobs = [importing, copying, evaluating, classic];

function withJob(job: ExampleResource, property: string, value: unknown): ExampleResource[] {
  const properties: Record<string, unknown> = { ...job.properties, [property]: value };
  if (value === undefined) delete properties[property];
  const dependencies = { ...job.dependencies, [property]: [] };
  return [...surroundings, { ...job, properties, dependencies }];
}

describe("policies: imports, copies and evaluations", () => {
  it("are accepted as they should be, with no judgement open", async () => {
    const outcome = await runPack([...surroundings, ...jobs]);
    assert.deepEqual(violations(outcome), []);
    assert.deepEqual(open(outcome), []);
  });

  for (const [job, property, value, expected] of BAD) {
    it(`are judged: ${job.type.split(":").slice(1).join(":")} with ${property} ${JSON.stringify(value) ?? "left out"}`, async () => {
      const found = violations(await runPack(withJob(job, property, value)));
      for (const policy of expected) assert.ok(found.includes(`${policy} on ${job.name}`), found.join("\n"));
    });
  }

  const WIDER: readonly (readonly [string, ExampleResource, readonly ExampleResource[], object, string])[] = [
    [
      "an import reads all data",
      importing,
      importer,
      allow(["s3:GetObject"], `arn:aws:s3:::${TRAINING}/*`),
      "read all of",
    ],
    [
      "an import writes",
      importing,
      importer,
      allow(["s3:PutObject"], folder(TRAINING, "model-imports")),
      "change the data",
    ],
    ["an import uses its key through anything", importing, importer, allow(["kms:Decrypt"], KEY_ARN), "any service"],
    [
      "an import makes interfaces without its tag",
      importing,
      importer,
      allow(["ec2:CreateNetworkInterface"], `arn:aws:ec2:${REGION}:${ACCOUNT}:network-interface/*`, {
        StringEquals: { "aws:RequestTag/BedrockManaged": "true" },
      }),
      "network interfaces that are not a job's",
    ],
    [
      "an evaluation reads all results",
      evaluating,
      evaluator,
      allow(["s3:GetObject"], folder(OUTPUT, "*")),
      "reach all of",
    ],
    [
      "an evaluation reads logs",
      evaluating,
      evaluator,
      allow(["s3:GetObject"], "arn:aws:s3:::acme-logs/*"),
      "acme-logs",
    ],
    [
      "an evaluation of the AWS provider deletes its data",
      classic,
      evaluator,
      allow(["s3:DeleteObject"], folder(TRAINING, "evaluation-datasets")),
      "delete the data",
    ],
    [
      "an evaluation makes network interfaces",
      evaluating,
      evaluator,
      allow(["ec2:CreateNetworkInterface"], `arn:aws:ec2:${REGION}:${ACCOUNT}:*`),
      "which no evaluation has",
    ],
  ];
  for (const [what, job, role, statement, says] of WIDER) {
    it(`are held to what they do: ${what}`, async () => {
      const [owner, held] = [role[0]?.name ?? "", role[1]?.name ?? ""];
      const wider = json(...(rights[owner as keyof typeof rights] as unknown as Record<string, unknown>[]), {
        ...statement,
      });
      const stack = changed([...surroundings, job], held, "policy", wider);
      const { reports } = await runPack(stack);
      const found = reports.filter(({ policy }) => policy === "job-role-does-only-its-job");
      assert.deepEqual([...new Set(found.map(({ resource }) => resource))], [job.name]);
      assert.ok(
        found.some(({ message }) => message.includes(says)),
        found.map(({ message }) => message).join("\n"),
      );
    });
  }

  it("have roles for their own purpose only", async () => {
    const others = roleOf(READER, "evaluation-job", rights[READER]);
    const stack = [...surroundings.filter((resource) => !importer.includes(resource)), ...others, importing];
    const { reports } = await runPack(stack);
    const found = reports.filter(({ policy }) => policy === "bedrock-role-trusts-only-its-purpose");
    assert.deepEqual(
      found.map(({ resource, message }) => [
        resource,
        /(?:lets|refuses) Bedrock.* for ([\w-]+)(?: of|;)/.exec(message)?.[1],
      ]),
      [
        [READER, "evaluation-job"],
        [READER, "model-import-job"],
      ],
    );
  });

  it("are copied into the regions that are allowed, under a key that is there, as far as that is known", async () => {
    const judged = (properties: object, regions: readonly string[], dependencies: object = {}) =>
      runPack(
        [
          ...surroundings,
          {
            ...copying,
            properties: { ...copying.properties, ...properties },
            dependencies: { ...copying.dependencies, ...dependencies },
          },
        ],
        { config: { [COPY]: { copyRegions: regions } } },
      );
    const isFound = async (...args: Parameters<typeof judged>) =>
      violations(await judged(...args)).includes(`${COPY} on copy`);
    assert.equal(await isFound({}, ["us-east-?"]), false);
    assert.equal(await isFound({}, ["eu-*"]), true);
    assert.equal(await isFound({ modelKmsKeyArn: UNKNOWN_TEXT }, []), false);
    assert.equal(await isFound({ region: "us-east-2", modelKmsKeyArn: UNKNOWN_TEXT }, []), true);
    const unknown = await judged({ sourceModelArn: UNKNOWN_TEXT }, [], { sourceModelArn: [] });
    assert.ok(open(unknown).includes(`${COPY} on copy`));
  });

  it("must carry the required tags and stay in the allowed regions, as a copy in another one does not", async () => {
    const config = {
      "resources-carry-the-required-tags": { requiredTags: ["Owner"] },
      "resources-stay-in-the-allowed-regions": { allowedRegions: ["us-west-*"] },
    };
    const bare = jobs.map((job) => ({ ...job, properties: { ...job.properties, tags: {} } }));
    const found = violations(await runPack([...environment, ...bare], { config }));
    assert.ok(found.includes("resources-stay-in-the-allowed-regions on copy"));
    assert.ok(!found.includes("resources-stay-in-the-allowed-regions on import"));
    for (const { name } of bare) assert.ok(found.includes(`resources-carry-the-required-tags on ${name}`));
  });

  it("make a stack one that works on models, each alone", async () => {
    for (const job of jobs) {
      const bucket: ExampleResource = { type: "aws:s3/bucket:Bucket", name: "plain", properties: { bucket: "plain" } };
      const found = violations(await runPack([bucket, job]));
      assert.ok(found.includes("bucket-is-encrypted-with-a-customer-key on plain"), job.type);
    }
  });
});
