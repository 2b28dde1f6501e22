import { createRequire } from "node:module";
import type * as PhoneNumbers from "libphonenumber-js/min";
import { type Accepted, before, type Detector } from "./detector";
import { isNumbered } from "./national-ids";
import { list } from "./wording";

/** Loads the plans of all countries when the first candidate is met. */
const load = createRequire(__filename);
const plans = (): typeof PhoneNumbers => load("libphonenumber-js/min") as typeof PhoneNumbers;

/** Words before a phone number, in languages that are written with Latin letters. */
const phoneNames =
  "call(?:ed|ing)?(?: me)?(?: on| at)?|dial|ring me(?: on)?|fax|mobiles?|mob|cell(?:ular|ulare|phone)?|phones?|telephone|tel|tlf|telf|telp|telefon[oei]?|" +
  "telefoon(?:nummer)?|telefonnummer|puhelin|puh|whatsapp|sms|text me(?: on| at)?|hotline|rufnummer|handy(?:nummer)?|mobil[oe]?|mobiel|" +
  "celular|portable|gsm|ligue(?: para)?|chiamami(?: al?)?|appelez[- ]moi(?: au)?|rufen sie mich unter|bel me op|ring(?: meg)?|soita|no hp|hp|ph";
const phoneTail = "(?:[ _-]?(?:number|nummer|numer|numero|número|no|nr|num))?";

/** The same with other letters, and in scripts whose words are not always set apart. */
const foreignNames =
  "(?<!\\p{L})(?:tél(?:éphone)?|teléfono|telefonszám|móvil|telemóvel|komórka|zadzwoń|dzwoń|llámame(?: al?)?|điện thoại|đt)|" +
  "(?<!\\p{L})(?:тел(?:ефон)?|моб(?:ильный|ільний)?|звони(?:те)?|τηλ(?:έφωνο)?|κινητό|טלפון|טל|נייד|هاتف|جوال|موبايل|تلفن|موبایل)|" +
  "電話(?:番号)?|电话|手机|手機|携帯(?:電話)?|联系方式|전화(?:번호)?|휴대폰|연락처|핸드폰|फ़ोन|फोन|मोबाइल|โทร(?:ศัพท์)?|เบอร์";

const phoneWord = new RegExp(
  `(?:(?<!\\p{L})(?:${phoneNames})${phoneTail}|${foreignNames})(?!\\p{L})[^\\d\\n]{0,24}$`,
  "iu",
);

/** Countries whose numbers of ten or eleven digits, with a leading 0 and in groups, are told by their plan alone. */
const trunkCountries = ["GB", "FR", "NL", "AU", "CH", "BE", "ZA"] as const;

const isoDate = /^(?:19|20)\d{2}[-./ ][01]\d[-./ ][0-3]\d/;
const dateShape = /^[0-3]\d[./ -][0-3]\d[./ -](?:19|20)\d{2}$/;

/** The area in brackets, or groups of digits; five and four digits are a postal code of the United States. */
const grouped = /^(?!\d{5}-\d{4}$)0\d{1,4}(?:[ ./-]\d{2,8}){1,4}$|^\(0\d{1,4}\)/;

/** Whether a candidate is somebody's number, by its plan or by a word before it. */
function isPhone(text: string, whole: string, start: number): boolean {
  const digits = text.replace(/\D/g, "");
  if (new Set(digits).size < 3 || digits.length < 7 || digits.length > 15) return false;
  if (dateShape.test(text)) return false;
  if (text.startsWith("00") && plans().isValidPhoneNumber(`+${digits.slice(2)}`)) return true;
  if (text.startsWith("+")) return plans().isPossiblePhoneNumber(text);
  const around = before(whole, start, 48);
  const national = /^1?([2-9]\d{2})(\d{7})$/.exec(digits);
  if (isNumbered.test(around)) return false;
  if (phoneWord.test(around)) return true;
  if (national && /^(?:1[ .-])?(?:\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}([-. ])\d{3}\1\d{4})$/.test(text)) {
    // 555 is an area of examples, and 555-01xx is kept for fiction in every area: both stand where a number would.
    return national[1] === "555" || /^55501/.test(national[2] ?? "") || plans().isValidPhoneNumber(text, "US");
  }
  const isGrouped = (digits.length === 10 || digits.length === 11) && grouped.test(text);
  return isGrouped && trunkCountries.some((country) => plans().isValidPhoneNumber(text, country));
}

/** The number at the end of a candidate that begins with a word; the word decides, so any grouping counts. */
const lastNumber = /[+(]{0,2}\d(?:[ ()./-]{0,3}\d){6,14}$/;

function acceptNamed(candidate: string, text: string, at: number): false | Accepted {
  const found = lastNumber.exec(candidate);
  if (!found) return false;
  const [number] = found;
  const digits = number.replace(/\D/g, "");
  if (new Set(digits).size < 3 || digits.length > 15 || dateShape.test(number) || isoDate.test(number)) return false;
  return !isNumbered.test(before(text, at + found.index, 48)) && { start: at + found.index };
}

/** Phone numbers. */
export const phones: readonly Detector[] = [
  {
    rule: "pii-phone",
    message: "a phone number",
    digits: 7,
    pattern:
      /(?<![\w.+/-])(?<!\d[ .])(?:\+\d(?:[ ().-]{0,2}\d){6,14}|00[1-9](?:[ ().-]{0,2}\d){8,13}|(?:1[ .-])?\(\d{3}\) ?\d{3}[-. ]\d{4}|(?:1[ .-])?\d{3}([-. ])\d{3}\1\d{4}|\(?0\d{1,4}\)?(?:[-/. ]\d{2,8}){1,4}|\d{3}[-. ]\d{4}|\d{7,13})(?![\w-]|\.\d)/g,
    accept: isPhone,
  },
  {
    rule: "pii-phone",
    message: "a phone number",
    words: [
      [
        ...list("call|dial|ring|fax|mob|cell|phone|tel|tlf|puh|whatsapp|sms|text me|hotline|rufn|rufen|handy"),
        ...list("celular|portable|gsm|ligue|chiamami|appelez|bel me|soita|hp|ph"),
      ],
    ],
    digits: 7,
    pattern: new RegExp(
      `(?<!\\p{L})(?:${phoneNames})${phoneTail}[^\\p{L}\\d\\n]{0,12}[+(]{0,2}\\d(?:[ ()./-]{0,3}\\d){6,14}(?![\\w-]|\\.\\d)`,
      "giu",
    ),
    accept: acceptNamed,
  },
  {
    rule: "pii-phone",
    message: "a phone number",
    nonAscii: "letter",
    digits: 7,
    probe: new RegExp(foreignNames.replace(/\(\?<?![^()]*\)/g, ""), "i"),
    pattern: new RegExp(
      `(?:${foreignNames})[^\\p{L}\\d\\n]{0,12}[+(]{0,2}\\d(?:[ ()./-]{0,3}\\d){6,14}(?![\\w-]|\\.\\d)`,
      "giu",
    ),
    accept: acceptNamed,
  },
];
