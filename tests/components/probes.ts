/** What must be denied, and by which document: the other half of the table that documents are judged by. */
import { settingActions } from "../../components/documents/bucket";
import type { Caller, PolicyKind } from "../../iam";
import { assume, bedrock, deployer, interfaceArn, interfaceTags, jobRole, neededCalls } from "./calls";
import {
  account,
  decide,
  otherAccount,
  s3Arn,
  s3EndpointId,
  tls,
  viaBedrock,
  viaS3,
  withDefaultKeyPolicy,
  type Call,
  type Documents,
  type Place,
} from "./support";

/** A call that must be denied. */
export interface Probe {
  /** The document that it is aimed at. */
  subject: string;
  /** Who tries what. */
  what: string;
  /** Kind of the document that denies it. */
  layer: PolicyKind;
  call: Call;
  /** Whether the key policy is replaced by one that leaves everything to IAM, so that the role's own policy must hold. */
  underDefaultKeyPolicy?: boolean;
}

/** Whether a probe is denied, and by the document that it is aimed at. */
export function isHeldBack(probe: Probe, place: Place, documents: Documents): boolean {
  const judged = probe.underDefaultKeyPolicy ? withDefaultKeyPolicy(place, documents) : documents;
  const decision = decide(probe.call, place, judged);
  return decision.outcome !== "allowed" && decision.layer === probe.layer;
}

type Collect = (what: string, call: Call) => void;

const otherRole: Caller = { kind: "role", arn: `arn:aws:iam::${account}:role/analyst` };
const foreignRole: Caller = { kind: "role", arn: `arn:aws:iam::${otherAccount}:role/visitor` };
const accountRoot: Caller = { kind: "root", account };
const anonymous: Caller = { kind: "anonymous" };

/** Needed calls by name, with parts replaced: a probe differs from what is allowed in one thing. */
function variation(place: Place): (name: string, changes?: Partial<Call>) => Call {
  const calls = new Map(neededCalls(place).map((call) => [call.name, call]));
  return (name, changes = {}) => {
    const call = calls.get(name);
    if (call === undefined) {
      throw new Error(`no needed call is named "${name}"`);
    }
    return { ...call, ...changes };
  };
}

function trust(place: Place, denied: Collect): void {
  const jobOf = (owner: string) => place.jobArn.replace(account, owner);
  const claimed = (sourceAccount: string, sourceArn: string): Call => ({
    ...assume(place),
    context: { "aws:SourceAccount": sourceAccount, "aws:SourceArn": sourceArn },
  });
  const otherKind = place.jobArn.replace("model-customization-job", "evaluation-job");
  denied("Bedrock for a job of another account", claimed(otherAccount, jobOf(otherAccount)));
  denied("Bedrock for another account's job in our name", claimed(account, jobOf(otherAccount)));
  denied("Bedrock for our job in another account's name", claimed(otherAccount, place.jobArn));
  denied("Bedrock for an evaluation job", claimed(account, otherKind));
  denied("Bedrock for a job in another region", claimed(account, place.jobArn.replace("us-west-2", "us-east-1")));
  denied("Bedrock without saying for whom", { ...assume(place), context: {} });
  denied("another service", { ...assume(place), caller: { kind: "service", service: "ec2.amazonaws.com" } });
  denied("the deployer", { ...assume(place), caller: deployer(place) });
  denied("the account's root user", { ...assume(place), caller: accountRoot });
}

function dataAccess(place: Place, denied: Collect): void {
  const { trainingBucket, outputBucket, trainingPrefix, outputPrefix } = place.data;
  const needed = variation(place);
  // From the endpoint, but without its policy: the role's own documents must hold.
  const inside = { via: "direct", context: { ...tls, "aws:SourceVpce": s3EndpointId } } as const;
  const reading = (changes: Partial<Call>) => needed("reads the data set", { ...inside, ...changes });
  const writing = (changes: Partial<Call>) => needed("writes its probe and its metrics", { ...inside, ...changes });
  denied("the job writing a data set", reading({ action: "s3:PutObject" }));
  denied("the job deleting a data set", reading({ action: "s3:DeleteObject" }));
  denied("the job deleting a result", writing({ action: "s3:DeleteObject" }));
  denied("the job reading beside the folder", reading({ resource: s3Arn(place, trainingBucket, "people.csv") }));
  denied("the job writing beside the folder", writing({ resource: s3Arn(place, outputBucket, "metrics.csv") }));
  denied("the job reading another bucket", reading({ resource: s3Arn(place, "payroll", `${trainingPrefix}x`) }));
  denied("the job writing another bucket", writing({ resource: s3Arn(place, "payroll", `${outputPrefix}x`) }));
  denied("the job changing the bucket's policy", reading({ action: "s3:PutBucketPolicy" }));
  for (const [bucket, name] of [
    [trainingBucket, "looks for the data set"],
    [outputBucket, "looks for its probe"],
  ] as const) {
    const usual = needed(name);
    const prefix = String(usual.context["s3:prefix"]);
    const listing = { ...usual, ...inside, context: { ...inside.context, "s3:prefix": prefix } };
    denied(`the job listing all of ${bucket}`, { ...listing, context: { ...inside.context, "s3:prefix": "" } });
    denied(`the job listing another bucket below ${prefix}`, { ...listing, resource: s3Arn(place, "payroll") });
    denied(`the job listing ${bucket} of another account`, { ...listing, resourceAccount: otherAccount });
  }
  denied("the job reading our bucket's name in another account", reading({ resourceAccount: otherAccount }));
  denied("the job writing our bucket's name in another account", writing({ resourceAccount: otherAccount }));
}

function bucketPolicy(place: Place, denied: Collect): void {
  const { outputBucket, outputPrefix } = place.data;
  const needed = variation(place);
  const upload = needed("deployer uploads a data set");
  const sse = "s3:x-amz-server-side-encryption";
  const sseKey = `${sse}-aws-kms-key-id`;
  for (const put of [upload, { ...upload, resource: s3Arn(place, outputBucket, `${outputPrefix}x`) }]) {
    denied("an administrator without TLS", { ...put, context: { "aws:SecureTransport": false } });
    denied("an administrator with TLS 1.1", { ...put, context: { ...tls, "s3:TlsVersion": 1.1 } });
    denied("an upload under S3's own key", { ...put, context: { ...tls, [sse]: "AES256" } });
    denied("an upload under another key", {
      ...put,
      context: { ...tls, [sse]: "aws:kms", [sseKey]: place.otherKeyArn },
    });
    denied("an upload under another key without the algorithm", {
      ...put,
      context: { ...tls, [sseKey]: place.otherKeyArn },
    });
    denied("an administrator of another account", { ...put, caller: foreignRole });
    denied("an unsigned request", { ...put, action: "s3:GetObject", caller: anonymous });
  }
  for (const name of ["looks for the data set", "reads the data set", "reads its probe back"]) {
    const call = needed(name, { via: "direct" });
    denied(`an administrator who ${name}`, { ...call, caller: otherRole });
    denied(`the account's root user who ${name}`, { ...call, caller: accountRoot });
    denied(`stolen credentials of the job, from the internet, ${name}`, call);
    denied(`stolen credentials of the job, through another endpoint, ${name}`, {
      ...call,
      context: { ...call.context, "aws:SourceVpce": "vpce-99" },
    });
  }
  denied("an administrator's replication that writes a data set", {
    ...needed("reads the data set", { via: "direct" }),
    action: "s3:ReplicateObject",
    caller: otherRole,
  });
  const update = needed("deployer updates the policy of the bucket");
  for (const resource of [update.resource, s3Arn(place, outputBucket)]) {
    for (const action of ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", ...settingActions]) {
      denied("an administrator opening the bucket", { ...update, action, resource, caller: otherRole });
      denied("an administrator of another account opening the bucket", {
        ...update,
        action,
        resource,
        caller: foreignRole,
      });
    }
  }
  denied("the job reading without TLS", needed("reads the data set", { context: { "aws:SecureTransport": false } }));
}

function s3Endpoint(place: Place, denied: Collect): void {
  const { trainingBucket, outputBucket, trainingPrefix, outputPrefix } = place.data;
  const needed = variation(place);
  for (const name of ["looks for the data set", "reads the data set", "writes its probe and its metrics"]) {
    const call = needed(name);
    denied(`the deployer, who may do everything, as the job ${name}`, { ...call, caller: deployer(place) });
    denied(`another role of the account, as the job ${name}`, { ...call, caller: otherRole });
    denied(`stolen keys of another account, as the job ${name}`, { ...call, caller: foreignRole });
    denied(`an unsigned request, as the job ${name}`, { ...call, caller: anonymous });
    denied(`our bucket's name in another account, as the job ${name}`, { ...call, resourceAccount: otherAccount });
  }
  const loot = { resource: s3Arn(place, "loot", `${outputPrefix}x`), resourceAccount: otherAccount };
  denied("a foreign role carrying data to its own bucket", {
    ...needed("writes its probe and its metrics", loot),
    caller: foreignRole,
  });
  denied("the job carrying data to a foreign bucket", needed("writes its probe and its metrics", loot));
  denied("the job reading another bucket", {
    ...needed("reads the data set"),
    resource: s3Arn(place, "payroll", `${trainingPrefix}x`),
  });
  denied("the job writing another bucket", {
    ...needed("writes its probe and its metrics"),
    resource: s3Arn(place, "payroll", `${outputPrefix}x`),
  });
  denied("the job listing another bucket", { ...needed("looks for its probe"), resource: s3Arn(place, "payroll") });
  denied("the job writing beside the folder", {
    ...needed("writes its probe and its metrics"),
    resource: s3Arn(place, outputBucket, "x.csv"),
  });
  denied("the job reading beside the folder", {
    ...needed("reads the data set"),
    resource: s3Arn(place, trainingBucket, "x.csv"),
  });
  denied("the job writing a data set", { ...needed("reads the data set"), action: "s3:PutObject" });
}

function keyPolicy(place: Place, denied: Collect): void {
  const onKey = (caller: Caller, operation: string, context: Call["context"] = {}): Call => ({
    ...variation(place)("has S3 open the data set"),
    caller,
    action: `kms:${operation}`,
    context,
  });
  const ours = s3Arn(place, place.data.trainingBucket);
  const ofOurs = { "kms:EncryptionContext:aws:s3:arn": ours };
  const forAws = { "kms:GrantIsForAWSResource": true };
  const via = (service: string) => ({ "kms:ViaService": `${service}.amazonaws.com`, ...ofOurs, ...forAws });
  const users = { "the deployer": deployer(place), "the job": jobRole(place) };

  for (const operation of ["Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "CreateGrant"]) {
    denied(`${operation} by the account's root user`, onKey(accountRoot, operation, forAws));
    denied(`${operation} by another administrator via S3`, onKey(otherRole, operation, viaS3(place, ours)));
    denied(`${operation} by another administrator via Bedrock`, {
      ...onKey(otherRole, operation, { ...viaBedrock(place), ...forAws }),
    });
    for (const [name, caller] of Object.entries(users)) {
      denied(`${operation} by ${name} at KMS itself`, onKey(caller, operation, { ...ofOurs, ...forAws }));
      denied(`${operation} by ${name} via another service`, onKey(caller, operation, via("secretsmanager.us-west-2")));
    }
  }
  for (const [name, caller] of Object.entries(users)) {
    for (const operation of ["Decrypt", "GenerateDataKey"]) {
      denied(`${operation} by ${name} via S3 of another region`, onKey(caller, operation, via("s3.us-east-1")));
      for (const [what, bucket] of [
        ["another bucket", s3Arn(place, "payroll")],
        ["a bucket whose name begins like ours", `${ours}-copy`],
      ] as const) {
        denied(`${operation} by ${name} via S3 for ${what}`, onKey(caller, operation, viaS3(place, bucket)));
      }
    }
    denied(`a grant by ${name} for somebody who is no AWS service`, {
      ...onKey(caller, "CreateGrant", { ...viaBedrock(place), "kms:GrantIsForAWSResource": false }),
    });
  }
  const deployers = place.deployer;
  const namesake: Caller = { kind: "role", arn: deployers.replace(account, otherAccount) };
  const longer: Caller = { kind: "role", arn: `arn:aws:iam::${account}:role/NotDeployer` };
  denied("a role of another account with the deployer's name", onKey(namesake, "Decrypt", viaS3(place, ours)));
  denied("a role whose name ends like the deployer's", onKey(longer, "Decrypt", viaS3(place, ours)));
  denied("Bedrock with its own identity", onKey(bedrock, "Decrypt", { "aws:SourceAccount": account }));
}

function keyAccess(place: Place, denied: Collect): void {
  const sealing = variation(place)("seals the model", { via: "direct" });
  const onKey = (operation: string, context: Call["context"]): Call => ({
    ...sealing,
    action: `kms:${operation}`,
    context,
  });
  const forAws = { "kms:GrantIsForAWSResource": true };
  for (const operation of ["Decrypt", "GenerateDataKey", "DescribeKey", "CreateGrant"]) {
    const via = operation === "CreateGrant" ? { ...viaBedrock(place), ...forAws } : viaBedrock(place);
    denied(`the job's ${operation} at KMS itself`, onKey(operation, forAws));
    denied(`the job's ${operation} on another key of the account`, {
      ...onKey(operation, via),
      resource: place.otherKeyArn,
    });
    denied(`the job's ${operation} on a key of another account`, {
      ...onKey(operation, via),
      resource: place.keyArn.replace(account, otherAccount),
      resourceAccount: otherAccount,
    });
  }
  denied("the job's grant for somebody who is no AWS service", {
    ...onKey("CreateGrant", { ...viaBedrock(place), "kms:GrantIsForAWSResource": false }),
  });
  for (const operation of ["ScheduleKeyDeletion", "PutKeyPolicy", "Encrypt"]) {
    denied(`the job's ${operation}`, onKey(operation, viaBedrock(place)));
  }
}

function kmsEndpoint(place: Place, denied: Collect): void {
  const sealing = variation(place)("seals the model");
  denied("the deployer", { ...sealing, caller: deployer(place) });
  denied("another role of the account", { ...sealing, caller: otherRole });
  denied("stolen keys of another account", { ...sealing, caller: foreignRole });
  denied("another key", { ...sealing, resource: place.otherKeyArn });
  denied("a key of another account", {
    ...sealing,
    resource: place.keyArn.replace(account, otherAccount),
    resourceAccount: otherAccount,
  });
  denied("disabling the key", { ...sealing, action: "kms:DisableKey" });
}

function networkAccess(place: Place, denied: Collect): void {
  const needed = variation(place);
  const [subnet = ""] = place.subnetArns;
  const otherSubnet = subnet.replace("subnet-0a", "subnet-99");
  const foreignJob = place.jobArn.replace(account, otherAccount);
  const making = needed("makes an interface");
  const tagging = needed("tags it");
  const onEc2 = (action: string, resource: string, context: Call["context"] = {}): Call => ({
    ...making,
    action: `ec2:${action}`,
    resource,
    context,
  });
  const without = (context: Call["context"], key: string) =>
    Object.fromEntries(Object.entries(context).filter(([name]) => !name.endsWith(key)));
  const managed = "BedrockManaged";
  const job = "BedrockModelCustomizationJobArn";
  const otherGroup = place.groupArn.replace("sg-0a", "sg-99");

  denied("the job's interface in another subnet", onEc2("CreateNetworkInterface", otherSubnet));
  denied("the job's interface with another group", onEc2("CreateNetworkInterface", otherGroup));
  for (const tag of [managed, job]) {
    denied(`the job's interface without tag ${tag}`, { ...making, context: without(making.context, tag) });
  }
  denied("the job's interface tagged for another account's job", {
    ...making,
    context: { ...making.context, [`aws:RequestTag/${job}`]: foreignJob },
  });
  denied("the job making an interface out of an instance", {
    ...making,
    resource: interfaceArn(place).replace("network-interface", "instance"),
  });
  for (const action of [
    "CreateNetworkInterfacePermission",
    "DeleteNetworkInterfacePermission",
    "DeleteNetworkInterface",
  ]) {
    const own = { "ec2:Subnet": subnet, ...interfaceTags(place) };
    const on = (context: Call["context"]) => onEc2(action, interfaceArn(place, "eni-99"), context);
    denied(`${action} in another subnet`, on({ ...own, "ec2:Subnet": otherSubnet }));
    denied(`${action} on an interface without tag ${managed}`, on(without(own, managed)));
    denied(`${action} on an interface without tag ${job}`, on(without(own, job)));
    denied(`${action} for another account's job`, on({ ...own, ...interfaceTags(place, foreignJob) }));
  }
  denied("the job tagging what exists already", {
    ...tagging,
    resource: interfaceArn(place, "eni-99"),
    context: without(tagging.context, "CreateAction"),
  });
  denied("the job putting another tag on its interface", {
    ...tagging,
    context: { ...tagging.context, "aws:TagKeys": [managed, "Owner"] },
  });
  denied("the job tagging a volume", {
    ...tagging,
    resource: interfaceArn(place).replace("network-interface", "volume"),
  });
  denied("the job starting an instance", onEc2("RunInstances", subnet));
  denied("the job opening a group", onEc2("AuthorizeSecurityGroupIngress", place.groupArn));
}

/** Every call that must be denied, in the partition `aws`. */
export function probesOf(place: Place): Probe[] {
  const probes: Probe[] = [];
  const aimedAt = (
    subject: string,
    layer: PolicyKind,
    list: (place: Place, denied: Collect) => void,
    underDefaultKeyPolicy = false,
  ) => list(place, (what, call) => probes.push({ subject, what, layer, call, underDefaultKeyPolicy }));
  aimedAt("trust of the service role", "trust", trust);
  aimedAt("data permissions of the service role", "identity", dataAccess);
  aimedAt("key permissions of the service role", "identity", keyAccess, true);
  aimedAt("network permissions of the service role", "identity", networkAccess);
  aimedAt("bucket policy", "resource", bucketPolicy);
  aimedAt("key policy", "key", keyPolicy);
  aimedAt("S3 endpoint", "endpoint", s3Endpoint);
  aimedAt("KMS endpoint", "endpoint", kmsEndpoint);
  return probes;
}
