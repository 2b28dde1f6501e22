/** Stacks of other people's programs, as `pulumi stack export` writes them. */
import type { Statement } from "../../iam";

export const account = "123456789012";
export const partner = "999988887777";

/** A resource of an export. */
export interface Exported {
  urn: string;
  type: string;
  id: string;
  custom: boolean;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

export const urnOf = (type: string, name: string): string => `urn:pulumi:prod::shop::${type}::${name}`;

export const documentText = (...statements: Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const resource = (type: string, name: string, outputs: Record<string, unknown>): Exported => ({
  urn: urnOf(type, name),
  type,
  id: name,
  custom: true,
  inputs: {},
  outputs,
});

export const exported = (...resources: (Exported | null)[]): string =>
  JSON.stringify({ version: 3, deployment: { resources } });

export const lambda: Statement = {
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
};

export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

export const role = (name: string, more: Record<string, unknown> = {}, physical = name): Exported =>
  resource("aws:iam/role:Role", name, {
    arn: roleArn(physical),
    name: physical,
    assumeRolePolicy: documentText(lambda),
    ...more,
  });

export const rolePolicy = (name: string, holder: string, ...statements: Statement[]): Exported =>
  resource("aws:iam/rolePolicy:RolePolicy", name, { name, role: holder, policy: documentText(...statements) });

export const bucket = (name: string, more: Record<string, unknown> = {}): Exported =>
  resource("aws:s3/bucket:Bucket", name, { id: name, bucket: name, arn: `arn:aws:s3:::${name}`, ...more });

export const bucketPolicy = (name: string, of: string, ...statements: Statement[]): Exported =>
  resource("aws:s3/bucketPolicy:BucketPolicy", name, { bucket: of, policy: documentText(...statements) });

/** A value as the engine marks a secret: encrypted, or in plain text with `--show-secrets`. */
export const secret = (value: { ciphertext: string } | { plaintext: string }): Record<string, string> => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ...value,
});
