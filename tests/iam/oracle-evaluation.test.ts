// Answers worked out by hand from the pages that are named, not from any evaluator: how documents of several kinds combine.
import assert from "node:assert/strict";
import { allow, deny, RequestError, type AccessRequest, type ApplicablePolicies, type Caller } from "../../iam";
import * as s from "./support";

const session = `arn:aws:sts::${s.ACCOUNT}:assumed-role/trainer/job`;
const everything = [s.sourced("identity", s.fullAccess)];
const nothing = s.sourced("limit", allow({ Action: "ec2:*", Resource: "*" }));
const grantTo = (AWS: string | string[], more: object = {}) =>
  s.sourced("resource policy", allow({ Principal: { AWS }, Action: "*", Resource: "*", ...more }));
const denyScp = (more: object) => [
  [s.sourced("FullAWSAccess", s.fullAccess), s.sourced("scp", deny({ Action: "*", Resource: "*", ...more }))],
];
const decrypt: Partial<AccessRequest> = { action: "kms:Decrypt", resource: s.KEY };

/** `[what, request, documents, outcome by layer]` */
type Row = [what: string, request: Partial<AccessRequest>, policies: ApplicablePolicies, expected: string];

function decideRows(page: string, rows: readonly Row[]): void {
  describe(`iam: oracle, ${page}`, () => {
    for (const [what, request, policies, expected] of rows) {
      it(`${what}: ${expected}`, () => {
        assert.equal(s.decided(request, policies), expected);
      });
    }
  });
}

decideRows("reference_policies_evaluation-logic_policy-eval-denyallow", [
  ["no document at all", {}, {}, "implicitDeny by identity"],
  ["identity alone", {}, { identity: everything }, "allowed by identity"],
  ["resource alone, by role", {}, { resource: grantTo(s.ROLE_ARN) }, "allowed by resource"],
  ["resource alone, by account", {}, { resource: grantTo(s.ACCOUNT) }, "implicitDeny by identity"],
  [
    "both deny and allow",
    {},
    { identity: [s.sourced("i", s.fullAccess, deny({ Action: "s3:*", Resource: "*" }))] },
    "explicitDeny by identity",
  ],
  [
    "an Allow of one identity policy, a Deny of another",
    {},
    { identity: [...everything, s.sourced("d", deny({ Action: "s3:Get*", Resource: "*" }))] },
    "explicitDeny by identity",
  ],
  [
    "SCP and identity and boundary must all allow",
    {},
    { identity: everything, boundary: s.sourced("b", s.fullAccess), scps: [[nothing]] },
    "implicitDeny by scp",
  ],
  [
    "a resource policy does not lift a Deny of the SCP",
    {},
    { resource: grantTo(session), scps: denyScp({}) },
    "explicitDeny by scp",
  ],
  [
    "a role named by its session escapes the session policy",
    {},
    { resource: grantTo(session), session: nothing },
    "allowed by resource",
  ],
  [
    "but not a Deny in it",
    {},
    { resource: grantTo(session), session: s.sourced("s", deny({ Action: "s3:*", Resource: "*" })) },
    "explicitDeny by session",
  ],
  [
    "another session of the role is not named",
    {},
    { resource: grantTo(session.replace("/job", "/other")) },
    "implicitDeny by identity",
  ],
  [
    "role and session named together: the stronger counts",
    {},
    { resource: grantTo([s.ROLE_ARN, session]), boundary: nothing },
    "allowed by resource",
  ],
  [
    "a user named by its ARN escapes its boundary",
    { caller: s.user },
    { resource: grantTo(s.USER_ARN), boundary: nothing },
    "allowed by resource",
  ],
  [
    "a user named by its account does not",
    { caller: s.user },
    { identity: everything, resource: grantTo(s.ACCOUNT), boundary: nothing },
    "implicitDeny by boundary",
  ],
  [
    "a boundary and a session policy limit together",
    {},
    { identity: everything, boundary: s.sourced("b", s.fullAccess), session: nothing },
    "implicitDeny by session",
  ],
]);

const foreign = { caller: s.foreignRole };
const foreignSession = `arn:aws:sts::${s.OTHER_ACCOUNT}:assumed-role/visitor/session`;
const foreignRoot: Caller = { kind: "root", account: s.OTHER_ACCOUNT };

decideRows("reference_policies_evaluation-logic-cross-account", [
  ["identity only", foreign, { identity: everything }, "implicitDeny by resource"],
  ["resource only, by role", foreign, { resource: grantTo(s.FOREIGN_ROLE_ARN) }, "implicitDeny by identity"],
  ["resource only, by session", foreign, { resource: grantTo(foreignSession) }, "implicitDeny by identity"],
  ["resource only, everyone", foreign, { resource: grantTo("*") }, "implicitDeny by identity"],
  [
    "both, by the account's root",
    foreign,
    { identity: everything, resource: grantTo(`arn:aws:iam::${s.OTHER_ACCOUNT}:root`) },
    "allowed by identity",
  ],
  [
    "both, but the resource names our account",
    foreign,
    { identity: everything, resource: grantTo(s.ACCOUNT) },
    "implicitDeny by resource",
  ],
  [
    "the caller's SCP",
    foreign,
    { identity: everything, resource: grantTo("*"), scps: denyScp({}) },
    "explicitDeny by scp",
  ],
  [
    "the caller's boundary",
    foreign,
    { identity: everything, resource: grantTo(foreignSession), boundary: nothing },
    "implicitDeny by boundary",
  ],
  ["a root user that is named", { caller: foreignRoot }, { resource: grantTo(s.OTHER_ACCOUNT) }, "allowed by resource"],
  ["a root user that is not", { caller: foreignRoot }, { resource: grantTo(s.ACCOUNT) }, "implicitDeny by resource"],
]);

const viaService = {
  Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": s.ACCOUNT } },
};
const through = { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": s.ACCOUNT };

decideRows("kms key-policies, conditions-kms", [
  [
    "a key like that of a service: everyone through S3",
    { ...decrypt, context: through },
    { key: grantTo("*", viaService) },
    "allowed by key",
  ],
  ["the same without S3", decrypt, { key: grantTo("*", viaService) }, "implicitDeny by key"],
  [
    "the same through another service",
    { ...decrypt, context: { ...through, "kms:ViaService": "ec2.us-east-1.amazonaws.com" } },
    { key: grantTo("*", viaService) },
    "implicitDeny by key",
  ],
  [
    "the same in another Region",
    { ...decrypt, context: { ...through, "kms:ViaService": "s3.us-west-2.amazonaws.com" } },
    { key: grantTo("*", viaService) },
    "implicitDeny by key",
  ],
  [
    "a delegated key with a boundary",
    decrypt,
    { identity: everything, key: grantTo(s.ACCOUNT), boundary: nothing },
    "implicitDeny by boundary",
  ],
  [
    "a named role with a boundary",
    decrypt,
    { key: grantTo(s.ROLE_ARN), boundary: nothing },
    "implicitDeny by boundary",
  ],
  [
    "a Deny in the identity policy of a named role",
    decrypt,
    { key: grantTo(s.ROLE_ARN), identity: [s.sourced("d", deny({ Action: "kms:*", Resource: "*" }))] },
    "explicitDeny by identity",
  ],
  [
    "the root user of a key that names a role only",
    { ...decrypt, caller: s.root },
    { key: grantTo(s.ROLE_ARN) },
    "implicitDeny by key",
  ],
  [
    "an RCP binds the key",
    decrypt,
    { key: grantTo(s.ROLE_ARN), rcps: [[s.sourced("rcp", deny({ Principal: "*", Action: "kms:*", Resource: "*" }))]] },
    "explicitDeny by rcp",
  ],
  [
    "but not the retirement of a grant",
    { ...decrypt, action: "kms:RetireGrant" },
    { key: grantTo(s.ROLE_ARN), rcps: [[s.sourced("rcp", deny({ Principal: "*", Action: "kms:*", Resource: "*" }))]] },
    "allowed by key",
  ],
]);

const except = (AWS: string) => ({ Condition: { ArnNotLike: { "aws:PrincipalArn": AWS } } });

decideRows("orgs_manage_policies_scps_syntax", [
  [
    "a Deny with an exception for the role",
    {},
    { identity: everything, scps: denyScp(except("arn:aws:iam::*:role/trainer")) },
    "allowed by identity",
  ],
  [
    "a Deny with an exception for another",
    {},
    { identity: everything, scps: denyScp(except("arn:aws:iam::*:role/other")) },
    "explicitDeny by scp",
  ],
  ["the root user is bound", { caller: s.root }, { scps: denyScp({}) }, "explicitDeny by scp"],
  [
    "an Allow with resource and condition",
    { context: { "aws:RequestedRegion": "us-east-1" } },
    {
      identity: everything,
      scps: [
        [
          s.sourced(
            "a",
            allow({
              NotAction: "iam:*",
              Resource: `${s.BUCKET}/*`,
              Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
            }),
          ),
        ],
      ],
    },
    "allowed by identity",
  ],
  [
    "the same in another Region",
    { context: { "aws:RequestedRegion": "eu-west-1" } },
    {
      identity: everything,
      scps: [
        [
          s.sourced(
            "a",
            allow({ Action: "*", Resource: "*", Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } }),
          ),
        ],
      ],
    },
    "implicitDeny by scp",
  ],
]);

const lockout = s.sourced("bucket policy", deny({ Principal: "*", Action: "s3:*", Resource: "*" }));

decideRows("API_PutBucketPolicy, API_GetCallerIdentity", [
  [
    "the root user repairs a policy that locks everyone out",
    { caller: s.root, action: "s3:DeleteBucketPolicy", resource: s.BUCKET },
    { resource: lockout },
    "allowed by identity",
  ],
  ["but does not read the data", { caller: s.root }, { resource: lockout }, "explicitDeny by resource"],
  [
    "an administrator repairs nothing",
    { action: "s3:DeleteBucketPolicy", resource: s.BUCKET },
    { identity: everything, resource: lockout },
    "explicitDeny by resource",
  ],
  [
    "the root user is still bound by an SCP",
    { caller: s.root, action: "s3:PutBucketPolicy", resource: s.BUCKET },
    { resource: lockout, scps: denyScp({}) },
    "explicitDeny by scp",
  ],
  [
    "GetCallerIdentity needs no permission",
    { action: "sts:GetCallerIdentity", resource: "*" },
    {},
    "allowed by identity",
  ],
  [
    "and no Deny stops it",
    { action: "sts:GetCallerIdentity", resource: "*" },
    { identity: [s.sourced("d", deny({ Action: "*", Resource: "*" }))] },
    "allowed by identity",
  ],
]);

describe("iam: what is not modelled is refused", () => {
  const refuses = (what: string, request: object, policies: object, message: RegExp) => {
    it(what, () => {
      assert.throws(
        () => s.decided(request as Partial<AccessRequest>, policies as ApplicablePolicies),
        (error: unknown) => error instanceof RequestError && message.test(error.message),
      );
    });
  };
  refuses("access control lists", {}, { acl: [] }, /"acl", which is not evaluated/);
  refuses("a misspelt kind of document", {}, { identiy: everything }, /"identiy", which is not evaluated/);
  refuses("a part of the request that is unknown", { resourceTags: { team: "ml" } }, {}, /"resourceTags"/);
  refuses("a kind of caller that is unknown", { caller: { kind: "group", arn: "x" } }, {}, /expected role, user, root/);
  refuses(
    "GetCallerIdentity through an endpoint",
    { action: "sts:GetCallerIdentity", resource: "*" },
    { endpoint: s.sourced("e", s.everyoneFullAccess) },
    /cannot be judged/,
  );
});
