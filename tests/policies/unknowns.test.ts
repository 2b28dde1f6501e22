import assert from "node:assert/strict";
import fc from "fast-check";
import { environment } from "../../policies/examples/environment";
import { changed, pick, without, type ExampleResource } from "../../policies/examples/example";
import { toSdkPolicies } from "../../policies/sdk";
import { catalogue } from "../../policies/catalogue";
import { open, runPack, UNKNOWN_TEXT as UNKNOWN, violations } from "./harness";

/** The environment as it looks at the first preview: identifiers that the cloud gives are not known. */
function firstPreview(): ExampleResource[] {
  const keyArn = pick(environment, "key")[0]?.properties["arn"];
  const hidden = (value: unknown): unknown => {
    if (value === keyArn || (typeof value === "string" && /^(?:subnet|sg|vpc|pl|rtb)-/.test(value))) return UNKNOWN;
    if (Array.isArray(value)) return value.map(hidden);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hidden(item)]));
  };
  return environment.map((resource) => {
    const properties = hidden(resource.properties) as Record<string, unknown>;
    if (resource.type !== "pulumi-nodejs:dynamic/bedrock:CustomizationJob") delete properties["arn"];
    if (resource.dependencies?.["bucket"] !== undefined) properties["bucket"] = UNKNOWN;
    return { ...resource, properties };
  });
}

/** What the stack phase of a first preview adds: computed outputs that nobody knows yet. */
const COMPUTED = Object.fromEntries(
  environment.map(({ name, type, properties }) => {
    const inline =
      type === "aws:s3/bucket:Bucket" ? ["serverSideEncryptionConfiguration", "versioning", "policy", "acl"] : [];
    const names = ["id", "arn", ...inline, ...(type === "aws:ec2/vpcEndpoint:VpcEndpoint" ? ["cidrBlocks"] : [])];
    return [
      name,
      Object.fromEntries(
        names.filter((key) => key !== "bucket" && !(key in properties && key !== "arn")).map((key) => [key, UNKNOWN]),
      ),
    ];
  }),
);

/** All ways to a value inside a value. */
function pathsIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[key], ...pathsIn(item).map((rest) => [key, ...rest])]);
}

function replaceAt(container: object, [first = "", ...rest]: readonly string[]): void {
  if (rest.length === 0) Reflect.set(container, first, UNKNOWN);
  else replaceAt(Reflect.get(container, first) as object, rest);
}

describe("policies: unknown values", () => {
  it("leave no judgement open at the first preview of an environment whose documents are known", async () => {
    const outcome = await runPack(firstPreview(), { outputs: COMPUTED });
    assert.deepEqual(violations(outcome), []);
    assert.deepEqual(open(outcome), []);
  });

  it("do not hide a missing split resource behind a computed inline property", async () => {
    const stack = without(firstPreview(), "output-encryption");
    const outcome = await runPack(stack, { outputs: COMPUTED });
    assert.deepEqual(violations(outcome), ["bucket-is-encrypted-with-a-customer-key on output"]);
  });

  it("are reported in one summary with policy, resource, reason and time, and nothing passes in silence", async () => {
    const stack = changed(
      changed(firstPreview(), "training-policy", "policy", UNKNOWN),
      "role-data",
      "policy",
      UNKNOWN,
    );
    const outcome = await runPack(stack, { outputs: COMPUTED });
    assert.deepEqual(violations(outcome), []);
    const expected = [
      "bucket-policy-keeps-strangers-out on training",
      "bucket-refuses-access-from-outside on training",
      "bucket-refuses-old-tls on training",
      "bucket-refuses-other-encryption on training",
      "bucket-requires-tls on training",
      "conditions-bound-what-they-allow on role-data",
      "conditions-bound-what-they-allow on training-policy",
      "dangerous-rights-name-their-resources on role-data",
      "documents-name-known-accounts on role-data",
      "documents-name-known-accounts on training-policy",
      "grants-are-for-aws-services on role-data",
      "job-role-does-only-its-job on job",
      "no-statement-is-the-exception on role-data",
      "no-statement-is-the-exception on training-policy",
      "only-deployers-change-who-has-access on role-data",
      "only-deployers-change-who-has-access on training-policy",
      "pass-role-is-bounded on role-data",
      "policy-documents-are-valid on role-data",
      "policy-documents-are-valid on training-policy",
      "service-statements-name-their-source on training-policy",
      "statements-are-bounded-alike on role-data",
      "statements-are-bounded-alike on training-policy",
      "statements-list-what-they-allow on role-data",
      "statements-list-what-they-allow on training-policy",
      "statements-name-their-actions on role-data",
      "statements-name-their-actions on training-policy",
      "statements-name-their-resources on role-data",
    ];
    assert.deepEqual(open(outcome), expected);
    const summaries = outcome.reports.filter(({ policy }) => policy === "every-judgement-is-made");
    assert.equal(summaries.length, 1);
    const text = summaries[0]?.message ?? "";
    assert.match(text, /^27 judgements are open:/);
    assert.match(
      text,
      /- bucket-requires-tls on training \(aws:s3\/bucket:Bucket\): policy is not known yet \(judged at the end/,
    );
    assert.match(
      text,
      /- pass-role-is-bounded on role-data .*: policy is not known yet \(judged in the update, before/,
    );
  });

  it("of one resource do not end the judgement of another one", async () => {
    const stack = changed(
      changed(firstPreview(), "training-policy", "policy", UNKNOWN),
      "output-policy",
      "policy",
      "{}",
    );
    const outcome = await runPack(stack, { outputs: COMPUTED });
    assert.ok(violations(outcome).includes("policy-documents-are-valid on output-policy"));
    assert.ok(open(outcome).includes("policy-documents-are-valid on training-policy"));
  });

  it("do not hide what is wrong in another part of the same resource", async () => {
    const ingress = [
      { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: UNKNOWN },
      { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] },
    ];
    const outcome = await runPack(changed(firstPreview(), "job-group", "ingress", ingress));
    assert.deepEqual(violations(outcome), ["security-groups-are-closed-to-the-world on job-group"]);
    assert.deepEqual(open(outcome), ["security-groups-are-closed-to-the-world on job-group"]);
  });

  it("are followed to the key behind an alias", async () => {
    const alias = {
      type: "aws:kms/alias:Alias",
      name: "alias",
      properties: { targetKeyId: UNKNOWN },
      dependencies: { targetKeyId: ["key"] },
    };
    const job = firstPreview().map((resource) =>
      resource.name === "job"
        ? { ...resource, dependencies: { ...resource.dependencies, modelKmsKeyArn: ["alias"] } }
        : resource,
    );
    const outcome = await runPack([alias, ...job], { outputs: COMPUTED });
    assert.deepEqual(open(outcome), []);
  });

  it("are not taken for a customer key when they come from nowhere", async () => {
    const job = firstPreview().map((resource) =>
      resource.name === "job"
        ? { ...resource, dependencies: { ...resource.dependencies, modelKmsKeyArn: [] } }
        : resource,
    );
    const outcome = await runPack(job, { outputs: COMPUTED });
    assert.deepEqual(open(outcome), [
      "customization-job-uses-a-customer-key on job",
      "job-uses-role-and-key-of-its-stack on job",
    ]);
  });

  it("never make a violation and never end a policy, wherever in a resource they are", async () => {
    const places = environment.flatMap((resource) => pathsIn(resource.properties).map((path) => ({ resource, path })));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), async ({ resource, path }) => {
        const properties = structuredClone(resource.properties);
        replaceAt(properties, path);
        const stack = environment.map((item) => (item === resource ? { ...item, properties } : item));
        assert.deepEqual(violations(await runPack(stack)), [], `${path.join(".")} of ${resource.name}`);
      }),
      { numRuns: 60 },
    );
  }).timeout(60_000);

  it("are not taken for one another: two regions that are not known are left open, and told when they are", async () => {
    const [logging] = pick(environment, "invocation-logging");
    assert.ok(logging !== undefined);
    const at = (name: string, region: unknown) => ({ ...logging, name, properties: { ...logging.properties, region } });
    const policy = "invocations-are-logged-in-one-way";
    const judged = async (first: unknown, second: unknown) => {
      const outcome = await runPack([at("first", first), at("second", second)]);
      const about = (line: string) => line.startsWith(policy);
      return [violations(outcome).filter(about), open(outcome).filter(about)];
    };
    assert.deepEqual(await judged(UNKNOWN, UNKNOWN), [[], [`${policy} on second`]]);
    assert.deepEqual(await judged("eu-west-1", UNKNOWN), [[], [`${policy} on second`]]);
    assert.deepEqual(await judged("eu-west-1", "eu-west-2"), [[], []]);
    assert.deepEqual(await judged("eu-west-1", "eu-west-1"), [[`${policy} on second`], []]);
  });

  it("never make the summary a policy that can be mistaken for one of the catalogue", () => {
    const names = toSdkPolicies(catalogue).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.at(-1), "every-judgement-is-made");
  });
});
