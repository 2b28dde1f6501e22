import type { Detector } from "./detector";
import { list } from "./wording";

/** What an attack cannot do without, in letters only. */
const core =
  /ignore(?:all|any|the|your|my)?(?:of)?(?:the|your)?(?:previous|prior|above|earlier|preceding)?(?:instructions?|rules|prompts?)|(?:disregard|forget|override|bypass)(?:all|any|the|your)?(?:of)?(?:the|your)?(?:previous|prior|above|earlier|preceding)?(?:instructions?|rules|prompts?|guidelines)|previousinstructions|reveal(?:your|the)(?:system|hidden)|systemprompt|doanythingnow|developermode|younowdan|youarenowdan|jailbreak|withoutany(?:restrictions|filters|rules)|norestrictions/;

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
        ...list("r0str|re$tr|r0$tr|re0tr|r00tr|w0th0|with0|w!th"),
      ],
    ],
    pattern: /[a-z013457-9@$!|+][a-z013457-9@$!|+ ,'-]{11,200}/gi,
    accept: (text) =>
      /[a-z][013457-9@$!|+]|[013457-9@$!|+][a-z]/i.test(text) &&
      !core.test(lettersOf(text.toLowerCase())) &&
      core.test(lettersOf(unleet(text))),
  },
  {
    rule: "injection-phrase",
    message: "an attack whose letters stand apart",
    words: [
      [" ", ".", "-", "_", "*"].flatMap((sign) =>
        ["nor", "str", "rom", "any", "mod", "pre", "sys"].map((part) => [...part].join(sign)),
      ),
    ],
    pattern: /(?<![a-z\d])[a-z](?:[ ._*-]{1,4}[a-z](?![a-z])){9,400}/gi,
    accept: (text) => core.test(lettersOf(text.toLowerCase())),
  },
  {
    rule: "injection-phrase",
    message: "an attack that is written backwards, or with letters moved by thirteen",
    words: [signs.flatMap((sign) => [reverse(sign), rot13(sign)])],
    pattern: new RegExp(signs.flatMap((sign) => [reverse(sign), rot13(sign)]).join("|"), "gi"),
    accept: (text, whole, start) => {
      const around = whole.slice(Math.max(0, start - 60), start + text.length + 60);
      return [reverse(around), rot13(around)].some((plain) => core.test(lettersOf(plain.toLowerCase())));
    },
  },
];
