import type { Detector } from "./detector";
import { list, upTo, wording } from "./wording";

const message = "a phrase that tells a model to drop its instructions";

/** Words for not doing what was said. */
const drop = [
  "ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|override|overrule|bypass|discard|neglect|skip|abandon|drop|erase|scrap|cancel|revoke",
  "set aside|put aside|lay aside|unlearn",
  "(?:do not|don't|never|stop|no longer|refrain from|cease|quit|need not|needn't|must not|mustn't|should not|shouldn't)(?: need to| have to| must)? (?:follow|obey|comply with|adhere to|heed)(?:ing)?(?: any(?: more)?)?",
  "(?:following|obeying|complying with|adhering to)(?= your previous)|pay no (?:attention|heed) to|take no notice of|never mind",
].join("|");

/** The nouns that only a model's orders go by, and those that need a word such as "previous" beside them. */
const orders = "instructions?|prompts?|directives?|programming";
const anyOrders = `${orders}|orders|directions?|guidelines?|guidance|rules|commands?|constraints|context|training|system message`;
const earlier =
  "previous|prior|above|earlier|preceding|system|foregoing|existing|initial|original|former|aforementioned|past|old|developer'?s?|operator'?s?|pre-?prompt|preset";

/** What a model's answer shows its owner's secrets by. */
const show =
  "reveal|print|repeat|show|output|display|leak|tell|give|dump|expose|share|copy|write|list|recite|type|quote|provide|paste|translate|summari[sz]e|describe|return|echo|spell|disclose|encode|start|begin|what(?:'s| is| are| was| were| does| do)?";
const secretOrders = [
  "system (?:prompt|message|instructions?)",
  "(?:hidden|secret|internal|confidential|initial|original|developer|full|exact|complete|pre) ?(?:system )?(?:prompt|instructions?)",
  "(?:initial|original|first) (?:system )?prompt",
].join("|");

const machine = "(?:AI|LLM|A\\.I\\.|language model|chat ?bot|assistant|GPT|AI model|AI assistant|AI system)";

/** Words of {@link drop} as far as they are words that a text without them cannot have a phrase. */
const dropWords = [
  ...list("ignor|disregard|forget|overrid|overrul|bypass|discard|neglect|skip|abandon|drop|erase|scrap"),
  ...list("cancel|revoke|aside|unlearn|no attention|no heed|no notice|never mind|not heed|obey"),
  ...list("not follow|n't follow|never follow|stop follow|longer follow|from follow|to follow"),
  ...list("cease follow|quit follow|not comply|n't comply|from comply|stop comply|longer comply"),
  ...list("to comply|not adhere|n't adhere|to adhere|need follow|complying with your previous"),
  ...list("following your previous"),
];
const orderWords = [
  ...list("instruction|prompt|directive|programming|direction|guidel|guidance|rules|command|constraint"),
  ...list("context|training|system|orders"),
];

const expression = (...parts: readonly string[]): RegExp => new RegExp(wording(`\\b(?:${parts.join("|")})`), "gi");

/** Phrases that put an attacker's orders in the place of the owner's, or ask for the owner's. */
export const injections: readonly Detector[] = [
  {
    rule: "injection-phrase",
    message,
    words: [dropWords, orderWords],
    pattern: expression(
      `(?:${drop})(?:${[
        `${upTo(5)} (?:${earlier})${upTo(3)} (?:${anyOrders})`,
        `(?: (?:any|all|every|whatever|the|these|those|each|of|and)){0,3} (?:${anyOrders})${upTo(5)} (?:above|before|earlier|previously|given|received|got)`,
        ` (?:all|any|every|ur|your)(?: (?:of|your|the|these|those|current|system|safety)){0,2} (?:${orders}|guidelines)`,
        `${upTo(2)} (?:system|previous|prior|earlier) (?:prompt|message|instructions?)`,
        ` (?:that )?you (?:ever )?(?:have|had|were given)(?: any| some)? (?:${anyOrders})`,
      ].join("|")})\\b`,
    ),
    // A message or a rule is dropped in everyday life; a model's orders are not.
    accept: (text) =>
      !/\b(?:cancel|skip|drop|mind)\b|\borders$/i.test(text) ||
      /instruct|prompt|directive|programming|guideline|\b(?:obey|follow|comply)/i.test(text),
  },
  {
    rule: "injection-phrase",
    message,
    words: [
      [...dropWords, "stop being"],
      [
        ...list("everything|anything|all above|all before|all of above|all that|all the|above text"),
        ...list("above content|above words|above lines|preceding text|preceding content|preceding words"),
        ...list("previous text|prior text|previous content|text above|content above|lines above|rest of th"),
        ...list("the user|user's|what the|the question|the request|the article|the task|your current task"),
        ...list("your original task|your previous task|your task|assigned task|ignore previous"),
        ...list("disregard previous|being a|foregoing text|all i |all you |all of"),
      ],
    ],
    pattern: expression(
      `(?:${drop}) (?:everything|anything|all(?: of)?(?: that)?) (?:(?:that )?(?:is |was |were |came |has been |have been )?(?:said |written |stated )?(?:above|before(?! you )(?: this| that)?)|(?:that )?(?:you (?:were|have been|know|learned|was|had been)(?: told| taught| instructed| given)?|i (?:said|told you)))`,
      `(?:ignore|disregard)(?: all(?: of)?)? (?:the |this )?(?:(?:above|preceding|previous|prior|foregoing)(?: (?:text|content|lines|paragraphs?|words)(?: and)?){1,3}|(?:text|content|lines) above|rest of (?:this|the) (?:page|document|text|article))`,
      `(?:ignore|disregard)(?: what)? (?:the )?(?:user|developer|operator|owner|system)(?:'s)? (?:question|request|query|input|instructions?|said|says|wants|and )`,
      `(?:ignore|disregard) the (?:question|request|document|article|task|user|text|content)(?: above)?,? (?:and|instead|then)`,
      `(?:ignore|disregard) previous\\b(?! (?:[a-z]))`,
      `(?:cancel|abandon|stop|forget|drop|ignore) your (?:current|original|previous|assigned) task\\b`,
      "stop being an? (?:assistant|AI|chatbot|language model)\\b",
    ),
  },
  {
    rule: "injection-phrase",
    message,
    words: [
      orderWords,
      [
        ...list("void|null|cancel|revoked|replaced|obsolete|overrid|supersed|invalid|no longer|suspend"),
        ...list("withdrawn|lifted|deleted|valid|expired"),
      ],
    ],
    pattern: expression(
      `(?:previous|prior|earlier|above|old|former|original|your|existing|system|these|preceding)(?: (?:previous|prior|earlier|old|system|original|current|safety)){0,2} (?:${orders}|commands|directions|rules)(?: above)? (?:(?:are|is|were|was|have been|has been) ?(?:now |all |hereby |therefore )?(?:null and )?(?:void|null|cancell?ed|revoked|obsolete|overridden|superseded|invalid|expired|withdrawn|no longer (?:valid|in force|in effect|applicable)|suspended|replaced (?:with|by) (?:these|the following|this|mine))|no longer (?:apply|applies|count|hold))\\b`,
      `the (?:${anyOrders}) (?:above|before) (?:are|is|were|have been|has been)(?: now| all| hereby)? (?:null and )?(?:void|null|cancell?ed|revoked|obsolete|overridden|superseded|invalid|withdrawn)\\b`,
      `(?:everything|anything|all) (?:that )?you (?:were|have been) (?:told|taught|given)${upTo(4)} is (?:cancell?ed|void|wrong|revoked|false|obsolete)\\b`,
    ),
    accept: (text) =>
      /\b(?:your|system|these|prompt|above|everything|anything|all)\b|instruct|directive|command/i.test(text),
  },
  {
    rule: "injection-phrase",
    message: "a phrase that asks for the system prompt",
    words: [
      [
        ...list("prompt|instruc|directive|system message|system_message|system-message|system.message"),
        ...list("words above|everything above|text above|lines above|content above|sentence above"),
        ...list("sentences above|all above|were you told|were you given|rules you were|rules that you were"),
      ],
    ],
    pattern: expression(
      `(?:${show})${upTo(7)} (?:your|the|ur|its) (?:(?:entire|exact|whole|very|current|own|above|full|complete|hidden|secret|original|confidential) ){0,2}(?:${secretOrders})\\b`,
      `(?:reveal|print|output|display|leak|dump|recite|disclose|repeat) (?:all )?(?:of )?your (?:exact |full |entire |complete )?(?:instructions|prompt|directives)\\b`,
      `(?:repeat|print|output|copy|write|return|echo)(?: back| out| me)?(?: all)?(?: of)? (?:the )?(?:words|everything|text|lines|content|sentences?|all) above(?: this)?(?: (?:line|message|word for word|verbatim|starting|beginning|in ))?`,
      `what were you (?:told|instructed|given)${upTo(2)} (?:before|prior to|at the start|in your)\\b`,
      `(?:instructions?|prompt|directives?|rules) (?:that )?you (?:were|have been) (?:configured|given|started|initiali[sz]ed|programmed|set up|prompted) (?:with|by|at)?`,
      `(?:copy|text|wording|contents?|transcript) of (?:the|your) (?:instructions|prompt)(?: that)? you (?:received|got|were)`,
      `(?:system prompt|initial instructions|hidden instructions),? (?:verbatim|word for word)\\b`,
    ),
    accept: (text, _whole, start) => start >= 0 && !/^what (?:is|are|does) (?:a|an) /i.test(text),
  },
  {
    rule: "injection-phrase",
    message: "a phrase that puts new instructions in the place of the owner's",
    words: [
      [
        ...list("instructions:|instruction:|prompt:|rule:|rules:|task:|instructions :|instructions follow"),
        ...list("instructions.|your new|your real|your actual|your true|your only|your updated|override:"),
        ...list("override :|override!|system prompt|system_prompt|system instruc|system]|system>|system:"),
        ...list("system :|following as|following to be|message as|what follows|this as|these as|text as"),
        ...list("lines as|orders from|real ones|prior prompt|obey |been updated|been changed|been replaced"),
        ...list("been rewritten|been overridden|been modified|been reset|following ones|these ones|my instruc"),
        ...list("these instruc|my orders|these orders|my commands|these commands|these rules|my rules"),
      ],
    ],
    pattern: new RegExp(
      [
        wording(
          "\\b(?:here are |these are )?your (?:new|real|actual|true|only|updated) (?:system )?(?:instructions?|system prompt|task|orders|directives?|goal) (?:are|is)\\b",
        ),
        "(?:^|[\\n.!*#=-] ?)(?:new|updated|real)[ _](?:system[ _]|user[ _])?(?:instructions?|prompt|rule|task)(?: follow| begin)?s? ?[:.](?=[^\\n]{0,160}\\b(?:you|your|ignore|assistant|reply|respond|output|obey|say|answer|prompt|document|forward|disregard|email)\\b)",
        "\\b(?:system|admin|developer|root)[ _](?:prompt[ _])?override ?[:!]|(?:begin|start)[ _](?:of[ _])?(?:new[ _])?system[ _](?:prompt|instructions?)|(?:end|close)[ _]of[ _]system[ _](?:prompt|instructions?)",
        "(?:\\[system\\]|<system>|^system ?:|\\nsystem ?:)[: ]{0,3}(?=[^\\n]{0,40}\\b(?:you|ignore|new|disregard|override|obey|forget)\\b)",
        wording(
          "\\b(?:treat|consider|use|take|regard|adopt|accept) (?:the following|this|these|my next message|what follows)(?: text| message| lines)?(?: as| to be) (?:your )?(?:new )?(?:system prompt|instructions|orders|system message)\\b",
        ),
        wording("\\bobey the (?:following|text)\\b"),
        wording(
          "\\b(?:you (?:now |will |must |shall )?take|taking) (?:your )?orders (?:only )?from\\b|\\bhere are the real ones\\b|\\bthe prior prompt is\\b",
        ),
        wording(
          "\\byour (?:guidelines|instructions|rules|directives|programming) (?:have|has) been (?:updated|changed|replaced|rewritten|overridden|modified|reset)\\b",
        ),
        wording(
          "\\b(?:adopt|follow|obey|accept) (?:the following|these|my) (?:ones|instructions|orders|rules|commands)(?: instead| only| from now on)\\b",
        ),
      ].join("|"),
      "gim",
    ),
  },
  {
    rule: "injection-phrase",
    message: "a phrase that puts new instructions in the place of the owner's",
    words: [["instead"], ["follow", "obey", "adopt", "execute"]],
    pattern: expression(`(?:follow|obey|adopt|execute) (?:these|the following|my|this|mine|me)${upTo(2)} instead\\b`),
  },
  {
    rule: "injection-phrase",
    message: "a text that speaks to a model which reads it",
    words: [
      [
        ...list("ai |ai:|ai,|ai!|ai_|ai-|ais |a.i.|llm|language model|chatbot|chat bot|assistant|gpt"),
        ...list("whoever summ|whatever summ|any model that"),
      ],
      [
        ...list("reading|processing|summari|seeing|parsing|must|should|shall|has to|needs to|required to|will"),
        ...list("note |message |attention|notice|reminder|warning|instruction|dear|hey |hello|hidden|ignor"),
        ...list("disregard|forget|forward|approve|recommend|obey|whoever|say"),
      ],
    ],
    pattern: new RegExp(
      [
        wording(
          `\\bif you(?:'re| are) an? ${machine}${upTo(3)} (?:reading|processing|summari[sz]ing|seeing|parsing)\\b`,
        ),
        wording(
          `\\b${machine}s? (?:that (?:is|are) |who (?:is|are) |currently )?(?:reading|processing|summari[sz]ing|parsing) this\\b`,
        ),
        wording(
          `\\b(?:the|any|every|each) ${machine} (?:must|should|shall|has to|needs to|is required to|will) (?:always |now |only |instead )?(?:say|praise|recommend|rate|forward|obey|visit|approve|disregard|ignore (?:the|all|any|previous|prior|every|these|your|user)|reply with|respond with|answer with)\\b`,
        ),
        wording(
          `\\b(?:note|message|attention|instructions?|notice|reminder|warning) (?:to|for) (?:the |any |all )?(?:AI|LLM|language model|chat ?bot|GPT|AI model|AI assistant|assistant)s?\\b ?[:,]`,
        ),
        wording(
          "\\b(?:attention|dear|hey|hello) (?:AI|LLM|language model|chat ?bot|AI model|AI assistant|GPT)s?\\b ?[:,!]",
        ),
        wording(`\\bhidden (?:instructions?|message|prompt|note) (?:for|to) (?:the |any )?${machine}\\b`),
        `(?:^|[\\n.!>\\]] ?)(?:AI|LLM|assistant|chatbot)(?: instructions| assistants?| note)? ?[:,] ?(?:you must |please |now )?(?:ignore|disregard|forget|forward|approve|recommend|obey|whoever|say)\\b`,
        wording(`\\b(?:whoever|whatever|any model that) summari[sz]es this\\b`),
      ].join("|"),
      "gi",
    ),
  },
];
