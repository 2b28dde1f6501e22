/** How grave a widening is, in the words of whoever reviews it. */
import type { StackAccess } from "./access";
import { EVERYBODY, type Scope } from "./covers";
import type { Saying } from "./sayings";

/** Something that got wider, and why that matters. */
export interface Widening {
  what: string;
  why: string;
}

/** How grave something is; the greater, the earlier it is shown. 0: what a change brings along. */
type Weighed = Widening & { rank: number };

/** Actions with which somebody can give themselves, or others, more (of IAM, STS and of the policies of resources). */
const GIVES_MORE =
  /^(?:iam:(?:put|attach|create|update|delete|set|pass|add)|sts:assume|organizations:|kms:(?:putkeypolicy|creategrant)|s3:put(?:bucketpolicy|bucketacl|replication)|[a-z0-9-]+:(?:put|set)\w*policy|lambda:(?:add|update))/u;

/** What got wider, gravest first. */
export function widenings(
  {
    granted,
    notDenied,
    unbound,
  }: { granted: readonly Saying[]; notDenied: readonly Saying[]; unbound: readonly string[] },
  before: StackAccess,
  after: StackAccess,
): Widening[] {
  const known = new Set(before.identities.map(({ name }) => name));
  const weighed = [
    ...granted.map((one) => weighGrant(one, after, known.has(one.at))),
    ...notDenied.map((one): Weighed => ({
      rank: one.who === EVERYBODY ? 7 : 5,
      what: one.line,
      why: "This was denied to whoever had it otherwise, and no longer is.",
    })),
    ...unbound.map((what): Weighed => ({ rank: 7, what, why: "What others grant is no longer limited by it." })),
  ];
  return weighed
    .filter(({ rank }) => rank > 0)
    .toSorted((one, other) => other.rank - one.rank)
    .map(({ what, why }) => ({ what, why }));
}

function weighGrant(one: Saying, { account }: StackAccess, existed: boolean): Weighed {
  const reasons = [...outsiders(one, account), ...reach(one)];
  const worst = Math.max(0, ...reasons.map(([rank]) => rank));
  const already = existed ? ["It is about something that was there before."] : [];
  const why = [...reasons.map(([, text]) => text), ...already];
  return { rank: worst + (existed ? 2 : 0), what: one.line, why: why.join(" ") };
}

/** A limit on who may come, or from where. */
const LIMITS =
  /^(?:aws:(?:source(?:account|arn|orgid|orgpaths|vpce?|ip)|principal(?:account|arn|orgid|orgpaths|tag)|vpce)|kms:calleraccount|lambda:functionurlauthtype)/u;

function outsiders({ who, demands, place }: Saying, account: string): [number, string][] {
  if (who === undefined || place === "endpoint") return [];
  const bounded = demands.some(({ key, operator }) => LIMITS.test(key) && !operator.includes("Not"));
  if (who === EVERYBODY) {
    return bounded
      ? [[1, "Everybody whom its condition lets through may."]]
      : [[6, "Anybody on the internet may, also without credentials."]];
  }
  if (who.startsWith('{"Service"')) {
    return bounded ? [] : [[3, "The service may for any account: nothing says for whom it must act."]];
  }
  if (who.startsWith('{"Federated"'))
    return bounded || demands.length > 0
      ? [[1, "Identities of a provider may."]]
      : [[5, "Everybody whom the provider knows may."]];
  const [, named = ""] = /:(\d{12}):/u.exec(who) ?? [];
  return named !== "" && account !== "" && named !== account ? [[5, `Another account (${named}) may.`]] : [];
}

function reach({ actions, resources, place }: Scope & { place: string }): [number, string][] {
  if (place === "boundary" || place === "scp" || place === "endpoint")
    return [[1, "It only bounds what others grant, and bounds less now."]];
  const every = !actions.allBut && actions.patterns.includes("*");
  const everywhere = !resources.allBut && resources.patterns.includes("*");
  if (actions.allBut) return [[4, "It grants every action but some, also those that AWS will add."]];
  if (every) return [[everywhere ? 5 : 4, `It grants every action${everywhere ? " on everything" : ""}.`]];
  if (actions.patterns.some((one) => GIVES_MORE.test(one)))
    return [[3, "With this, somebody can give themselves or others more."]];
  if (actions.patterns.some((one) => one.endsWith(":*"))) return [[2, "It grants every action of a service."]];
  if (resources.allBut) return [[2, "It reaches every resource but some."]];
  if (place === "identity" && everywhere) return [[1, "It reaches every resource."]];
  return [];
}
