import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { defaultContent } from "../../components/guardrail-content";
import { loadConfig, namespace, parseConfig } from "../../config";

const customization = { baseModel: "amazon.nova-lite-v1:0:300k", modelName: "facts", trainingData: "train.jsonl" };
const good = {
  owner: "ml-platform",
  costCenter: "research",
  dataClassification: "internal",
  customization: JSON.stringify(customization),
};

/** The lines of the message that a configuration is refused with, without the bullets. */
function problems(raw: Record<string, string>, secretKeys?: ReadonlySet<string>): string[] {
  try {
    parseConfig(raw, secretKeys);
  } catch (error) {
    assert.ok(error instanceof pulumi.RunError, "a problem with the configuration is shown without a stack trace");
    const [title = "", ...lines] = error.message.split("\n");
    const count = lines.length;
    assert.equal(title, `The configuration of this stack has ${count} problem${count === 1 ? "" : "s"}:`);
    return lines.map((line) => line.replace(/^ {2}- /u, ""));
  }
  assert.fail("the configuration was accepted");
}

/** The problems of a good configuration with parts of it replaced. */
const problemsWith = (changes: Record<string, string>) => problems({ ...good, ...changes });
const withCustomization = (changes: Record<string, unknown>) =>
  problemsWith({ customization: JSON.stringify({ ...customization, ...changes }) });

describe("configuration of a stack", () => {
  it("fills in every default", () => {
    assert.deepEqual(parseConfig(good), {
      namePrefix: "smc",
      owner: "ml-platform",
      costCenter: "research",
      dataClassification: "internal",
      dataset: { maxFindings: 50, strict: false },
      forceDestroyBuckets: false,
      preset: "dev",
      encryption: {},
      storage: {},
      network: { cidrBlock: "10.40.0.0/16" },
      access: { people: {}, applicationEndpointIds: [] },
      account: { invocationLogging: false, publicAccessBlock: false, macie: false },
      audit: { alertEmails: [] },
      guardrail: defaultContent,
      customization: {
        ...customization,
        type: "FINE_TUNING",
        validationData: [],
        hyperParameters: {},
        attempt: 1,
        waitLimitMinutes: 1440,
      },
      serving: { mode: "auto", modelUnits: 1, commitment: "none" },
    });
  });

  it("takes a text that looks like a number, a boolean or nothing as a text", () => {
    for (const costCenter of ["1234", "true", "null", "007", "1e3"]) {
      assert.equal(parseConfig({ ...good, costCenter }).costCenter, costCenter);
    }
    assert.equal(parseConfig({ ...good, owner: "42" }).owner, "42");
  });

  it("keeps the types of hyperparameters", () => {
    const hyperParameters = { epochCount: 2, learningRate: 0.0001, stepCount: "auto", flag: true };
    const parsed = parseConfig({ ...good, customization: JSON.stringify({ ...customization, hyperParameters }) });
    assert.deepEqual(parsed.customization.hyperParameters, hyperParameters);
  });

  it("lists every problem at once", () => {
    const found = problems({ owner: "", dataClassification: "secret", regoin: "x" });
    assert.deepEqual(found.map((line) => /:(\w+)/u.exec(line)?.[1]).sort(), [
      "costCenter",
      "customization",
      "dataClassification",
      "owner",
      "regoin",
    ]);
  });
});

describe("message about the configuration", () => {
  it("of a missing key says how to set it", () => {
    const { costCenter, dataClassification, customization: job } = good;
    assert.deepEqual(problems({ costCenter, dataClassification, customization: job }), [
      "secure-model-customization:owner is missing. Set it with: pulumi config set 'secure-model-customization:owner' VALUE",
    ]);
  });

  it("of a missing nested key names its path", () => {
    assert.deepEqual(withCustomization({ modelName: undefined }), [
      "secure-model-customization:customization.modelName is missing. " +
        "Set it with: pulumi config set --path 'secure-model-customization:customization.modelName' VALUE",
    ]);
  });

  it("of an entry of a list names it as pulumi does", () => {
    const [problem = ""] = withCustomization({ validationData: ["v.jsonl", 7] });
    assert.match(problem, /customization\.validationData\[1\] is 7: .*string/u);
    assert.match(problem, /set --path '[^']*:customization\.validationData\[1\]' VALUE$/u);
  });

  for (const [key, value, allowed] of [
    ["namePrefix", "SMC", /is "SMC": 2 to 12 lower-case letters, digits and single hyphens .* such as smc,/u],
    ["namePrefix", "sthree", /is "sthree": .*nothing that AWS reserves \(aws…, sg, sthree, amzn-s3-demo\)\./u],
    ["namePrefix", "sg", /is "sg": .*nothing that AWS reserves/u],
    ["namePrefix", "a--b", /is "a--b": .*single hyphens/u],
    ["namePrefix", "a-prefix-too-long", /is "a-prefix-too-long": 2 to 12 lower-case/u],
    ["owner", "ana;drop", /is "ana;drop": letters, digits, spaces and .* are allowed in a tag\./u],
    ["dataClassification", "secret", /is "secret": .*"public"\|"internal"\|"confidential"\|"restricted"/u],
    [
      "deployerArns",
      '["ana"]',
      /deployerArns\[0\] is "ana": an ARN of a role or user is expected, wildcards allowed\./u,
    ],
    ["deployerArns", "[]", /is \[\]: .*>=1/u],
    ["forceDestroyBuckets", '"yes"', /is "yes": .*expected boolean/u],
    [
      "network",
      '{"cidrBlock":"10.40"}',
      /network\.cidrBlock is "10\.40": an IPv4 CIDR block is expected, such as 10\.40\.0\.0\/16\./u,
    ],
    ["serving", '{"mode":"gpu"}', /serving\.mode is "gpu": .*"auto"\|"provisioned"\|"on-demand"\|"none"/u],
    ["serving", '{"modelUnits":0}', /serving\.modelUnits is 0: .*>=1/u],
    ["serving", '{"commitment":"OneYear"}', /serving\.commitment is "OneYear": .*"none"\|"OneMonth"\|"SixMonths"/u],
    ["customization", "train.jsonl", /customization is "train\.jsonl": .*expected object/u],
  ] as const) {
    it(`of ${key} = ${value} says what was received, what is allowed and what to do`, () => {
      const [problem = "", ...others] = problemsWith({ [key]: value });
      assert.deepEqual(others, []);
      assert.ok(problem.startsWith(`${namespace}:${key}`), problem);
      assert.match(problem, allowed);
      assert.match(problem, /Set it with: pulumi config set .* VALUE$/u);
    });
  }

  for (const [changes, allowed] of [
    [{ modelName: "a--b" }, /modelName is "a--b": letters and digits, single - or _ between them, at most 50\./u],
    [{ modelName: "a-".repeat(26) }, /<=50/u],
    [{ modelName: 1234 }, /modelName is 1234: .*expected string/u],
    [{ type: "IMPORTED" }, /type is "IMPORTED": .*"FINE_TUNING"/u],
    [{ type: "DISTILLATION" }, /customization\.distillation is missing/u],
    [{ type: "REINFORCEMENT_FINE_TUNING" }, /customization\.reinforcement is missing/u],
    [{ trainingData: undefined }, /customization\.trainingData is missing/u],
    [{ invocationLogs: { s3Uri: "s3://logs/a" } }, /invocationLogs is .*: either trainingData or invocationLogs/u],
    [{ trainingData: undefined, invocationLogs: { s3Uri: "logs" } }, /invocationLogs\.s3Uri is "logs": an S3 prefix/u],
    [
      { type: "DISTILLATION", distillation: { teacherModel: "x.y", teacherModl: "x" } },
      /distillation\.teacherModl is not a known key. Did you mean "teacherModel"/u,
    ],
    [{ noticeWithinSeconds: 14 }, /noticeWithinSeconds is 14: .*>=15/u],
    [{ attempt: 1.5 }, /attempt is 1\.5: .*int/u],
    [{ waitLimitMinutes: 20_000 }, /waitLimitMinutes is 20000: .*<=10080/u],
    [{ hyperParameters: { epochCount: [2] } }, /hyperParameters\.epochCount is \[2\]/u],
    [{ validationData: Array.from({ length: 11 }, () => "v.jsonl") }, /<=10/u],
  ] as const) {
    it(`of customization with ${JSON.stringify(changes).slice(0, 50)} names the key and what is allowed`, () => {
      const [problem = "", ...others] = withCustomization(changes);
      assert.deepEqual(others, []);
      assert.match(problem, allowed);
    });
  }

  it("of a misspelt key names the nearest one that exists", () => {
    assert.deepEqual(problemsWith({ costCentre: "1" }), [
      'secure-model-customization:costCentre is not a known key. Did you mean "costCenter"?',
    ]);
    assert.deepEqual(withCustomization({ hyperparameter: {} }), [
      'secure-model-customization:customization.hyperparameter is not a known key. Did you mean "hyperParameters"?',
    ]);
    assert.deepEqual(problemsWith({ serving: '{"units":1}' }), [
      "secure-model-customization:serving.units is not a known key. Known here: mode, modelUnits, commitment.",
    ]);
  });

  it("of an unknown key that resembles nothing lists what there is", () => {
    const [problem = ""] = problemsWith({ zzzzzzzz: "1" });
    assert.match(problem, /zzzzzzzz is not a known key\. Known here: namePrefix, owner, costCenter, .*serving\.$/u);
  });

  it("never shows a secret value, neither a plain one nor a part of a structure", () => {
    const secret = "hunter2;hunter2";
    const plain = problems({ ...good, owner: secret }, new Set(["owner"]));
    assert.deepEqual(plain, [
      "secure-model-customization:owner is [secret]: letters, digits, spaces and . _ : / = + @ - are allowed in a tag. " +
        "Set it with: pulumi config set --secret 'secure-model-customization:owner' VALUE",
    ]);
    const structure = { ...customization, modelName: secret };
    const [nested = "", ...others] = problems(
      { ...good, customization: JSON.stringify(structure) },
      new Set(["customization"]),
    );
    assert.deepEqual(others, []);
    assert.match(nested, /customization\.modelName is \[secret\]: letters and digits/u);
    assert.ok(!nested.includes("hunter2"));
  });
});

describe("configuration that the engine hands over", () => {
  const before = { ...process.env };
  const handOver = (values: Record<string, string>, secretKeys: readonly string[]) => {
    process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys);
    pulumi.runtime.setAllConfig(values);
  };
  const qualified = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`${namespace}:${key}`, value]));
  afterEach(() => {
    process.env.PULUMI_CONFIG_SECRET_KEYS = before.PULUMI_CONFIG_SECRET_KEYS;
    if (before.PULUMI_CONFIG_SECRET_KEYS === undefined) {
      delete process.env.PULUMI_CONFIG_SECRET_KEYS;
    }
    pulumi.runtime.setAllConfig({});
  });

  it("is read without the keys of other packages", () => {
    handOver({ ...qualified(good), "aws:region": "us-west-2", "other:zzz": "1" }, []);
    assert.equal(loadConfig().owner, "ml-platform");
  });

  it("keeps secret what the engine calls secret", () => {
    handOver(qualified({ ...good, owner: "hunter2;" }), [`${namespace}:owner`, "aws:secretKey"]);
    assert.throws(loadConfig, (error: Error) => {
      assert.match(error.message, /owner is \[secret\]/u);
      assert.ok(!error.message.includes("hunter2"));
      return true;
    });
  });
});
