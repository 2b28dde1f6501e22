import assert from "node:assert/strict";
import { allow, deny, PolicySyntaxError } from "../../iam";
import {
  decideEach,
  readTraining,
  keyFor,
  decrypt,
  assume,
  job,
  trust,
  subnet,
  networkInterface,
  createInterface,
  interfaceTags,
  interfacePermission,
  permissionOn,
  createJob,
  bucketFor,
  type Case,
} from "./expectation-fixtures";
import * as s from "./support";

const cases: Case[] = [
  {
    name: "17 CreateNetworkInterface on a subnet that is listed",
    request: { action: "ec2:CreateNetworkInterface", resource: subnet("subnet-2"), context: interfaceTags },
    policies: { identity: [createInterface] },
    expected: "allowed",
  },
  {
    name: "18 CreateNetworkInterface on the interface with its tags",
    request: { action: "ec2:CreateNetworkInterface", resource: networkInterface, context: interfaceTags },
    policies: { identity: [createInterface] },
    expected: "allowed",
  },
  {
    name: "19 CreateNetworkInterfacePermission in the subnet of the job",
    request: permissionOn("subnet-1"),
    policies: { identity: [interfacePermission] },
    expected: "allowed",
  },
  {
    name: "20 CreateNetworkInterfacePermission in another subnet",
    request: permissionOn("subnet-9"),
    policies: { identity: [interfacePermission] },
    expected: "implicitDeny",
  },
  {
    name: "21 PassRole to the service that the statement names",
    request: {
      action: "iam:PassRole",
      resource: s.OTHER_ROLE_ARN,
      context: { "iam:PassedToService": "bedrock.amazonaws.com" },
    },
    policies: {
      identity: [
        s.sourced(
          "identity",
          allow({
            Action: "iam:PassRole",
            Resource: s.OTHER_ROLE_ARN,
            Condition: { StringEquals: { "iam:PassedToService": "bedrock.amazonaws.com" } },
          }),
        ),
      ],
    },
    expected: "allowed",
  },
  {
    name: "22 CreateModelCustomizationJob on a foundation model",
    request: createJob,
    policies: {
      identity: [
        s.sourced("identity", allow({ Action: createJob.action, Resource: "arn:aws:bedrock:*::foundation-model/*" })),
      ],
    },
    expected: "allowed",
  },
  {
    name: "23 a key in the request that no policy asks for",
    request: { ...createJob, context: { "bedrock:CustomizationType": "FINE_TUNING" } },
    policies: { identity: [s.sourced("identity", allow({ Action: createJob.action, Resource: "*" }))] },
    expected: "allowed",
  },
  {
    name: "24 another account's bucket, both sides allow",
    request: { caller: s.foreignRole },
    policies: { identity: [readTraining], resource: bucketFor(s.FOREIGN_ROLE_ARN) },
    expected: "allowed",
  },
  {
    name: "25 another account's bucket, without identity policy",
    request: { caller: s.foreignRole },
    policies: { resource: bucketFor(s.FOREIGN_ROLE_ARN) },
    expected: "implicitDeny",
  },
  {
    name: "26 a key policy for the service itself",
    request: {
      action: "kms:GenerateDataKey",
      resource: s.KEY,
      caller: s.bedrock,
      context: { "aws:SourceAccount": s.ACCOUNT },
    },
    policies: {
      key: s.sourced(
        "key policy",
        allow({
          Principal: { Service: "bedrock.amazonaws.com" },
          Action: "kms:GenerateDataKey",
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": s.ACCOUNT } },
        }),
      ),
    },
    expected: "allowed",
  },
  {
    name: "27 CreateGrant for AWS resources only",
    request: { action: "kms:CreateGrant", resource: s.KEY, context: { "kms:GrantIsForAWSResource": true } },
    policies: { key: keyFor(s.ROLE_ARN, { Bool: { "kms:GrantIsForAWSResource": "true" } }) },
    expected: "allowed",
  },
  {
    name: "28 a condition on kms:EncryptionContext:<key>",
    request: { ...decrypt, context: { "kms:EncryptionContext:aws:s3:arn": s.BUCKET } },
    policies: { key: keyFor(s.ROLE_ARN, { StringEquals: { "kms:EncryptionContext:aws:s3:arn": s.BUCKET } }) },
    expected: "allowed",
  },
  {
    name: "29 ForAnyValue on kms:EncryptionContextKeys",
    request: { ...decrypt, context: { "kms:EncryptionContextKeys": ["aws:s3:arn", "department"] } },
    policies: {
      key: keyFor(s.ROLE_ARN, { "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": "aws:s3:arn" } }),
    },
    expected: "allowed",
  },
  {
    name: "30 a Deny for everyone but one role, by aws:PrincipalArn",
    request: { context: { "aws:PrincipalArn": s.ROLE_ARN } },
    policies: {
      identity: [readTraining],
      resource: s.sourced(
        "bucket policy",
        deny({
          Principal: "*",
          Action: "s3:*",
          Resource: "*",
          Condition: { ArnNotLike: { "aws:PrincipalArn": s.OTHER_ROLE_ARN } },
        }),
      ),
    },
    expected: "explicitDeny",
  },
  {
    name: "31 a Deny on aws:PrincipalArn strikes although the caller did not send the key",
    request: {},
    policies: {
      identity: [readTraining],
      resource: s.sourced(
        "bucket policy",
        deny({
          Principal: "*",
          Action: "s3:*",
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": s.ROLE_ARN } },
        }),
      ),
    },
    expected: "explicitDeny",
  },
  {
    name: "32 a policy variable with a tag of the caller",
    request: { caller: { kind: "role", arn: s.ROLE_ARN, tags: { team: "train" } } },
    policies: {
      identity: [
        s.sourced("identity", allow({ Action: "s3:GetObject", Resource: `${s.BUCKET}/\${aws:PrincipalTag/team}/*` })),
      ],
    },
    expected: "allowed",
  },
  {
    name: "33 an action that no service has grants nothing",
    request: {},
    policies: { identity: [s.sourced("identity", allow({ Action: "s3:GetObjekt", Resource: "*" }))] },
    expected: "implicitDeny",
  },
];

describe("iam: expectation table, services and keys", () => {
  decideEach(cases);

  it("28 the case of the key inside kms:EncryptionContext:<key> counts", () => {
    const key = keyFor(s.ROLE_ARN, { StringEquals: { "kms:EncryptionContext:Department": "ml" } });
    assert.equal(s.outcome({ ...decrypt, context: { "KMS:encryptioncontext:Department": "ml" } }, { key }), "allowed");
    assert.equal(
      s.outcome({ ...decrypt, context: { "kms:EncryptionContext:department": "ml" } }, { key }),
      "implicitDeny",
    );
  });

  it("a service control policy does not bind a service principal", () => {
    const scps = [[s.sourced("scp", deny({ Action: "*", Resource: "*" }))]];
    const context = { "aws:SourceAccount": s.ACCOUNT, "aws:SourceArn": job };
    assert.equal(s.outcome({ ...assume, context }, { trust, scps }), "allowed");
  });

  it("a misspelt operator inside a Deny is refused, with the operator that was meant", () => {
    const document = s.conditional({ StringEqual: { "aws:SourceVpce": "vpce-1" } }, "Deny");
    const identity = [readTraining, { source: "identity", document }];
    assert.throws(
      () => s.outcome({}, { identity }),
      (error: unknown) => {
        assert.ok(error instanceof PolicySyntaxError);
        assert.match(error.message, /unknown condition operator "StringEqual"; did you mean StringEquals\?/);
        return true;
      },
    );
  });

  it("an endpoint policy may name a role", () => {
    const endpoint = s.sourced(
      "endpoint policy",
      allow({ Principal: { AWS: s.ROLE_ARN }, Action: "bedrock:*", Resource: "*" }),
    );
    const identity = [s.sourced("identity", s.fullAccess)];
    assert.equal(s.outcome(createJob, { identity, endpoint }), "allowed");
    const other = { kind: "role", arn: s.OTHER_ROLE_ARN } as const;
    assert.equal(s.decided({ ...createJob, caller: other }, { identity, endpoint }), "implicitDeny by endpoint");
  });
});
