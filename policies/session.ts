/** What one operation of the engine has told the pack, and what is still open in it. */
import type { ExemptionSettings } from "./exemptions";
import { Exemptions } from "./exemptions";
import { BoundedHeap } from "./heap";
import type { Verdict } from "./model";
import { DEFAULT_PACK_SETTINGS, type PackSettings } from "./pack-settings";
import { StackView } from "./stack";
import type { RawResource } from "./subject";
import type { OpenJudgement } from "./summary";

/** Told of each verdict, for reports and for measuring preview coverage. */
export type VerdictListener = (verdict: Verdict) => void;

/** Resources from which on memory counts for more than the time of collecting it. */
const LARGE = 200;

/** Emptied when the last policy of the operation has run. */
export class Session {
  private readonly inputs = new Map<string, RawResource>();
  private readonly heap = new BoundedHeap();
  private readonly deferred = new Map<string, Set<string>>();
  private opened: OpenJudgement[] = [];
  private stack: StackView | undefined;
  private currentType: string | undefined;
  private settings: PackSettings = DEFAULT_PACK_SETTINGS;
  private configured = "";
  private exempted: Exemptions | undefined;

  /**
   * @param policies Ids of the policies of the pack.
   * @param onVerdict Called with each final verdict.
   */
  constructor(
    private readonly policies: ReadonlySet<string>,
    readonly onVerdict: VerdictListener,
  ) {}

  /**
   * The exemptions of a configuration. Called by the first policy of the pack for each resource and for the stack, so
   * that the policies after it, which see only their own configuration, find the exemptions here.
   */
  configure(settings: ExemptionSettings): Exemptions {
    const key = JSON.stringify(settings);
    if (this.exempted === undefined || key !== this.configured) {
      this.configured = key;
      this.exempted = new Exemptions(settings, this.policies, new Date());
    }
    return this.exempted;
  }

  /** Takes the settings of the pack. */
  settle(settings: PackSettings): void {
    this.settings = settings;
  }

  /** The settings of the pack. */
  get pack(): PackSettings {
    return this.settings;
  }

  /** The exemptions in force; `undefined` while the policy that reads them is disabled. */
  get exemptions(): Exemptions | undefined {
    return this.exempted;
  }

  /** Keeps the inputs of a resource: at preview the stack shows computed properties as unknown, inputs are as written. */
  remember(urn: string, resource: () => RawResource): void {
    if (this.inputs.has(urn)) return;
    this.inputs.set(urn, resource());
    this.boundMemory();
  }

  /** Notes which resource is judged next. For the first policy of the pack only: it sees every resource first. */
  judging(type: string): void {
    this.currentType = type;
  }

  /** Type of the resource that is being judged; `undefined` while the first policy is disabled and cannot tell. */
  get type(): string | undefined {
    return this.currentType;
  }

  /** The stack that is being judged; `undefined` before a policy has seen it. */
  get view(): StackView | undefined {
    return this.stack;
  }

  /** Leaves the judgement of a resource to the stack phase. */
  defer(policy: string, urn: string): void {
    const urns = this.deferred.get(policy);
    if (urns) urns.add(urn);
    else this.deferred.set(policy, new Set([urn]));
  }

  /** Whether a policy has left judgements to the stack phase. */
  hasDeferred(policy: string): boolean {
    return this.deferred.has(policy);
  }

  /** The resources whose judgement by a policy was left to the stack phase. */
  takeDeferred(policy: string): ReadonlySet<string> {
    const urns = this.deferred.get(policy) ?? new Set<string>();
    this.deferred.delete(policy);
    return urns;
  }

  /** Notes a judgement that stays open. */
  open(judgement: OpenJudgement): void {
    this.opened.push(judgement);
  }

  /** The judgements that are open. */
  get stillOpen(): readonly OpenJudgement[] {
    return this.opened;
  }

  /**
   * The view of the stack, built once per call of the engine: the SDK runs all policies of one call in microtasks, so
   * that an immediate comes after the last of them.
   *
   * @param resources Makes the resources, each with the inputs that were remembered for it.
   */
  stackOf(resources: (inputsOf: (urn: string) => RawResource | undefined) => RawResource[]): StackView {
    this.boundMemory();
    if (this.stack === undefined) {
      this.stack = new StackView(resources((urn) => this.inputs.get(urn)));
      setImmediate(() => {
        this.stack = undefined;
        this.currentType = undefined;
        this.inputs.clear();
        this.deferred.clear();
        this.opened = [];
        this.exempted = undefined;
      });
    }
    return this.stack;
  }

  private boundMemory(): void {
    if (this.inputs.size >= LARGE) this.heap.check();
  }
}
