import * as aws from "@pulumi/aws";
import { RunError, log } from "@pulumi/pulumi";

/** Where a stack is deployed: everything that names and documents need before the first resource exists. */
export interface AwsContext {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  partition: string;
  /** Suffix of service host names and of `kms:ViaService` values, e.g. `amazonaws.com`. */
  dnsSuffix: string;
  /** Twelve digits. */
  accountId: string;
  /** e.g. `us-west-2`. */
  region: string;
  /** ARN of whoever runs the deployment, as STS reports it (a session ARN for an assumed role). */
  callerArn: string;
  /** Names of the availability zones in which the account may create subnets, sorted. */
  availabilityZones: string[];
  /** Id of the managed prefix list of S3 in the region, e.g. `pl-6da54004`. */
  s3PrefixListId: string;
}

/**
 * Asks AWS for the {@link AwsContext}. The answers are plain values, so bucket names, role ARNs and with them whole IAM
 * documents are known, and can be judged, at the first preview of a new stack.
 *
 * @throws what AWS answers, e.g. for missing or expired credentials
 */
export async function discoverContext(): Promise<AwsContext> {
  const s3In = (name: string) => aws.ec2.getPrefixList({ name: endpointServiceName(name, "s3") });
  const [partition, identity, zones, region, ofConfiguredRegion] = await Promise.all([
    aws.getPartition(),
    aws.getCallerIdentity(),
    // Local zones and wavelength zones need an opt-in and do not host Bedrock's network interfaces.
    aws.getAvailabilityZones({ state: "available", filters: [{ name: "zone-type", values: ["availability-zone"] }] }),
    aws.getRegion(),
    // Where the configuration names the Region, nothing has to wait for the provider to tell it.
    aws.config.region === undefined ? undefined : s3In(aws.config.region),
  ]);
  const s3 = ofConfiguredRegion ?? (await s3In(region.region));
  for (const finding of regionFindings({ partition: partition.partition, region: region.region })) {
    void log.warn(finding);
  }
  return {
    partition: partition.partition,
    dnsSuffix: partition.dnsSuffix,
    accountId: identity.accountId,
    region: region.region,
    callerArn: identity.arn,
    availabilityZones: [...zones.names].sort(),
    s3PrefixListId: s3.id,
  };
}

/**
 * The zones that get a subnet: those that are asked for, else the first ones of the region.
 *
 * @param available zones of the region, from the {@link AwsContext}
 * @param wanted zones that the stack names; default: as many as `count` says
 * @param count how many zones, where the stack names none; default: all
 * @throws {pulumi.RunError} for a zone that the account does not have in the region
 */
export function chooseZones(
  available: readonly string[],
  wanted?: readonly string[],
  count: number | "all" = "all",
): string[] {
  const unknown = (wanted ?? []).filter((zone) => !available.includes(zone));
  if (unknown.length > 0) {
    throw new RunError(
      `network.availabilityZones names ${unknown.join(", ")}, which this account does not have in the region. ` +
        `Available: ${available.join(", ")}.`,
    );
  }
  if (wanted !== undefined) {
    return [...new Set(wanted)].sort();
  }
  if (count !== "all" && count > available.length) {
    throw new RunError(
      `network.zones is ${count}, but this account has ${available.length} zones in the region: ${available.join(", ")}. ` +
        `Use at most ${available.length}, or "all".`,
    );
  }
  return [...available].sort().slice(0, count === "all" ? undefined : count);
}

/** Services whose endpoints have a name of their own in the Regions of China; KMS, Logs and the S3 gateway have not. */
const ownNameInChina: readonly string[] = ["sts"];

/**
 * Name of the VPC endpoint service of an AWS service: the reversed host name under which PrivateLink knows it.
 *
 * @see https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html
 */
export function endpointServiceName(region: string, service: string): string {
  const prefix = region.startsWith("cn-") && ownNameInChina.includes(service) ? "cn." : "";
  return `${prefix}com.amazonaws.${region}.${service}`;
}

/** What cannot work where a stack is deployed, with the next step; empty when everything can. */
export function regionFindings({ partition, region }: Pick<AwsContext, "partition" | "region">): string[] {
  return partition === "aws-cn"
    ? [
        `Amazon Bedrock is not offered in ${region} (partition ${partition}, as of 2026): the environment can be made with ` +
          'network.endpoints: ["kms"], but no job will run. Deploy to a Region of aws or aws-us-gov.',
      ]
    : [];
}
