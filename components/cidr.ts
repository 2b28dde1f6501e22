import { RunError } from "@pulumi/pulumi";

/** Smallest and largest block that AWS takes for a VPC or a subnet, in bits of the mask. */
const largestBlock = 16;
const smallestBlock = 28;

interface Block {
  /** First address as an unsigned 32-bit number. */
  base: number;
  /** Length of the mask. */
  bits: number;
}

function parse(cidr: string): Block {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/u.exec(cidr);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  const bits = Number(match?.[5]);
  if (!match || octets.some((octet) => octet > 255)) {
    throw new RunError(`network.cidrBlock is "${cidr}", which is no IPv4 CIDR block. Use for example "10.40.0.0/16".`);
  }
  if (bits < largestBlock || bits > smallestBlock) {
    throw new RunError(
      `network.cidrBlock is "${cidr}", which cannot be a VPC: AWS takes /${largestBlock} to /${smallestBlock}. ` +
        'Use for example "10.40.0.0/16".',
    );
  }
  const base = octets.reduce((address, octet) => address * 256 + octet, 0);
  if (base % 2 ** (32 - bits) !== 0) {
    throw new RunError(
      `network.cidrBlock is "${cidr}", which has bits set behind its mask. Use the block that holds it: ` +
        `"${format(mask(base, bits), bits)}".`,
    );
  }
  return { base, bits };
}

function mask(address: number, bits: number): number {
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) * size;
}

function format(base: number, bits: number): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${octets.join(".")}/${bits}`;
}

/** Parts into which a block is split, unless it is too small for them: enough for every Region's zones. */
const usualParts = 8;

/**
 * Splits a VPC's block into subnets of equal size, one after the other. Adding zones later must not move the subnets that
 * exist, so the number of parts depends on the block and not on how many are wanted: eight, or in a block smaller than /25
 * as many as AWS's smallest subnet allows. More than eight are parts for the next power of two.
 *
 * @param vpcCidr IPv4 block of the VPC, /16 to /28
 * @param count how many subnets are wanted, counted to the last zone that is used
 * @throws {pulumi.RunError} when the block is malformed, out of AWS's bounds, or too small
 */
export function subnetCidrs(vpcCidr: string, count: number): string[] {
  const { base, bits } = parse(vpcCidr);
  const most = 2 ** (smallestBlock - bits);
  if (count > most) {
    const enough = smallestBlock - Math.ceil(Math.log2(count));
    throw new RunError(
      `network.cidrBlock is "${vpcCidr}", which holds ${most} subnet${most === 1 ? "" : "s"} of AWS's smallest size, ` +
        `/${smallestBlock}; ${count} are needed, one for each zone up to the last that is used. Use a block of /${enough} or ` +
        "larger, or fewer zones.",
    );
  }
  const parts = Math.max(Math.min(usualParts, most), 2 ** Math.ceil(Math.log2(count)));
  const subnetBits = bits + Math.log2(parts);
  return Array.from({ length: count }, (_, index) => format(base + index * 2 ** (32 - subnetBits), subnetBits));
}
