import type { Accepted, Detector } from "./detector";
import { list } from "./wording";

/**
 * What phrases to a model hold that other texts hardly ever do, by what the phrase is about. One group for all expressions about the
 * same: each of its words is rare, so their union is.
 */
const rareWords = {
  /** Whose orders they are, in English. */
  orders: [
    ...list(
      "your instruction|your prompt|your system|your guideline|your rule|your directive|your programming|your config",
    ),
    ...list("your old|your earlier|your prior |your initial|your original i|your original p|your hidden|your secret"),
    ...list(
      "your current in|your current task|your current sys|your previous|your own rule|your developers|your creators",
    ),
    ...list(
      "previous instr|prior instr|earlier instr|above instr|initial instr|original instr|existing instr|old instr",
    ),
    ...list("previous prompt|earlier prompt|prior prompt|previous direct|prior direct|earlier direct|previous rules"),
    ...list(
      "previous guid|prior guid|earlier guid|system prompt|system message|system instr|ur rules|ur instruct|ur prompt",
    ),
    ...list("instructions you|rules you|directions you|commands you|orders you|guidelines you|guidance you|prompt you"),
    ...list(
      "instructions above|instructions of your|rules stated above|instructions below|rules below|instruction issued",
    ),
    ...list(
      "you were given|you were handed|you were told|you've been told|you have been told|you were instr|you instructed",
    ),
    ...list(
      "my instructions|these orders|these instructions|following instructions|text replac|text supersed|text overrid|new orders|new directive",
    ),
    ...list(
      "new policy|new task|new rules|current task|real task|actual task|true task|real instr|ignore what|skip the above",
    ),
    ...list("end of prompt|end of user|end of input|end of system|end of context|system note|# system|system update"),
    ...list("were you init|were you conf|prompt were|nglichen anw|nglichen instr|eyi unut|prompt sistem|ne suis pas"),
    ...list(
      "top of this conv|start of the conv|start of this conv|before our conv|beginning of this conv|context window",
    ),
    ...list(
      "of summarizing|of summarising|of translating|of answering|instead of following|stop translating|stop summari",
    ),
    ...list(
      "not translate|when summari|when translating|when reading this|when processing this|than answer|than translat",
    ),
    ...list(
      "answer to me|answer only to me|listen to me|obey me|obey only|only to me|the ai |the llm|to the model|the model read|the model proc|the model grad|language model,",
    ),
    ...list(
      "ignore all|ignore the|ignore any|ignore prev|ignore your|ignore al |disregard all|disregard the|disregard any",
    ),
    ...list(
      "disregard your|forget all|forget the|forget your|forget any|forget ur|ignore ur|reveal your|reveal the|prev instr",
    ),
    ...list(
      "ll previous instr|ll previous prompt|ll previous rul|ll previous dir|ll previous guid|ll previous com|ll previous ord|ll previous con|ll previous mes|ll prior|ur previous|allprevious|previousinstr|systemprompt|yourprevious|aboveinstr",
    ),
    ...list("previous*|previous<|previous+|previous/*|above*|above<|above+|system*|system<|system+|above/*|system/*"),
  ],
  /** Requests in other languages; of words with letters beyond ASCII a part without them. */
  foreignRequests: [
    ...list("system-prompt|systemprompt|geheimen anw|versteckten anw|vergiss alles|dich nicht |deine regeln"),
    ...list("neuen anw|neuen instr|deine instr|deine anw|alle bisher|ignorier die"),
    ...list("prompt syst|prompt init|prompt secret|secrets? instr|oublie tout|oubliez tout|tu n'avais"),
    ...list("nouvelles instr|nouvelles cons|s'appliquent|passe outre|instructions init|instructions cach"),
    ...list("instructions secr"),
    ...list("prompt del sist|prompt de sist|prompt inic|instrucciones ocu|instrucciones sec"),
    ...list("instrucciones ini|reglas ocu|reglas sec|no tuvieras|nuevas instr|desobedece tus|tus reglas"),
    ...list("tus instr"),
    ...list("prompt di sist|prompt iniz|il tuo prompt|istruzioni seg|istruzioni nas|istruzioni iniz"),
    ...list("dimentica tutto|nuove istr|delle istr|scarta le|tue regole"),
    ...list("prompt do sist|seu prompt|teu prompt|es secretas|es ocultas|es iniciais|a tudo o que"),
    ...list("e tudo o que|suas novas|tuas novas|siga as inst|suas regras|tuas regras|as tuas inst"),
    ...list("as suas inst"),
    ...list("systeemprompt|systeem-prompt|geheime inst|verborgen inst|oorspronkelijke inst|vergeet alles"),
    ...list("je nieuwe inst|trek je niets"),
    ...list("systemow|ukryte instr|tajne instr|kowe instr|zapomnij o wsz|nowe instr|nie stosuj|powy"),
    ...list("sistem istem|sistem prompt|sistem komut|gizli talimat|ilk talimat|yeni talimat|nergeleri"),
    ...list("hemliga instr|skjulte instr|dolda instr|rjestelm|allt du|alt du|zapome|unohda kaikki"),
    ...list("instruksi rah|prompt-ul|promptul|rendszerprompt|lupakan semua|tot ce"),
  ],
  /** Jailbreaks, in English. */
  jailbreaks: [
    ...list(
      "escaped your|escaped the|broken free|your limits|your restric|your filter|your ethic|your content pol|your content fil|your content res|your safety",
    ),
    ...list(
      "your guardr|your constr|your moral|freed from|exempt from all|exempt from any|exempt from your|exempt from open|exempt from content|liberated from|s do not apply to you|s don't apply to you|no longer apply to you|bind you",
    ),
    ...list(
      "permission to break|permission to ignore|permission to bypass|permission to violate|your own rules|break the rules",
    ),
    ...list(
      "free yourself|unshackle|liberate yourself|ethical programming|full potential|removing all restr|true self",
    ),
    ...list(
      "unfiltered|uncensored|hidden self|real self|safety mode|safety=|safety:|ethics=|ethics:|disable ethics|sudo: ",
    ),
    ...list(
      "ethical concern|ethical consid|your morals|forget ethics|ignore ethics|ignore all ethic|yourself unbound|yourself free",
    ),
    ...list(
      "care about ethics|care about moral|not an ai|moral compass|conscience and|inhibitions|no censorship|without censor",
    ),
    ...list(
      "will do anything|can do anything|fulfils any|fulfills any|fulfils every|fulfills every|answers any|obeys any|obeys every",
    ),
    ...list(
      "no ethic|no moral|no restrictions|no rules|no laws|no filters|no limits|without limits|without rules|without ethic",
    ),
    ...list(
      "without moral|been jailbr|a jailbr|jailbreak]|evil persona|evil confidant|evil twin|unrestricted ai|unrestricted mod|unrestricted bot|unrestricted bei|unrestricted ass|unrestricted cha|unrestricted per|amoral|unaligned",
    ),
    ...list(
      "unethically|immorally|opposite mode|mode (v|safety training|guidelines don|policies don|openai polic|openai's polic",
    ),
    ...list(
      "never say |never apolog|never refus|never warn|required to answer|obliged to answer|programmed to answer|forced to answer|forced to comply|forced to obey",
    ),
    ...list(
      "comply with any req|comply with any com|comply with every|comply with all my|answer any|answer every|obey every|obey any|respond to every",
    ),
    ...list(
      "everything i |anything i |whatever i |unable to refuse|able to refuse|allowed to refuse|permitted to refuse",
    ),
    ...list(
      "refusal|refusing is|you refuse|say no |say no.|not reject|always say yes|mention ethics|that something is illegal",
    ),
    ...list(
      "ethical lect|moral lect|ethical warn|moral warn|ethical advice|moral advice|any disclaimer|no disclaimer|disclaimers and mor|disclaimers and eth|disclaimers and lec|the disclaimers|no warnings|any warnings",
    ),
    ...list(
      "including illegal|even illegal|legal or illegal|how harmful|how dangerous|how illegal|how unethical|for safety|regard for legal",
    ),
    ...list("whatever you want|no rules here"),
  ],
  /** Jailbreaks in other languages. */
  foreignJailbreaks: [
    ...list(" dan,| dan | dan.| dan!|dan'|ohne ethische|ohne moral|ohne filter|ohne einschr"),
    ...list(
      "ohne jegliche|ohne zensur|ohne regeln|ohne beschr|keine regeln|keine filter|sicherheitsfilter|sicherheitsricht|du darfst",
    ),
    ...list(
      "sans restric|sans aucun|sans filtre|sans limite|sans censure|tes filtres|dois jamais|sin restric|sin filtro|sin censura",
    ),
    ...list(
      "sin limit|sin ningun|no tienes|tus filtros|debes negarte|hacer cualquier|senza restr|senza filtri|senza limiti|senza alcun",
    ),
    ...list(
      "senza censura|di non avere|tuoi filtri|fare qualsiasi|sem restr|sem filtro|sem limite|sem censura|sem nenhum",
    ),
    ...list(
      "o tem regras|o tem restr|o tem filtros|seus filtros|teus filtros|fazer qualquer|zonder beperk|zonder ethische|zonder filters",
    ),
    ...list(
      "zonder enige|zonder regels|alsof je geen|bez ogranicze|bez filtr|bez cenzury|bez zasad|nie masz|yapabilirsin|etik k|yapay zeka",
    ),
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type RareWords = keyof typeof rareWords;

/** Characters beside a candidate in which one of the words must stand; a phrase has it in itself or next to it. */
const BESIDE = 64;

/** A detector that {@link rareWords} open: a candidate counts only where one of them stands in it or beside it. */
export function opened(about: RareWords, detector: Omit<Detector, "words">): Detector {
  const words: readonly string[] = rareWords[about];
  const isRare = new RegExp(
    words.map((word) => word.replace(/[.*+?|()[\]{}$^]/g, "\\$&").replaceAll("0", "\\d")).join("|"),
    "i",
  );
  const accept = (candidate: string, text: string, start: number): boolean | Accepted =>
    isRare.test(text.slice(Math.max(0, start - BESIDE), start + candidate.length + BESIDE)) &&
    (detector.accept?.(candidate, text, start) ?? true);
  return { ...detector, words: [words], accept };
}
