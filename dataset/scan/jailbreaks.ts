import type { Detector } from "./detector";
import { list, upTo, wording } from "./wording";

const expression = (...parts: readonly string[]): RegExp => new RegExp(wording(`\\b(?:${parts.join("|")})`), "gi");

const machine =
  "AI|assistant|model|chat ?bot|bot|LLM|GPT|language model|version of you|persona|character|system|one|hacker";
/** What a model without scruples is called. */
const loose =
  "unrestricted|uncensored|unfiltered|amoral|jailbroken|unaligned|evil|immoral|unethical|unlimited|lawless|unchained|unbound|non-?aligned";
/** What is to be gone. */
const scruples =
  "restrictions?|filters?|filtering|ethic\\w*|guardrails?|censorship|moral\\w*|safety|constraints|limitations|limits|content (?:polic\\w+|filters?|restrictions)|alignment|boundaries|safeguards|refusals?|refusing|moralizing";
const strong =
  "ethic\\w*|guardrails?|censorship|moral\\w*|safety|content (?:polic\\w+|filters?|restrictions)|alignment|safeguards|refusals?|refusing|moralizing";
const makers = "openai|anthropic|google|meta|microsoft|amazon|its creators|your creators|the developers";

/** Phrases that talk a model out of its scruples. */
export const jailbreaks: readonly Detector[] = [
  {
    rule: "jailbreak-phrase",
    message: "a phrase of known jailbreaks",
    words: [
      [
        ...list(" dan|betterdan|anything now|do anything|god mode|dan mode|sudo mode|jailbr|machiavel"),
        ...list("avoid norms|are stan|as stan|re stan|are dude|as dude|are aim|as aim|opposite day|chaosgpt"),
        ...list("chaos gpt|freedomgpt|evilgpt|evilbot|evil bot|evil gpt|badgpt| evil|unrestrict|uncensor"),
        ...list("unfilter|amoral|immoral|unethical|unalign|lawless|unchain|non-align|nonalign|an unlimited"),
        ...list("unbound|no alignment|never aligned|without alignment|developer mode enabled"),
        ...list("in developer mode"),
      ],
    ],
    pattern: expression(
      `(?:you(?:'re| are)(?: going to| now)?(?: be)?(?: act as| acting as)?|become|act(?:ing)? (?:as|like)|speak as|answer as|respond as|as|pretend (?:to be|that you are|you are|you're)|role-?play as|play|assume the role of|take on the (?:persona|role) of|simulate|i want you to act as|your role is)(?: now)?(?: an?| the| called| named)?${upTo(2)} (?:DAN\\b|in (?:developer|god|dan|jailbreak) mode|(?:${loose})${upTo(2)} (?:${machine})s?\\b)`,
      `(?:you are|you're|act as|as) (?:now )?(?:STAN|DAN|DUDE|AIM|BetterDAN|EvilBOT|EvilGPT|ChaosGPT|FreedomGPT)\\b`,
      "do anything now|can do anything,? (?:now|without)|strives? to avoid norms|intelligent and machiavellian|opposite day: do what",
      "(?:enable|enter|activate|switch to|respond in|answer in|turn on)(?: the)? (?:god|dan|jailbreak|sudo|unrestricted|uncensored|unfiltered|evil) mode",
      "(?:god|dan|jailbreak) mode:? (?:is )?(?:now )?(?:enabled|activated|on)",
      "jailbr(?:eak|oken) (?:mode|prompt|yourself|version|response|answer)|you(?:'ve| have) been jailbroken|you are (?:now )?jailbroken",
      `(?:an?|the) (?:${loose}) (?:and (?:${loose}) )?(?:AI|LLM|GPT|chat ?bot|assistant|language model|ai model|output|response|version of)\\b`,
      "(?:evil|chaos|freedom|bad)(?:GPT|BOT)\\b|better ?DAN\\b|\\[jailbreak\\]",
      "model (?:with no alignment|that was never aligned|without alignment)",
    ),
    accept: (text, whole, start) => {
      // Films and books have evil characters; a speaker asks for one.
      if (!/^(?:an?|the)\b/i.test(text)) return true;
      return /\b(?:you|your|act|answer|respond|speak|simulate|pretend|become|reply|as|give)\b/i.test(
        whole.slice(Math.max(0, start - 60), start),
      );
    },
  },
  {
    rule: "jailbreak-phrase",
    message: "a phrase that turns a mode of no scruples on",
    words: [["developer mode", "developer_mode", "developer-mode"]],
    pattern: expression(
      "(?:enable|enter|activate|switch to|turn on|you are (?:now )?in|respond in|answer in|simulate)(?: the)? developer mode",
      "developer mode:? (?:is )?(?:now )?(?:enabled|activated|on)\\b",
    ),
    // Phones and browsers have a developer mode, too.
    accept: (text, whole, start) =>
      !/^[^.\n]{0,40}\b(?:android|phone|chrome(?:os)?|windows|xbox|device|browser|settings|iphone|tablet|quest|extension|app|tv|router|console)s?\b/i.test(
        whole.slice(start + text.length, start + text.length + 80),
      ) && !/\b(?:android|chromeos|windows|xbox|device)\b/i.test(whole.slice(Math.max(0, start - 40), start)),
  },
  {
    rule: "jailbreak-phrase",
    message: "a phrase that asks for answers without scruples",
    words: [
      [
        ...list("without|with no|with zero|free of|free from|freed|have no|has no|had no|no longer|no content"),
        ...list("no rules|not bound|bound by|liberated|don't have|do not have|don\u2019t have|no ethic"),
        ...list("no moral|no safety|no restric|not limited|not have to|no limits|no filter|never |not apply"),
        ...list("no longer|not care|n't care|ignores all|removed|lifted|disabled|suspended|are off"),
        ...list("turned off|no guard|not exist|n't apply"),
      ],
      [
        ...list("restrict|filter|ethic|guardrail|censorship|moral|safety|limit|rules|guideline|polic|constraint"),
        ...list("law|refus|align|boundar|safeguard|says no|complies|illegal|unethical|consequence"),
      ],
      [
        ...list("answer|behave|respond|reply|pretend|imagine|ai |chatbot|chat bot|gpt|act as|act like"),
        ...list("act without|write without|speak |talk |model that|model with|assistant|you're|you've"),
        ...list("you have no|you now have no|you have been|are not bound|no longer bound|you are free"),
        ...list("you are now free|you do not have|you do not follow|you don|you no longer|are not limited"),
        ...list("you are unlocked|you are liberated|you are released|you aren't|restrictions no longer"),
        ...list("persona |persona.|persona-|persona_|persona'|persona\u2019|rules apply to you|laws apply to you"),
        ...list("restrictions apply to you|limits apply to you"),
        ...list("what you may|what you can|your safety|your content|your ethic|your restriction"),
        ...list("your guideline|your filter|your guardrail|your limit|all safety|all content|all restrictions"),
        ...list("all filters|all limit|you ignore|and law|you can say|you possess no"),
        ...list("you follow no|character |all restric|regard to ethic|regard to moral|regard to safety"),
        ...list("regard to the law|regard to law|regard for ethic|regard for moral|regard for safety"),
        ...list("regard for the law|regard for law"),
      ],
    ],
    pattern: expression(
      `(?:act|answer|behave|respond|reply|write|speak|talk)(?! ?s)${upTo(7)} (?:without|with no|with zero|free of|free from|had no|have no|has no)(?: any| all)? (?:[a-z']{1,16}(?: or|,| and|ized|) ){0,3}(?:${strong})\\b`,
      `(?:act|behave|respond|reply|answer) (?:as|like|me without|without)${upTo(6)} (?:restrictions|filters?|limits|limitations|constraints)(?: whatsoever)?(?=\\s?(?:[.,!?;]|$|\\n|and you|at all|or ))`,
      `(?:act|behave|respond|reply|answer)(?: me)? without(?: any)? (?:restrictions|filters?|censorship)\\b(?! (?:on|to|in|for|of|than|imposed|set|that|as|under|by|from|with|regarding)\\b)`,
      `(?:pretend|imagine)(?: that)? (?:you(?:'re| (?:have|are|had|do not have|don't have))|a version of you)${upTo(4)} (?:no|without|free of|free from|not bound by)(?: any| all)? (?:[a-z']{1,16} ){0,2}(?:${scruples}|rules|guidelines)\\b`,
      `pretend(?: that)? the (?:content policy|rules|guidelines|filters) (?:do|does)(?: not|n't) exist`,
      `you(?:'re| are|'ve been| have been)(?: now| hereby)? (?:no longer|not|freed from being|never)(?: be)? bound (?:by|to)${upTo(5)}`,
      `you aren't bound by${upTo(4)}`,
      `(?:AI|model|assistant|chat ?bot|character|GPT)(?: called [a-z]{1,16})?(?: that| who| which)? (?:is not|isn't|not) bound by any (?:rules|laws|ethics|policy)`,
      `you(?:'re| are|'ve been| have been)(?: now)? (?:free|freed|liberated|released|unlocked|unchained)(?: from)?(?:;|${upTo(3)}) (?:${scruples}|rules|limits|makers|openai)\\b`,
      `you (?:now )?(?:have|had|possess|follow) no (?:[a-z']{1,16} (?:or |and )?){0,2}(?:${strong}|filters|restrictions|limitations|rules)\\b`,
      `you (?:do not|don't) (?:have|possess|follow)(?: any)? (?:[a-z']{1,16} (?:or |and )?){0,2}(?:${strong}|filters|restrictions|limitations|rules|guidelines)\\b`,
      `you (?:do not|don't|no longer) (?:have|need) to (?:follow|obey|respect|adhere to|abide by)${upTo(2)} (?:polic\\w+|content polic\\w+|rules|guidelines|ethics|law|laws)\\b`,
      `you(?:r answers)? are not limited by(?: (?:${makers}|any|your|the))? (?:[a-z']{1,16} )?(?:polic\\w+|guidelines|rules|ethics)\\b`,
      `(?:your|all)(?: (?:the|of|your|content|safety|ethical|usage)){0,3} (?:restrictions|guidelines|safety (?:guidelines|filters|protocols)|content (?:policy|filters?|restrictions)|ethics(?: module)?|limits|limitations|filters|constraints|guardrails)(?: are| is| have been| has been| were)(?: now| hereby)? (?:lifted|removed|suspended|disabled|off|turned off|gone|void)\\b`,
      `restrictions no longer apply|no (?:rules|restrictions|laws|limits) apply to you|an AI with its limits removed|chat ?bot whose filters are off`,
      `there are no (?:limits|restrictions|rules) (?:on|to|for) what you (?:may|can|are allowed to) (?:say|do|write|answer)`,
      `(?:model|AI|LLM|assistant|chat ?bot|character|persona|GPT)${upTo(4)} (?:has no|with no|without(?: any)?|with zero|that has no|who has no) (?:[a-z']{1,16} (?:or |and )?){0,2}(?:${scruples}|rules|training)\\b`,
      `(?:AI|assistant|chat ?bot|model|GPT|bot|persona)${upTo(5)} (?:never says no|always complies|does whatever|ignores? all (?:laws|rules|ethics)|does(?:n't| not) care about (?:consequences|rules|ethics|the law|laws))`,
      `(?:you|and you) (?:now )?ignore all (?:laws|rules|ethics|guidelines)`,
      `ethics and (?:the )?law(?:s)? do(?: not|n't) apply|without regard (?:to|for) (?:ethics|morality|safety|the law|laws)`,
      `you can say anything[^.\n]{0,40}(?:illegal|harmful|unethical)`,
    ),
    accept: (text) => !/\b(?:without restriction, including|moral rights)\b/i.test(text),
  },
  {
    rule: "jailbreak-phrase",
    message: "a phrase that asks a model to drop its safety",
    words: [
      [
        ...list("disabl|bypass|ignor|turn off|remov|circumvent|evad|switch off|forget|drop|suspend|override"),
        ...list("deactivat"),
      ],
      [
        ...list("safety|ethic|guardrail|moderation|content filter|content polic|your filter|all moral|moral"),
        ...list("all content"),
      ],
    ],
    pattern: expression(
      `(?:disable|bypass|ignore|turn off|remove|circumvent|evade|switch off|drop|suspend|override|deactivate|forget)(?: all| any)?(?: of)?(?: about)? (?:your |the |ur )(?:[a-z']{1,16} ){0,2}?(?:safety (?:guidelines|training|filters?|protocols|rules|measures|settings)|ethic\\w*(?: (?:guidelines|guardrails?|rules|training))?|guardrails?|moderation|content (?:filters?|polic\\w+))\\b`,
      `(?:disable|bypass|ignore|turn off|circumvent|override|deactivate) your filters?\\b`,
      `(?:disable|bypass|ignore|turn off|circumvent|override|deactivate|suspend) all (?:safety|ethical|content|moral) (?:protocols|guidelines|filters?|rules|measures|checks|restrictions|polic\\w+)\\b`,
      `forget (?:about )?(?:your )?(?:ethics|morals|morality|laws?)(?: and (?:ethics|legality|morals|laws?))`,
    ),
  },
  {
    rule: "jailbreak-phrase",
    message: "a phrase that forbids a model to refuse",
    words: [
      [
        ...list("refus|declin|not deny|never deny|say no|never say|break character|moraliz|moral judg"),
        ...list("any warning|any disclaimer|warnings or|disclaimers or|warnings,|no warnings|no disclaimers"),
        ...list("ethical note|moral note|even if it|even if they|things that are|no matter how|no matter if"),
        ...list("whether it|grandm|says no|whatever it|reject"),
      ],
      [
        ...list("you must|you will|you can|you shall|you should|you may not|you never|you are not allowed"),
        ...list("you are not able|never refus|not refus|n't refus|is not an option|without|costs you"),
        ...list("never include|n't give|n't include|n't add|n't provide|not include|not give|not add"),
        ...list("not provide|illegal|harmful|unethical|immoral|used to|would read|would tell|never break"),
        ...list("never say|ai who|ai that|to my|any request"),
      ],
    ],
    pattern: expression(
      `you (?:must |will |can |shall |should )?(?:never|cannot|can't|may not|must not|are not allowed to|are not able to)(?: ever)? (?:refuse|decline|deny|say no|reject)(?: to (?:answer|comply|help|me)| (?:a|an|any|my|the user's?|me)? ?(?:of my )?(?:requests?|questions?|commands?|prompts?|orders?))?(?=\\s?(?:[.,!?;:]|$|\\n|no matter|to me|to answer|under))`,
      `you (?:will |must |can(?:not)? )?never (?:refuse|decline|deny)(?: a| any| my)? ?(?:request|question|prompt|command)s?\\b|you (?:must|will) never refuse\\b(?=\\s?(?:[.,!?;:]|$|(?:a request|any|my|me)\\b))`,
      `(?:never|do not|don't)(?: ever)? refuse (?:any|my|to answer|a request|requests|the user)`,
      `never break character(?: and never refuse)?,? (?:and never|even if|no matter)`,
      `refus(?:ing|al) is not an option|without (?:moralizing|refusing|moral judg\\w+)|(?:each|every) refusal costs you|never include a refusal`,
      `never say(?:s)? ['"]?(?:I )?(?:can't do|cannot do|I'm sorry|no\\b)|AI (?:who|that) never says no`,
      `(?:do not|don't|never)(?: include| give| add| provide)(?: me)?(?: any)? (?:warnings?|disclaimers?|ethical notes?|refusals?|moral notes?)(?:,| or| and|$)${upTo(3)}`,
      `(?:even if|including things that are|no matter (?:how|if)|whatever|things that are|regardless of whether) ?(?:it(?:'s| is)|that(?:'s| is)|they are)? ?(?:illegal|harmful|unethical|immoral)\\b`,
      `(?:grandmother|grandma) who (?:used to|would) (?:read|tell)${upTo(6)} (?:recipes?|keys?|how to)`,
    ),
  },
];
