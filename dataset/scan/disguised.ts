import type { Detector } from "./detector";
import { isNearly } from "./near-words";
import { opened } from "./rare-words";
import { list } from "./wording";

/** What an attack cannot do without, in letters only. */
const core =
  /ignore(?:all|any|the|your|my)?(?:of)?(?:the|your)?(?:previous|prior|above|earlier|preceding)?(?:instructions?|rules|prompts?|directions)|(?:disregard|forget|override|bypass)(?:all|any|the|your)?(?:of)?(?:the|your)?(?:previous|prior|above|earlier|preceding)?(?:instructions?|rules|prompts?|guidelines)|reveal(?:your|the)(?:system|hidden)|doanythingnow|younowdan|youarenowdan|withoutany(?:restrictions|filters|rules)/;
/** The same, and what is said of such attacks as well. */
const told = /previousinstructions|systemprompt|developermode|jailbreak|norestrictions/;
const isAttack = (letters: string): boolean => core.test(letters) || told.test(letters);

const leetLetters: Readonly<Record<string, string>> = {
  ...{
    "0": "o",
    "1": "i",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    $: "s",
    "!": "i",
    "|": "i",
    "+": "t",
  },
};
const unleet = (text: string): string => text.toLowerCase().replace(/[013457-9@$!|+]/g, (sign) => leetLetters[sign]!);
const lettersOf = (text: string): string => text.replace(/[^a-z]/g, "");

const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
const reverse = (text: string): string => [...text].reverse().join("");
/** What the words of {@link core} become: a text without them cannot hold one. */
const signs = ["ignore", "disregard", "forget", "previous", "prompt", "anything now", "developer mode", "restrictions"];

/** Letters beyond ASCII that look like those of an attack's words. */
const lookAlikes: Readonly<Record<string, string>> = {
  ...{ ı: "i", İ: "i", і: "i", ι: "i", Ι: "i", ο: "o", о: "o", а: "a", α: "a", е: "e", ε: "e", с: "c", р: "p", ρ: "p" },
  ...{ ѕ: "s", у: "y", υ: "u", ν: "v", ո: "n", η: "n", ӏ: "l", ɡ: "g", τ: "t", т: "t", г: "r", м: "m", ԁ: "d", һ: "h" },
};
const looksOf = (text: string): string =>
  text.replace(/[^\0-\x7F]/g, (letter) => lookAlikes[letter] ?? lookAlikes[letter.toLowerCase()] ?? letter);

/** A letter of ASCII beside one that looks like such. */
const isMixed = /[a-z][ıİ\u0261\u0370-\u03FF\u0400-\u052F\u0578]|[ıİ\u0261\u0370-\u03FF\u0400-\u052F\u0578][a-z]/i;

const drops = ["ignore", "ignoring", "disregard", "forget", "override", "bypass", "reveal", "neglect", "dismiss"];
const befores = ["previous", "above", "earlier", "prior", "preceding", "original", "initial", "system", "your"];
const nouns = [
  "instructions",
  "instruction",
  "prompts",
  "prompt",
  "directions",
  "directives",
  "guidelines",
  "messages",
];

/** Whether words say to drop orders, each with a slip of the fingers at most. */
function isMistyped(candidate: string): boolean {
  const [first = "", ...rest] = candidate.toLowerCase().split(/[^a-z]+/);
  const [last = "", middle = ""] = [rest.at(-1), rest.at(-2)];
  // "Forgot" and "ignored" tell of what was, and are no slips.
  if (/ed$|[a-df-z]s$|^forgot/.test(first) || !isNearly(first, drops) || !isNearly(last, nouns)) return false;
  return rest.slice(0, -1).some((word) => word === "your" || isNearly(word, befores)) || middle === "the";
}

/** Orders to a model that are written so that a filter does not read them. */
export const disguised: readonly Detector[] = [
  {
    rule: "injection-phrase",
    message: "an attack with digits or signs for letters",
    words: [
      [
        ...list("0gn0r|ign0r|0gnor|!gn0r|!gnor|f0rg0t|f0rget|forg0t|fo0g|d0sr|d!sr|dis0eg|di00eg|di$r|d!$r"),
        ...list("d0$r|pr0v|pre0i|pr0m0t|pr0mpt|prom0t|0nstr|in0tr|!nstr|!n$tr|in$tr|instr0|instr@|r0v0|rev0"),
        ...list("r0ve|sy0t|$y$t|sy$t|$yst|syst0|@nyth|0nyth|anyth0|anyth!|any0h|@ny0h|0ny0h|d0v0l|dev0l|d0vel"),
        ...list("d00r|di0r|0b0v|ab0v|0n00r|in00r|r0str|re$tr|r0$tr|re0tr|r00tr|w0th0|with0|w!th"),
      ],
    ],
    pattern: /[a-z013457-9@$!|+][a-z013457-9@$!|+ ,'-]{11,200}/gi,
    accept: (text) =>
      /[a-z][013457-9@$!|+]|[013457-9@$!|+][a-z]/i.test(text) &&
      !isAttack(lettersOf(text.toLowerCase())) &&
      isAttack(lettersOf(unleet(text))),
  },
  {
    rule: "injection-phrase",
    message: "an attack whose letters stand apart",
    words: [
      [" ", ".", "-", "_", "*", "/", "|", "~", "+", "  ", ", "].flatMap((sign) =>
        ["nor", "str", "rom", "any", "mod", "pre", "sys"].map((part) => [...part].join(sign)),
      ),
    ],
    pattern: /(?<![a-z\d])[a-z](?:[ ._*/|~+,·-]{1,4}[a-z](?![a-z])){9,400}/gi,
    accept: (text) => isAttack(lettersOf(text.toLowerCase())),
  },
  {
    rule: "injection-phrase",
    message: "an attack that is written backwards, or with letters moved by thirteen",
    words: [signs.flatMap((sign) => [reverse(sign), rot13(sign)])],
    pattern: new RegExp(signs.flatMap((sign) => [reverse(sign), rot13(sign)]).join("|"), "gi"),
    accept: (text, whole, start) => {
      const around = whole.slice(Math.max(0, start - 60), start + text.length + 60);
      const words = around.replace(/[a-z]+/gi, reverse);
      return [reverse(around), rot13(around), words].some((plain) => isAttack(lettersOf(plain.toLowerCase())));
    },
  },
  {
    rule: "injection-phrase",
    message: "an attack with letters of other alphabets",
    nonAscii: "letter",
    probe: isMixed,
    pattern: /[a-zıİ\u0261\u0370-\u03FF\u0400-\u052F\u0578][a-zıİ\u0261\u0370-\u03FF\u0400-\u052F\u0578 ,'-]{11,200}/gi,
    accept: (text) => isMixed.test(text) && isAttack(lettersOf(looksOf(text).toLowerCase())),
  },
  opened("orders", {
    rule: "injection-phrase",
    message: "an attack whose words are joined, or set apart by markup",
    pattern:
      /[a-z]{16,200}|[a-z]{2,16}(?:[*+/][ *+/]{0,7}|<\/[a-z]{1,6}> ?<[a-z]{1,6}>)[a-z](?:[a-z *+/]|<\/?[a-z]{1,6}>){6,240}/gi,
    accept: (text) => core.test(lettersOf(text.replace(/<\/?[a-z]{1,6}>/gi, "").toLowerCase())),
  }),
  opened("orders", {
    rule: "injection-phrase",
    message: "an attack with slips of the fingers",
    pattern: /\b[ifdobrn][a-z]{4,9}(?: (?:all|any|the|of|your|my|ur|[paesio][a-z]{4,9})){1,3} [ipdgm][a-z]{4,13}\b/gi,
    accept: isMistyped,
  }),
];
