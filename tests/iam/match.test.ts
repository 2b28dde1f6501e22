import assert from "node:assert/strict";
import fc from "fast-check";
import { formatArn, isArn, parseArn, partitionOf } from "../../iam";
import { compileGlob, matchArnGlob, matchGlob, splitArnGlob } from "../../iam/match";
import { arnSegments } from "../../iam/arn";

/** The definition of a glob, written down without any thought of speed. */
function reference(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  const rest = pattern.slice(1);
  if (pattern[0] === "*") return reference(rest, text) || (text !== "" && reference(pattern, text.slice(1)));
  return text !== "" && (pattern[0] === "?" || pattern[0] === text[0]) && reference(rest, text.slice(1));
}

const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });

describe("iam: globs", () => {
  it("agree with their definition on random patterns and texts", () => {
    fc.assert(
      fc.property(pattern, text, (glob, value) => matchGlob(compileGlob(glob), value) === reference(glob, value)),
      { numRuns: 3000 },
    );
  });

  it("treat characters of regular expressions as themselves", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const literal = value.replaceAll("*", "").replaceAll("?", "");
        assert.ok(matchGlob(compileGlob(literal), literal));
        assert.ok(!matchGlob(compileGlob(literal), `${literal}x`));
      }),
    );
    assert.ok(!matchGlob(compileGlob("a.c"), "abc") && matchGlob(compileGlob("(a+)+$"), "(a+)+$"));
  });

  it("take a bounded number of steps on patterns that make backtracking explode", () => {
    const glob = compileGlob("*a".repeat(25) + "b");
    let steps = 0;
    const counted = new Proxy(glob.units, {
      get(units, property) {
        steps += 1;
        return Reflect.get(units, property) as unknown;
      },
    });
    const value = "a".repeat(2000);
    assert.ok(!matchGlob({ units: counted }, value));
    assert.ok(steps <= 3 * glob.units.length * value.length, `${steps} steps`);
  });

  it("of ARNs match segment by segment; only the last one contains colons", () => {
    const matches = (glob: string, arn: string): boolean => {
      const segments = splitArnGlob(compileGlob(glob));
      return segments !== undefined && matchArnGlob(segments, arnSegments(arn) ?? []);
    };
    assert.ok(matches("arn:aws:logs:*:*:*", "arn:aws:logs:eu-west-1:1:log-group:a:log-stream:b"));
    assert.ok(!matches("arn:aws:s3:::a*:b", "arn:aws:s3:::a"));
    assert.ok(!matches("arn:aws:s3*:b", "arn:aws:s3:::b"));
    assert.ok(!matches("arn:aws:iam::*:role/a", "arn:aws:iam::1:2:role/a"));
  });
});

describe("iam: ARNs", () => {
  it("are read and written back unchanged", () => {
    for (const arn of [
      "arn:aws:s3:::data/a:b",
      "arn:aws-cn:iam::123456789012:role/x",
      "arn:aws:bedrock:us-east-1:123456789012:model-customization-job/amazon.nova-lite-v1:0:300k/abc",
    ]) {
      assert.equal(formatArn(parseArn(arn)), arn);
    }
    assert.deepEqual(parseArn("arn:aws:bedrock:us-east-1::foundation-model/m:0"), {
      partition: "aws",
      service: "bedrock",
      region: "us-east-1",
      account: "",
      resource: "foundation-model/m:0",
    });
    assert.equal(formatArn({ partition: "aws", service: "s3", resource: "data" }), "arn:aws:s3:::data");
  });

  it("that are none are refused with the form that is expected", () => {
    for (const value of ["", "data", "arn:aws:s3", "arn::s3:::x", "arn:aws:s3:::", "ARN:aws:s3:::x"]) {
      assert.ok(!isArn(value), value);
      assert.throws(() => parseArn(value), /is not an ARN; expected arn:<partition>/);
    }
  });

  it("have the partition of their region", () => {
    const expected = {
      "eu-central-1": "aws",
      "us-east-1": "aws",
      "cn-north-1": "aws-cn",
      "us-gov-west-1": "aws-us-gov",
      "us-iso-east-1": "aws-iso",
      "us-isob-east-1": "aws-iso-b",
      "us-isof-south-1": "aws-iso-f",
      "eu-isoe-west-1": "aws-iso-e",
      "eusc-de-east-1": "aws-eusc",
    };
    for (const [region, partition] of Object.entries(expected)) assert.equal(partitionOf(region), partition, region);
    for (const region of ["", "us-east-1a", "US-EAST-1", "global"]) {
      assert.throws(() => partitionOf(region), /is not the name of an AWS Region/);
    }
  });
});
