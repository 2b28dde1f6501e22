/** Luhn's check over the digits of a text, as on payment cards. */
export function isLuhn(text: string): boolean {
  let [sum, count] = [0, 0];
  for (let i = text.length - 1; i >= 0; i--) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) continue;
    const value = count++ % 2 === 1 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return count > 0 && sum % 10 === 0;
}

/** Lengths of IBANs by country, from the registry that SWIFT keeps for ISO 13616. */
const ibanLengths: Readonly<Record<string, number>> = {
  ...{ AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22 },
  ...{ CY: 28, CZ: 24, DE: 22, DJ: 27, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22 },
  ...{ GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30 },
  ...{ KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, LY: 25, MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27 },
  ...{ MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22, RU: 33 },
  ...{ SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29 },
  ...{ VA: 22, VG: 24, XK: 20 },
};

/** Countries that have IBANs, by their codes of two letters. */
export const ibanCountries: readonly string[] = Object.keys(ibanLengths);

/**
 * Characters of an IBAN that stands at the beginning of a text, with blanks, dots or hyphens between its parts; 0 where none
 * does. Country, length and check digits (ISO 7064, mod 97) must hold; what follows may be anything but a letter or digit.
 */
export function ibanLength(text: string): number {
  const wanted = ibanLengths[text.slice(0, 2).toUpperCase()];
  if (wanted === undefined) return 0;
  let compact = "";
  let end = 0;
  for (; end < text.length && compact.length < wanted; end++) {
    if (!" -.".includes(text[end]!)) compact += text[end];
  }
  if (compact.length !== wanted || /[A-Z0-9]/i.test(text.charAt(end))) return 0;
  // In lower case it could be words; an account has many digits.
  if (/[a-z]/.test(compact) && compact.replace(/\D/g, "").length < 12) return 0;
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 ? end : 0;
}

/** Rules of the US Social Security Administration: no area 000, 666 or 9xx, no group 00, no serial 0000. */
export function isSsn(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (/^(?:000|666|9)|^\d{3}00|0000$/.test(digits) || new Set(digits).size === 1) return false;
  return digits.length === 9;
}

/** Bits of information per character, by the frequencies of the characters. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
