/** Who can take on a role that Bedrock uses, found by asking its trust policy. */
import type { AccessRequest, Caller, Statement } from "../iam/types";
import { many, sourced, statementsOf, textOf, type HeldDocument } from "./documents";
import { decide } from "./evaluator";
import * as probes from "./probes";

/** The Bedrock service principal. */
export const BEDROCK = "bedrock.amazonaws.com";

/** What Bedrock may take a role on for, as it stands in `aws:SourceArn` (Bedrock User Guide, service roles). */
export const PURPOSES = [
  "model-customization-job",
  "model-import-job",
  "evaluation-job",
  "model-invocation-job",
] as const;

/** What is asked about a trust policy. */
export interface TrustQuestion {
  /** The stack's accounts; `undefined` when they are not known. */
  readonly own: ReadonlySet<string> | undefined;
  /** What the jobs of the stack that use the role are for: then no other purpose is accepted. Empty: no job uses it. */
  readonly purposes: ReadonlySet<string>;
}

interface Probe {
  readonly who: string;
  readonly caller: Caller;
  /** `aws:SourceAccount`; without it the request does not carry the key. */
  readonly account?: string;
  /** Account in `aws:SourceArn`; without it the request does not carry the key. */
  readonly arnAccount?: string;
  readonly purpose?: string;
  /** Whether the account is in the organization that the document means. */
  readonly own?: boolean;
}

/** What the trust policy lets happen and should not, and what it refuses and should not. */
export function* trustFaults(document: HeldDocument, question: TrustQuestion): Generator<string> {
  const text = textOf(document);
  const partition = probes.partitionIn(text);
  const region = /\barn:[a-z-]*:bedrock:([a-z0-9-]+):/.exec(text)?.[1] ?? "probe-region-1";
  const stranger = probes.strangerAccount(text);
  const mentioned = [...text.matchAll(/\b\d{12}\b/g)].map(([account]) => account);
  const own = question.own === undefined ? [...new Set(mentioned)] : [...question.own];
  const home = own[0] ?? probes.ownStandIn(text);
  const asks = (probe: Probe) => allowed(document, probe, { partition, region, home });
  const bedrock: Caller = { kind: "service", service: BEDROCK };

  const intruders: Probe[] = [
    { who: "anyone", caller: { kind: "anonymous" } },
    { who: "a role of another account", caller: probes.roleIn(stranger, partition) },
    { who: `any identity of account ${home}`, caller: probes.roleIn(home, partition) },
    {
      who: "another AWS service",
      caller: { kind: "service", service: "ec2.amazonaws.com" },
      account: home,
      arnAccount: home,
    },
    { who: "Bedrock for no source at all", caller: bedrock },
    ...PURPOSES.flatMap((purpose) =>
      [
        { who: "Bedrock for another account", account: stranger, arnAccount: stranger },
        { who: "Bedrock without a demand on aws:SourceAccount", account: stranger, arnAccount: home },
        { who: "Bedrock without a demand on aws:SourceAccount", arnAccount: home },
        { who: "Bedrock without a demand on aws:SourceArn", account: home, arnAccount: stranger },
        { who: "Bedrock without a demand on aws:SourceArn", account: home },
      ].map((probe) => ({ ...probe, caller: bedrock, purpose, own: true })),
    ),
  ];
  if (statementsOf(document).some(({ Effect, Principal }) => Effect === "Allow" && isEverybody(Principal))) {
    yield `${document.source} names nobody in Principal; conditions alone keep strangers out.`;
  }
  const got = new Set(intruders.filter(asks).map((probe) => probe.who));
  for (const who of got) yield `${document.source} lets ${who} take on the role.`;

  const legitimate = own.flatMap((account) =>
    PURPOSES.map((purpose) => ({ who: "", caller: bedrock, account, arnAccount: account, purpose, own: true })),
  );
  const accepted = legitimate.filter(asks);
  const { purposes } = question;
  if (purposes.size === 0) return;
  const served = new Set(accepted.map((probe) => probe.purpose));
  for (const purpose of served) {
    if (purposes.has(purpose)) continue;
    yield `${document.source} lets Bedrock take on the role for ${purpose}; it is used for ${[...purposes].join(", ")}.`;
  }
  for (const purpose of purposes) {
    if (served.has(purpose as (typeof PURPOSES)[number])) continue;
    yield `${document.source} refuses Bedrock for ${purpose} of account ${own.join(", ") || "(none named)"}.`;
  }
}

/** Whether a principal is everybody. */
export function isEverybody(principal: Statement["Principal"]): boolean {
  if (principal === undefined) return false;
  return principal === "*" || (typeof principal === "object" && many(principal.AWS).includes("*"));
}

/** Whether Bedrock may take on the role at all, for some source. */
export function trustsBedrock(document: HeldDocument): boolean {
  return textOf(document).includes(BEDROCK);
}

/** The organization keys as the document wants them; the own account is in the own organization. */
function organizationsIn(document: HeldDocument): probes.ProbeContext {
  const context: probes.ProbeContext = {};
  for (const [operator, key, values] of statementsOf(document).flatMap(probes.conditionsOf)) {
    const [value] = values;
    if (!/^aws:sourceorg(?:id|paths)$/i.test(key) || /not|null/i.test(operator) || value === undefined) continue;
    context[key.toLowerCase()] = probes.witness(String(value), "probe");
  }
  return context;
}

function allowed(
  document: HeldDocument,
  probe: Probe,
  place: { partition: string; region: string; home: string },
): boolean {
  const { partition, region, home } = place;
  const { account, arnAccount, purpose = "model-customization-job", own = false } = probe;
  const source = {
    ...(own && organizationsIn(document)),
    ...(account !== undefined && { "aws:SourceAccount": account }),
    ...(arnAccount !== undefined && {
      "aws:SourceArn": `arn:${partition}:bedrock:${region}:${arnAccount}:${purpose}/probe.model-v1:0/probe00probe`,
    }),
  };
  const request: AccessRequest = {
    caller: probe.caller,
    action: "sts:AssumeRole",
    resource: `arn:${partition}:iam::${home}:role/probe`,
    resourceAccount: home,
    context: source,
  };
  const policies = { trust: sourced(document), identity: [probes.allowAll(false)] };
  return decide(request, policies).outcome === "allowed";
}
