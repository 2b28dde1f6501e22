/** Policy documents as programs, generators and people write them. */
import { ACCOUNT, allow, document, managed, on, resource, role, type Oddity } from "./resources";

const NAMED = "statements-name-their-actions";
const PASS = "pass-role-is-bounded";
const DANGER = "dangerous-rights-name-their-resources";
const ADMIN = "no-administrator-policy-is-attached";
const INVERTED = "statements-list-what-they-allow";
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const passes = (target: string, operator?: string, service: unknown = "lambda.amazonaws.com") =>
  document(
    allow(
      "iam:PassRole",
      target,
      operator === undefined ? {} : { Condition: { [operator]: { "iam:PassedToService": service } } },
    ),
  );
const policy = (what: string, text: unknown, ...finds: readonly string[]): Oddity => [
  what,
  [managed("p", text)],
  finds.flatMap((id) => on(id, "p")),
];
const attached = (type: string, name: string, properties: object) => resource(`aws:iam/${type}`, name, properties);
const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`;

/** The documents. */
export const documentOddities: readonly Oddity[] = [
  policy("one statement instead of a list, no version", JSON.stringify({ Statement: allow("*") }), NAMED, PASS),
  policy(
    "JSON with tabs, line feeds and spaces where nobody writes them",
    '{\n\t"Version" : "2012-10-17",\r\n  "Statement" : [ {\n "Effect":"Allow" , "Action" : [ "dynamodb:*" ], "Resource" :"*" } ]\n}\n',
    NAMED,
  ),
  policy("an object instead of text", { Version: "2012-10-17", Statement: [allow("dynamodb:*")] }, NAMED),
  policy("a service in capitals", document(allow("S3:*", "arn:aws:s3:::x/*")), NAMED),
  policy("a wildcard of two signs", document(allow("s3:?*", "arn:aws:s3:::x/*")), NAMED),
  policy("two stars", document(allow("dynamodb:**")), NAMED),
  policy("every service by name", document(allow("*:*")), NAMED, PASS),
  policy("a wildcard in the middle", document(allow("iam:*Policy*")), DANGER),
  policy("a wildcard that covers iam:PassRole", document(allow("iam:P*")), DANGER, PASS),
  policy("any role of the account", passes(roleArn("*"), "StringEquals"), PASS),
  policy("a named role for any service", passes(roleArn("x")), PASS),
  policy("a named role for every service that a pattern covers", passes(roleArn("x"), "StringLike", "*"), PASS),
  policy("a named role for a named service", passes(roleArn("x"), "StringEquals", ["lambda.amazonaws.com"])),
  policy("any role by sts", document(allow(["sts:AssumeRole"])), DANGER),
  policy("all but iam", document({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }), INVERTED),
  policy(
    "all but one table",
    document({ Effect: "Allow", Action: "dynamodb:GetItem", NotResource: "arn:aws:dynamodb:*:*:table/x" }),
    INVERTED,
  ),
  policy(
    "a Deny of all but, as for MFA",
    document({
      Effect: "Deny",
      NotAction: ["iam:*"],
      Resource: "*",
      Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
    }),
  ),
  policy(
    "what agents and functions usually need",
    document(
      allow(["ec2:Describe*", "s3:ListAllMyBuckets", "cloudwatch:PutMetricData", "xray:PutTraceSegments"]),
      allow(["ecr:GetAuthorizationToken", "ssmmessages:CreateControlChannel"]),
      allow(["ssm:GetParameters"], `arn:aws:ssm:us-west-2:${ACCOUNT}:parameter/app/*`),
    ),
  ),
  [
    "a group with an inline policy",
    [resource("aws:iam/groupPolicy:GroupPolicy", "g", { group: "x", policy: document(allow("*")) })],
    [...on(NAMED, "g"), ...on(PASS, "g")],
  ],
  [
    "rights of an organization, which grant nothing",
    [
      resource("aws:organizations/policy:Policy", "scp", {
        content: document(allow("*")),
        type: "SERVICE_CONTROL_POLICY",
      }),
    ],
    [],
  ],
  [
    "administrators, attached in every way",
    [
      role("a1", undefined, { managedPolicyArns: ["arn:aws-us-gov:iam::aws:policy/AdministratorAccess"] }),
      attached("rolePolicyAttachment:RolePolicyAttachment", "a2", { role: "x", policyArn: aws("AdministratorAccess") }),
      attached("policyAttachment:PolicyAttachment", "a3", { roles: ["x"], policyArn: aws("IAMFullAccess") }),
      attached("userPolicyAttachment:UserPolicyAttachment", "a4", { user: "x", policyArn: aws("PowerUserAccess") }),
      attached("groupPolicyAttachment:GroupPolicyAttachment", "a5", {
        group: "x",
        policyArn: aws("AdministratorAccess-AWSElasticBeanstalk"),
      }),
      attached("rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "a6", {
        roleName: "x",
        policyArns: [aws("ReadOnlyAccess"), aws("AdministratorAccess")],
      }),
      attached("userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", "a7", {
        userName: "x",
        policyArns: [aws("AdministratorAccess")],
      }),
      attached("groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive", "a8", {
        groupName: "x",
        policyArns: [aws("AdministratorAccess")],
      }),
    ],
    on(ADMIN, "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"),
  ],
];
