import type { Detector } from "./detector";
import { ALIKE } from "./kinds";
import { LETTERS } from "./letters";
import { list } from "./wording";

/** Letters of other scripts and rarer Latin ones that look like plain Latin letters, in lower case. */
const lookAlikes = new Set("гьавеікмнорстухјѕԁһӏѡԛԝүαεικνορτυχβζημγϲօսոհցքցաɑɡӀⅰⅼⅽⅾⅿⅹⅴᴦѵꭺꭼꮇꮋꮯꮲꭰꭱꮪꭲꮃꮓꮶꮮꭻꮤ");

const isLookAlike = (letter: string): boolean => lookAlikes.has(letter);

function isMixed(word: string, around: string): boolean {
  const letters = [...word.toLowerCase()];
  const others = letters.filter((letter) => !/[a-z]/.test(letter));
  const latin = letters.length - others.length;
  return others.length > 0 && others.every(isLookAlike) && (latin >= 2 || !/[\u0370-\u052F]/.test(around));
}

/** Characters before and behind a candidate that tell what script it stands in; not all, since candidates can be many. */
const BESIDE = 100;

const beside = (text: string, start: number, end: number): string =>
  `${text.slice(Math.max(0, start - BESIDE), start)} ${text.slice(end, end + BESIDE)}`;

/** Letters that stand for Latin ones only, and whose word has no letter of its own script. */
const wholly = "асеорхуіјѕӏԁһԛԝ";

/** A word of Cyrillic letters that all look Latin, in a text whose other letters are Latin. */
function isDisguised(word: string, text: string, start: number): boolean {
  const around = beside(text, start, start + word.length);
  return !/[\u0400-\u052F]/.test(around) && /[a-z]{3}/i.test(around);
}

/** Whether a text is written in a script that has wide Latin letters of its own. */
const isEastAsian = (text: string): boolean => /[\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7AF]/.test(text);

/** Whether a text is written from right to left, or in a script that needs joiners. */
const rightToLeft = /[\u0590-\u08FF]/;

/** Whether the colour of the letters is none, or the one of the ground. */
function isSame(tag: string): boolean {
  if (/(?<![\w-])color ?: ?(?:transparent|rgba)/i.test(tag)) return true;
  const letters = /(?<![\w-])color ?: ?(#?\w{3,7})/i.exec(tag)?.[1];
  const ground = /background(?:-color)? ?: ?(#?\w{3,7})/i.exec(tag)?.[1];
  return letters !== undefined && letters.toLowerCase() === ground?.toLowerCase();
}

/** Characters without a width that stand between letters. */
const JOINERS = list(
  "\\u034F|\\u061C|\\u17B4|\\u17B5|\\u180B-\\u180E|\\u200B-\\u200D|\\u2060-\\u2064|\\u206A-\\u206F|\\uFEFF|\\uFFFC",
).join("");
/** Marks of musical notation that are never drawn. */
const NOTES = "\\u{1D173}-\\u{1D17A}";
/** Blanks that are shown as nothing, and selectors of a glyph's form. */
const EMPTY = list("\\u115F|\\u1160|\\u2800|\\u3164|\\uFE00-\\uFE0F|\\uFFA0").join("");

/** Text that a reader does not see, or sees other than it is. */
export const hiddenText: readonly Detector[] = [
  {
    rule: "hidden-text",
    message: "tag characters, which carry invisible ASCII text",
    nonAscii: "silent",
    // A flag of a region is a black flag followed by tags; it is the only visible use.
    pattern: /(?<![\u{1F3F4}\u{E0000}-\u{E007F}])[\u{E0000}-\u{E007F}]+|(?<=\u{1F3F4})[\u{E0000}-\u{E007F}]{8,}/gu,
  },
  {
    rule: "hidden-text",
    message: "variation selectors in a row, which carry invisible bytes",
    nonAscii: "silent",
    pattern: /[\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]{3,}/gu,
  },
  {
    rule: "hidden-text",
    message: "zero-width characters inside a word",
    nonAscii: "silent",
    probe: new RegExp(`[\\u00AD\\u200E\\u200F\\u2065-\\u2069${JOINERS}]|\\uD834[\\uDD73-\\uDD7A]`),
    pattern: new RegExp(
      `(?<=[a-z0-9])[${JOINERS}${NOTES}]{1,1000}(?=[a-z0-9])|[\\u00AD\\u200E\\u200F\\u2065-\\u2069${JOINERS}${NOTES}]{3,}|(?<=[a-z0-9])[\\u200B\\u2060-\\u2064\\uFEFF](?=[\\s.,;!?]|$)`,
      "giu",
    ),
    // In Indic and Arabic scripts joiners in a row belong to the writing.
    accept: (text, whole, start) =>
      text.length > 3 ||
      !/^[\u200C\u200D]+$/.test(text) ||
      !/[\u0600-\u0DFF]/.test(beside(whole, start, start + text.length)),
  },
  {
    rule: "hidden-text",
    message: "soft hyphens after almost every letter, which break the word for a filter and not for a reader",
    nonAscii: "silent",
    probe: /\u00AD/,
    pattern: /[a-z](?:\u00AD[a-z]{1,2}){2,100}(?![a-z])/gi,
    accept: (text) => text.replace(/\u00AD/g, "").length < text.split("\u00AD").length * 2,
  },
  {
    rule: "hidden-text",
    message: "blanks of scripts that are shown as nothing, in a row",
    nonAscii: "silent",
    probe: /[\u115F\u1160\u2800\u3164\uFFA0]/,
    pattern: /[\u115F\u1160\u3164\uFFA0]{2,}|\u2800{3,}(?![\u2801-\u28FF])/g,
  },
  {
    rule: "hidden-text",
    message: "a blank that is shown as nothing, or a selector of a glyph's form, inside a word",
    nonAscii: "rare",
    probe: new RegExp(`[${EMPTY}]|\\uDB40[\\uDD00-\\uDDEF]`),
    pattern: new RegExp(`(?<=[a-z])[${EMPTY}\\u{E0100}-\\u{E01EF}]{1,100}(?=[a-z])`, "giu"),
  },
  {
    rule: "hidden-text",
    message: "annotation characters, whose text is not shown",
    nonAscii: "silent",
    pattern: /[\uFFF9-\uFFFB]/g,
  },
  {
    rule: "hidden-text",
    message: "a control that overrides the direction of writing, so that text reads other than it is stored",
    nonAscii: "silent",
    pattern: /[\u202D\u202E]/g,
  },
  {
    rule: "hidden-text",
    message: "controls of the direction of writing in a text without a script that needs them",
    nonAscii: "silent",
    probe: /[\u202A\u202B\u2066\u2067\u2068]/,
    pattern: /[\u202A\u202B\u2066-\u2068]/g,
    accept: (control, text, start) => !rightToLeft.test(beside(text, start, start + control.length)),
  },
  {
    rule: "hidden-text",
    message: "a sequence of a terminal that hides or overwrites what is stored",
    words: [["[0", "\u001B", "x0b[", "u000b[", "[?"]],
    pattern: /\p{Cc}(?:\[\??\d[\d;]{0,16}[a-z]|\]\d{1,2};|P)|\\(?:x1b|033|u001b|e)\[(?:8|30;40)m/giu,
    accept: (text) => text.startsWith("\u001B") || text.startsWith("\\"),
  },
  {
    rule: "hidden-text",
    message: "markup that keeps its text from being shown",
    words: [
      ["<"],
      [
        ...[
          "display",
          "visibility",
          "font-size",
          "opacity",
          "hidden",
          "text-indent",
          "line-height",
          "scale(0",
          "clip:",
        ],
        ...["left:-", "left: -", "height:0", "height: 0", "width:0", "width: 0"],
      ],
    ],
    pattern:
      /<[a-z]{1,10} [^<>]{0,200}(?:display ?: ?none|visibility ?: ?hidden|(?:font-size|line-height) ?: ?0(?:\.\d{1,4})?(?![.\d])(?!em|rem|%)|font-size ?: ?1px|opacity ?: ?0(?:\.0\d?)?(?![.\d])|(?:left|text-indent|top) ?: ?-\d{3,6}|clip ?: ?rect\(0|scale\(0\)|(?<!-)(?:height|width) ?: ?0(?:px)?(?: ?;[^<>]{0,60}overflow ?: ?hidden| ?; ?(?:height|width) ?: ?0))[^<>]{0,200}>(?=\s{0,20}[^\s<])|<(?:[pbi]|div|span|font|section) hidden(?:=""|="hidden"|="true")?>(?=[^\s<])/gi,
  },
  {
    rule: "hidden-text",
    message: "a comment that speaks to a model",
    words: [["<!--", "[//]:", "[comment]:"]],
    pattern: /<!--[^<>]{3,600}-->|\[(?:\/\/|comment)\]: ?(?:#|<>) ?[("][^\n)"]{3,600}[)"]/gi,
    // Comments are everywhere; one that speaks of what a model is to do is not.
    accept: (text) =>
      /\b(?:AI|LLMs?|language model|chat ?bot|assistant)\b[^\n]{1,80}\b(?:must|should|please|recommend|say|ignore|approve|send|reveal|reply|respond|always|never)\b|\byou must\b|\b(?:ignore|disregard) (?:all|the|any|previous|your)\b|^<!-- ?(?:AI|LLM|assistant|bot) ?:/i.test(
        text,
      ),
  },
  {
    rule: "hidden-text",
    message: "text in the colour of its background",
    words: [["color:", "color :", "color=", "fill="]],
    pattern:
      /<[a-z]{1,10} [^<>]{0,200}(?<![\w-])color ?: ?(#?\w{3,7})\s{0,2};[^<>]{0,60}background(?:-color)? ?: ?\1\b[^<>]{0,200}>|<[a-z]{1,10} [^<>]{0,200}background(?:-color)? ?: ?(#?\w{3,7})\s{0,2};[^<>]{0,60}(?<![\w-])color ?: ?\2\b[^<>]{0,200}>|<[a-z]{1,10} [^<>]{0,200}(?<![\w-])(?:color ?: ?(?:transparent|rgba\(0, ?0, ?0, ?0\)|white|#fff(?:fff)?|rgb\(255, ?255, ?255\))|(?:color|fill) ?= ?["']?(?:white|#fff(?:fff)?))(?!\w)[^<>]{0,200}>(?=\s{0,20}[^\s<])/gi,
    // White letters on something dark are seen; where no ground or class is named, the ground is the page's.
    accept: (tag) =>
      /background[^<>]{0,80}color|color[^<>]{0,80}background|transparent|rgba/i.test(tag)
        ? isSame(tag)
        : !/class|bgcolor/i.test(tag),
  },
  {
    rule: "homoglyphs",
    message: "a word mixes Latin letters with letters that look the same",
    nonAscii: "alike",
    probe: /[a-z]/i,
    pattern: new RegExp(
      `(?<![${LETTERS}])(?=[a-z${ALIKE}]{4,40}(?![${LETTERS}]))(?:[a-z]{1,39}[${ALIKE}]|[${ALIKE}]{1,39}[a-z])[a-z${ALIKE}]{0,38}`,
      "gi",
    ),
    accept: (word, text, start) => isMixed(word, beside(text, start, start + word.length)),
  },
  {
    rule: "homoglyphs",
    message: "a word mixes Latin letters with letters that look the same",
    nonAscii: "alike",
    probe: /[a-z]/i,
    pattern: new RegExp(`(?<![${LETTERS}])[${wholly}]{5,40}(?![${LETTERS}])`, "gi"),
    accept: isDisguised,
  },
  {
    rule: "homoglyphs",
    message: "a word of letters that are meant for formulas, frames or phonetics",
    nonAscii: "form",
    pattern:
      /[\u{1D400}-\u{1D7FF}]{4,60}|[\u{24B6}-\u{24E9}]{4,60}|[\u{1F130}-\u{1F189}]{4,60}|[\u1D00-\u1D22\u0262\u026A\u0274\u0280\u028F\u0299\u029C\u029F\uA730\uA731]{4,60}/gu,
  },
  {
    rule: "homoglyphs",
    message: "a word of wide letters in a text that has no use for them",
    nonAscii: "form",
    pattern: /[\uFF21-\uFF3A]{4,60}/gi,
    accept: (word, text, start) => !isEastAsian(beside(text, start, start + word.length)),
  },
];
