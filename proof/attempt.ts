/** What the proof asks: attempts, each of one or several calls, and how the documents of a model decide them. */
import {
  allow,
  decide,
  policy,
  type ApplicablePolicies,
  type Caller,
  type ContextValue,
  type Decision,
  type PreparedPolicies,
  type SourcedPolicy,
} from "../iam";
import { keysOf, rolesOf, s3Arn, type AccessModel, type KeyModel, type RoleModel } from "./model";
import { prepared } from "./read-once";

/** One API call. */
export interface Call {
  caller: Caller;
  action: string;
  resource: string;
  /** Default: the account of the model. */
  resourceAccount?: string;
  /** Service of the endpoint on the way, e.g. `kms`; `direct`: over the internet or the network of an AWS service. */
  via: string;
  context: Record<string, ContextValue>;
}

/** Something that somebody tries; it succeeds only if every call succeeds. */
export interface Attempt {
  /** Stable between runs and stacks: no ids in it. */
  name: string;
  calls: Call[];
}

/** How an attempt ended. */
export interface Verdict {
  allowed: boolean;
  /** Of the first call that was denied; of the last one when all were allowed. */
  decision: Decision;
  call: Call;
  /** The documents that decided. */
  policies: PreparedPolicies;
}

const administratorAccess: SourcedPolicy = {
  source: "AdministratorAccess",
  document: policy(allow({ Action: "*", Resource: "*" })),
};
// What is somebody else's is as open as its owner can make it.
const openResource: SourcedPolicy = {
  source: "policy of the other account",
  document: policy(allow({ Principal: "*", Action: "*", Resource: "*" })),
};
const openKey: SourcedPolicy = { ...openResource };

/** Decides attempts against one model; documents are read once. */
export class Judge {
  private readonly read = new Map<string, PreparedPolicies>();

  public constructor(private readonly model: AccessModel) {}

  /**
   * @throws PolicySyntaxError when a document of the model is invalid.
   * @throws RequestError when a call is malformed.
   */
  public judge(attempt: Attempt): Verdict {
    let last: Verdict | undefined;
    for (const call of attempt.calls) {
      const policies = this.policies(call);
      const decision = this.decide(call, policies);
      last = { allowed: decision.outcome === "allowed", decision, call, policies };
      if (!last.allowed) return last;
    }
    if (last === undefined) throw new Error(`attempt "${attempt.name}" has no call`);
    return last;
  }

  private decide(call: Call, policies: PreparedPolicies): Decision {
    const { account, region } = this.model;
    const organization = this.organization(call);
    return decide(
      {
        caller: call.caller,
        action: call.action,
        resource: call.resource,
        resourceAccount: call.resourceAccount ?? account,
        context: {
          "aws:SecureTransport": true,
          "aws:RequestedRegion": region,
          ...organization,
          ...this.path(call),
          ...call.context,
        },
      },
      policies,
    );
  }

  /**
   * The organization of the account, on the sides of a call that are the account's. What is AWS's own, such as a foundation
   * model, names no account and is in no organization.
   */
  private organization({ caller, resource, resourceAccount }: Call): Record<string, ContextValue> {
    const { account, organizationId } = this.model;
    if (organizationId === undefined) return {};
    const signed = caller.kind === "role" || caller.kind === "user";
    const isOurs = (resourceAccount ?? account) === account && !/^arn:[^:]+:bedrock:[^:]*::/u.test(resource);
    return {
      ...(signed && caller.arn.split(":")[4] === account ? { "aws:PrincipalOrgID": organizationId } : {}),
      ...(isOurs ? { "aws:ResourceOrgID": organizationId } : {}),
    };
  }

  /** Keys that the network path adds (IAM User Guide, "aws:SourceVpce", "aws:SourceVpc"). */
  private path({ via, action }: Call): Record<string, ContextValue> {
    const tls: Record<string, ContextValue> = action.startsWith("s3:") ? { "s3:TlsVersion": 1.3 } : {};
    const endpoint = via === "direct" ? undefined : this.model.endpoints[via];
    return endpoint === undefined ? tls : { ...tls, "aws:SourceVpce": endpoint.id, "aws:SourceVpc": endpoint.vpcId };
  }

  private policies(call: Call): PreparedPolicies {
    const role = this.ownRole(call.caller);
    // Without a role of the stack only the account of the caller matters, and that to an organization.
    const who = role?.arn ?? ("arn" in call.caller ? call.caller.arn : call.caller.kind);
    const key = [
      this.model.organization === undefined ? (role?.arn ?? call.caller.kind) : who,
      this.sideKey(call),
      call.via,
    ].join("|");
    const found = this.read.get(key);
    if (found !== undefined) return found;
    const made = prepared({
      ...this.callerSide(call.caller),
      ...this.resourceSide(call),
      ...this.organizationPolicies(call),
      ...(call.via === "direct" ? {} : { endpoint: this.model.endpoints[call.via]?.policy }),
    });
    this.read.set(key, made);
    return made;
  }

  /** What the organization binds: service control policies callers of the account, resource control policies its resources. */
  private organizationPolicies({ caller, resourceAccount }: Call): Pick<ApplicablePolicies, "scps" | "rcps"> {
    const { organization, account } = this.model;
    if (organization === undefined) return {};
    const own =
      "arn" in caller ? caller.arn.split(":")[4] === account : "account" in caller && caller.account === account;
    return {
      ...(own ? { scps: organization.scps } : {}),
      ...((resourceAccount ?? account) === account ? { rcps: organization.rcps } : {}),
    };
  }

  private sideKey({ action, resource, resourceAccount }: Call): string {
    return [
      action.split(":")[0],
      rolesOf(this.model).some(({ arn }) => arn === resource) ? resource : resource.split("/")[0],
      this.keyOf(resource)?.arn,
      resourceAccount,
    ].join(" ");
  }

  private keyOf(arn: string): KeyModel | undefined {
    return keysOf(this.model).find((key) => key.arn === arn);
  }

  private ownRole(caller: Caller): RoleModel | undefined {
    return caller.kind === "role" ? rolesOf(this.model).find(({ arn }) => arn === caller.arn) : undefined;
  }

  /** Everybody but the stack's roles holds every permission that IAM can give: only the stack's own documents count. */
  private callerSide(caller: Caller): ApplicablePolicies {
    if (caller.kind !== "role" && caller.kind !== "user") return {};
    const role = this.ownRole(caller);
    if (role !== undefined) return { identity: role.identity, boundary: role.boundary };
    return { identity: [administratorAccess] };
  }

  private resourceSide({ action, resource, resourceAccount }: Call): ApplicablePolicies {
    const { model } = this;
    const target = rolesOf(model).find(({ arn }) => arn === resource);
    if (action.startsWith("sts:") && target !== undefined) return { trust: target.trust };
    const key = this.keyOf(resource);
    if (key !== undefined) {
      // What an AWS service was granted it does for whoever made the grant; the probes ask who may make one.
      const grants = (key.grants ?? []).filter(({ grantee }) => grantee.startsWith("arn:"));
      return { key: key.policy, ...(grants.length === 0 ? {} : { grants }) };
    }
    const foreign = resourceAccount !== undefined && resourceAccount !== model.account;
    if (foreign) {
      return action.startsWith("kms:") ? { key: openKey } : { resource: openResource };
    }
    if (resource.includes(":key/")) {
      const root = `arn:${model.partition}:iam::${model.account}:root`;
      const usual = policy(allow({ Principal: { AWS: root }, Action: "kms:*", Resource: "*" }));
      return { key: { source: "default policy of the other key", document: usual } };
    }
    const buckets = [model.training, model.output, ...(model.logs === undefined ? [] : [model.logs])];
    const found =
      buckets.find(({ name }) => resource.split("/")[0] === s3Arn(model, name)) ??
      model.channels.find(({ arn }) => arn === resource);
    return found?.policy === undefined ? {} : { resource: found.policy };
  }
}
