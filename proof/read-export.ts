/** Reads the access model out of an exported stack: the JSON that `pulumi stack export` prints. */
import type { PolicyDocument, SourcedPolicy, Statement } from "../iam";
import { ProofError, type AccessModel, type BucketModel, type EndpointModel, type RoleModel } from "./model";

interface Resource {
  type: string;
  urn: string;
  outputs: Record<string, unknown>;
}

/**
 * Reads an export.
 *
 * @param text JSON as `pulumi stack export` prints it.
 * @param name Name for the reader. Default: the stack's name in the URNs.
 * @throws ProofError when it is no export, holds no customization job, or refers to documents that it does not hold.
 */
export function readExport(text: string, name?: string): AccessModel {
  const stack = new ExportedStack(text);
  const job = stack.all("pulumi-nodejs:dynamic/bedrock:CustomizationJob").find((one) => one.outputs.jobArn);
  if (job === undefined) {
    throw new ProofError(
      "The stack holds no customization job with an ARN, so there is nothing to prove. Deploy it with `pulumi up` first.",
    );
  }
  const jobArn = textOf(job, "jobArn");
  const [, partition = "", , region = "", account = ""] = jobArn.split(":");
  const role = stack.role(textOf(job, "roleArn"));
  const key = stack.find("aws:kms/key:Key", "arn", textOf(job, "modelKmsKeyArn"));
  const keyPolicy = { source: "key policy", document: textOf(key, "policy") };
  const input = s3Uri(textOf(job, "trainingDataUri"));
  const output = s3Uri(textOf(job, "outputDataUri"));
  const vpc = job.outputs.vpcConfig as { subnetIds?: string[]; securityGroupIds?: string[] } | undefined;
  return {
    name: name ?? job.urn.split(":")[2] ?? "stack",
    partition,
    region,
    account,
    role,
    key: { arn: textOf(key, "arn"), policy: keyPolicy },
    training: stack.bucket(input.bucket, input.key.slice(0, input.key.lastIndexOf("/") + 1)),
    output: stack.bucket(output.bucket, output.key === "" || output.key.endsWith("/") ? output.key : `${output.key}/`),
    trainingFile: input.key,
    endpoints: { s3: stack.endpoint("s3"), kms: stack.endpoint("kms") },
    subnetIds: vpc?.subnetIds ?? [],
    securityGroupIds: vpc?.securityGroupIds ?? [],
    deployers: deployersIn(keyPolicy.document, role.arn),
    jobArn,
  };
}

class ExportedStack {
  private readonly resources: Resource[];

  public constructor(text: string) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      throw new ProofError(
        `The export is not JSON (${(error as Error).message}). Make it with \`pulumi stack export\`.`,
      );
    }
    const found = (parsed as { deployment?: { resources?: unknown } } | null)?.deployment?.resources;
    if (!Array.isArray(found)) {
      throw new ProofError("The file has no deployment.resources. Make it with `pulumi stack export --file FILE`.");
    }
    this.resources = found.map((one: Partial<Resource>) => ({
      type: one.type ?? "",
      urn: one.urn ?? "",
      outputs: one.outputs ?? {},
    }));
  }

  public all(type: string): Resource[] {
    return this.resources.filter((one) => one.type === type);
  }

  public find(type: string, property: string, value: string): Resource {
    const found = this.all(type).find((one) => one.outputs[property] === value);
    if (found === undefined) {
      throw new ProofError(
        `The stack holds no ${type} whose ${property} is ${value}, which its customization job uses. ` +
          "Prove the stack that owns it, or export it after a complete update.",
      );
    }
    return found;
  }

  public bucket(name: string, folder: string): BucketModel {
    this.find("aws:s3/bucket:Bucket", "bucket", name);
    const policy = this.all("aws:s3/bucketPolicy:BucketPolicy").find((one) => one.outputs.bucket === name);
    if (policy === undefined) return { name, folder };
    return { name, folder, policy: { source: `policy of bucket ${name}`, document: textOf(policy, "policy") } };
  }

  public endpoint(service: string): EndpointModel | undefined {
    const found = this.all("aws:ec2/vpcEndpoint:VpcEndpoint").find((one) =>
      textOf(one, "serviceName").endsWith(`.${service}`),
    );
    if (found === undefined) return undefined;
    const policy = { source: `policy of the ${service} endpoint`, document: textOf(found, "policy") };
    return { id: textOf(found, "arn").split("/")[1] ?? "", vpcId: textOf(found, "vpcId"), policy };
  }

  public role(arn: string): RoleModel {
    const role = this.find("aws:iam/role:Role", "arn", arn);
    const name = textOf(role, "name");
    // After a refresh the role lists every inline policy, those with a resource of their own too. The resource is the
    // newer of the two: an update that changes it does not touch the role's list.
    const inline = new Map([
      ...((role.outputs.inlinePolicies ?? []) as { name: string; policy: string }[]).map(
        (one) => [one.name, one.policy] as const,
      ),
      ...this.all("aws:iam/rolePolicy:RolePolicy")
        .filter((one) => one.outputs.role === name)
        .map((one) => [textOf(one, "name"), textOf(one, "policy")] as const),
    ]);
    const attached = this.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter((one) => one.outputs.role === name)
      .map((one) => textOf(one, "policyArn"));
    const managed = new Set([...((role.outputs.managedPolicyArns ?? []) as string[]), ...attached]);
    const boundary = role.outputs.permissionsBoundary;
    return {
      arn,
      trust: { source: "trust policy of the service role", document: textOf(role, "assumeRolePolicy") },
      identity: [
        ...[...inline].map(([title, document]) => ({ source: `policy "${title}" of the service role`, document })),
        ...[...managed].map((one) => this.managed(one)),
      ],
      ...(typeof boundary === "string" && boundary !== "" ? { boundary: this.managed(boundary) } : {}),
    };
  }

  private managed(arn: string): SourcedPolicy {
    return {
      source: `managed policy ${arn}`,
      document: textOf(this.find("aws:iam/policy:Policy", "arn", arn), "policy"),
    };
  }
}

/** A property that must be a text; a secret, which an export holds encrypted, is none. */
function textOf({ type, urn, outputs }: Resource, property: string): string {
  const value = outputs[property];
  if (typeof value === "string" && value !== "") return value;
  throw new ProofError(
    `${urn || type}: ${property} is ${JSON.stringify(value)}; expected a text. Export a deployed stack.`,
  );
}

function s3Uri(uri: string): { bucket: string; key: string } {
  const [scheme, nothing, bucket = "", ...key] = uri.split("/");
  if (scheme !== "s3:" || nothing !== "" || bucket === "") {
    throw new ProofError(`${uri} is not an S3 URI; expected s3://BUCKET/KEY.`);
  }
  return { bucket, key: key.join("/") };
}

/** Statements of a document, as a list. */
export function statementsOf(document: PolicyDocument | string): Statement[] {
  const parsed = typeof document === "string" ? (JSON.parse(document) as PolicyDocument) : document;
  return [parsed.Statement].flat();
}

/** Who may use the key besides the service role, as the Allow statements of the key policy say by `aws:PrincipalArn`. */
function deployersIn(document: string, roleArn: string): string[] {
  const values = statementsOf(document)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Condition = {} }) => Object.values(Condition))
    .flatMap((block) => Object.entries(block))
    .filter(([key]) => key.toLowerCase() === "aws:principalarn")
    .flatMap(([, value]) => [value].flat().map(String));
  return [...new Set(values)].filter((value) => value !== roleArn);
}
