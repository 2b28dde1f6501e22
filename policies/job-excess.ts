/** What a document lets the role of a job do beyond its job, found by asking. */
import type { ApplicablePolicies, PolicyKind, Statement } from "../iam/types";
import { bucketsOf, customizationOf, purposeOf, type Purpose } from "./customization";
import * as documents from "./documents";
import { decide, matchesAny } from "./evaluator";
import * as probes from "./probes";
import { s3Location } from "./s3-uri";
import type { Subject } from "./subject";

/**
 * Tags that Bedrock puts on the network interfaces of a job (Bedrock User Guide, "Protect jobs using a VPC"). An evaluation
 * has no network.
 */
const INTERFACE_TAGS: Readonly<Record<Purpose, readonly string[]>> = {
  "model-customization-job": ["BedrockManaged", "BedrockModelCustomizationJobArn"],
  "model-import-job": ["BedrockManaged", "BedrockModelImportJobArn"],
  "evaluation-job": [],
};

/** A job, and what belongs to it. */
interface Scope {
  readonly job: Subject;
  /** Its role, if it is in the stack. */
  readonly role: Subject | undefined;
  /** Names of buckets that the role may reach besides those of the job; `*` and `?` are wildcards. */
  readonly buckets: readonly string[];
}

interface Attempt {
  readonly what: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys that differ from what the statement wants; `undefined`: the request does not carry the key. */
  readonly context?: Readonly<Record<string, probes.ProbeContext[string] | undefined>>;
}

interface Place {
  readonly partition: string;
  readonly account: string;
  readonly regions: readonly string[];
}

/** One text for each statement and each thing that it lets the job's role do and should not. */
export function* excessOf(document: documents.HeldDocument, scope: Scope): Generator<string> {
  const { job, buckets } = scope;
  const text = documents.textOf(document);
  const partition = probes.partitionIn(text);
  const account = probes.accountIn(customizationOf(job).role.string() ?? "") ?? probes.ownStandIn(text);
  const regions = [
    ...new Set([...text.matchAll(/\barn:[a-z-]*:(?:kms|ec2):([a-z0-9-]+):/g)].map(([, name = ""]) => name)),
  ];
  const place = { partition, account, regions: regions.length > 0 ? regions : ["probe-region-1"] };
  for (const [index, statement] of documents.statementsOf(document).entries()) {
    if (statement.Effect !== "Allow" || documents.isInverted(statement)) continue;
    if (document.kind === "endpoint" && !meansTheRole(statement, scope)) continue;
    const layers = layersOf(document, statement, place);
    const found = attemptsFor(job, statement, place, document.kind).filter((attempt) => {
      return succeeds(attempt, statement, layers, place);
    });
    const name = `${document.source}: ${documents.nameOfStatement(statement, index)}`;
    for (const what of new Set(found.map((attempt) => attempt.what))) yield `${name} lets the job's role ${what}.`;
    const strange = bucketsIn(statement, job).filter((bucket) => !matchesAny(buckets, bucket));
    if (strange.length > 0)
      yield `${name} lets the job's role reach bucket ${strange.join(", ")}, which is not the job's.`;
    if (document.kind !== "endpoint") continue;
    const wide = documents.many(statement.Action).filter((action) => /^\*|:\*+$/.test(action));
    if (wide.length > 0) yield `${name} lets the job's role pass with ${wide.join(", ")}.`;
  }
}

/** The documents around one statement; made once, since reading them is what costs. */
interface Layers {
  readonly plain: ApplicablePolicies;
  readonly withKey: ApplicablePolicies;
}

function layersOf(document: documents.HeldDocument, statement: Statement, { partition, account }: Place): Layers {
  const held = documents.allowedBy(document, statement);
  if (document.kind === "endpoint") {
    const plain: ApplicablePolicies = { endpoint: held, identity: [probes.allowAll(false)] };
    return { plain, withKey: { ...plain, key: probes.allowAll(true) } };
  }
  return { plain: { identity: [held] }, withKey: { identity: [held], key: probes.keyLeftToIam(account, partition) } };
}

function succeeds(attempt: Attempt, statement: Statement, layers: Layers, { partition, account }: Place): boolean {
  const { action, resource } = attempt;
  // Most attempts are about other services than the statement.
  const actions = documents.many(statement.Action).map((name) => name.toLowerCase());
  if (!matchesAny(actions, action.toLowerCase())) return false;
  const wanted = probes.contextFor(statement, { principal: "own", resource: "own" });
  const entries = Object.entries({ ...wanted, ...attempt.context }).filter(([, value]) => value !== undefined);
  const context = Object.fromEntries(entries) as probes.ProbeContext;
  const request = {
    caller: probes.roleFor(statement, account, partition),
    action,
    resource,
    resourceAccount: account,
    context,
  };
  const isOfAKey = /^kms:/.test(action) && resource.includes(":key/");
  return decide(request, isOfAKey ? layers.withKey : layers.plain).outcome === "allowed";
}

/** Whether a statement of an endpoint policy means the role of the job by its name. */
function meansTheRole(statement: Statement, { job, role: owner }: Scope): boolean {
  const role = customizationOf(job).role;
  const name = owner?.raw.property("name");
  const isIt = (arn: string): boolean => {
    if (!role.isUnknown) return arn === role.string();
    return typeof name !== "string" || arn.endsWith(`/${name}`);
  };
  const principal = statement.Principal;
  const named = principal === undefined || typeof principal === "string" ? [] : documents.many(principal.AWS);
  const arns = [...named, ...probes.valuesOf(statement, "aws:principalarn")].filter((arn) => arn.includes(":role/"));
  return arns.some(isIt);
}

/** Names of the buckets that a statement names and the job does not use. */
function bucketsIn(statement: Statement, job: Subject): string[] {
  const own = new Set(bucketsOf(job));
  const named = documents
    .many(statement.Resource)
    .flatMap((arn) => /^arn:[^:]*:s3:::([^/*?]+)(?:\/|$)/.exec(arn)?.[1] ?? []);
  return [...new Set(named)].filter((bucket) => !own.has(bucket));
}

function attemptsFor(job: Subject, statement: Statement, place: Place, kind: PolicyKind): Attempt[] {
  // What passes an endpoint comes from the job itself: no service acts for it there.
  const own = kind === "endpoint" ? [] : ownKeyAttempts(statement, place);
  return [...storageAttempts(job, place), ...otherKeyAttempts(place), ...own, ...networkAttempts(job, place)];
}

function storageAttempts(job: Subject, { partition, account }: Place): Attempt[] {
  const bucket = `arn:${partition}:s3:::unrelated-${account}`;
  const { training, validation, output } = customizationOf(job);
  const inputs = [training, ...validation].flatMap((uri) => s3Location(uri) ?? []);
  const written = s3Location(output);
  const object = (name: string, key: string) => `arn:${partition}:s3:::${name}/${key}`;
  const aside = "unrelated-probe/probe";
  return [
    { what: "list other buckets", action: "s3:ListBucket", resource: bucket },
    { what: "read other buckets", action: "s3:GetObject", resource: `${bucket}/probe` },
    { what: "write to other buckets", action: "s3:PutObject", resource: `${bucket}/probe` },
    ...inputs.flatMap(({ bucket: name, key }): Attempt[] => [
      ...(key.includes("/")
        ? [{ what: `read all of ${name}`, action: "s3:GetObject", resource: object(name, aside) }]
        : []),
      { what: `change the data of ${name}`, action: "s3:PutObject", resource: object(name, key) },
      { what: `delete the data of ${name}`, action: "s3:DeleteObject", resource: object(name, key) },
      { what: `change who reaches ${name}`, action: "s3:PutBucketPolicy", resource: `arn:${partition}:s3:::${name}` },
    ]),
    ...(written === undefined || written.prefix === "" || inputs.some(({ bucket: name }) => name === written.bucket)
      ? []
      : ["s3:GetObject", "s3:PutObject"].map((action) => ({
          what: `reach all of ${written.bucket}`,
          action,
          resource: object(written.bucket, aside),
        }))),
  ];
}

function otherKeyAttempts({ partition, account, regions }: Place): Attempt[] {
  const elsewhere = regions.map((region) => `arn:${partition}:kms:${region}:${account}:key/unrelated`);
  const uses = ["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant", "kms:DescribeKey"];
  return elsewhere.flatMap((resource) => uses.map((action) => ({ what: "use other keys", action, resource })));
}

function ownKeyAttempts(statement: Statement, { partition, account }: Place): Attempt[] {
  const own = documents
    .many(statement.Resource)
    .map((pattern) => probes.resourceWitness(pattern, "kms", account, partition))
    .filter((arn) => arn.includes(":kms:") && arn.includes(":key/"));
  return own.flatMap((resource): Attempt[] => [
    ...[undefined, "probe.probe-region-1.amazonaws.com"].flatMap((name) =>
      ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"].map((action) => ({
        what: "use its key through any service",
        action,
        resource,
        context: { "kms:viaservice": name },
      })),
    ),
    {
      what: "grant the use of its key to anybody",
      action: "kms:CreateGrant",
      resource,
      context: { "kms:grantisforawsresource": undefined },
    },
    { what: "change who uses its key", action: "kms:PutKeyPolicy", resource },
  ]);
}

function networkAttempts(job: Subject, { partition, account, regions }: Place): Attempt[] {
  const purpose = purposeOf(job);
  const tags = INTERFACE_TAGS[purpose];
  return regions.flatMap((region): Attempt[] => {
    const arn = (resource: string) => `arn:${partition}:ec2:${region}:${account}:${resource}`;
    const [subnet, group, card] = [
      arn("subnet/subnet-unrelated"),
      arn("security-group/sg-unrelated"),
      arn("network-interface/*"),
    ];
    const foreignJob = `arn:${partition}:bedrock:${region}:${probes.strangerAccount(account)}:${purpose}/probe`;
    const cards = "make network interfaces that are not a job's";
    const others = "handle network interfaces that are not the job's";
    const onOthers = (context: Attempt["context"]) =>
      ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"].map((action) => ({
        what: others,
        action,
        resource: arn("network-interface/eni-unrelated"),
        ...(context && { context }),
      }));
    return [
      { what: "make network interfaces in other subnets", action: "ec2:CreateNetworkInterface", resource: subnet },
      { what: "make network interfaces with other groups", action: "ec2:CreateNetworkInterface", resource: group },
      ...tags.flatMap((tag) =>
        [undefined, "unrelated", foreignJob].map((value) => ({
          what: cards,
          action: "ec2:CreateNetworkInterface",
          resource: card,
          context: { [`aws:requesttag/${tag.toLowerCase()}`]: value },
        })),
      ),
      ...(tags.length > 0
        ? []
        : [card, subnet].map((resource) => ({
            what: "make network interfaces, which no evaluation has",
            action: "ec2:CreateNetworkInterface",
            resource,
          }))),
      ...onOthers({ "ec2:subnet": arn("subnet/subnet-unrelated") }),
      ...tags.flatMap((tag) =>
        [undefined, "unrelated", foreignJob].flatMap((value) =>
          onOthers({ [`ec2:resourcetag/${tag.toLowerCase()}`]: value }),
        ),
      ),
      ...[{ "ec2:createaction": undefined }, { "ec2:createaction": "RunInstances" }, { "aws:tagkeys": ["Owner"] }].map(
        (context) => ({ what: "tag what is not a job's", action: "ec2:CreateTags", resource: card, context }),
      ),
      { what: "tag what is not a job's", action: "ec2:CreateTags", resource: arn("instance/i-unrelated") },
    ];
  });
}
