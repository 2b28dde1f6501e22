import { isIPv6 } from "node:net";
import { birthDates } from "./birth-dates";
import { ibanCountries, ibanLength, isLuhn, isSsn } from "./checksums";
import { type Accepted, before, type Detector } from "./detector";
import { withFewRanges } from "./letters";
import { isNumbered, nationalIds } from "./national-ids";
import { phones } from "./phone";
import { list } from "./wording";

/**
 * Mailboxes of an office and domains that exist nowhere. What is kept for documentation, such as example.com, counts: in a
 * training file it stands where somebody's value would, and who has anonymized that way says so with a suppression.
 */
const noPerson =
  /^(?:abuse|admin|contact|git|hello|help|hostmaster|info|legal|licen[cs]e|licensing|mailer-daemon|no-?reply|office|permissions?|postmaster|sales|security|support|webmaster)@|[@.](?:invalid|localhost|test|local)$/i;

/** What follows the last dot of files, packages and images that are written with an `@`. */
const fileEnding =
  /\.(?:bin|conf|css|csv|docx?|gif|gz|html?|ini|jar|java|jpe?g|js|json|jsx|lock|log|md|mjs|pdf|png|py|rs|sh|sql|svg|tar|tgz|toml|tsx?|txt|webp|xml|ya?ml|zip)$/i;

/** How a point is written out. */
const dot = " ?[([{] ?(?:dot|\\.) ?[)\\]}] ?| dot ";

const mailbox = /(?:^|[^\p{L}\p{N}_.%+'-])([\p{L}\p{N}_%+'-][\p{L}\p{N}_.%+'!-]{0,63}|"[^"\n]{1,64}")$/u;

/** The candidate is the domain with its `@`; the mailbox stands before it. */
function acceptEmail(domain: string, text: string, start: number): false | Accepted {
  const ahead = before(text, start, 80);
  const name = mailbox.exec(ahead)?.[1];
  if (name === undefined || name.endsWith(".")) return false;
  // In `scheme://user:password@host` it is the password that stands before the @.
  if (/:\/\/[^\s?]*$/.test(ahead.slice(0, -name.length))) return false;
  return !noPerson.test(name + domain) && !fileEnding.test(domain) && { start: start - name.length };
}

/** Schemes of payment cards: first digits and lengths. */
const cardSchemes: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|65|64[4-9]|62|81)/, [16, 19]],
  [/^3(?:0[0-5]|[689])/, [14]],
  [/^(?:35|50|5[6-9]|6[37])/, [16]],
];

const cardWord =
  /(?:(?<![a-z])(?:card|visa|mastercard|maestro|amex|credit|debit|pan|cc|karte|carte|tarjeta|carta|karta|kort|kaart)|kreditkarte|kart?(?:en)?nummer|kortnummer)(?![a-z])/i;

const otherCardWord = /カード|卡号|卡號|카드|карт[аыуе]|cartão|kártya|بطاقة|כרטיס|कार्ड|บัตร/i;

function isCard(text: string, whole: string, start: number): boolean {
  const digits = text.replace(/\D/g, "");
  if (new Set(digits).size < 2 || !isLuhn(digits)) return false;
  const around = before(whole, start);
  if (cardWord.test(around) || otherCardWord.test(around)) return digits.length > 12 || /^(?:5[0678]|6)/.test(digits);
  if (digits.length < 13) return false;
  // Behind a currency it is an amount, and as a part of a name it is the name's number.
  if (/[$€£¥_]$/.test(around)) return false;
  const known = cardSchemes.some(([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length));
  return known && !isNumbered.test(around);
}

function acceptIban(candidate: string, text: string, at: number): false | Accepted {
  const start = at + candidate.length - 4;
  const length = ibanLength(text.slice(start, start + 80));
  return length > 0 && { start, end: start + length };
}

const ipWord = /\b(?:ip|ipv4|addr(?:ess)?|client|dns|from|gateway|host|login|ping|server|visitor)s?\b[^\d\n]{0,12}$/i;
const versionWord =
  /(?:\bv|version|versions|release|section|clause|article|chapter|build|firmware|driver|paragraph|update|§)[.:]? *$/i;

/** Ranges of no host on the internet: first and last address of each, from RFC 6890's registry, less those of documentation. */
const reserved: readonly (readonly [number, number])[] = [
  ...([
    [0x00000000, 0x00ffffff],
    [0x0a000000, 0x0affffff],
    [0x64400000, 0x647fffff],
  ] as const),
  ...([
    [0x7f000000, 0x7fffffff],
    [0xa9fe0000, 0xa9feffff],
    [0xac100000, 0xac1fffff],
  ] as const),
  ...([
    [0xc0000000, 0xc00000ff],
    [0xc0a80000, 0xc0a8ffff],
  ] as const),
  ...([[0xc6120000, 0xc613ffff]] as const),
  [0xe0000000, 0xffffffff],
];

/** An address of the public internet: neither private, nor reserved, nor the number of a version. */
function isPublicIp(text: string, whole: string, start: number): boolean {
  const parts = text.split(".");
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0")))) return false;
  const value = parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  if (reserved.some(([first, last]) => value >= first && value <= last)) return false;
  const around = before(whole, start);
  if (parts.every((part) => Number(part) < 20)) return ipWord.test(around);
  // `Chrome/120.0.6099.71`: a name and a slash, which is no address with a scheme before it.
  return !versionWord.test(around) && !/[a-z]\/$/i.test(around);
}

function isPublicIpv6(text: string): boolean {
  return isIPv6(text) && /^[23]/.test(text);
}

const ssnWord = /\bss(?:n|#| ?no\b|[: ]{1,3}$)|\bsoc(?:ial|\.)?[ _-]sec|seguro social|\bmy social\b/i;

/**
 * Personal data. A pattern only proposes; the checksum, the registry's rules or a word beside the number decide, since
 * nine digits alone are an order number as often as somebody's.
 */
export const personal: readonly Detector[] = withFewRanges([
  {
    rule: "pii-email",
    message: "an e-mail address",
    words: [["@"]],
    pattern: /@(?:[\p{L}\p{N}-]{1,63}\.){1,4}\p{L}{2,24}(?![\w-]|\.\w)/gu,
    accept: acceptEmail,
  },
  {
    rule: "pii-email",
    message: "an e-mail address, written so that programs do not see it",
    words: [
      [
        ...list(
          "(at)|[at]|{at}|<at>|( at )|[ at ]|(@)|[@]|[arroba]|(arroba)| dot |(dot)|[dot]|{dot}|_dot_|%40|&#00;|&commat;|u0000",
        ),
        ...list("@ |[.]|(.)"),
      ],
    ],
    pattern: new RegExp(
      `(?<![\\w.+-])[\\w.+-]{1,64}(?:(?: ?[([{<] ?(?:at|ät|arroba|@) ?[)\\]}>] ?|&#64;|&commat;|\\\\u0040)(?:[a-z\\d-]{1,63}(?:\\.|${dot})){1,4}| at (?:[a-z\\d-]{1,63}(?:${dot})){1,4}|@(?:[a-z\\d-]{1,63}(?:${dot})){1,4}| ?@ (?:[a-z\\d-]{1,63} ?\\. ?){1,4}|_at_(?:[a-z\\d-]{1,63}_dot_){1,4}|%40(?:[a-z\\d-]{1,63}\\.){1,4})[a-z]{2,24}(?![\\w-])`,
      "gi",
    ),
    accept: (text) => !fileEnding.test(text),
  },
  {
    rule: "pii-email",
    message: "an e-mail address, written so that programs do not see it",
    words: [list(" at gmail| at hotmail| at yahoo| at outlook| at icloud| at proton| at gmx| at web.de")],
    // In a sentence somebody is at a company; a name with a dot, a line or a digit is a mailbox.
    pattern:
      /(?<![\w.+-])(?=[a-z]{0,32}[\d._-])[\w.+-]{3,64} at (?:gmail|hotmail|yahoo|outlook|icloud|proton|gmx|web)\.[a-z]{2,4}(?![\w-])/gi,
  },
  ...phones,
  {
    rule: "pii-card",
    message: "the number of a payment card (Luhn's check holds)",
    digits: 12,
    pattern:
      /(?<![a-z\d.+-])(?:\d(?:[ -]{0,2}\d){11,18}|\d{4}(?:\.\d{4}){3}|3\d{3}\.\d{6}\.\d{4,5})(?![a-z\d-]|_\d|\.\d)/gi,
    accept: isCard,
  },
  {
    rule: "pii-iban",
    message: "an IBAN (mod 97 holds)",
    words: [ibanCountries.map((country) => `${country}00`)],
    pattern: /(?<![A-Z0-9])(?:IBAN)?[A-Z]{2}\d{2}(?=[ .-]?[A-Z0-9])/gi,
    accept: acceptIban,
  },
  {
    rule: "pii-us-ssn",
    message: "a US Social Security number",
    digits: 9,
    pattern: /(?<![\w.+-])(?:\d{3}-\d{2}-\d{4}|\d{3}([ .])\d{2}\1\d{4}|\d{9})(?![\w-]|\.\d)/g,
    accept: (text, whole, start) => isSsn(text) && (text.includes("-") || ssnWord.test(before(whole, start))),
  },
  ...nationalIds,
  {
    rule: "pii-ip",
    message: "a public IP address",
    words: [["0.0.0", "0.00.0", "0.000.0"]],
    pattern: /(?<![\w.-])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\d|\.in-addr)/g,
    accept: isPublicIp,
  },
  {
    rule: "pii-ip",
    message: "a public IP address, written so that programs do not see it",
    words: [["[.]", "(.)", "[dot]", "(dot)"]],
    digits: 1,
    pattern: /(?<![\w.-])\d{1,3}(?:(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|\.)\d{1,3}){3}(?![\w-])/g,
    accept: (text, whole, start) => /[[(]/.test(text) && isPublicIp(text.replace(/\D+/g, "."), whole, start),
  },
  {
    rule: "pii-ip",
    message: "a public IPv6 address",
    words: [["::", ":0", ":a", ":b", ":c", ":d", ":e", ":f"]],
    digits: 1,
    pattern: /(?<![\w:.])[\da-f]{1,4}:[\da-f:]{3,35}(?![\w:])/gi,
    accept: isPublicIpv6,
  },
  ...birthDates,
]);
