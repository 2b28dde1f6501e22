/**
 * Resources that stand for what the policies judge, and that they cannot read: of the provider `aws-native`, of the Cloud
 * Control API, and in CloudFormation templates. Nothing is found in them, and that must not look as if nothing were wrong.
 */
import type { StackView } from "./stack";
import type { Subject } from "./subject";

/** Kinds of resources that policies judge, by the name of their service in CloudFormation. */
const JUDGED: Readonly<Record<string, readonly string[]>> = {
  bedrock: ["guardrail", "guardrailversion"],
  cloudtrail: ["trail"],
  ec2: [
    "vpc",
    "subnet",
    "route",
    "routetable",
    "securitygroup",
    "securitygroupingress",
    "securitygroupegress",
    "vpcendpoint",
  ],
  iam: ["role", "rolepolicy", "managedpolicy", "userpolicy", "grouppolicy", "user"],
  kms: ["key", "replicakey"],
  logs: ["loggroup", "resourcepolicy"],
  s3: ["bucket", "bucketpolicy"],
  sns: ["topic", "topicpolicy", "topicinlinepolicy"],
  sqs: ["queue", "queuepolicy", "queueinlinepolicy"],
};

const TEMPLATES: readonly string[] = ["aws:cloudformation/stack:Stack", "aws:cloudformation/stackSet:StackSet"];
const CLOUD_CONTROL = "aws:cloudcontrol/resource:Resource";
const NAMED = 5;

/** One line for each kind of resource that is there and cannot be read. */
export function unreadIn(stack: StackView): string[] {
  const kinds = new Map<string, string[]>();
  for (const subject of stack.all()) {
    const kind = unreadKind(subject);
    if (kind !== undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), subject.name]);
  }
  return [...kinds].map(([kind, names]) => {
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
    return `- all policies on ${names.slice(0, NAMED).join(", ")}${more} (${kind}): the pack reads resources of the provider aws (not judged)`;
  });
}

function unreadKind({ type, raw }: Subject): string | undefined {
  if (TEMPLATES.includes(type)) return type;
  if (type === CLOUD_CONTROL) {
    const name = raw.property("typeName");
    const [, service = "", kind = ""] = typeof name === "string" ? name.split("::") : [];
    return isJudged(service, kind) ? `${type} ${String(name)}` : undefined;
  }
  const [, service = "", kind = ""] = /^aws-native:([^:/]+)(?:\/[^:]+)?:(.+)$/.exec(type) ?? [];
  return isJudged(service, kind) ? type : undefined;
}

function isJudged(service: string, kind: string): boolean {
  return JUDGED[service.toLowerCase()]?.includes(kind.toLowerCase()) === true;
}
