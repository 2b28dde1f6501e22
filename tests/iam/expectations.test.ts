import { allow, deny } from "../../iam";
import {
  decideEach,
  readTraining,
  onlyThroughEndpoint,
  onlyTls,
  endpointFor,
  viaBedrock,
  keyFor,
  decrypt,
  mayDecrypt,
  assume,
  job,
  trust,
  trustWithoutCondition,
  bucketFor,
  fullScp,
  type Case,
} from "./expectation-fixtures";
import * as s from "./support";

const cases: Case[] = [
  {
    name: "01 a bucket that only admits one endpoint, through that endpoint",
    request: { context: { "aws:SourceVpce": "vpce-1" } },
    policies: { identity: [readTraining], resource: onlyThroughEndpoint, endpoint: endpointFor("data") },
    expected: "allowed",
  },
  {
    name: "02 an endpoint policy that names another bucket",
    request: { context: { "aws:SourceVpce": "vpce-1" } },
    policies: { identity: [readTraining], resource: onlyThroughEndpoint, endpoint: endpointFor("elsewhere") },
    expected: "implicitDeny",
  },
  {
    name: "03 the public path, without aws:SourceVpce",
    request: {},
    policies: { identity: [readTraining], resource: onlyThroughEndpoint },
    expected: "explicitDeny",
  },
  {
    name: "04 a call without TLS",
    request: { context: { "aws:SecureTransport": false } },
    policies: { identity: [readTraining], resource: onlyTls },
    expected: "explicitDeny",
  },
  {
    name: "05 a key policy that names the role, through the service",
    request: { ...decrypt, context: viaBedrock },
    policies: { key: keyFor(s.ROLE_ARN, { StringEquals: viaBedrock }) },
    expected: "allowed",
  },
  {
    name: "06 the same without kms:ViaService",
    request: decrypt,
    policies: { key: keyFor(s.ROLE_ARN, { StringEquals: viaBedrock }) },
    expected: "implicitDeny",
  },
  {
    name: "07 a key policy that names only another role",
    request: decrypt,
    policies: { identity: [mayDecrypt], key: keyFor(s.OTHER_ROLE_ARN) },
    expected: "implicitDeny",
  },
  {
    name: "08 a key policy that delegates to the account, with an identity policy",
    request: decrypt,
    policies: { identity: [mayDecrypt], key: keyFor(`arn:aws:iam::${s.ACCOUNT}:root`) },
    expected: "allowed",
  },
  {
    name: "09 a key of another account that names the account, without identity policy",
    request: { ...decrypt, caller: s.foreignRole },
    policies: { key: keyFor(s.OTHER_ACCOUNT) },
    expected: "implicitDeny",
  },
  {
    name: "10 the service assumes its role for a job of the account",
    request: { ...assume, context: { "aws:SourceAccount": s.ACCOUNT, "aws:SourceArn": job } },
    policies: { trust },
    expected: "allowed",
  },
  {
    name: "11 the confused deputy: a job of another account",
    request: { ...assume, context: { "aws:SourceAccount": s.OTHER_ACCOUNT, "aws:SourceArn": job } },
    policies: { trust },
    expected: "implicitDeny",
  },
  {
    name: "12 a trust policy without condition lets the confused deputy in",
    request: { ...assume, context: { "aws:SourceAccount": s.OTHER_ACCOUNT } },
    policies: { trust: trustWithoutCondition },
    expected: "allowed",
  },
  {
    name: "13 a service control policy that denies other regions",
    request: { context: { "aws:RequestedRegion": "us-east-1" } },
    policies: {
      identity: [readTraining],
      scps: [
        [
          fullScp,
          s.sourced(
            "region scp",
            deny({
              NotAction: "iam:*",
              Resource: "*",
              Condition: { StringNotEquals: { "aws:RequestedRegion": "eu-central-1" } },
            }),
          ),
        ],
      ],
    },
    expected: "explicitDeny",
  },
  {
    name: "14 a resource control policy that denies callers outside of the organization",
    request: { caller: s.foreignRole, context: { "aws:PrincipalOrgID": "o-other" } },
    policies: {
      identity: [readTraining],
      resource: bucketFor(s.FOREIGN_ROLE_ARN),
      rcps: [
        [
          s.sourced(
            "organization rcp",
            deny({
              Principal: "*",
              Action: "s3:*",
              Resource: "*",
              Condition: { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-ours" } },
            }),
          ),
        ],
      ],
    },
    expected: "explicitDeny",
  },
  {
    name: "15 a session policy for another bucket",
    request: {},
    policies: {
      identity: [readTraining],
      session: s.sourced("session", allow({ Action: "s3:*", Resource: "arn:aws:s3:::elsewhere/*" })),
    },
    expected: "implicitDeny",
  },
  {
    name: "16 a permissions boundary without s3",
    request: {},
    policies: {
      identity: [readTraining],
      boundary: s.sourced("boundary", allow({ Action: "ec2:*", Resource: "*" })),
    },
    expected: "implicitDeny",
  },
];

describe("iam: expectation table, storage and limits", () => {
  decideEach(cases);
});
