import type { Clause } from "./clauses";

/** A kind of clause and the words that give it away. */
export interface ClauseKind {
  /** What the clause does, to follow "This clause". */
  readonly label: string;
  /** Name of such a section, for a prompt. */
  readonly section: string;
  readonly signs: readonly RegExp[];
}

/** Kinds in order of precedence for equal scores. A sign counts up to three times, and three times more in the heading. */
export const clauseKinds: readonly ClauseKind[] = [
  {
    label: "disclaims warranties",
    section: "warranty disclaimer",
    signs: [/\bas[- ]is\b/i, /\bwarrant(?:y|ies)\b/i, /\bmerchantability\b/i, /\bfitness for\b/i, /\bdisclaim/i],
  },
  {
    label: "limits liability",
    section: "liability",
    signs: [/\bliab(?:le|ility)\b/i, /\bconsequential\b/i, /\bdamages\b/i, /\bin no event\b/i, /\btort\b/i],
  },
  {
    label: "says when rights end",
    section: "termination",
    signs: [/\bterminat(?:e|es|ed|ion)\b/i, /\bbreach\b/i, /\b(?:reinstate|surviv)/i, /\bcure\b/i],
  },
  {
    label: "deals with patents",
    section: "patent",
    signs: [/\bpatents?\b/i, /\bpatent (?:license|claim|litigation|right)/i, /\binfring/i, /\bmake, use, sell\b/i],
  },
  {
    label: "deals with trademarks and names",
    section: "trademark",
    signs: [/\btrade ?marks?\b/i, /\bendorse/i, /\bservice marks?\b/i, /\bnames? (?:of|may|must)\b/i, /\bpublicity\b/i],
  },
  {
    label: "deals with indemnity",
    section: "indemnity",
    signs: [/\bindemnif/i, /\bdefend\b/i, /\bhold harmless\b/i, /\bsettlement\b/i],
  },
  {
    label: "deals with governing law and jurisdiction",
    section: "governing law",
    signs: [
      /\bgoverned by (?:the )?(?:laws?|and)\b/i,
      /\bgoverning law\b/i,
      /\bjurisdiction\b/i,
      /\bcourts?\b/i,
      /\barbitrat/i,
      /\blaws? of\b/i,
      /\bvenue\b/i,
    ],
  },
  {
    label: "defines terms",
    section: "definitions",
    signs: [/["”]? (?:shall )?means?\b/, /\bdefin(?:ed|ition)/i, /\brefers? to\b/i, /^(?:the )?["“]/i],
  },
  {
    label: "asks for attribution",
    section: "attribution",
    signs: [
      /\battribut(?:e|ion)\b/i,
      /\bcredit\b/i,
      /\backnowledg/i,
      /\bcopyright notices?\b/i,
      /\bgive appropriate\b/i,
    ],
  },
  {
    label: "deals with source code",
    section: "source code",
    signs: [
      /\bsource code\b/i,
      /\bobject code\b/i,
      /\bexecutable\b/i,
      /\bcorresponding source\b/i,
      /\bmachine-readable\b/i,
    ],
  },
  {
    label: "grants rights",
    section: "grant",
    signs: [
      /\bgrants?\b/i,
      /\broyalty-free\b/i,
      /\bnon-?exclusive\b/i,
      /\bworld-?wide\b/i,
      /\bpermission is\b/i,
      /\bperpetual\b/i,
    ],
  },
  {
    label: "sets conditions on copying, changing or distributing the work",
    section: "conditions",
    signs: [
      /\bprovided that\b/i,
      /\bconditions?\b/i,
      /\bmust\b/i,
      /\bredistribut/i,
      /\bmodif(?:y|ied|ications?)\b/i,
      /\bcop(?:y|ies)\b/i,
    ],
  },
];

/** Less than this does not decide a kind. */
const MIN_SCORE = 2;

/** The kind whose signs the clause shows most, or undefined if none scores at least two. */
export function kindOf(clause: Clause): ClauseKind | undefined {
  let best: ClauseKind | undefined;
  let bestScore = MIN_SCORE - 1;
  for (const kind of clauseKinds) {
    const score = kind.signs.reduce((sum, sign) => sum + scoreOf(sign, clause), 0);
    if (score > bestScore) [best, bestScore] = [kind, score];
  }
  return best;
}

function scoreOf(sign: RegExp, { title, text }: Clause): number {
  const found = text.match(new RegExp(sign, `${sign.flags}g`))?.length ?? 0;
  return Math.min(found, 3) + (title !== undefined && sign.test(title) ? 3 : 0);
}
