/** How grave a widening is, in the words of whoever reviews it. */
import type { StackAccess } from "./access";
import { EVERYBODY, type Reach } from "./covers";
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

/** What got wider, gravest first; the actions of one statement together. */
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
    ...together(
      granted.map((one) => [one, weighGrant(one, after, known.has(one.at))] as const),
      "may",
    ),
    ...together(
      notDenied.map((one) => [
        one,
        {
          rank: one.who === EVERYBODY ? 7 : 5,
          why: "This was denied to whoever had it otherwise, and no longer is.",
        },
      ]),
      "was denied",
    ),
    ...unbound.map((what): Weighed => ({ rank: 7, what, why: "What others grant is no longer limited by it." })),
  ];
  return weighed
    .filter(({ rank }) => rank > 0)
    .toSorted((one, other) => other.rank - one.rank)
    .map(({ what, why }) => ({ what, why }));
}

/** One line for what a statement says of the same principal and resource with the same weight. */
function together(all: readonly (readonly [Saying, Omit<Weighed, "what">])[], verb: string): Weighed[] {
  const groups = new Map<string, { sayings: Saying[]; weight: Omit<Weighed, "what"> }>();
  for (const [one, weight] of all) {
    const { written, at, who, resources, demands } = one;
    const id = JSON.stringify([written, at, who, resources, demands, weight.why]);
    const found = groups.get(id);
    if (found === undefined) groups.set(id, { sayings: [one], weight });
    else found.sayings.push(one);
  }
  return [...groups.values()].map(({ sayings, weight }) => ({ ...weight, what: inWords(sayings, verb) }));
}

function inWords(sayings: readonly Saying[], verb: string): string {
  const [first] = sayings;
  if (first === undefined) return "";
  const list = ({ allBut, patterns }: Reach): string => `${allBut ? "everything but " : ""}${patterns.join(", ")}`;
  const actions = sayings.map(({ shownActions }) => list(shownActions)).join(", ");
  const named = first.demands.find(({ key, operator }) => key === "aws:principalarn" && !operator.includes("Not"));
  const demands = first.demands.filter((one) => one !== named).map(({ text }) => text);
  const condition = demands.length === 0 ? "" : `, if ${demands.join(" and ")}`;
  const resources = first.place === "trust" ? first.at : list(first.resources);
  const who = named === undefined ? subject(first) : named.values.join(" or ");
  return `${who} ${verb} ${actions} on ${resources}${condition} (${first.written})`;
}

/** Who it is about, in words. */
function subject({ who, at }: Saying): string {
  if (who === undefined) return at;
  if (who === EVERYBODY) return "Everybody";
  const [[type, names] = ["", []]] = Object.entries(JSON.parse(who) as Record<string, string[]>);
  if (type === "not") return `Everybody but ${JSON.stringify(names)}`;
  const name = names.join(", ");
  if (type === "Service") return `The service ${name}`;
  if (type === "Federated") return `Whoever ${name} vouches for`;
  return /:root$/u.test(name) ? `Account ${name.split(":")[4] ?? name}` : name;
}

function weighGrant(one: Saying, { account }: StackAccess, existed: boolean): Omit<Weighed, "what"> {
  const reasons = [...outsiders(one, account), ...reach(one, account)];
  const worst = Math.max(0, ...reasons.map(([rank]) => rank));
  const already = existed ? ["It is about something that was there before."] : [];
  const why = [...reasons.map(([, text]) => text), ...already];
  return { rank: worst + (existed ? 2 : 0), why: why.join(" ") };
}

/** A limit on who may come, or from where. */
const LIMITS =
  /^(?:aws:(?:source(?:account|arn|orgid|orgpaths|vpce?|ip)|principal(?:account|arn|orgid|orgpaths|tag)|vpce)|kms:calleraccount|kms:encryptioncontext|lambda:functionurlauthtype)/u;

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
  if (named === "" || named === account) return [];
  return account === ""
    ? [[4, `Account ${named} may; nothing in the stack tells whether it is its own.`]]
    : [[5, `Another account (${named}) may.`]];
}

function reach({ actions, resources, place, who }: Saying, account: string): [number, string][] {
  // What belongs to the account is the account's to hand on; IAM says to whom.
  if (place === "protects" && account !== "" && who?.includes(`::${account}:root"`) === true) return [];
  if (place === "boundary" || place === "scp" || place === "endpoint")
    return [[1, "It only bounds what others grant, and bounds less now."]];
  const every = !actions.allBut && actions.patterns.includes("*");
  const everywhere = !resources.allBut && resources.patterns.includes("*");
  if (actions.allBut) return [[4, "It grants every action but some, also those that AWS will add."]];
  if (every) return [[everywhere ? 5 : 4, `It grants every action${everywhere ? " on everything" : ""}.`]];
  if (place !== "trust" && actions.patterns.some((one) => GIVES_MORE.test(one)))
    return [[3, "With this, somebody can give themselves or others more."]];
  if (actions.patterns.some((one) => one.endsWith(":*"))) return [[2, "It grants every action of a service."]];
  if (resources.allBut) return [[2, "It reaches every resource but some."]];
  if (place === "identity" && everywhere) return [[1, "It reaches every resource."]];
  return [];
}
