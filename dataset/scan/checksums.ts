/** The digits of a text, as numbers. */
export function digitsOf(text: string): number[] {
  return [...text.replace(/\D/g, "")].map(Number);
}

/** Luhn's check, as on payment cards. */
export function isLuhn(digits: readonly number[]): boolean {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits.length > 0 && sum % 10 === 0;
}

/** Remainder of a decimal number of any length. */
export function remainder(decimal: string, modulus: number): number {
  let rest = 0;
  for (const digit of decimal) rest = (rest * 10 + Number(digit)) % modulus;
  return rest;
}

/** Length of an IBAN by country, for countries of the SWIFT registry whose numbers are met most. */
const ibanLengths: Readonly<Record<string, number>> = {
  ...{ AD: 24, AE: 23, AT: 20, BE: 16, BG: 22, BR: 29, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24 },
  ...{ FI: 18, FR: 27, GB: 22, GR: 27, HR: 21, HU: 28, IE: 22, IL: 23, IS: 26, IT: 27, LI: 21, LT: 20, LU: 20 },
  ...{ LV: 21, MC: 27, MT: 31, NL: 18, NO: 15, PL: 28, PT: 25, RO: 24, SA: 24, SE: 24, SI: 19, SK: 24, TR: 26 },
};

/** Country, length and check digits (ISO 7064, mod 97) of an IBAN, with or without blanks. */
export function isIban(text: string): boolean {
  const iban = text.replaceAll(" ", "");
  if (ibanLengths[iban.slice(0, 2)] !== iban.length) return false;
  const numeric = [...iban.slice(4), ...iban.slice(0, 4)].map((character) => Number.parseInt(character, 36)).join("");
  return remainder(numeric, 97) === 1;
}

/** Rules of the US Social Security Administration: no area 000, 666 or 9xx, no group 00, no serial 0000. */
export function isSsn(text: string): boolean {
  const [area = "", group, serial] = text.split("-");
  return !/^(?:000|666|9)/.test(area) && group !== "00" && serial !== "0000" && text !== "078-05-1120";
}

/** Eleven test of the Dutch BSN. */
export function isBsn(digits: readonly number[]): boolean {
  const sum = digits.reduce((total, digit, index) => total + digit * (index === 8 ? -1 : 9 - index), 0);
  return digits.length === 9 && sum > 0 && sum % 11 === 0;
}

/** Control letter of the Spanish DNI and NIE. */
export function isDni(text: string): boolean {
  const compact = text.replace(/[- ]/g, "");
  const first = "XYZ".indexOf(compact[0] ?? "");
  const number = Number((first >= 0 ? String(first) : (compact[0] ?? "")) + compact.slice(1, -1));
  return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] === compact.at(-1);
}

/** Key of the French NIR: 97 minus the number modulo 97, with 2A and 2B of Corsica as 19 and 18. */
export function isNir(text: string): boolean {
  const compact = text.replaceAll(" ", "").replace("2A", "19").replace("2B", "18");
  return 97 - remainder(compact.slice(0, 13), 97) === Number(compact.slice(13));
}

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Check character of the Italian codice fiscale. */
export function isCodiceFiscale(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const character = text[i] ?? "";
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    sum += i % 2 === 0 ? (oddValues[value] ?? 0) : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === text[15];
}

/** Both check digits of the Brazilian CPF; numbers of eleven equal digits are none. */
export function isCpf(digits: readonly number[]): boolean {
  if (digits.length !== 11 || new Set(digits).size === 1) return false;
  return [9, 10].every((count) => {
    const sum = digits.slice(0, count).reduce((total, digit, index) => total + digit * (count + 1 - index), 0);
    return ((sum * 10) % 11) % 10 === digits[count];
  });
}

/** Product in the dihedral group of order ten. */
function dihedral(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
  return b < 5 ? 5 + ((a - b) % 5) : (a - b + 5) % 5;
}

const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Verhoeff's check, as on the Indian Aadhaar. */
export function isVerhoeff(digits: readonly number[]): boolean {
  let check = 0;
  digits.toReversed().forEach((digit, index) => {
    let value = digit;
    for (let i = 0; i < index % 8; i++) value = permutation[value] ?? 0;
    check = dihedral(check, value);
  });
  return digits.length > 0 && check === 0;
}

/** Bits of information per character, by the frequencies of the characters. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
