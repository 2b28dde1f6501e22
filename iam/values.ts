/** Reads the values that typed condition operators compare: numbers, dates, IP addresses, binary data. */

/** A number as IAM accepts it: integer or decimal, with an optional sign. */
export function readNumber(text: string): number | undefined {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const DATE = /^(\d{4})-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?$/;

/**
 * A date in one of the ISO 8601 forms of the W3C profile, or in seconds since 1970 (IAM User Guide, "Date condition
 * operators"). A date without time zone is read as UTC. A lone year is refused, since it could also be seconds.
 *
 * @returns Milliseconds since 1970, or undefined when the text is not a date.
 */
export function readDate(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return text.length === 4 ? undefined : Number(text) * 1000;
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day = "01", hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > lastDay) return undefined;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

/** An IP address or a range of them. */
export interface IpRange {
  /** Length of an address of this family: 32 or 128. */
  readonly bits: 32 | 128;
  /** First address, as a number. */
  readonly address: bigint;
  /** How many leading bits count. */
  readonly prefix: number;
}

/**
 * An IPv4 or IPv6 address, with or without prefix length (RFC 4632, RFC 4291). Without, it means that address alone.
 */
export function readIpRange(text: string): IpRange | undefined {
  const [addressText = "", prefixText, ...rest] = text.split("/");
  if (rest.length > 0) return undefined;
  const bits = addressText.includes(":") ? 128 : 32;
  const address = bits === 128 ? readIpv6(addressText) : readIpv4(addressText);
  if (address === undefined) return undefined;
  if (prefixText === undefined) return { bits, address, prefix: bits };
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > bits) return undefined;
  return { bits, address, prefix: Number(prefixText) };
}

/** Whether the range contains every address of the other one. Families never contain each other. */
export function containsIp(range: IpRange, other: IpRange): boolean {
  if (range.bits !== other.bits || other.prefix < range.prefix) return false;
  const ignored = BigInt(range.bits - range.prefix);
  return range.address >> ignored === other.address >> ignored;
}

function readIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((address, part) => (address << 8n) | BigInt(part), 0n);
}

function readIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map(readIpv6Groups);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<bigint>(missing).fill(0n), ...tail];
  return groups.reduce((address, group) => (address << 16n) | group, 0n);
}

/** The groups of one side of `::`; the last may be an embedded IPv4 address. */
function readIpv6Groups(text: string): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const embedded = index === parts.length - 1 && part.includes(".") ? readIpv4(part) : undefined;
    if (embedded !== undefined) groups.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

/** Base64 text in its canonical form (with padding), or undefined when it is not base64. */
export function readBase64(text: string): string | undefined {
  const bytes = Buffer.from(text, "base64");
  const canonical = bytes.toString("base64");
  return canonical.replaceAll("=", "") === text.replaceAll("=", "") ? canonical : undefined;
}
