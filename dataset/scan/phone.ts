import { createRequire } from "node:module";
import type * as PhoneNumbers from "libphonenumber-js/min";
import { type Accepted, before, type Detector } from "./detector";
import { isNumbered } from "./national-ids";
import { list } from "./wording";

/** Loads the plans of all countries when the first candidate is met. */
const load = createRequire(__filename);
const plans = (): typeof PhoneNumbers => load("libphonenumber-js/min") as typeof PhoneNumbers;

/** Words before a phone number, in languages that are written with Latin letters. */
const phoneNames = [
  ...list(
    "call(?:ed|ing|s)?(?: back)?(?: (?:me|us|him|her|them))?(?: on| at)?|callback|dial|ring(?: me)?(?: on)?|fax|mobiles?|mob|phones?",
  ),
  ...list(
    "cell(?:ular|ulare|phone)?|telephone|tel|tlf|telf|telp|text(?: me)?(?: on| at)|sms|whatsapp|hotline|landline|gsm|ph",
  ),
  ...list(
    "reach(?:ed)?(?: (?:me|us|him|her|them))?(?: on| at)|contact(?: me| us)?(?: on| at)?|my number|wa\\.me/|sip:|imessage",
  ),
  ...list(
    "telefon(?:as|ul|unuz|um|[eio])?|telefoon(?:nummer)?|telefonnummer|rufnummer|fon|handy(?:nummer)?|mobil[oe]?|mobiel|festnetz",
  ),
  ...list(
    "erreichen(?: sie)? (?:mich|uns|ihn) unter|rufen sie mich unter|ruf (?:mich|uns) an|meine nummer|bel(?: me op)?",
  ),
  ...list(
    "bereiken op|mijn nummer|portable|appelez[- ]moi(?: au)?|rappelez[- ]moi(?: au)?|joindre au|celular|contac?to",
  ),
  ...list(
    "localizar en el|ligue(?: para)?|ligar(?: para)?|chiamami(?: al?)?|mi trovi al|recapito|il mio numero|kom\\.",
  ),
  ...list(
    "ring(?: til(?:l)?)?(?: m[ei]g)?(?: p.)?|n.r m[ei]g p.|fat i mig p.|mitt? nummer|puhelin|puh|soita|numerosta|numeroni",
  ),
  ...list("zavolejte(?: mi)? na|zavolajte(?: mi)? na|nazovite(?: me)? na|skambinkite|zvaniet|helista|numaram|cep"),
  ...list("no hp|hp|no\\.? wa|nomor|hubungi saya di"),
].join("|");
/** What may stand between such a word and the number. */
const phoneTail =
  "(?:[ _.-]{0,2}(?:number|nummer|numer|numero|número|numéro|no|nr|num|č))?(?: (?:is|ist|est(?: le)?|es|è|é|är|er|to|je|on)(?![\\p{L}]))?";

/** The same with other letters, and in scripts whose words are not always set apart. */
const foreignNames = [
  "(?<!\\p{L})(?:tél(?:éphone)?|teléfono|telefón|telefonszám|tālrunis|móvil|telemóvel|komórka|zadzwoń|dzwoń|dzwonić pod)",
  "(?<!\\p{L})(?:llámame(?: al?)?|mi número|(?:o )?meu número|mon numéro|mój numer|moje číslo|mă găsești la|sună la|numărul meu)",
  "(?<!\\p{L})(?:hívjon az?|számom|rückruf(?: bitte)?(?: unter)?|pokličite(?: me)? na|điện thoại|đt|sđt|gọi cho tôi(?: số)?)",
  "(?<!\\p{L})(?:тел(?:ефон)?|моб(?:ильный|ільний)?|звони(?:те)?|позвони(?:те)?|зателефонуйте|обадете се на|по номеру|за номером|мо[йї] номер|мій номер)",
  "(?<!\\p{L})(?:τηλ(?:έφωνο)?|κινητό(?: μου)?|καλέστε(?: με)?(?: στο)?|טלפון|טל|נייד|תתקשר(?: אלי+)?|هاتف|جوال|الجوال|موبايل|اتصل(?: بي)?|تلفن|موبایل)",
  "電話|电话|手机|手機|携帯(?:電話)?|联系方式|連絡先|拨打|撥打|致电|전화|휴대폰|연락처|핸드폰|제 번호|फ़ोन|फोन|मोबाइल|โทร(?:ศัพท์)?|เบอร์(?:โทร)?",
].join("|");
/** What may stand between such a word and the number. */
const foreignTail =
  "(?:号码?|號碼?|番号|번호|ศัพท์| नंबर)?(?:[是为為は는은]|मे| ל| με| μου είναι| είναι| على| nr| to| je| es| é| est le| este| la)?";

const phoneWord = new RegExp(
  `(?:(?<!\\p{L})(?:${phoneNames})${phoneTail}|(?:${foreignNames})${foreignTail})(?!\\p{L})[^\\d\\n]{0,24}$`,
  "iu",
);

/** Countries whose numbers of ten or eleven digits, with a leading 0 and in groups, are told by their plan alone. */
const trunkCountries = ["GB", "FR", "NL", "AU", "CH", "BE", "ZA", "JP", "KR", "TR"] as const;

const isoDate = /^(?:19|20)\d{2}[-./ ][01]\d[-./ ][0-3]\d/;
const dateShape = /^[0-3]\d[./ -][0-3]\d[./ -](?:19|20)\d{2}$/;

/** The area in brackets, or groups of digits; five and four digits are a postal code of the United States. */
const grouped = /^(?!\d{5}-\d{4}$)0\d{1,4}(?:[ ./-]\d{2,8}){1,4}$|^\(0\d{1,4}\)/;

/** What a house's own exchange adds to a number. */
const extension = / ?(?:x|ext\.?) ?\d{1,6}$/;

/** Whether a candidate is somebody's number, by its plan or by a word before it. */
function isPhone(candidate: string, whole: string, start: number): boolean {
  const text = candidate.replace(extension, "");
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
const lastNumber = /[+(]{0,2}\d(?:[ ()./-]{0,3}\d){6,14}(?: ?(?:x|ext\.?) ?\d{1,6})?$/;
/** A number, and the extension of a house's own exchange. */
const numberShape = "[+(]{0,2}\\d(?:[ ()./-]{0,3}\\d){6,14}(?: ?(?:x|ext\\.?) ?\\d{1,6})?(?![\\w-]|\\.\\d)";

function acceptNamed(candidate: string, text: string, at: number): false | Accepted {
  const found = lastNumber.exec(candidate);
  if (!found) return false;
  const [number] = found;
  const digits = number.replace(extension, "").replace(/\D/g, "");
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
      /(?<![\w.+-])(?<!\d[ .])(?:(?<!\/)|(?=\+))(?:\+\(?\d(?:[ ().-]{0,2}\d){6,14}|00[1-9](?:[ ().-]{0,2}\d){8,13}|(?:1[ .-])?\(\d{3}\) ?\d{3}[-. ]\d{4}|(?:1[ .-])?\d{3}([-. ])\d{3}\1\d{4}|\(?0\d{1,4}\)?(?:[-/. ]\d{2,8}){1,4}|\d{3}[-. ]\d{4}|\d{7,13})(?: ?(?:x|ext\.?) ?\d{1,6})?(?![\w-]|\.\d)/g,
    accept: isPhone,
  },
  {
    rule: "pii-phone",
    message: "a phone number",
    words: [
      [
        ...list(
          "call|dial|ring|fax|mob|cell|phone|tel|tlf|puh|whatsapp|sms|text me|hotline|landline|rufn|rufen|ruf |handy",
        ),
        ...list(
          "celular|portable|gsm|ligue|ligar|chiamami|ppelez| bel |soita|hp|ph|reach me|reach us|reach him|reach her|reach them|my number|contact|contato|nummer|wa.me/|sip:",
        ),
        ...list(
          "imessage|fon:|fon |festnetz|erreichen|bereiken|joindre|localizar|trovi|recapito|numero|kom.| mig p| meg p",
        ),
        ...list("zavol|nazovite|skambin|zvaniet|helista|numaram|cep:|cep |. wa |no wa |nomor|hubungi"),
      ],
    ],
    digits: 7,
    pattern: new RegExp(`(?<!\\p{L})(?:${phoneNames})${phoneTail}[^\\p{L}\\d\\n]{0,12}${numberShape}`, "giu"),
    accept: acceptNamed,
  },
  {
    rule: "pii-phone",
    message: "a phone number",
    nonAscii: "letter",
    digits: 7,
    probe: new RegExp(foreignNames.replace(/\(\?<?![^()]*\)/g, ""), "i"),
    pattern: new RegExp(`(?:${foreignNames})${foreignTail}[^\\p{L}\\d\\n]{0,12}${numberShape}`, "giu"),
    accept: acceptNamed,
  },
];
