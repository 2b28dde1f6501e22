import type { Caller, PolicyDocument } from "../../iam";
import { serviceEndpoints } from "../../components/endpoint-uses";
import { kmsEndpointPolicy, s3EndpointPolicy, servicePolicy } from "../../components/documents/endpoint";
import { endpointServices } from "../../components/settings";
import { judge } from "./judged";
import {
  administrator,
  call,
  context,
  customizer,
  deployer,
  deployerArn,
  named,
  names,
  onKey,
  outputBucket,
  place,
  plan,
  s3Arn,
  trainingBucket,
  use,
  user,
  type Context,
} from "./planned";
import { account, otherAccount } from "./support";

const organizationId = "o-a1b2c3d4e5";
const inOrganization: Context = {
  "aws:PrincipalOrgID": organizationId,
  "aws:ResourceOrgID": organizationId,
};
const endpoints = serviceEndpoints(endpointServices, {
  context,
  plan,
  deployers: [deployerArn],
  assumers: [deployerArn],
  names,
  guarded: true,
});
const callers: Record<string, Caller[]> = {
  "bedrock-runtime": [named("invoker")],
  bedrock: [named("operator"), deployer],
  sts: [deployer],
  logs: [administrator],
};
for (const { service: name, uses } of endpoints) {
  const passing = uses.flatMap(({ actions, resources, awsOwned }) =>
    actions.flatMap((action) =>
      resources.flatMap((resource) =>
        (callers[name] ?? []).map((who) => ({
          awsOwned,
          ...call(
            who,
            `${action} on ${String(resource)}`,
            action,
            String(resource) === "*" ? "*" : String(resource).replace(/\*/gu, "x"),
            inOrganization,
          ),
        })),
      ),
    ),
  );
  judge({
    name: `policy of the ${name} endpoint`,
    kind: "endpoint",
    document: servicePolicy(context, uses, organizationId) as PolicyDocument,
    allowed: passing,
    denied: passing.flatMap((attempt) => [
      { ...attempt, what: `a user: ${attempt.what}`, caller: user },
      ...(attempt.awsOwned
        ? []
        : [
            {
              ...attempt,
              what: `${attempt.what}, of another account`,
              resource: attempt.resource.replace(account, otherAccount),
              resourceAccount: otherAccount,
            },
            ...(attempt.resource === "*"
              ? []
              : [
                  {
                    ...attempt,
                    what: `${attempt.what}, on something else`,
                    resource: attempt.resource.replace(
                      /^((?:[^:]*:){5}).*$/u,
                      name === "sts" ? "$1role/x" : "$1other/x",
                    ),
                  },
                ]),
          ]),
    ]),
    saidTwice: Object.fromEntries(
      uses
        .filter(({ awsOwned, resources }) => awsOwned !== true && !resources.includes("*"))
        .map(({ Sid }) => [`StringEquals aws:ResourceAccount in ${Sid}`, "the ARNs name the account"]),
    ),
  });
}

const job = { ...inOrganization };
judge({
  name: "policy of the S3 endpoint within an organization",
  kind: "endpoint",
  document: s3EndpointPolicy(context, plan.customizationRoleArn, plan.data, organizationId),
  allowed: [
    call(customizer, "reads a data set", "s3:GetObject", s3Arn(trainingBucket, "fine-tuning-datasets/x"), job),
    call(customizer, "lists", "s3:ListBucket", s3Arn(trainingBucket), job),
    call(customizer, "writes a result", "s3:PutObject", s3Arn(outputBucket, "outputs/x"), job),
    call(customizer, "reads a result", "s3:GetObject", s3Arn(outputBucket, "outputs/x"), job),
  ],
  denied: [
    call(customizer, "outside the organization", "s3:GetObject", s3Arn(trainingBucket, "fine-tuning-datasets/x"), {}),
    ...["s3:GetObject", "s3:PutObject", "s3:ListBucket"].flatMap((action) => [
      call(customizer, `${action} elsewhere`, action, s3Arn("loot", "x"), job),
      {
        ...call(customizer, `${action} in another account`, action, s3Arn(outputBucket, "outputs/x"), job),
        resourceAccount: otherAccount,
      },
      {
        ...call(
          customizer,
          `${action} on data in another account`,
          action,
          s3Arn(trainingBucket, "fine-tuning-datasets/x"),
          job,
        ),
        resourceAccount: otherAccount,
      },
      {
        ...call(customizer, `${action} on a bucket in another account`, action, s3Arn(trainingBucket), job),
        resourceAccount: otherAccount,
      },
      call(deployer, `${action} by somebody else`, action, s3Arn(outputBucket, "outputs/x"), job),
      call(
        deployer,
        `${action} of data by somebody else`,
        action,
        s3Arn(trainingBucket, "fine-tuning-datasets/x"),
        job,
      ),
      call(deployer, `${action} of a bucket by somebody else`, action, s3Arn(trainingBucket), job),
    ]),
  ],
});
judge({
  name: "policy of the KMS endpoint within an organization",
  kind: "endpoint",
  document: kmsEndpointPolicy(context, plan.customizationRoleArn, place.keyArn, organizationId) as PolicyDocument,
  allowed: use.map((operation) => onKey(customizer, "the job", operation, job)),
  denied: [
    onKey(customizer, "outside the organization", "Decrypt"),
    onKey(deployer, "somebody else", "Decrypt", job),
    { ...onKey(customizer, "another key", "Decrypt", job), resource: place.otherKeyArn },
  ],
  saidTwice: { "StringEquals aws:ResourceAccount in JobUsesKey": "the key's ARN names its account" },
});
