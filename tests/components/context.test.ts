import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { discoverContext, endpointServiceName, regionFindings } from "../../components/context";

describe("where a stack is deployed", () => {
  const answers: Record<string, Record<string, unknown>> = {
    "aws:index/getPartition:getPartition": { partition: "aws-us-gov", dnsSuffix: "amazonaws.com" },
    "aws:index/getCallerIdentity:getCallerIdentity": {
      accountId: "123456789012",
      arn: "arn:aws-us-gov:sts::123456789012:assumed-role/Deployer/x",
    },
    "aws:index/getAvailabilityZones:getAvailabilityZones": { names: ["us-gov-west-1c", "us-gov-west-1a"] },
    "aws:index/getRegion:getRegion": { region: "us-gov-west-1" },
    "aws:ec2/getPrefixList:getPrefixList": { id: "pl-1" },
  };
  const asked = new Map<string, unknown>();
  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name }) => ({ id: name, state: {} }),
      call: ({ token, inputs }) => {
        asked.set(token, inputs);
        return answers[token] ?? {};
      },
    });
  });

  it("is plain values, with the zones in an order that does not change", async () => {
    assert.deepEqual(await discoverContext(), {
      partition: "aws-us-gov",
      dnsSuffix: "amazonaws.com",
      accountId: "123456789012",
      region: "us-gov-west-1",
      callerArn: "arn:aws-us-gov:sts::123456789012:assumed-role/Deployer/x",
      availabilityZones: ["us-gov-west-1a", "us-gov-west-1c"],
      s3PrefixListId: "pl-1",
    });
  });

  it("leaves out local zones, and asks for the prefix list of S3 in this region", async () => {
    await discoverContext();
    assert.deepEqual(asked.get("aws:index/getAvailabilityZones:getAvailabilityZones"), {
      state: "available",
      filters: [{ name: "zone-type", values: ["availability-zone"] }],
    });
    assert.deepEqual(asked.get("aws:ec2/getPrefixList:getPrefixList"), {
      name: endpointServiceName("us-gov-west-1", "s3"),
    });
    assert.equal(endpointServiceName("us-gov-west-1", "s3"), "com.amazonaws.us-gov-west-1.s3");
  });

  it("names the endpoints of China as PrivateLink does there", () => {
    const names = ["s3", "kms", "sts", "logs"].map((service) => endpointServiceName("cn-north-1", service));
    assert.deepEqual(names, [
      "com.amazonaws.cn-north-1.s3",
      "com.amazonaws.cn-north-1.kms",
      "cn.com.amazonaws.cn-north-1.sts",
      "com.amazonaws.cn-north-1.logs",
    ]);
  });

  it("is warned of where Bedrock is not offered, with what to do", () => {
    assert.match(
      regionFindings({ partition: "aws-cn", region: "cn-north-1" }).join(),
      /not offered in cn-north-1 .*Deploy to a Region of aws or aws-us-gov/u,
    );
    assert.deepEqual(regionFindings({ partition: "aws-us-gov", region: "us-gov-west-1" }), []);
    assert.deepEqual(regionFindings({ partition: "aws", region: "eu-central-1" }), []);
  });
});
