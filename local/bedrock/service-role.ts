/**
 * Acting as the service role: each call is decided by the documents that exist at that moment in the emulator, is written down
 * with its reason, and ends the step when it is denied.
 */
import {
  evaluate,
  type ApplicablePolicies,
  type AccessRequest,
  type ContextValue,
  type SourcedPolicy,
} from "../../iam";
import { type DocumentReader, type RoleDocuments } from "./documents";
import { type Path } from "./network";
import { type JobFacts, type PlannedCall, type ServiceCall } from "./planned-calls";
import { ASSUME_ROLE } from "./service-calls";

/** What is kept about a call, for the reader; never part of an answer of the service. */
export interface RecordedCall {
  id: string;
  step: string;
  action: string;
  resource: string;
  /** Network that the call took: `service`, `internet`, the id of an endpoint, or `blocked`. */
  via: string;
  outcome: "allowed" | "explicitDeny" | "implicitDeny" | "blocked" | "keyUnusable";
  reason: string;
  /** Simulated time. */
  at: string;
}

/** A call was denied; `message` is the failure that the service shows. */
export class CallDenied extends Error {
  constructor(
    message: string,
    readonly record: RecordedCall,
  ) {
    super(message);
  }
}

/** Operations that KMS still answers for a key that is disabled or about to be deleted. */
const KEY_STATE_FREE = new Set(["kms:DescribeKey"]);

/** Decides whether the service may assume the role for a job. */
export function assumeRole(
  role: RoleDocuments | undefined,
  job: { roleArn: string; arn: string; creationTime: number },
  account: string,
  at: string,
): RecordedCall {
  const { id, action, principal } = ASSUME_ROLE;
  const base = { id, step: "create", action, resource: job.roleArn, via: "service", at };
  if (!role) return { ...base, outcome: "implicitDeny", reason: `The role ${job.roleArn} does not exist.` };
  const decision = evaluate(
    {
      caller: { kind: "service", service: principal },
      action,
      resource: job.roleArn,
      resourceAccount: account,
      context: ASSUME_ROLE.context(job, account),
    },
    { trust: role.trust },
  );
  return { ...base, outcome: decision.outcome, reason: decision.reason };
}

/** Makes the calls of a job as its role. */
export class ServiceRole {
  constructor(
    private readonly reader: DocumentReader,
    private readonly role: RoleDocuments,
    private readonly facts: JobFacts,
    private readonly now: () => number,
    private readonly record: (call: RecordedCall) => void,
  ) {}

  /**
   * Makes every call of this kind.
   *
   * @throws CallDenied at the first that is denied
   */
  async make(call: ServiceCall): Promise<void> {
    for (const planned of call.plan(this.facts)) {
      for (const { path, sourceIp } of this.paths(call.via)) await this.makeOne(call, planned, path, sourceIp);
    }
  }

  /** The networks that a call takes: one for each subnet of the job, where they differ. */
  private paths(via: ServiceCall["via"]): { path: Path; sourceIp?: string }[] {
    const network = this.facts.network;
    if (via === "service" || !network) return [{ path: { kind: "service" } }];
    const distinct = new Map<string, { path: Path; sourceIp?: string }>();
    for (const subnet of network.subnets) {
      const path = subnet[via];
      const sourceIp = this.facts.interfaces.find((one) => one.subnetId === subnet.id)?.privateIp;
      const name = path.kind === "endpoint" ? path.endpointId : path.kind === "blocked" ? path.reason : path.kind;
      if (!distinct.has(name)) distinct.set(name, { path, sourceIp });
    }
    return [...distinct.values()];
  }

  private async makeOne(call: ServiceCall, planned: PlannedCall, path: Path, sourceIp?: string): Promise<void> {
    const done = (outcome: RecordedCall["outcome"], reason: string): RecordedCall => {
      const written: RecordedCall = {
        id: call.id,
        step: call.step,
        action: planned.action,
        resource: planned.resource,
        via: path.kind === "endpoint" ? path.endpointId : path.kind,
        outcome,
        reason,
        at: new Date(this.now()).toISOString(),
      };
      this.record(written);
      return written;
    };
    if (path.kind === "blocked") {
      throw new CallDenied(
        `Could not connect to ${call.via === "kms" ? "AWS KMS" : "Amazon S3"} from the VPC: ${path.reason}`,
        done("blocked", path.reason),
      );
    }
    const owned = await this.policies(planned, path);
    if (typeof owned === "string") throw new CallDenied(planned.failure, done("keyUnusable", owned));
    const decision = evaluate(this.request(planned, path, sourceIp), owned);
    const written = done(decision.outcome, decision.reason);
    if (decision.outcome !== "allowed") throw new CallDenied(planned.failure, written);
  }

  private request(planned: PlannedCall, path: Path, sourceIp?: string): AccessRequest {
    const time = new Date(this.now());
    const context: Record<string, ContextValue> = {
      "aws:SecureTransport": true,
      "aws:RequestedRegion": this.facts.region,
      "aws:CurrentTime": time.toISOString(),
      "aws:EpochTime": Math.floor(time.getTime() / 1000),
      ...(path.kind === "endpoint" ? { "aws:SourceVpce": path.endpointId, "aws:SourceVpc": path.vpcId } : {}),
      ...(path.kind === "endpoint" && sourceIp !== undefined ? { "aws:VpcSourceIp": sourceIp } : {}),
      ...(planned.action.startsWith("s3:") ? { "s3:ResourceAccount": this.facts.account } : {}),
      ...planned.context,
    };
    return {
      caller: {
        kind: "role",
        arn: this.role.arn,
        tags: this.role.tags,
        sessionName: `BedrockModelCustomization-${this.facts.job.arn.slice(-12)}`,
      },
      action: planned.action,
      resource: planned.resource,
      resourceAccount: this.facts.account,
      context,
    };
  }

  /** The documents that decide a call; a text when the key cannot be used whatever they say. */
  private async policies(planned: PlannedCall, path: Path): Promise<ApplicablePolicies | string> {
    const endpoint: SourcedPolicy | undefined = path.kind === "endpoint" ? path.policy : undefined;
    const policies: ApplicablePolicies = { identity: this.role.identity, boundary: this.role.boundary, endpoint };
    if (planned.action.startsWith("s3:")) {
      const bucket = planned.resource.split(":::")[1]?.split("/")[0] ?? "";
      const found = await this.reader.bucket(bucket);
      if (!found) return `The bucket ${bucket} does not exist.`;
      if (found.region !== this.reader.region)
        return `The bucket ${bucket} is in ${found.region}, the job in ${this.reader.region}.`;
      policies.resource = found.policy;
    } else if (planned.action.startsWith("kms:")) {
      const key = await this.reader.key(planned.resource);
      if (!key) return `The key ${planned.resource} does not exist.`;
      if (key.state !== "Enabled" && !KEY_STATE_FREE.has(planned.action)) return `The key ${key.arn} is ${key.state}.`;
      policies.key = key.policy;
    }
    return policies;
  }
}
