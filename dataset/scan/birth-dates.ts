import type { Detector } from "./detector";

/** Words before a date of birth that are written in ASCII; no letter may stand before or behind. */
const labels = [
  "born(?:_on|_at)?|birth[ _-]?(?:date|day)|b-?day|date[ _-]?of[ _-]?birth|dob|d\\.o\\.b\\.?",
  "geboren|geb\\.(?:-datum|-tag| ?dat\\.| datum)?|geburts(?:datum|tag)|geboorte(?:datum|dag)",
  "date naissance|anniversaire|f(?:echa|\\.)?[ _-]nac(?:\\.|imiento)?|fecha[ _]de[ _]nac\\.?|data(?: di)? nascita|data[ _](?:de[ _])?nasc(?:\\.|imento)?",
  "nasc\\.|nasci|dat(?:a|um) (?:de naixement|rojstva|roj\\.)|urodzi(?:lem|lam)|(?:tgl|tanggal)?\\.? ?lahir|ttl",
  "date de naissance|nacid[oa]|fecha de nacimiento|nat[oa]|nascid[oa]",
  "urodzon[ay]|data urodzenia|syntynyt|datum narodenia|narozena?|datum rodenja|gimimo data|petsa ng kapanganakan",
].join("|");

/** The same with other letters, and in scripts whose words are not always set apart. */
const foreignLabels = [
  "(?<!\\p{L})(?:née?|né\\(e\\)|nascí|nací|nació|urodził[ae]m|sünd\\.?|född|født|rođena?|született|narozen[ýá]|născut[ăa]?)(?!\\p{L})",
  "födelse(?:datum|dag)|fødsels(?:dato|dag)|syntymä(?:aika|päivä)|datum narození|dátum narodenia|születési (?:dátum|idő)",
  "data na[șşt]terii|datum rođenja|(?:doğum|(?<!\\p{L})d\\.) (?:tarihi|günü|yılı)|sünniaeg|sünnikuupäev|cumpleaños|dzimšanas datums|ngày sinh|sinh ngày",
  "дата рожд(?:ения|\\.)|родил(?:ся|ась)|(?<!\\p{L})(?:г\\.|год) ?р\\.|роден[аи]?(?!\\p{L})|дата народження|народи(?:вся|лася)|дата на раждане|датум рођења",
  "出生|生年月日|誕生日|生日|생년월일|생일|תאריך לידה|تاريخ الميلاد|تاریخ تولد",
  "ημερομηνία γέννησης|γεννήθηκε|जन्म ?तिथि|วันเกิด|วันเดือนปีเกิด",
].join("|");

const year = "(?:18|19|20)\\d{2}";
const inWords = "[a-z]{3,12}(?:-[a-z]{3,9})?";
/** Dates in figures and in words, such as `1980-03-12`, `12. März 1980`, `the twelfth of March, nineteen eighty`. */
const date = [
  `(?:18|19|20)\\d{6}|\\d{4} ?[-/.年년] ?\\d{1,2} ?[-/.月월] ?\\d{1,2}`,
  `\\d{1,2} ?[./-] ?(?:\\d{1,2}|[a-z]{3}) ?[./-] ?(?:18|19|20)?\\d{2}`,
  `\\d{1,2}(?:st|nd|rd|th|er|º)?\\.? (?:of |de |d')?\\p{L}{3,12}\\.?,? (?:de |of |del )?${year}`,
  `\\p{L}{3,12}\\.? \\d{1,2}(?:st|nd|rd|th)?,? ${year}`,
  `(?:the )?${inWords} (?:day )?of [a-z]{3,9},? (?:in )?(?:the year )?(?:${year}|nineteen |two thousand|twenty )`,
  `[a-z]{3,9} (?:the )?${inWords}(?:st|nd|rd|th),? (?:${year}|nineteen |two thousand)`,
  `${inWords}(?:st|nd|rd|th) [a-z]{3,9},? ${year}`,
].join("|");

/** Dates of birth: a date after a word that says what it is. */
export const birthDates: readonly Detector[] = [
  {
    rule: "pii-birth-date",
    message: "a date of birth",
    words: [
      [
        ...["born", "birth", "dob", "d.o.b", "bday", "b-day", "gebor", "geburt", "geb.", "geboort"],
        ...[
          "naissance",
          "nacid",
          "nacimiento",
          "nato ",
          "nata ",
          "nato:",
          "nata:",
          "nascit",
          "nascid",
          "nasciment",
          "urodz",
          "syntynyt",
          "naroze",
        ],
        ...["narodenia", "rodenja", "lahir", "gimimo", "petsa ng", "date naissance", "anniversaire", "nac.", "fecha"],
        ...["data nasc", "data_nasc", "nasc.", "nasci ", "naixement", "rojstva", "urodzi", "ttl:"],
      ],
    ],
    pattern: new RegExp(
      `(?<![\\p{L}-])(?:${labels})(?![\\p{L}-])[^\\d\\n.;]{0,40}?(?<![\\p{L}\\d])(?:${date})(?!\\d)`,
      "giu",
    ),
  },
  {
    rule: "pii-birth-date",
    message: "a date of birth",
    nonAscii: "letter",
    digits: 4,
    probe: new RegExp(foreignLabels.replace(/\(\?<?![^()]*\)/g, ""), "i"),
    pattern: new RegExp(`(?:${foreignLabels})[^\\d\\n.;]{0,40}?(?:${date})(?!\\d)`, "giu"),
  },
  {
    rule: "pii-birth-date",
    message: "a date of birth",
    words: [["geboren"]],
    digits: 1,
    pattern: new RegExp(`(?<=(?<!\\p{L})(?:am|op) )(?:${date})(?= (?:in [^\\n.;]{2,40} )?geboren)`, "giu"),
  },
];
