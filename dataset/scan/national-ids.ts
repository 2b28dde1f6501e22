import { createRequire } from "node:module";
import type { Validator } from "stdnum/lib/cjs/types";
import { type Accepted, before, type Detector } from "./detector";

/** Loads a country's rules when the first number of its shape is met: all of them together take a tenth of a second. */
const load = createRequire(__filename);

/** The identity numbers of one country. */
interface NationalId {
  readonly name: string;
  /** Module of `stdnum` with its check digits and its other rules, or a check of its digits. */
  readonly module: string | ((digits: string) => boolean);
  /** How the number is written. */
  readonly shape: RegExp;
  /** A word that must stand before the number; for shapes that order and part numbers have as well. */
  readonly near?: RegExp;
}

const digits = (count: number): RegExp => new RegExp(`^\\d{${count}}$`);

/** The British National Health Service's number: weights of 10 to 2, modulo 11. */
function isNhsNumber(number: string): boolean {
  const sum = [...number.slice(0, 9)].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  return (11 - (sum % 11)) % 11 === Number(number[9]);
}

/** The Russian number of pension insurance: weights of 9 to 1, modulo 101. */
function isSnils(number: string): boolean {
  const sum = [...number.slice(0, 9)].reduce((total, digit, index) => total + Number(digit) * (9 - index), 0);
  return (sum % 101) % 100 === Number(number.slice(9));
}

/** A US number for taxpayers without a Social Security number: the groups that are given out. */
const isItin = (number: string): boolean => /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(number);

const ids: readonly NationalId[] = [
  {
    name: "a Dutch BSN",
    module: "nl/bsn",
    shape: /^\d{9}$|^\d{4}\.\d{2}\.\d{3}$/,
    near: /\b(?:bsn|burgerservicenummer|sofi)/i,
  },
  { name: "a Portuguese NIF", module: "pt/nif", shape: /^\d{3} ?\d{3} ?\d{3}$/, near: /\b(?:nif|contribuinte)\b/i },
  {
    ...{ name: "a Canadian SIN", module: "ca/sin", shape: /^\d{3}([ -]?)\d{3}\1\d{3}$/ },
    near: /\b(?:sin|nas|social insurance|assurance sociale)\b/i,
  },
  {
    ...{ name: "an Australian TFN", module: "au/tfn", shape: /^\d{3} ?\d{3} ?\d{2,3}$/ },
    near: /\b(?:tfn|tax file)\b/i,
  },
  { name: "a Spanish DNI", module: "es/dni", shape: /^\d{8}[- ]?[A-Z]$/ },
  { name: "a Spanish NIE", module: "es/nie", shape: /^[XYZ][- ]?\d{7}[- ]?[A-Z]$/ },
  {
    ...{ name: "a French NIR", module: "fr/nir" },
    shape: /^[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}$/,
  },
  { name: "an Italian codice fiscale", module: "it/codicefiscale", shape: /^[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]$/ },
  { name: "a Brazilian CPF", module: "br/cpf", shape: /^\d{3}\.\d{3}\.\d{3}-\d{2}$/ },
  { name: "a Brazilian CPF", module: "br/cpf", shape: digits(11), near: /\bcpf\b/i },
  { name: "an Indian Aadhaar", module: "in/aadhaar", shape: /^\d{4} \d{4} \d{4}$/ },
  { name: "an Indian Aadhaar", module: "in/aadhaar", shape: digits(12), near: /\b(?:aadha+r|uidai)|आधार/i },
  {
    ...{ name: "a British National Insurance number", module: "gb/nino" },
    shape: /^[A-Z]{2} \d{2} \d{2} \d{2} [A-D]$/,
  },
  {
    ...{ name: "a British National Insurance number", module: "gb/nino", shape: /^[A-Z]{2} ?\d{6} ?[A-D]$/ },
    near: /\b(?:nino?|ni (?:no|num)|national insurance)/i,
  },
  { name: "a Swedish personnummer", module: "se/personnummer", shape: /^(?:\d{2})?\d{6}[-+]\d{4}$/ },
  { name: "a Danish CPR number", module: "dk/cpr", shape: /^\d{6}-\d{4}$/, near: /\bcpr|\bperson(?:al|nummer)/i },
  { name: "a Finnish henkilötunnus", module: "fi/hetu", shape: /^\d{6}[-+A-F]\d{3}[\dA-Y]$/ },
  { name: "a Norwegian fødselsnummer", module: "no/fodselsnummer", shape: /^\d{6} ?\d{5}$/ },
  { name: "a Belgian national number", module: "be/nn", shape: /^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}$|^\d{11}$/ },
  { name: "a Swiss AHV number", module: "ch/ssn", shape: /^756\.?\d{4}\.?\d{4}\.?\d{2}$/ },
  { name: "a Czech or Slovak birth number", module: "cz/rc", shape: /^\d{6}\/\d{4}$/ },
  { name: "a Czech or Slovak birth number", module: "cz/rc", shape: digits(10), near: /rodn[eé] ?[cč][ií]s|\brč\b/i },
  { name: "a Polish PESEL", module: "pl/pesel", shape: digits(11), near: /\bpesel\b/i },
  {
    ...{ name: "a German tax identity number", module: "de/idnr", shape: /^\d{2} ?\d{3} ?\d{3} ?\d{3}$/ },
    near: /\b(?:steuer|idnr|tin\b|tax)/i,
  },
  { name: "a Turkish kimlik number", module: "tr/tckimlik", shape: digits(11), near: /\b(?:kimlik|tc|tckn)\b/i },
  { name: "a Croatian OIB", module: "hr/oib", shape: digits(11), near: /\boib\b/i },
  { name: "a Greek AMKA", module: "gr/amka", shape: digits(11), near: /(?:amka|ΑΜΚΑ)/i },
  { name: "an Estonian isikukood", module: "ee/ik", shape: digits(11), near: /\b(?:isikukood|personal code)/i },
  { name: "a Bulgarian EGN", module: "bg/egn", shape: digits(10), near: /(?:egn|ЕГН)/i },
  { name: "a Romanian CNP", module: "ro/cnp", shape: digits(13), near: /\b(?:cnp|cod numeric)/i },
  {
    ...{ name: "a South African identity number", module: "za/idnr", shape: /^\d{6} ?\d{4} ?\d{2} ?\d$/ },
    near: /\b(?:id|identity|said)\b/i,
  },
  { name: "a Thai identity number", module: "th/idnr", shape: /^\d-\d{4}-\d{5}-\d{2}-\d$/ },
  { name: "a Thai identity number", module: "th/idnr", shape: digits(13), near: /ประชาชน|\bthai id/i },
  { name: "a Chinese resident identity number", module: "cn/ric", shape: /^\d{17}[\dX]$/ },
  { name: "a South Korean RRN", module: "kr/rrn", shape: /^\d{6}-\d{7}$/ },
  { name: "a South Korean RRN", module: "kr/rrn", shape: digits(13), near: /주민(?:등록)?번호|\brrn\b/i },
  { name: "a Mexican CURP", module: "mx/curp", shape: /^[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/ },
  { name: "a Chilean RUT", module: "cl/rut", shape: /^\d{1,2}\.\d{3}\.\d{3}-[\dK]$/ },
  { name: "a Chilean RUT", module: "cl/rut", shape: /^\d{7,8}-?[\dK]$/, near: /\br\.?u\.?[tn]\b/i },
  { name: "an Argentine CUIT or CUIL", module: "ar/cuit", shape: /^\d{2}-\d{8}-\d$/ },
  { name: "an Argentine CUIT or CUIL", module: "ar/cuit", shape: digits(11), near: /\bcui[tl]\b/i },
  { name: "a Colombian NIT", module: "co/nit", shape: /^\d{3}\.?\d{3}\.?\d{3}-?\d$/, near: /\bn\.?i\.?t\b/i },
  { name: "a Dominican cédula", module: "do/cedula", shape: /^\d{3}-?\d{7}-?\d$/, near: /c[eé]dula|\bc\.?i\b/i },
  { name: "an Ecuadorian cédula", module: "ec/ci", shape: /^\d{9}-?\d$/, near: /c[eé]dula|\bc\.?i\b/i },
  { name: "a Uruguayan cédula", module: "uy/cedula", shape: /^\d\.?\d{3}\.?\d{3}-?\d$/, near: /c[eé]dula|\bc\.?i\b/i },
  { name: "a Peruvian identity number", module: "pe/cui", shape: /^\d{8}-[\dA-K]$/, near: /\b(?:dni|cui)\b/i },
  { name: "a Pakistani CNIC", module: "pk/cnic", shape: /^\d{5}-\d{7}-\d$/ },
  { name: "a Pakistani CNIC", module: "pk/cnic", shape: digits(13), near: /\bcnic\b/i },
  {
    name: "an Indian PAN",
    module: "in/pan",
    shape: /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/,
    near: /\bpan\b|permanent account/i,
  },
  {
    name: "an Israeli identity number",
    module: "il/idnr",
    shape: /^\d{8}-?\d$/,
    near: /teudat|ת\.?״?"?ז|תעודת זהות|\bid\b/i,
  },
  {
    name: "an Austrian social insurance number",
    module: "at/vnr",
    shape: /^\d{4} ?\d{6}$/,
    near: /\bsv-?n|versicherungsn/i,
  },
  { name: "an Icelandic kennitala", module: "is/kennitala", shape: /^\d{6}-?\d{4}$/, near: /kennital/i },
  { name: "a Lithuanian asmens kodas", module: "lt/asmens", shape: digits(11), near: /asmens kod/i },
  { name: "a Slovenian EMŠO", module: "si/emso", shape: digits(13), near: /em[sš]o/i },
  { name: "a JMBG", module: "rs/jmbg", shape: digits(13), near: /jmbg|јмбг/i },
  { name: "a Malaysian NRIC", module: "my/nric", shape: /^\d{6}-\d{2}-\d{4}$/ },
  { name: "a Malaysian NRIC", module: "my/nric", shape: digits(12), near: /\b(?:nric|mykad|ic)\b/i },
  { name: "a Hong Kong identity number", module: "hk/hkid", shape: /^[A-Z]{1,2}\d{6}\([\dA]\)$/ },
  { name: "a New Zealand IRD number", module: "nz/ird", shape: /^\d{2,3}-?\d{3}-?\d{3}$/, near: /\bird\b/i },
  { name: "a Russian INN", module: "ru/inn", shape: digits(12), near: /ИНН|\binn\b/i },
  { name: "a Russian SNILS", module: isSnils, shape: /^\d{3}[- ]\d{3}[- ]\d{3}[- ]\d{2}$/ },
  { name: "a Russian SNILS", module: isSnils, shape: digits(11), near: /СНИЛС|\bsnils\b/i },
  { name: "a Ukrainian taxpayer's number", module: "ua/rntrc", shape: digits(10), near: /РНОКПП|ІПН|\brnokpp\b/i },
  { name: "a British tax reference", module: "gb/utr", shape: digits(10), near: /\butr\b|taxpayer ref/i },
  { name: "an NHS number", module: isNhsNumber, shape: /^\d{3}([ -]?)\d{3}\1\d{4}$/, near: /\bnhs\b/i },
  { name: "a US ITIN", module: isItin, shape: /^9\d{2}-\d{2}-\d{4}$/ },
  {
    name: "a Taiwanese identity number",
    module: "tw/natid",
    shape: /^[A-Z][1289]\d{8}$/,
    near: /\b(?:id|identity)\b|身[分份]證/i,
  },
  { name: "an Irish PPS number", module: "ie/pps", shape: /^\d{7}[A-W][A-IW]?$/, near: /\bppsn?\b/i },
];

/** Digits of an order, an invoice or a part are nobody's identity number, whatever their check digit says. */
export const isNumbered =
  /\b(?:order|invoice|ticket|customer|client|member|account|policy|serial|part|item|article|sku|isbn|issn|ean|upc|gtin|imei|tracking|case|batch|lot|build|commit|version|model|ref(?:erence)?|transaction|confirmation)(?: ?(?:no|nr|num|number|id|code))?[.:#]* {0,2}#?$/i;

/** Whether the check digits hold; some modules take a number only without its points and blanks. */
function holds({ module }: NationalId, candidate: string): boolean {
  const plain = candidate.replace(/[ .()/-]/g, "");
  if (typeof module !== "string") return module(plain);
  const { validate } = load(`stdnum/lib/cjs/${module}`) as Validator;
  return validate(candidate).isValid || validate(plain).isValid;
}

function acceptId(candidate: string, text: string, start: number): false | Accepted {
  if (new Set(candidate.replace(/\D/g, "")).size < 3) return false;
  const around = before(text, start, 48);
  const id = ids.find(
    (one) =>
      one.shape.test(candidate) &&
      (one.near ? one.near.test(around) : !isNumbered.test(around)) &&
      holds(one, candidate),
  );
  return id ? { message: `${id.name} (its check digits hold)` } : false;
}

/**
 * National identity numbers. Where a shape is not the country's own, a word beside the number decides as well: nine digits
 * alone are an order number as often as a BSN.
 */
export const nationalIds: readonly Detector[] = [
  {
    rule: "pii-national-id",
    message: "a national identity number (its check digits hold)",
    digits: 6,
    pattern:
      /(?<![\w.+/-])(?<!\d[ .])(?=\d|[A-Z]{1,6}[- ]?\d)(?:[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]|[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]|[A-Z]{1,2}\d{6}\([\dA]\)|[XYZ][- ]?\d{7}[- ]?[A-Z]|[A-Z]\d{9}|\d{8}[- ]?[A-Z]|\d{8}-\d|\d{7}[A-W][A-IW]?|\d{7}-[\dK]|\d{6}[-+A-F]\d{3}[\dA-Y]|\d{6}-\d{7}|\d{6}-\d{2}-\d{4}|(?:\d{2})?\d{6}[-+]\d{4}|\d{6}\/\d{4}|\d{5}-\d{7}-\d|\d{3}-\d{7}-\d|\d{2}-\d{8}-\d|9\d{2}-\d{2}-\d{4}|\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}|\d{4}\.\d{2}\.\d{3}|\d{3}\.\d{4}\.\d{4}\.\d{2}|\d{3}\.\d{3}\.\d{3}-\d{1,2}|\d{1,2}\.\d{3}\.\d{3}-[\dK]|\d-\d{4}-\d{5}-\d{2}-\d|\d ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}|\d{4} \d{4} \d{4}|\d{4} \d{6}|\d{17}[\dX]|\d{6} \d{4} \d{2} \d|\d{6} \d{4} \d{3}|\d{6} \d{5}|\d{2} \d{3} \d{3} \d{3}|\d{3}[- ]\d{3}[- ]\d{3}[- ]\d{2}|\d{3} \d{3} \d{4}|\d{3} \d{3} \d{2,3}|\d{3}-\d{3}-\d{4}|\d{2,3}-\d{3}-\d{3}|\d{9}-\d|\d{9,13})(?![\w/+-]|[ .]\d{3})/g,
    accept: acceptId,
  },
  {
    rule: "pii-national-id",
    message: "a national identity number",
    words: [["pan", "permanent account"]],
    digits: 4,
    pattern: /\b[A-Z]{5}\d{4}[A-Z]\b/g,
    accept: acceptId,
  },
];
