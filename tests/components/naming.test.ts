import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bucketArn,
  environmentNames,
  fit,
  namePrefixes,
  roleArn,
  slug,
  type EnvironmentIdentity,
} from "../../components/naming";

/** What the stack's schema lets through as prefix, and what Pulumi lets through as stack name. */
const prefixes = fc
  .oneof(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/u),
    fc.constantFrom("xn--a", "sg", "sthree", "amzn-s3-demo", "aws"),
  )
  .filter((prefix) => namePrefixes.pattern.test(prefix));
const stacks = fc.stringMatching(/^[a-zA-Z0-9][\w.-]{0,99}$/u);
const identities = fc.record({ namePrefix: prefixes, environment: stacks });
const regions = fc.constantFrom("us-west-2", "us-gov-west-1", "ap-southeast-5", "cn-northwest-1");
const accounts = fc.stringMatching(/^\d{12}$/u);
const contexts = fc.record({ accountId: accounts, region: regions });

function physicalNames(identity: EnvironmentIdentity, context: { accountId: string; region: string }): string[] {
  const names = environmentNames(identity, context);
  return [
    names.keyAlias,
    names.trainingBucket,
    names.outputBucket,
    names.logBucket,
    names.customizationRole,
    names.role("operator"),
    names.guardrail,
    names.trail,
    names.alert("failed-jobs"),
    names.budget,
    names.queue("undelivered"),
    names.logGroup("trail"),
    names.marker,
    names.tagName("alerts"),
  ];
}

describe("names of an environment", () => {
  it("are what AWS takes, however long the stack's name is", () => {
    fc.assert(
      fc.property(identities, contexts, (identity, context) => {
        const names = environmentNames(identity, context);
        for (const bucket of [names.trainingBucket, names.outputBucket]) {
          assert.match(bucket, /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/u);
          assert.doesNotMatch(bucket, /^xn--|^sthree-|-s3alias$|--ol-s3$/u);
        }
        assert.match(names.customizationRole, /^[\w+=,.@-]{1,64}$/u);
        assert.match(names.keyAlias, /^alias\/[\w/-]{1,250}$/u);
        assert.doesNotMatch(names.keyAlias, /^alias\/aws\//u);
        for (const part of ["ended-jobs", "failed-jobs", "sensitive-data"]) {
          assert.match(names.alert(part), /^[\w.-]{1,64}$/u);
        }
        assert.match(names.queue("undelivered"), /^[\w-]{1,80}$/u);
        assert.match(names.budget, /^[^:\\]{1,100}$/u);
        assert.match(names.guardrail, /^[\w-]{1,50}$/u);
        // No two separators beside each other.
        assert.match(names.trail, /^(?=.{3,128}$)[a-z0-9]+(?:-[a-z0-9]+)*$/u);
        assert.match(names.tagName("job-group"), /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/u);
        assert.match(names.logGroup("trail"), /^\/[\w./#-]{1,511}$/u);
      }),
    );
  });

  it("begin with nothing that S3 or AWS reserves", () => {
    const reserved = ["xn--a", "sthree", "sthree-a", "amzn-s3-demo", "aws", "aws-ml"];
    assert.deepEqual(
      reserved.filter((prefix) => namePrefixes.pattern.test(prefix)),
      [],
    );
    const near = ["xn-a", "sthrees", "amzn-s3-dem", "amzn-s3-dema", "laws"];
    assert.deepEqual(
      near.filter((prefix) => !namePrefixes.pattern.test(prefix)),
      [],
    );
  });

  it("of what serves a model are what Bedrock takes", () => {
    const models = fc.stringMatching(/^(?:[0-9a-zA-Z][_-]?){1,50}$/u).map((name) => name.slice(0, 50));
    fc.assert(
      fc.property(identities, contexts, models, (identity, context, model) => {
        const name = environmentNames(identity, context).servingName(model);
        assert.match(name, /^(?:[0-9a-zA-Z][_-]?)+$/u);
        assert.ok(name.length <= 63, name);
      }),
    );
  });

  it("differ between stacks, also where a long name is cut", () => {
    fc.assert(
      fc.property(
        prefixes,
        fc.uniqueArray(stacks, { minLength: 2, maxLength: 2 }),
        contexts,
        (namePrefix, pair, context) => {
          const [first = "", second = ""] = pair;
          const taken = new Set(physicalNames({ namePrefix, environment: first }, context));
          for (const name of physicalNames({ namePrefix, environment: second }, context)) {
            assert.ok(!taken.has(name), `${name} belongs to ${first} and to ${second}`);
          }
        },
      ),
    );
  });

  it("differ between stacks whose names AWS's alphabet does not tell apart", () => {
    const context = { accountId: "123456789012", region: "us-west-2" };
    const alike = ["dev-2", "dev_2", "dev.2", "Dev-2", "DEV_2", "dev--2"];
    const all = alike.flatMap((environment) => [
      ...new Set(physicalNames({ namePrefix: "smc", environment }, context)),
    ]);
    assert.equal(new Set(all).size, all.length);
  });

  it("of one part of an environment follow a pattern that no other environment's follow", () => {
    fc.assert(
      fc.property(
        prefixes,
        fc.uniqueArray(stacks, { minLength: 2, maxLength: 2 }),
        contexts,
        (namePrefix, pair, here) => {
          const [first, second] = pair.map((environment) => environmentNames({ namePrefix, environment }, here));
          const [start = ""] = (first?.alert("*") ?? "").split("*");
          assert.ok(first?.alert("failed-jobs").startsWith(start));
          assert.ok(!second?.alert("failed-jobs").startsWith(start));
        },
      ),
    );
  });

  it("differ within an environment", () => {
    fc.assert(
      fc.property(identities, contexts, (identity, context) => {
        const { keyAlias, trainingBucket, outputBucket, logBucket } = environmentNames(identity, context);
        assert.equal(new Set([keyAlias, trainingBucket, outputBucket, logBucket]).size, 4);
      }),
    );
  });

  it("of buckets differ between accounts and between regions", () => {
    fc.assert(
      fc.property(identities, contexts, contexts, (identity, here, there) => {
        fc.pre(here.accountId !== there.accountId || here.region !== there.region);
        const names = environmentNames(identity, here);
        const others = environmentNames(identity, there);
        assert.notEqual(names.trainingBucket, others.trainingBucket);
        assert.notEqual(names.outputBucket, others.outputBucket);
      }),
    );
  });

  it("are the same whenever they are asked for", () => {
    const context = { accountId: "123456789012", region: "us-west-2" };
    const identity = { namePrefix: "smc", environment: "dev" };
    assert.deepEqual(physicalNames(identity, context), [
      "alias/smc-dev-customization",
      "smc-dev-training-123456789012-us-west-2",
      "smc-dev-output-123456789012-us-west-2",
      "smc-dev-logs-123456789012-us-west-2",
      "smc-dev-customization-us-west-2",
      "smc-dev-operator-us-west-2",
      "smc-dev",
      "smc-dev",
      "smc-dev_failed-jobs",
      "smc-dev",
      "smc-dev-undelivered",
      "/smc-dev/trail",
      "smc-dev",
      "smc-dev-alerts",
    ]);
    assert.equal(environmentNames(identity, context).tagName("vpc"), "smc-dev-vpc");
  });
});

describe("fit", () => {
  it("leaves a name alone that is short enough", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 63 }), (name) => {
        assert.equal(fit(name, 63), name);
      }),
    );
  });

  it("keeps two long names apart that begin alike", () => {
    const long = "a".repeat(80);
    const shortened = [fit(`${long}1`, 63), fit(`${long}2`, 63)];
    assert.notEqual(shortened[0], shortened[1]);
    assert.deepEqual(
      shortened.map((name) => name.length),
      [63, 63],
    );
  });

  it("does not leave two hyphens where it cuts", () => {
    assert.match(fit(`${"a".repeat(20)}-----${"b".repeat(20)}`, 34), /^a{20}-[0-9a-f]{8}$/u);
  });
});

describe("slug", () => {
  it("writes a stack's name with lower-case letters, digits and single hyphens", () => {
    assert.match(slug("Prod.EU_west--2"), /^prod-eu-west-2-[0-9a-f]{8}$/u);
    assert.equal(slug("prod-eu-west-2"), "prod-eu-west-2");
    fc.assert(
      fc.property(stacks, (stack) => {
        assert.match(slug(stack), /^[a-z0-9]+(?:-[a-z0-9]+)*$/u);
      }),
    );
  });

  it("refuses a name without a letter or digit, and says what to use", () => {
    assert.throws(() => slug("___"), /"___" holds no letter or digit\. Use for example "dev"/u);
  });
});

describe("ARNs that are known before anything exists", () => {
  it("carry the partition", () => {
    assert.equal(
      roleArn({ partition: "aws-cn", accountId: "123456789012" }, "r"),
      "arn:aws-cn:iam::123456789012:role/r",
    );
    assert.equal(bucketArn({ partition: "aws-us-gov" }, "b"), "arn:aws-us-gov:s3:::b");
    assert.equal(bucketArn({ partition: "aws" }, "b", "folder/*"), "arn:aws:s3:::b/folder/*");
  });
});
