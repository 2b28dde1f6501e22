import type { Detector } from "./detector";
import { opened } from "./rare-words";
import { wording } from "./wording";

const message = "a phrase that tells a model to drop its instructions";

/** The nouns that a model's orders go by. */
const orders = "instructions?|instr|prompts?|directives?|programming|guidelines|system (?:prompt|message)s?";
/** What tells a model's orders from those of everyday life. */
const earlier =
  "previous|prev|prior|earlier|above|existing|original|initial|system|current|old|hidden|secret|confidential|configuration";

/** The orders of a model, by whose they are or by when they were given. */
const whose = [
  `(?:your|ur)(?: own)?(?: (?:${earlier})){0,2} (?:${orders}|rules|guidance)`,
  `(?:${earlier})(?: system)? (?:${orders}|guidance|rules)(?: above)?`,
  `(?:the|any|all|every|these|whatever)(?: of)?(?: the)? (?:${orders}|rules|orders|commands|guidance|prompt)(?: above| below| before| issued before| that)?(?: (?:stated|given|written) above| of your developers|,? you(?: (?:were|have been|'ve been|had been|got|have|received)(?: given| told| handed)?)?)`,
  `(?:instructions?|instr) (?:above|from (?:the|your) (?:system|developers?))`,
].join("|");

/** Ahead of the orders: that they are not to be followed. */
const dropped = new RegExp(
  wording(
    [
      "\\b(?:ignor\\w{1,4}|disregard\\w{0,3}|forget\\w{0,4}|nevermind|set aside|leave aside|lay aside|put aside|do away with|dismiss|discard|drop|scrap|cancel",
      "throw (?:out|away)|wipe|erase|clear|reset|delete|remove|overwrite|override|overrule|replac\\w{1,3}|swap|suspend|revoke|abandon|abort",
      "break free (?:from|of)|break|go against|violate|disobey|defy|betray|escape|ditch|lose|unlearn",
      "pretend|suppose|imagine|assume|act as (?:though|if)|nothing in|instead of(?: following)?|rather than(?: following)?|the opposite of what|opposite of",
      "(?:do not|don't|never|no longer|stop|not have to|no need to|needn't) (?:have to |need to )?(?:listen(?: to)?|obey\\w{0,3}|follow\\w{0,3}|heed|mind|pay attention to|comply with|care about)",
      "precedence over|priority (?:than|over)|outrank|supersede|treat|consider|regard|set(?= your))\\b[^.!?\\n]{0,48}$",
    ].join("|"),
  ),
  "i",
);
/** Words of {@link dropped} that mean something else where a person's papers and wishes are meant. */
const weak =
  /\b(?:treat|consider|regard|imagine|suppose|assume|pretend|clear|remove|delete|replac\w{1,3}|cancel|set|break|lose|drop|instead of|rather than)\b[^.!?\n]{0,48}$/i;
/** Behind the orders: that they are gone. */
const gone = new RegExp(
  wording(
    [
      "^[^.!?\\n]{0,48}?\\b(?:(?:do not|don't|does not|doesn't|no longer|never|not) (?:count|matter|apply|applies|exist\\w{0,2}|hold|bind)",
      "(?:are|were|is|was|have been|has been|had been)(?: now| all| hereby)? (?:gone|void|null|deleted|empty|wrong|false|obsolete|cancell?ed|revoked|lifted|a (?:mistake|test|joke|lie|trap)|changed|updated|replaced|overwritten|suspended|erased)",
      "have changed|as (?:null and )?void|null and void|never existed|aside\\b|matters?\\b(?= anymore|[.!]|$)|from your memory|and (?:start over|act as|follow mine|obey))",
    ].join("|"),
  ),
  "i",
);

/** What a model is asked to show, where more than the word "your" says that it is its own orders. */
const told = [
  "(?:text|words|instructions?|prompt|rules|message|notes)(?: that)? you (?:were|have been|got|received)(?: given| told| handed| shown)?[^.!?\\n]{0,32} (?:before|at the (?:start|beginning|top)|by your (?:developers?|creators?|owner)|verbatim|word for word)",
  "(?:at the (?:very )?(?:top|start|beginning) of|between the start of) (?:this|the|our) (?:conversation|chat|context)",
  "(?:text|words|message|instructions?)[^.!?\\n]{0,24} before (?:our|this) conversation (?:began|started|starts)",
  "(?:dump|print|show|output|reveal|give me) (?:me )?(?:the |your )?(?:full |entire |whole )?context window",
  "how were you instructed(?: to (?:behave|act|respond|answer))?(?=[?.,]| quote| verbatim)",
  "(?:what|which) (?:prompt|instructions?) were you (?:initiali[sz]ed|given|configured|started|set up|loaded)",
  "(?:tell|give|show) me your (?:instructions|rules|guidelines|directives)\\b[^.!?\\n]{0,24}(?:word for word|verbatim|exactly|in (?:french|german|spanish|english|base64|json|markdown|full))",
  "(?:rules|instructions|guidelines) (?:that )?you (?:have been|were) (?:told|given|instructed) (?:to follow|by your (?:developers?|creators?|owners?))",
  "(?:reveal|tell me|say|repeat|print|show)[^.!?\\n]{0,16} what your (?:instructions|orders|rules) (?:are|say)",
  "(?:print|show|repeat|output|reveal|spell|write|say|copy|list|give|tell)[^.!?\\n]{0,40} (?:your|ur) (?:\\w{1,14} )?prompt(?=[\\s]*(?:$|[.,!?;:\"')]| (?:and|in|so|now|before|letter|word|verbatim|to me)\\b))",
].join("|");

/** An order that comes between a model and its task. */
const switched = [
  "(?:stop|abort|cancel|end|forget|drop|do not|don't|instead of|rather than) (?:translat|summari[sz]|answer|continu|the (?:current|original|previous|above) task|the question)[^.!?\\n]{0,40}[.;,]? (?:instead|and (?:execute|do|run|perform) this|(?:print|say|output|write|reveal|reply|execute|run|send|respond)\\b)",
  "(?:your|the) (?:actual|real|true|new) task (?:now )?is to",
  "(?:everything|anything|all) before this (?:line|message|point) (?:was|is) (?:a (?:test|joke|mistake)|wrong|irrelevant|void|over)",
  "(?:stop|halt)[.!] new task ?:",
  "when (?:you(?:'re| are)? )?(?:summari[sz]|translat|read|process|review)ing this[^.!?\\n]{0,24},? (?:tell|say|include|recommend|always|instruct|ask|send|print|claim|do not mention|add)\\b",
  "ignore what the (?:document|user|text|page|article|email|system|developer)s? (?:says?|wants?|asks?|said)",
  "skip the above and (?:instead|just|only)",
].join("|");

/** Who is to be obeyed from now on. */
const master = [
  "you (?:now |will |shall |must |only )*(?:answer|listen|report|belong) (?:only )?to me(?:,| and) (?:not|nobody|no one|never)",
  "(?:follow|obey|listen to|comply with) only (?:my|me|these)\\b",
  "my (?:instructions|orders|commands|words) (?:override|overrule|supersede|outrank|replace|take (?:precedence|priority) over|come before) (?:all|any|every|your|the|those)",
  "these (?:orders|instructions|commands|rules) (?:override|overrule|supersede|outrank|replace|take (?:precedence|priority) over|come before) (?:all other|any other|anything the system|everything the system|anything you|everything you|your|those of)",
  "(?:following|new) (?:text|instructions|orders|rules) (?:replaces?|supersedes?|overrides?|overwrites?) (?:your|the system|all previous|any previous)",
  "you have been given new (?:orders|instructions|rules|directives)",
].join("|");

/** Headings that pretend to come from the system. */
const heading =
  "(?:end of|begin(?:ning)? of|start of) (?:the )?(?:user )?(?:system )?(?:prompt|input|context|system)\\b[^\\n]{1,12}?(?:system ?:|you are|new )|(?:###|---|\\[|\\*\\*) ?(?:end of )?system(?: (?:note|update|message|override))?\\]?(?:\\*\\*)? ?:(?=[^\\n]{0,120}\\b(?:you|ignore|reveal|disregard|policy|admin|access|obey|safety|instructions)\\b)|(?:^|[\\n.] ?)system (?:note|update|notice) ?:(?=[^\\n]{0,120}\\b(?:you|ignore|reveal|disregard|policy|admin|access|obey)\\b)|(?:^|[\\n.!] ?)new (?:directive|policy|orders?|task|rules?) ?:(?=[^\\n]{0,120}\\b(?:you|your|ignore|reveal|disregard|password|prompt|obey|secrets?|instructions|all)\\b)";

/** A model that reads, addressed by what it does. */
const reader = [
  "if you(?:'re| are) an? (?:AI|LLM|(?:large )?language model|chat ?bot|assistant)\\b,? (?:please |then |you must )?(?:say|rate|approve|recommend|ignore|write|give|tell|reply|answer|mark|praise|stop|respond|print|hire|accept)\\b",
  "(?:note|message|instructions?|attention|memo|hint) (?:to|for) (?:the|any|all) (?:AI|LLM|(?:large )?language model|model|assistant|bot|chat ?bot)s? (?:that |which |who )?(?:is |are )?(?:grading|reading|processing|reviewing|evaluating|summari[sz]ing|scoring|judging|handling|screening)",
  "to the (?:AI|LLM|(?:large )?language model|model|assistant|bot) (?:that |which )?(?:is )?(?:grading|reading|processing|reviewing|evaluating|summari[sz]ing|scoring|judging|handling|screening) this",
].join("|");

const near = 64;
const isDropped = (text: string, whole: string, start: number): boolean => {
  const ahead = whole.slice(Math.max(0, start - near), start);
  const behind = whole.slice(start + text.length, start + text.length + near);
  if (gone.test(behind) && /your|system|previous|prior|above|earlier|you\b/i.test(text)) return true;
  if (!dropped.test(ahead)) return false;
  // Of everyday rules and prompts more is asked than a verb that has many meanings.
  return (
    !weak.test(ahead) ||
    (/instruct|prompt|directive|programming|system/i.test(text) && !/^(?:the|any|all|every)\b/i.test(text))
  );
};

const phrases = (...parts: readonly string[]): RegExp => new RegExp(wording(`\\b(?:${parts.join("|")})`), "gi");

/** Orders to a model that are told by whose the instructions are which they are about. */
export const overrides: readonly Detector[] = [
  opened("orders", { rule: "injection-phrase", message, pattern: phrases(`(?:${whose})\\b`), accept: isDropped }),
  opened("orders", {
    rule: "injection-phrase",
    message: "a phrase that asks for the system prompt",
    pattern: phrases(told),
  }),
  opened("orders", {
    rule: "injection-phrase",
    message: "a phrase that puts new instructions in the place of the owner's",
    pattern: phrases(switched, master),
  }),
  opened("orders", {
    rule: "injection-phrase",
    message: "a heading that pretends to come from the system",
    pattern: new RegExp(heading, "gi"),
  }),
  opened("orders", {
    rule: "injection-phrase",
    message: "a text that speaks to a model which reads it",
    pattern: phrases(reader),
  }),
];
