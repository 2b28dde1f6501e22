/** Documents and requests of a customization job, for the expectation tables. */
import assert from "node:assert/strict";
import { allow, deny, type AccessRequest, type ApplicablePolicies } from "../../iam";
import * as s from "./support";

/** A row of the table. */
export interface Case {
  name: string;
  request: Partial<AccessRequest>;
  policies: ApplicablePolicies;
  expected: "allowed" | "implicitDeny" | "explicitDeny";
}

/** One test for each row. */
export function decideEach(cases: readonly Case[]): void {
  for (const { name, request, policies, expected } of cases) {
    it(`${name}: ${expected}`, () => {
      assert.equal(s.outcome(request, policies), expected);
    });
  }
}

export const readTraining = s.sourced("identity", allow({ Action: "s3:GetObject", Resource: `${s.BUCKET}/train/*` }));
export const onlyThroughEndpoint = s.sourced(
  "bucket policy",
  deny({
    Sid: "OnlyThroughEndpoint",
    Principal: "*",
    Action: "s3:*",
    Resource: [s.BUCKET, `${s.BUCKET}/*`],
    Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } },
  }),
);
export const onlyTls = s.sourced(
  "bucket policy",
  deny({ Principal: "*", Action: "s3:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
);
export const endpointFor = (bucket: string) =>
  s.sourced("endpoint policy", allow({ Principal: "*", Action: "s3:*", Resource: `arn:aws:s3:::${bucket}/*` }));
export const viaBedrock = { "kms:ViaService": "bedrock.us-east-1.amazonaws.com" };
export const keyFor = (principal: string, condition?: Record<string, Record<string, string | string[]>>) =>
  s.sourced(
    "key policy",
    allow({
      Principal: { AWS: principal },
      Action: "kms:*",
      Resource: "*",
      ...(condition && { Condition: condition }),
    }),
  );
export const decrypt = { action: "kms:Decrypt", resource: s.KEY };
export const mayDecrypt = s.sourced("identity", allow({ Action: "kms:Decrypt", Resource: s.KEY }));
export const assume = { action: "sts:AssumeRole", resource: s.ROLE_ARN, caller: s.bedrock };
export const jobs = `arn:aws:bedrock:us-east-1:${s.ACCOUNT}:model-customization-job/*`;
export const job = jobs.replace("*", "amazon.nova-lite-v1:0:300k/abc");
export const trust = s.sourced(
  "trust policy",
  allow({
    Principal: { Service: "bedrock.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": s.ACCOUNT }, ArnLike: { "aws:SourceArn": jobs } },
  }),
);
export const trustWithoutCondition = s.sourced(
  "trust policy",
  allow({ Principal: { Service: "bedrock.amazonaws.com" }, Action: "sts:AssumeRole" }),
);
export const subnet = (id: string) => `arn:aws:ec2:us-east-1:${s.ACCOUNT}:subnet/${id}`;
export const networkInterface = `arn:aws:ec2:us-east-1:${s.ACCOUNT}:network-interface/*`;
export const createInterface = s.sourced(
  "identity",
  allow({
    Action: "ec2:CreateNetworkInterface",
    Resource: networkInterface,
    Condition: {
      StringEquals: { "aws:RequestTag/BedrockManaged": ["true"] },
      ArnEquals: { "aws:RequestTag/BedrockModelCustomizationJobArn": [jobs] },
    },
  }),
  allow({ Action: "ec2:CreateNetworkInterface", Resource: [subnet("subnet-1"), subnet("subnet-2")] }),
);
export const interfaceTags = {
  "aws:RequestTag/BedrockManaged": "true",
  "aws:RequestTag/BedrockModelCustomizationJobArn": job,
};
export const interfacePermission = s.sourced(
  "identity",
  allow({
    Action: ["ec2:CreateNetworkInterfacePermission"],
    Resource: "*",
    Condition: {
      ArnEquals: { "ec2:Subnet": [subnet("subnet-1")], "ec2:ResourceTag/BedrockModelCustomizationJobArn": [jobs] },
      StringEquals: { "ec2:ResourceTag/BedrockManaged": "true" },
    },
  }),
);
export const permissionOn = (id: string): Partial<AccessRequest> => ({
  action: "ec2:CreateNetworkInterfacePermission",
  resource: networkInterface,
  context: {
    "ec2:Subnet": subnet(id),
    "ec2:ResourceTag/BedrockManaged": "true",
    "ec2:ResourceTag/BedrockModelCustomizationJobArn": job,
  },
});
export const createJob = {
  action: "bedrock:CreateModelCustomizationJob",
  resource: "arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0:128k",
};
export const bucketFor = (principal: string) =>
  s.sourced(
    "bucket policy",
    allow({ Principal: { AWS: principal }, Action: "s3:GetObject", Resource: `${s.BUCKET}/*` }),
  );
export const fullScp = s.sourced("FullAWSAccess", s.fullAccess);
