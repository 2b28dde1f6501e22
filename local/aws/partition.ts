/** What belongs to an AWS partition. */
export interface Partition {
  /** First part of its ARNs. */
  id: string;
  /** Suffix of its public host names. */
  dnsSuffix: string;
  /** Suffix written backwards, as in VPC endpoint service names. */
  reverseDnsPrefix: string;
}

const partitions: readonly (Partition & { regions: RegExp })[] = [
  { regions: /^cn-/u, id: "aws-cn", dnsSuffix: "amazonaws.com.cn", reverseDnsPrefix: "cn.com.amazonaws" },
  { regions: /^us-gov-/u, id: "aws-us-gov", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" },
  { regions: /^us-iso-/u, id: "aws-iso", dnsSuffix: "c2s.ic.gov", reverseDnsPrefix: "gov.ic.c2s" },
  { regions: /^us-isob-/u, id: "aws-iso-b", dnsSuffix: "sc2s.sgov.gov", reverseDnsPrefix: "gov.sgov.sc2s" },
  { regions: /^eusc-/u, id: "aws-eusc", dnsSuffix: "amazonaws.eu", reverseDnsPrefix: "eu.amazonaws" },
  { regions: /^/u, id: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" },
];

/** The partition that a region belongs to. */
export function partitionFor(region: string): Partition {
  const found = partitions.find(({ regions }) => regions.test(region));
  if (!found) throw new Error(`no partition for the region ${region}`);
  return { id: found.id, dnsSuffix: found.dnsSuffix, reverseDnsPrefix: found.reverseDnsPrefix };
}

/** First part of the ARNs of a region: `aws`, `aws-cn`, … */
export function partitionOf(region: string): string {
  return partitionFor(region).id;
}
