/** Amazon Resource Names: reading, writing, and the partition of a region. */

/** The six parts of an ARN (AWS General Reference, "Amazon Resource Names"). */
export interface Arn {
  /** `aws`, `aws-cn`, `aws-us-gov` … */
  partition: string;
  /** Namespace of the service, e.g. `s3`. */
  service: string;
  /** Region, or empty for global resources and for S3. */
  region: string;
  /** Account id, or empty where the resource type has none. */
  account: string;
  /** Everything after the fifth colon; may itself contain colons and slashes. */
  resource: string;
}

/**
 * Splits an ARN at its first five colons.
 *
 * @returns The six segments (the first is `arn`), or undefined when the text is not an ARN.
 */
export function arnSegments(text: string): string[] | undefined {
  if (!text.startsWith("arn:")) return undefined;
  const segments: string[] = [];
  let from = 0;
  while (segments.length < 5) {
    const colon = text.indexOf(":", from);
    if (colon < 0) return undefined;
    segments.push(text.slice(from, colon));
    from = colon + 1;
  }
  segments.push(text.slice(from));
  return segments;
}

/**
 * Whether the text is an ARN with a partition, a service and a resource (region and account may be empty).
 */
export function isArn(text: string): boolean {
  const segments = arnSegments(text);
  return segments !== undefined && segments[1] !== "" && segments[2] !== "" && segments[5] !== "";
}

/**
 * Reads an ARN.
 *
 * @throws Error when the text is not an ARN.
 */
export function parseArn(text: string): Arn {
  if (!isArn(text)) {
    throw new Error(`"${text}" is not an ARN; expected arn:<partition>:<service>:<region>:<account>:<resource>.`);
  }
  const [, partition = "", service = "", region = "", account = "", resource = ""] = arnSegments(text) ?? [];
  return { partition, service, region, account, resource };
}

/**
 * Writes an ARN. Region and account default to empty.
 */
export function formatArn(
  arn: Pick<Arn, "partition" | "service" | "resource"> & Partial<Pick<Arn, "region" | "account">>,
): string {
  return ["arn", arn.partition, arn.service, arn.region ?? "", arn.account ?? "", arn.resource].join(":");
}

const PARTITION_BY_REGION_PREFIX: readonly (readonly [prefix: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["us-iso-", "aws-iso"],
  ["eu-isoe-", "aws-iso-e"],
  ["eusc-", "aws-eusc"],
];

/**
 * The partition to which a region belongs (AWS General Reference, "Amazon Resource Names", and the partitions of the
 * AWS SDKs).
 *
 * @throws Error when the text does not have the form of a region name, e.g. when it is an Availability Zone.
 */
export function partitionOf(region: string): string {
  if (!/^[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}$/.test(region)) {
    throw new Error(`"${region}" is not the name of an AWS Region; expected a name such as eu-central-1.`);
  }
  return PARTITION_BY_REGION_PREFIX.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}
