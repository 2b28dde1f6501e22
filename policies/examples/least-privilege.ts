/** Examples of the least-privilege policies. */
import { ACCOUNT, environment, FOREIGN_ACCOUNT, statements } from "./environment";
import { changed, json, pick, type Examples } from "./example";

const { readTraining, writeOutput, passRole, trust } = statements;
const data = pick(environment, "role-data");
const operator = pick(environment, "operator");
const role = pick(environment, "role", "job");
const attachment = pick(environment, "operator-attachment");
const dataPolicy = (...list: object[]) =>
  changed(data, "role-data", "policy", json(...list.map((item) => ({ ...item }))));
const operatorPolicy = (change: object) => changed(operator, "operator", "policy", json({ ...passRole, ...change }));
const trustPolicy = (...changes: object[]) =>
  changed(role, "role", "assumeRolePolicy", json(...changes.map((change) => ({ ...trust, ...change }))));
const account = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
const source = (arn: string) => ({ Condition: { ...account, ArnLike: { "aws:SourceArn": arn } } });

/** Examples by policy. */
export const leastPrivilegeExamples: Readonly<Record<string, Examples>> = {
  "policy-documents-are-valid": {
    good: data,
    bad: [
      dataPolicy({ ...readTraining, Condition: { StringEqual: { "aws:ResourceAccount": ACCOUNT } } }),
      dataPolicy({ ...readTraining, Resource: undefined }),
      changed(data, "role-data", "policy", "{"),
    ],
  },
  "statements-name-their-actions": {
    good: data,
    bad: [
      dataPolicy(readTraining, { ...writeOutput, Action: "s3:*" }),
      dataPolicy(readTraining, { ...writeOutput, Action: ["s3:GetObject", "kms:**"] }),
    ],
  },
  "statements-list-what-they-allow": {
    good: data,
    bad: [
      dataPolicy(readTraining, { Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::secret/*" }),
      dataPolicy(readTraining, { Effect: "Allow", NotAction: "iam:*", Resource: writeOutput.Resource }),
    ],
  },
  "pass-role-is-bounded": {
    good: operator,
    bad: [
      operatorPolicy({ Resource: "*" }),
      operatorPolicy({ Condition: undefined }),
      operatorPolicy({ Condition: { StringLike: { "iam:PassedToService": "*" } } }),
      operatorPolicy({ Action: "iam:Pass*", Resource: `arn:aws:iam::${ACCOUNT}:role/*` }),
    ],
  },
  "bedrock-role-trusts-only-its-purpose": {
    good: role,
    bad: [
      trustPolicy({ Condition: undefined }),
      trustPolicy({ Condition: account }),
      trustPolicy(source(`arn:aws:bedrock:us-west-2:${ACCOUNT}:*`)),
      trustPolicy(source(`arn:aws:bedrock:us-west-2:${ACCOUNT}:model-import-job/*`)),
      trustPolicy({
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:bedrock:us-west-2:*:model-customization-job/*" } },
      }),
      trustPolicy({ Principal: { Service: ["bedrock.amazonaws.com", "ec2.amazonaws.com"] }, Condition: undefined }),
      trustPolicy({}, { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Condition: undefined }),
      trustPolicy({
        Condition: {
          StringEquals: { "aws:SourceAccount": FOREIGN_ACCOUNT },
          ArnLike: { "aws:SourceArn": `arn:aws:bedrock:us-west-2:${FOREIGN_ACCOUNT}:model-customization-job/*` },
        },
      }),
    ],
  },
  "no-administrator-policy-is-attached": {
    good: attachment,
    bad: [
      changed(attachment, "operator-attachment", "policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"),
      changed(attachment, "operator-attachment", "policyArn", "arn:aws:iam::aws:policy/AmazonBedrockFullAccess"),
      changed(pick(environment, "role"), "role", "managedPolicyArns", ["arn:aws:iam::aws:policy/IAMFullAccess"]),
    ],
  },
};
