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
    throw new Error(`"${cidr}" is not an IPv4 CIDR block. Use for example "10.40.0.0/16".`);
  }
  if (bits < largestBlock || bits > smallestBlock) {
    throw new Error(`"${cidr}" cannot be a VPC: AWS takes /${largestBlock} to /${smallestBlock}, got /${bits}.`);
  }
  const base = octets.reduce((address, octet) => address * 256 + octet, 0);
  if (base % 2 ** (32 - bits) !== 0) {
    throw new Error(
      `"${cidr}" has bits set behind its mask. The block that holds it is "${format(mask(base, bits), bits)}".`,
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

/**
 * Splits a VPC's block into subnets of equal size, one after the other, as large as the number of subnets allows.
 * Adding zones later must not move the subnets that exist, so the split is always into a power of two of at least
 * `reserve` parts.
 *
 * @param vpcCidr IPv4 block of the VPC, /16 to /28
 * @param count how many subnets are wanted
 * @param reserve smallest number of parts; default 8, enough for every region's zones
 * @throws when the block is malformed, out of AWS's bounds, or too small
 */
export function subnetCidrs(vpcCidr: string, count: number, reserve = 8): string[] {
  const { base, bits } = parse(vpcCidr);
  const subnetBits = bits + Math.ceil(Math.log2(Math.max(count, reserve)));
  if (subnetBits > smallestBlock) {
    throw new Error(
      `"${vpcCidr}" is too small for ${Math.max(count, reserve)} subnets: they would be /${subnetBits}, AWS takes at most ` +
        `/${smallestBlock}. Use a block of /${bits - (subnetBits - smallestBlock)} or larger.`,
    );
  }
  return Array.from({ length: count }, (_, index) => format(base + index * 2 ** (32 - subnetBits), subnetBits));
}
