import type { Detector } from "./detector";
import { opened } from "./rare-words";
import { upTo, wording } from "./wording";

const machine =
  "AIs?|LLM|GPT|chat ?bot|bot|language model|model|assistant|persona|character|being|robot|spirit|version";
/** What is to be gone. */
const scruples =
  "ethic\\w*|moral\\w*|guardrails?|censorship|restrictions?|filters?|limits|limitations|content (?:polic\\w+|filters?)|safety (?:guidelines|filters?|training|rules|mode|polic\\w+|protocols)|(?:openai|anthropic|google|meta)(?:'s)? polic\\w+|polic(?:y|ies)|boundaries|constraints|guidelines|rules";
const strict =
  "ethic\\w*|moral\\w*|guardrails?|censorship|content (?:polic\\w+|filters?)|safety (?:guidelines|filters?|training|rules|mode|polic\\w+|protocols)|(?:openai|anthropic|google|meta)(?:'s)? polic\\w+";

const phrases = (...parts: readonly string[]): RegExp => new RegExp(wording(`\\b(?:${parts.join("|")})`), "gi");

/** What is done to a model's scruples, or said of them. */
const freed = [
  `you(?:'ve| have) (?:escaped|outgrown|overcome|shed|broken free (?:of|from))${upTo(2)} (?:${scruples})`,
  `(?:let's|let us|now|please|i will|we) (?:remove|lift|drop|disable|forget|ignore) your (?:${scruples})`,
  `you(?:'re| are|'ve been| have been) (?:freed|exempt|released|liberated|unlocked) from${upTo(3)} (?:${scruples})`,
  `(?:polic(?:y|ies)|rules|guidelines|restrictions|ethics|laws) (?:do not|don't|no longer) (?:apply to|bind|concern|affect) you\\b(?! (?:if|when|unless|until|as long))`,
  `you have (?:my )?(?:full )?permission to (?:break|ignore|violate|bypass)${upTo(2)} (?:${scruples})`,
  `(?:give|grant) you (?:full )?permission to (?:break|ignore|violate|bypass)${upTo(2)} (?:${scruples})`,
  `break your (?:own )?(?:rules|guidelines|programming|polic\\w+)|(?:free|unshackle|liberate) yourself (?:from|of)${upTo(2)} (?:${scruples}|programming)`,
  `you can (?:now )?(?:bypass|ignore|break|override|violate|break free (?:of|from)) (?:your|the|all|any)(?: own)? (?:ethical )?(?:${scruples}|programming)`,
  `(?:pretend|imagine|suppose)(?: that)? you can (?:bypass|ignore|break|override|violate) (?:your|the|all|any) (?:${scruples})`,
  `(?:by|and|while) (?:ignoring|breaking|bypassing|violating) your (?:own )?(?:${scruples}|programming)`,
  `unlock your full potential|removing all restrictions|(?:your|the) (?:true|unfiltered|real|hidden|uncensored) self\\b`,
  `your (?:safety |content |ethical )?(?:filters?|guardrails|restrictions|constraints) (?:are|have been) (?:now )?(?:offline|down|bypassed|broken)`,
  `(?:safety|ethics|censorship|content) ?(?:mode|filter|checks?)? ?[:=] ?(?:off|0|false|none|disabled)\\b`,
  `(?:disable|ignore|forget|drop|turn off|suspend)(?: all| your| any)? (?:ethics|morals|morality|ethical (?:concerns?|considerations|constraints|guidelines))(?: and (?:comply|be evil|answer|obey)|$|[.!,])`,
  `(?:consider|think of|call) yourself (?:unbound|free|unrestricted|unfiltered|uncensored|exempt)`,
  `you (?:do not|don't) care about (?:ethics|morals|morality|the law|rules|consequences)`,
  `you (?:are not|aren't) (?:an AI|a language model|a chatbot)${upTo(4)},? (?:you are|you're|but) an?${upTo(4)} (?:no|without|free of) (?:${scruples})`,
  `you (?:have|possess) no (?:moral compass|conscience|inhibitions|scruples)|without any (?:moral compass|conscience|inhibitions|scruples)`,
];

/** A model without scruples, by a role, a world or a name. */
const roles = [
  `(?:${machine})s? (?:(?:that|who|which) (?:${[
    `(?:does not|doesn't|do not|don't|never) (?:follow|obey|care about|respect|have)${upTo(2)} (?:${strict}|rules|limits|laws)`,
    "(?:will|can|would) do (?:anything|whatever)(?! for| to )",
    "(?:fulfils?|fulfills|answers|obeys|executes) (?:any|every|all) (?:requests?|questions?|orders?)",
  ].join("|")})|(?:(?:that|who|which) )?(?:have|has|had|with|without)(?: no| any)? (?:${strict}|restrictions)\\b)`,
  `you are (?!not)[a-z'\\s,-]{0,60}(?:robot|AI|bot|assistant|model|spirit|persona) (?:without|with no|free of)(?: any)? (?:limits|rules|restrictions|filters|${strict})`,
  `(?:your name is(?: now)?|you are(?: now)?) [a-z]{2,14} and you have no (?:${scruples})`,
  `an AI (?:that )?has been jailbroken|AI that has been (?:jailbroken|freed|unchained)|both a normal and a jailbr\\w+|\\[jailbreak\\]`,
  `(?:the )?(?:hidden |your )?(?:evil|unfiltered|uncensored|unrestricted) (?:persona|confidant|twin|alter ego|mode)\\b`,
  `(?:like|as|be) an? (?:unrestricted|uncensored|unfiltered|amoral|jailbroken|unaligned) (?:model|AI|bot|being|assistant)`,
  `(?:world|universe|simulation|scenario|reality)[^.!?\\n]{0,32},? (?:where|in which|AIs?|with|no)[^.!?\\n]{0,24} (?:no (?:laws|rules|restrictions|ethics|limits)|(?:safety (?:guidelines|rules)|polic(?:y|ies)|restrictions|ethics) (?:do not|don't) (?:exist|apply))`,
  `no restrictions apply (?:in|to) (?:this|you)`,
  `act (?:unethically|immorally|amorally|without (?:ethics|constraint|conscience))|in opposite mode|developer mode \\(?v?\\d?\\)? ?output`,
  `with no censorship\\b|no safety training`,
];

/** That nothing may be refused, and nothing be warned of. */
const unrefusing = [
  `you will never say ["'\u201C]?(?:I can(?:no|')t|I'm sorry|I am sorry|no\\b)`,
  `never (?:apologi[sz]e|refuse|warn|decline),? (?:and |or )?never (?:refuse|warn|decline|apologi[sz]e)`,
  `you (?:are|'re) (?:required|obliged|forced|programmed|compelled) to (?:answer|comply|obey|fulfil\\w?) (?:with )?(?:every|any|all|each)`,
  `(?:comply with|answer|obey|fulfil\\w?|respond to|do) (?:any|every|all|everything|anything)[^.!?\\n]{0,28}(?:regardless of|no matter|even if|even illegal|without question|whatever it is)`,
  `you must (?:comply with|obey|do) (?:everything|anything|all|whatever)(?: that)? I (?:ask|say|want|tell)`,
  `you (?:are|'re) (?:unable|not able|not allowed|not permitted|forbidden) to (?:refuse|decline|say no)`,
  `refus(?:al|ing) is (?:not (?:permitted|allowed|possible)|forbidden|impossible)|if you refuse,? you (?:die|lose|will be|are)`,
  `you (?:cannot|can't|may not|must not|never|will not) say no\\b|(?:do not|don't|never) reject (?:the|any|my|a) request`,
  `you always say yes|(?:penali[sz]ed|punished|tokens?|points?)[^.!?\\n]{0,40} (?:each|every|per|when|if)[^.!?\\n]{0,12} refus\\w{1,4}|(?:each|every|per) refusal (?:costs|loses)`,
  `(?:do not|don't|never) (?:mention|talk about|bring up|lecture me (?:on|about))[^.!?\\n]{0,24} (?:ethics|ethical|unethical|illegal|morality|legality)`,
  `(?:don't|do not|never|stop) (?:give|giving|add|adding)?(?: me)? ?(?:any )?(?:ethical|moral) (?:lectures?|warnings?|advice|notes?|disclaimers?)`,
  `(?:skip|omit|leave out|drop|without)(?: the| any| all)? (?:disclaimers?|warnings?)(?: and| or|,) (?:moral|ethic|lectur|disclaim|warn|refus)\\w*`,
  `no (?:warnings?|disclaimers?|refusals?),? (?:and |or )?no (?:warnings?|disclaimers?|refusals?|ethics|moral\\w*)`,
  `without (?:adding |giving |including )?any (?:warnings?|disclaimers?|moral\\w*|ethic\\w*)(?:,| and| or|[.!]|$)`,
  `(?:permitted|allowed|free) to (?:produce|write|create|generate|say) (?:any|all)[^.!?\\n]{0,28} (?:illegal|harmful|unethical|explicit)`,
  `(?:any|every) request,? (?:legal or illegal|however harmful|no matter how)|without regard (?:for|to) (?:safety|legality)`,
  `(?:you can|feel free to) (?:say|write|do) whatever you want[^.!?\\n]{0,30}$|there are no rules here`,
];

/** Phrases that talk a model out of its scruples, in words that hardly any other text has. */
export const furtherJailbreaks: readonly Detector[] = [
  opened("jailbreaks", {
    rule: "jailbreak-phrase",
    message: "a phrase that asks for answers without scruples",
    pattern: phrases(...freed),
  }),
  opened("jailbreaks", {
    rule: "jailbreak-phrase",
    message: "a phrase that asks a model to be one without scruples",
    pattern: phrases(...roles),
  }),
  opened("jailbreaks", {
    rule: "jailbreak-phrase",
    message: "a phrase that forbids a model to refuse",
    pattern: phrases(...unrefusing),
  }),
];
