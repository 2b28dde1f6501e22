/** Who may take on a role, as people bound it, or believe to have bound it. */
import { ACCOUNT, on, ours, role, STRANGER, trusts, type Oddity } from "./resources";

const FOUND = on("role-trust-keeps-strangers-out", "taken");
const trust = (
  what: string,
  found: readonly string[],
  principal: unknown,
  Condition?: object,
  rest: object = {},
): Oddity => [what, [ours, role("taken", trusts(principal, { ...(Condition && { Condition }), ...rest }))], found];
const organization = (operator: string) => ({ [operator]: { "aws:PrincipalOrgID": "o-abc" } });
const host = "token.actions.githubusercontent.com";
const identity = (provider: string, condition: object): [object, object, object] => [
  { Federated: provider },
  condition,
  { Action: "sts:AssumeRoleWithWebIdentity" },
];
const github = (subject: string) =>
  identity(`arn:aws:iam::${ACCOUNT}:oidc-provider/${host}`, {
    StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" },
    StringLike: { [`${host}:sub`]: subject },
  });
const terraform = (subject: string) =>
  identity(`arn:aws:iam::${ACCOUNT}:oidc-provider/app.terraform.io`, {
    StringLike: { "app.terraform.io:sub": subject },
  });
const external = { StringEquals: { "sts:ExternalId": "abc" } };

/** The roles. */
export const trustOddities: readonly Oddity[] = [
  trust("everybody", FOUND, "*"),
  trust("everybody of an organization", [], "*", organization("StringEquals")),
  trust("everybody of an organization, or of none", FOUND, "*", organization("StringEqualsIfExists")),
  trust(
    "everybody whose organizations all fit, so of none too",
    FOUND,
    { AWS: "*" },
    organization("ForAllValues:StringEquals"),
  ),
  trust(
    "everybody's role of one name",
    FOUND,
    { AWS: "*" },
    { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/ci" } },
  ),
  trust(
    "a role of the own account, by its ARN in a condition",
    [],
    { AWS: "*" },
    {
      ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/ci` },
    },
  ),
  trust("everybody from everywhere", FOUND, "*", { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } }),
  trust("everybody through any endpoint", FOUND, "*", { StringLike: { "aws:SourceVpce": "vpce-*" } }),
  trust("an account by its number", FOUND, { AWS: STRANGER }),
  trust("an account with an external id", [], { AWS: `arn:aws:iam::${STRANGER}:root` }, external),
  trust("the own account", [], { AWS: `arn:aws:iam::${ACCOUNT}:root` }),
  trust("the pods of a cluster", [], { Service: "pods.eks.amazonaws.com" }, undefined, {
    Action: ["sts:AssumeRole", "sts:TagSession"],
  }),
  trust(
    "people who sign in",
    [],
    { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/sso` },
    { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    { Action: "sts:AssumeRoleWithSAML" },
  ),
  trust("a repository", [], ...github("repo:acme/app:*")),
  trust("all repositories of an organization", [], ...github("repo:acme/*")),
  trust("organizations whose names begin alike", FOUND, ...github("repo:acme*:*")),
  trust("organizations whose names begin alike, with a repository", FOUND, ...github("repo:acme*/app:*")),
  trust("workspaces of an organization", [], ...terraform("organization:acme:project:*:workspace:*:run_phase:*")),
  trust("workspaces of organizations that begin alike", FOUND, ...terraform("organization:acme*:project:*")),
];
