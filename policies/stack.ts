/**
 * All resources of a stack and how they belong together. A split resource (a bucket's encryption, a key's policy) is
 * joined to its owner by the dependency that the engine recorded, which holds even while ids are unknown; by value when
 * the program wrote the value down.
 */
import { Subject, Unjudgeable, findUnknown, type RawResource } from "./subject";
import { withTemplates } from "./templates";
import { ENVIRONMENTS, MODEL_WORK, ROLES, VPC_JOBS } from "./tokens";

/** How split-off resources point at their owner. */
export interface Join {
  /** Types of the split-off resources. */
  readonly types: readonly string[];
  /** Their property that points at the owner. */
  readonly property: string;
  /** Types of the owner: a pointer to another resource of these types is a pointer to somebody else. */
  readonly ownerTypes: readonly string[];
  /** Properties of the owner whose value the pointer may have. */
  readonly identities: readonly string[];
}

/** The resources of one stack, with their joins. */
export class StackView {
  private readonly byType = new Map<string, Subject[]>();
  private readonly byUrn = new Map<string, Subject>();
  private readonly pointers = new Map<string, Pointers>();

  /** @param resources All resources of the stack. */
  constructor(resources: Iterable<RawResource>) {
    for (const raw of withTemplates([...resources])) {
      const subject = new Subject(raw);
      this.byUrn.set(raw.urn, subject);
      append(this.byType, raw.type, subject);
    }
  }

  /** The resources of the given types. */
  ofTypes(types: readonly string[]): Subject[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** All resources. */
  all(): Iterable<Subject> {
    return this.byUrn.values();
  }

  /** Whether this stack customizes or serves a model on Bedrock. */
  get worksOnModels(): boolean {
    return MODEL_WORK.some((type) => this.byType.has(type)) || this.customizesModels;
  }

  /** Whether this stack customizes or imports models, or makes the place and the role for it while jobs are started elsewhere. */
  get customizesModels(): boolean {
    return [...VPC_JOBS, ...ENVIRONMENTS].some((type) => this.byType.has(type)) || this.hasRoleForJobs();
  }

  /**
   * The resources of the given types on which a property depends, also through one resource in between (an alias in
   * front of a key).
   */
  dependencies(subject: Subject, property: string, types: readonly string[]): Subject[] {
    const direct = subject.raw.dependenciesOf(property).flatMap((urn) => this.byUrn.get(urn) ?? []);
    const wanted = direct.filter((dependency) => types.includes(dependency.type));
    if (wanted.length > 0) return wanted;
    return direct
      .flatMap((dependency) => dependency.raw.dependencies.flatMap((urn) => this.byUrn.get(urn) ?? []))
      .filter((dependency) => types.includes(dependency.type));
  }

  /**
   * The resources that point at `owner`, by dependency or by value.
   *
   * @throws Unjudgeable when nothing belongs to the owner for certain, and some resource points at an unknown owner.
   */
  belongingTo(owner: Subject, join: Join): Subject[] {
    const pointers = this.pointersOf(join);
    const names = join.identities.flatMap((identity) => known(owner.raw.property(identity)));
    const joined = new Set([
      ...(pointers.byUrn.get(owner.urn) ?? []),
      ...names.flatMap((name) => pointers.byValue.get(name) ?? []),
    ]);
    const [undecided] = names.length === 0 ? pointers.undirected : pointers.unknown;
    if (joined.size === 0 && undecided !== undefined) {
      throw new Unjudgeable(`it is not known yet whether ${undecided.name} (${undecided.type}) belongs to it`);
    }
    return [...joined];
  }

  private hasRoleForJobs(): boolean {
    return this.ofTypes(ROLES).some((role) => {
      const trust = role.raw.property("assumeRolePolicy");
      return trust !== undefined && JSON.stringify(trust)?.includes(":model-customization-job/");
    });
  }

  private pointersOf(join: Join): Pointers {
    const key = `${join.property} ${join.types.join(" ")}`;
    const kept = this.pointers.get(key);
    if (kept !== undefined) return kept;
    const pointers: Pointers = { byUrn: new Map(), byValue: new Map(), undirected: [], unknown: [] };
    for (const candidate of this.ofTypes(join.types)) {
      const urns = candidate.raw.dependenciesOf(join.property);
      const owners = urns.filter((urn) => join.ownerTypes.includes(this.byUrn.get(urn)?.type ?? ""));
      const pointer = candidate.raw.property(join.property);
      const values = known(pointer).flatMap((value): unknown[] => (Array.isArray(value) ? value : [value]));
      for (const urn of owners) append(pointers.byUrn, urn, candidate);
      for (const value of values) append(pointers.byValue, value, candidate);
      // What names nobody for certain belongs to nobody.
      const isEmpty = pointer === undefined || pointer === null || (Array.isArray(pointer) && pointer.length === 0);
      if (owners.length > 0 || isEmpty) continue;
      pointers.undirected.push(candidate);
      if (values.length === 0) pointers.unknown.push(candidate);
    }
    this.pointers.set(key, pointers);
    return pointers;
  }
}

/** Where the resources of one join point, found once. */
interface Pointers {
  readonly byUrn: Map<string, Subject[]>;
  readonly byValue: Map<unknown, Subject[]>;
  /** Resources whose owner no dependency tells. */
  readonly undirected: Subject[];
  /** Those among them whose value is unknown too. */
  readonly unknown: Subject[];
}

function append<Key>(index: Map<Key, Subject[]>, key: Key, subject: Subject): void {
  const list = index.get(key);
  if (list) list.push(subject);
  else index.set(key, [subject]);
}

/**
 * The stack of a judgement that needs it.
 *
 * @throws Unjudgeable while a single resource is judged.
 */
export function stackIn(stack: StackView | undefined): StackView {
  if (stack === undefined) throw new Unjudgeable("the rest of the stack is not known yet");
  return stack;
}

function known(value: unknown): unknown[] {
  return value === undefined || value === null || findUnknown(value, "") !== undefined ? [] : [value];
}
