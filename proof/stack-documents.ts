/** Reads the documents of any stack: ours, and whatever somebody else deployed with an AWS provider. Nothing stops it. */
import type { PolicyDocument, PolicyKind, SourcedPolicy } from "../iam";
import type { Identity, Limit, OpaquePolicy, PlacedDocument, StackAccess, Unread } from "./access";
import { documentTypes, kindOf, ORGANIZATION_KINDS, shortType, TARGETS } from "./document-types";
import { grantedOtherwise } from "./other-grants";
import { whyUnreadable } from "./sayings";
import { logicalName, type StackResource } from "./stack";
import { known, UNKNOWN } from "./state-values";

/** Reads who may do what in a stack. What cannot be read is listed with the reason. */
export function readAccess(resources: readonly StackResource[], name?: string): StackAccess {
  return new Reader(resources, name).read();
}

interface Resource {
  type: string;
  urn: string;
  outputs: Record<string, unknown>;
}

class Reader {
  private readonly resources: readonly Resource[];
  private readonly documents: PlacedDocument[] = [];
  private readonly opaque: OpaquePolicy[] = [];
  private readonly limits: Limit[] = [];
  private readonly unread: Unread[] = [];
  private readonly attached = new Set<string>();
  private readonly managed = new Map<string, { source: string; value: unknown }>();

  public constructor(
    resources: readonly StackResource[],
    private readonly name?: string,
  ) {
    this.resources = resources.flatMap(({ type, urn, outputs }) => {
      const short = shortType(type);
      return short === undefined ? [] : [{ type: short, urn, outputs: known(outputs) as Record<string, unknown> }];
    });
  }

  public read(): StackAccess {
    for (const one of this.resources) if (one.type === "iam:policy") this.keepManaged(one);
    for (const one of this.resources) this.readOne(one);
    // Who holds a policy that is attached by nothing in the stack is said elsewhere.
    for (const [arn, { source, value }] of this.managed) {
      if (!this.attached.has(arn)) this.put("identity", source, value, arn);
    }
    const arns = this.resources.flatMap(({ outputs }) => text(outputs["arn"]) ?? []).map((arn) => arn.split(":"));
    const [home] = arns.filter(([, , , , account = ""]) => /^\d{12}$/u.test(account));
    const [regional] = arns.filter(([, , , region = ""]) => region !== "");
    return {
      stack: this.name ?? this.resources[0]?.urn.split(":")[2] ?? "stack",
      partition: home?.[1] ?? "aws",
      account: home?.[4] ?? "",
      region: regional?.[3] ?? "",
      documents: this.documents,
      opaque: this.opaque,
      limits: this.limits,
      unread: this.unread,
      identities: this.resources.map(({ type, urn, outputs }): Identity => ({
        type,
        name: text(outputs["arn"]) ?? text(outputs["id"]) ?? logicalName(urn),
      })),
    };
  }

  private readOne(resource: Resource): void {
    const { type, urn, outputs } = resource;
    if (type === "iam:policy" || type === "iam:managedpolicy") return;
    if (type === "organizations:policy") {
      const kind = ORGANIZATION_KINDS[text(outputs["type"]) ?? "SERVICE_CONTROL_POLICY"];
      if (kind !== undefined) this.add(kind, resource, outputs["content"], text(outputs["arn"]) ?? logicalName(urn));
      return;
    }
    if (type === "iam:role" || type === "iam:user" || type === "iam:group") this.readHolder(resource);
    this.readAttachment(resource);
    const other = grantedOtherwise(resource, (reference) => this.resolved(reference), this.resources);
    this.documents.push(...other.documents.filter((one) => this.isReadable(one)));
    this.limits.push(...other.limits);
    this.unread.push(...other.unread);
    const spec = documentTypes[type];
    const names = spec?.properties ?? Object.keys(outputs);
    for (const name of names) {
      const value = outputs[name];
      if (!looksLikeDocument(value, spec !== undefined && isDocumentName(name))) continue;
      if (this.isCopy(resource, spec?.kind)) continue;
      const kind = spec?.kind ?? kindOf(statementsIn(value));
      this.add(kind, resource, value, this.targetOf(resource, spec?.at));
    }
  }

  /** Policies inside of a role, user or group, and its boundary. */
  private readHolder(resource: Resource): void {
    const { outputs } = resource;
    const at = text(outputs["arn"]) ?? this.targetOf(resource);
    for (const one of list(outputs["inlinePolicies"] ?? outputs["policies"])) {
      if (typeof one !== "object" || one === null) continue;
      const { name, policyName, policy, policyDocument } = one as Record<string, unknown>;
      const title = text(name) ?? text(policyName);
      if (title !== undefined)
        this.add("identity", resource, policy ?? policyDocument, at, `policy "${title}" of ${shown(at)}`);
    }
    for (const arn of list(outputs["managedPolicyArns"])) this.attach(String(arn), at);
    const boundary = text(outputs["permissionsBoundary"]);
    if (boundary === undefined || boundary === "") return;
    this.limits.push({ at, by: "its permissions boundary" });
    this.attach(boundary, at, "boundary");
  }

  private readAttachment({ type, outputs }: Resource): void {
    if (!/^iam:(?:role|user|group)?policyattachment(?:sexclusive)?$/u.test(type)) return;
    const arn = text(outputs["policyArn"]);
    const holders = [outputs["role"], outputs["user"], outputs["group"]];
    const several = [outputs["roles"], outputs["users"], outputs["groups"]].flatMap(list);
    for (const holder of [...holders, ...several]) {
      if (arn !== undefined && text(holder) !== undefined) this.attach(arn, this.resolved(String(holder)));
    }
  }

  private keepManaged({ urn, outputs }: Resource): void {
    const arn = text(outputs["arn"]);
    const value = outputs["policy"] ?? outputs["policyDocument"];
    if (arn !== undefined) this.managed.set(arn, { source: `managed policy ${logicalName(urn)}`, value });
  }

  private attach(arn: string, at: string, kind: PolicyKind = "identity"): void {
    const found = this.managed.get(arn);
    this.attached.add(arn);
    if (found !== undefined) {
      this.put(kind, found.source, found.value, at);
      return;
    }
    this.opaque.push({ kind, at, policy: arn });
    this.unread.push({
      what: arn,
      why: `is attached to ${shown(at)}, and its document is not in the stack`,
    });
  }

  private add(kind: PolicyKind, { type, urn }: Resource, value: unknown, at: string, title?: string): void {
    this.put(
      kind,
      title ?? `${kind === "trust" ? "trust policy" : "policy"} of ${shown(at)} (${type} ${logicalName(urn)})`,
      value,
      at,
    );
  }

  private put(kind: PolicyKind, source: string, value: unknown, at: string): void {
    if (value === UNKNOWN) {
      this.unread.push({ what: source, why: "is not known before the update" });
      return;
    }
    const document = value as SourcedPolicy["document"];
    const placed: PlacedDocument = { kind, at, policy: { source, document } };
    if (this.isReadable(placed)) this.documents.push(placed);
  }

  private isReadable(placed: PlacedDocument): boolean {
    const { document, source } = placed.policy;
    const encrypted = typeof document === "object" && "ciphertext" in document;
    const why = encrypted
      ? "is encrypted in the export; make it with `pulumi stack export --show-secrets`"
      : whyUnreadable(placed);
    if (why !== undefined) this.unread.push({ what: source, why });
    return why === undefined;
  }

  /** Whether the document is what another resource wrote, as AWS gives it back with the resource that it protects. */
  private isCopy({ type, outputs }: Resource, kind: PolicyKind | undefined): boolean {
    const own = /^(?:s3:bucket|sns:topic|sqs:queue|secretsmanager:secret|kms:key|ec2:vpcendpoint)$/u;
    if (!own.test(type) || (kind !== undefined && kind !== "key" && kind !== "endpoint")) return false;
    const names = TARGETS.concat()
      .map((name) => text(outputs[name]))
      .concat(text(outputs["id"]), text(outputs["url"]));
    return this.resources.some(
      (one) =>
        one.type === `${type}policy` &&
        names.includes(text(one.outputs[documentTypes[one.type]?.at ?? "arn"]) ?? "nothing"),
    );
  }

  private targetOf({ type, urn, outputs }: Resource, property?: string): string {
    const name = [...(property === undefined ? [] : [property]), ...TARGETS]
      .map((one) => text(outputs[one]))
      .find(Boolean);
    const found = name ?? logicalName(urn);
    return type === "iam:rolepolicy" || property !== undefined ? this.resolved(found) : found;
  }

  /** The ARN of what is known by a name, an id or a URL; the name itself when the stack does not hold it. */
  private resolved(name: string): string {
    const found = this.resources.find(
      ({ outputs }) =>
        text(outputs["arn"]) !== undefined &&
        ["arn", "name", "id", "url", "bucket", "keyId"].some((property) => outputs[property] === name),
    );
    return text(found?.outputs["arn"]) ?? name;
  }
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" && value !== UNKNOWN ? value : undefined;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const isDocumentName = (name: string): boolean => /policy|document|content/iu.test(name);

const shown = (at: string): string => (at.startsWith("arn:") ? at.split(":").slice(5).join(":") || at : at);

/** Whether a value is a policy document, or stands where one must be and is not readable yet. */
function looksLikeDocument(value: unknown, expected: boolean): boolean {
  if (value === UNKNOWN) return expected;
  if (typeof value === "string")
    return /^\s*\{[\s\S]*"Statement"\s*:/u.test(value) || (expected && value.trim().startsWith("{"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return "Statement" in value || (expected && "ciphertext" in value);
}

function statementsIn(value: unknown): Record<string, unknown>[] {
  let document = value;
  if (typeof value === "string") {
    try {
      document = JSON.parse(value);
    } catch {
      // Whoever reads it says what is wrong with it.
      return [];
    }
  }
  const { Statement } = (document ?? {}) as Partial<PolicyDocument>;
  const statements: unknown[] = [Statement ?? []].flat();
  return statements.filter((one): one is Record<string, unknown> => typeof one === "object" && one !== null);
}
