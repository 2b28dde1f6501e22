/**
 * Reads what a preview says: the JSON that `pulumi preview --json --show-sames` prints. What AWS has not given a name yet is
 * unknown there; each unknown value is replaced by the logical name of the resource that it comes from, in angle brackets, the
 * same wherever it stands. A document that is unknown as a whole is taken from the component that made it: components hand the
 * engine their documents as templates, with the same stand-ins (`documents` among their inputs).
 */
import { ProofError, type AccessModel } from "./model";
import { logicalName, readModel, types, type StackResource } from "./stack";
import { UNKNOWN } from "./state-values";

interface State {
  type?: string;
  urn?: string;
  parent?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  propertyDependencies?: Record<string, string[]>;
}

interface Step {
  op?: string;
  oldState?: State | null;
  newState?: State | null;
}

/**
 * Reads the model that a stack would have after the update.
 *
 * @param text JSON as `pulumi preview --json --show-sames` prints it.
 * @param before Resources of the stack as it is, for what the preview does not show. Default: none.
 * @param jobName Logical name of the customization job, where the stack holds several environments.
 * @throws ProofError when it is no preview, or a document in it is unknown and has no template.
 */
export function readPreview(text: string, before: readonly StackResource[] = [], jobName?: string): AccessModel {
  return readModel(resourcesOf(text, before, true), undefined, jobName);
}

/**
 * The resources that a stack would have after the update, of whatever program. A document that is not known before the update
 * stays unknown.
 *
 * @throws ProofError when it is no preview.
 */
export function previewedResources(text: string, before: readonly StackResource[] = []): StackResource[] {
  return resourcesOf(text, before, false);
}

function resourcesOf(text: string, before: readonly StackResource[], forProof: boolean): StackResource[] {
  const steps = stepsOf(text);
  const gone = new Set(steps.filter(({ op }) => op === "delete").map(({ oldState }) => oldState?.urn));
  const states = steps.flatMap(({ newState, oldState, op }): [State, State | undefined][] =>
    newState === null || newState === undefined || op === "delete"
      ? []
      : // A replacement gets new ids, so nothing of the old one counts.
        [[newState, op === undefined || op.includes("replace") ? undefined : (oldState ?? undefined)]],
  );
  const shown = new Set([...states.map(([{ urn }]) => urn), ...gone]);
  const kept = before.filter(({ urn }) => !shown.has(urn));
  return [...kept, ...new Preview(states, kept, forProof).resources()];
}

function stepsOf(text: string): Step[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ProofError(
      `The preview is not JSON (${(error as Error).message}). Make it with \`pulumi preview --json --show-sames\`.`,
    );
  }
  const steps = (parsed as { steps?: unknown } | null)?.steps;
  if (Array.isArray(steps)) return steps as Step[];
  throw new ProofError("The file has no steps. Make it with `pulumi preview --json --show-sames`.");
}

/** Where the stack lives, as far as its texts tell. */
interface Home {
  partition: string;
  region: string;
  account: string;
}

class Preview {
  private readonly byUrn: ReadonlyMap<string, State>;
  private readonly home: Home;

  public constructor(
    private readonly states: readonly (readonly [State, State | undefined])[],
    private readonly kept: readonly StackResource[],
    /** Whether it must hold a job and every document; a preview of another program need not. */
    private readonly forProof: boolean,
  ) {
    this.byUrn = new Map(states.map(([state]) => [state.urn ?? "", state]));
    this.home = this.findHome();
  }

  public resources(): StackResource[] {
    return this.states.map(([state, old]) => {
      const { type = "", urn = "" } = state;
      const known = Object.entries({ ...old?.outputs, ...state.outputs, ...state.inputs });
      const outputs = Object.fromEntries(known.map(([name, value]) => [name, this.resolve(state, name, value)]));
      for (const [name, value] of Object.entries(this.computed(state))) outputs[name] ??= value;
      return { type, urn, outputs };
    });
  }

  private findHome(): Home {
    const [, , , , role] = this.text(types.job, "roleArn").split(":");
    const partition = this.text(types.job, "roleArn").split(":")[1];
    const region = this.text(types.job, "region");
    if (role !== undefined && partition !== undefined) return { partition, region, account: role };
    if (!this.forProof) return this.likelyHome();
    throw new ProofError(
      "The preview shows no customization job with a role, so there is nothing to prove. Preview with --show-sames, and " +
        "give the exported stack with --file if the preview leaves resources out.",
    );
  }

  /** Where the first ARN says that the stack lives; stand-ins where there is none. */
  private likelyHome(): Home {
    const texts = JSON.stringify([this.states, this.kept]);
    const [, partition = "aws", region = "", account = "<account>"] =
      /"arn:(aws[a-z-]*):[a-z0-9-]+:([a-z0-9-]*):(\d{12}):/u.exec(texts) ?? [];
    return { partition, region: region === "" ? "<region>" : region, account };
  }

  /** A property of the only resource of a type, in the preview or kept from before; empty when there is none. */
  private text(type: string, property: string): string {
    const planned = this.states.find(([state]) => state.type === type)?.[0].inputs?.[property];
    const value = planned ?? this.kept.find((one) => one.type === type)?.outputs[property];
    return typeof value === "string" ? value : "";
  }

  /** What AWS will compute, by the resource's own name where it has one and by a stand-in otherwise. */
  private computed(state: State): Record<string, unknown> {
    const { partition, region, account } = this.home;
    const { type = "", urn = "", inputs = {} } = state;
    const standIn = `<${logicalName(urn)}>`;
    const named = (kind: string): string =>
      `arn:${partition}:iam::${account}:${kind}${String(inputs.path ?? "/")}${String(inputs.name ?? standIn)}`;
    const regional = (service: string, rest: string): string =>
      `arn:${partition}:${service}:${region}:${account}:${rest}`;
    switch (type) {
      case types.role:
        return { arn: named("role") };
      case types.managedPolicy:
        return { arn: named("policy") };
      case types.key:
        return { arn: regional("kms", `key/${standIn}`) };
      case types.endpoint:
        return { arn: regional("ec2", `vpc-endpoint/${standIn}`) };
      case types.trail:
        return { arn: regional("cloudtrail", `trail/${String(inputs.name)}`) };
      case types.topic:
        return { arn: regional("sns", String(inputs.name)) };
      case types.queue:
        return { arn: regional("sqs", String(inputs.name)) };
      case types.guardrail:
        return { guardrailArn: regional("bedrock", `guardrail/${standIn}`) };
      case types.guardrailVersion:
        return { version: standIn };
      case types.job:
        return { jobArn: regional("bedrock", `model-customization-job/${String(inputs.baseModel)}/${standIn}`) };
      default:
        return {};
    }
  }

  /** A value without anything unknown in it. */
  private resolve(state: State, name: string, value: unknown): unknown {
    if (value === UNKNOWN && (name === "policy" || name === "assumeRolePolicy")) return this.template(state, name);
    const sources = (state.propertyDependencies?.[name] ?? []).toSorted();
    return this.filled(value, sources, name);
  }

  /** Each unknown text gets the stand-in of its source; among several sources, that of the kind that the name tells. */
  private filled(value: unknown, sources: readonly string[], name: string): unknown {
    if (Array.isArray(value)) {
      const fitting = this.fitting(sources, name);
      return value.every((one) => one === UNKNOWN) && fitting.length === value.length
        ? fitting.map((urn) => this.standIn(urn))
        : value.map((one) => this.filled(one, sources, name));
    }
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.filled(one, sources, key)]));
    }
    if (value !== UNKNOWN) return value;
    const [source] = this.fitting(sources, name);
    return source === undefined ? undefined : this.standIn(source);
  }

  private fitting(sources: readonly string[], name: string): readonly string[] {
    const kind = { subnetIds: "aws:ec2/subnet:Subnet", securityGroupIds: "aws:ec2/securityGroup:SecurityGroup" }[name];
    const found = kind === undefined ? sources : sources.filter((urn) => this.byUrn.get(urn)?.type === kind);
    return found.length > 0 ? found : sources;
  }

  private standIn(urn: string): string {
    const state = this.byUrn.get(urn);
    const named = { [types.bucket]: state?.inputs?.bucket, [types.queue]: state?.inputs?.name }[state?.type ?? ""];
    if (typeof named === "string" && named !== UNKNOWN) return named;
    const { arn, guardrailArn } = state === undefined ? {} : this.computed(state);
    if (typeof guardrailArn === "string") return guardrailArn;
    return typeof arn === "string" && state?.type !== types.endpoint ? arn : `<${logicalName(urn)}>`;
  }

  private template(state: State, name: string): unknown {
    const title = logicalName(state.urn ?? "");
    const documents = this.byUrn.get(state.parent ?? "")?.inputs?.documents as Record<string, unknown> | undefined;
    const found = documents?.[title];
    if (found !== undefined) return found;
    if (!this.forProof) return UNKNOWN;
    throw new ProofError(
      `The ${name} of ${title} is not known at this preview, and its component hands no template of it to the engine ` +
        `(documents["${title}"]). Prove the stack after the update.`,
    );
  }
}
