/** Data protection: what a bucket needs beside its policy. Access lists, records of access, an end of what is unfinished. */
import { bucketJoin } from "./documents";
import { customizationOf } from "./customization";
import { inParts } from "./judge";
import type { PolicyRule } from "./model";
import { s3Location } from "./s3-uri";
import { stackIn, type StackView } from "./stack";
import type { Reader, Subject } from "./subject";
import { BUCKETS, BUCKET_ACL, BUCKET_LIFECYCLE, BUCKET_LOGGING, BUCKET_OWNERSHIP, MODEL_JOBS, TRAILS } from "./tokens";
import { pointed } from "./topology";

const RECORDS = { "NIST 800-53": ["AU-2", "AU-12"], "SOC 2": ["CC7.2"], "EU AI Act": ["Art. 12"], GDPR: ["Art. 33"] };
/** Access lists that let nobody in besides the owner and the log delivery of AWS. */
const CLOSED_LISTS = ["private", "log-delivery-write", "bucket-owner-full-control", "bucket-owner-read"];

const noLists: PolicyRule = {
  id: "bucket-has-no-access-lists",
  family: "data-protection",
  severity: "high",
  level: "mandatory",
  title: "Access lists do not open a bucket, and in a stack that customizes models they are off",
  threat: "An access list on one object opens it past every policy of the bucket, and shows in no policy.",
  remediation: {
    text: "Leave acl out, and set objectOwnership to BucketOwnerEnforced.",
    code: `new aws.s3.BucketOwnershipControls("training", { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } });`,
  },
  frameworks: { "NIST 800-53": ["AC-3", "AC-6"], "SOC 2": ["CC6.1"], GDPR: ["Art. 32"], "AWS FSBP": ["S3.12"] },
  replaces: ["CKV2_AWS_65", "CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375", "AWS-0092", "s3_bucket_acl_prohibited"],
  appliesTo: BUCKETS,
  phase: "stack",
  *judge(bucket, context) {
    const stack = stackIn(context.stack);
    const lists = [bucket, ...stack.belongingTo(bucket, bucketJoin(BUCKET_ACL))];
    yield* inParts(lists, openLists);
    const ownership = stack.belongingTo(bucket, bucketJoin(BUCKET_OWNERSHIP));
    if (!stack.worksOnModels) return;
    if (ownership.length === 0) yield "The bucket has no ownership controls; access lists may be on.";
    yield* inParts(ownership, function* (controls) {
      const owner = controls.at("rule").at("objectOwnership").string();
      if (owner !== "BucketOwnerEnforced") {
        yield `objectOwnership of ${controls.name} is ${owner ?? "not set"}; BucketOwnerEnforced turns access lists off.`;
      }
    });
  },
};

const accessLogged: PolicyRule = {
  id: "bucket-access-is-recorded",
  family: "audit",
  severity: "medium",
  level: "advisory",
  title: "Who reads and writes a bucket is recorded in another bucket",
  threat: "Nobody can tell afterwards who read the training data, or changed it before a model learned it.",
  remediation: {
    text: "Add access logging to a bucket that is for logs only.",
    code: `new aws.s3.BucketLogging("training", { bucket: bucket.id, targetBucket: logs.id, targetPrefix: "training/" });`,
  },
  frameworks: { ...RECORDS, "AWS FSBP": ["S3.9"] },
  replaces: ["CKV_AWS_18", "S1", "AWS-0089", "s3-bucket-logging-enabled", "s3_bucket_server_access_logging_enabled"],
  appliesTo: BUCKETS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(bucket, context) {
    const stack = stackIn(context.stack);
    if (logBuckets(stack).has(bucket)) return;
    const targets = logTargets(bucket, stack);
    if (targets.length > 0) {
      // A log bucket of another stack is fine, but not beside one of this stack.
      for (const { target } of targets.filter((each) => !each.target.isUnknown && isElsewhere(each, stack))) {
        yield `${target.path} is ${target.string()}, though the stack has a bucket for logs.`;
      }
      return;
    }
    // Whether others log to it is told by its name, where no dependency tells.
    bucket.at("bucket").string();
    yield "The bucket has no access logging.";
  },
};

const logsApart: PolicyRule = {
  id: "training-results-and-logs-are-apart",
  family: "data-protection",
  severity: "medium",
  level: "mandatory",
  title: "Training data, results and logs are in buckets of their own",
  threat: "In one bucket, who may write results can change what the next model learns, or the records of it.",
  remediation: {
    text: "Use one bucket for each purpose, and log to one that is not logged into itself.",
    code: `new aws.s3.BucketLogging("training", { bucket: training.id, targetBucket: logs.id, targetPrefix: "training/" });`,
  },
  frameworks: { "NIST 800-53": ["AC-4", "AU-9", "SI-7"], "SOC 2": ["CC6.1"], "OWASP LLM Top 10": ["LLM04"] },
  replaces: [],
  appliesTo: BUCKETS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(bucket, context) {
    const stack = stackIn(context.stack);
    if (logTargets(bucket, stack).some((target) => isBucket(target, bucket, stack))) {
      yield "The bucket records access to itself in itself.";
    }
    const isOfLogs = logBuckets(stack).has(bucket);
    yield* inParts(stack.ofTypes(MODEL_JOBS), function* (job) {
      const { training, validation, output } = customizationOf(job);
      const read = [training, ...validation].some((uri) => holds(bucket, uri));
      const written = holds(bucket, output);
      if (read && written) yield `Job ${job.name} reads its data from the bucket into which it writes its results.`;
      if (isOfLogs && (read || written)) yield `The bucket holds logs, and data of job ${job.name}.`;
    });
  },
};

const unfinishedRemoved: PolicyRule = {
  id: "bucket-removes-unfinished-uploads",
  family: "data-protection",
  severity: "low",
  level: "advisory",
  title: "A bucket removes uploads that nobody finished",
  threat: "Parts of training data that no listing shows stay for ever, are paid for, and are never erased on request.",
  remediation: {
    text: "Add a lifecycle rule that aborts incomplete multipart uploads.",
    code: `new aws.s3.BucketLifecycleConfiguration("training", { bucket: bucket.id, rules: [{ id: "unfinished", status: "Enabled",
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }] });`,
  },
  frameworks: { "NIST 800-53": ["SI-12"], GDPR: ["Art. 5", "Art. 17"], CCPA: ["1798.105"] },
  replaces: ["CKV2_AWS_61", "CKV_AWS_300", "s3_bucket_lifecycle_enabled", "CT.S3.PR.6"],
  appliesTo: BUCKETS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(bucket, context) {
    const split = stackIn(context.stack).belongingTo(bucket, bucketJoin(BUCKET_LIFECYCLE));
    const inline = bucket.at("lifecycleRules").list();
    const rules = [...split.flatMap((configuration) => configuration.at("rules").list()), ...inline];
    if (!rules.some(abortsUploads)) yield "No lifecycle rule in force aborts incomplete multipart uploads.";
  },
};

/** The policies on the upkeep of buckets. */
export const bucketUpkeep: readonly PolicyRule[] = [noLists, accessLogged, logsApart, unfinishedRemoved];

function* openLists(holder: Subject): Generator<string> {
  const acl = holder.at("acl").string();
  if (acl !== undefined && !CLOSED_LISTS.includes(acl)) yield `acl of ${holder.name} is ${acl}.`;
  const grants = [...holder.at("grants").list(), ...holder.at("accessControlPolicy").at("grants").list()];
  yield* inParts(grants, function* (grant) {
    const uri = grant.at("uri").string() ?? grant.at("grantee").at("uri").string() ?? "";
    if (/\/(?:AllUsers|AuthenticatedUsers)$/.test(uri)) yield `${grant.path} of ${holder.name} is for ${uri}.`;
  });
}

/** The buckets to which a bucket's access is recorded, as they are named. */
function logTargets(bucket: Subject, stack: StackView): { holder: Subject; target: Reader }[] {
  const split = stack.belongingTo(bucket, bucketJoin(BUCKET_LOGGING));
  const targets = split.map((holder) => ({ holder, target: holder.at("targetBucket") }));
  const inline = bucket.at("logging", "loggings");
  const own = inline.exists ? [{ holder: bucket, target: inline.at("targetBucket") }] : [];
  return [...targets, ...own].filter(({ target }) => target.exists && target.value !== "");
}

function isBucket({ holder, target }: { holder: Subject; target: Reader }, bucket: Subject, stack: StackView): boolean {
  return bucketsNamed(holder, target, stack).includes(bucket);
}

function isElsewhere({ holder, target }: { holder: Subject; target: Reader }, stack: StackView): boolean {
  const names = stack.ofTypes(BUCKETS).map((bucket) => bucket.raw.property("bucket"));
  if (logBuckets(stack).size === 0 || names.some((name) => typeof name !== "string")) return false;
  return bucketsNamed(holder, target, stack).length === 0;
}

/** The buckets of the stack that hold logs: of other buckets, or of a trail. */
function logBuckets(stack: StackView): Set<Subject> {
  const known = logBucketsOf.get(stack);
  if (known !== undefined) return known;
  const named = stack.ofTypes(BUCKETS).flatMap((bucket) => {
    return logTargets(bucket, stack).flatMap(({ holder, target }) => {
      return bucketsNamed(holder, target, stack).filter((found) => found !== bucket);
    });
  });
  const trails = stack.ofTypes(TRAILS).flatMap((trail) => bucketsNamed(trail, trail.at("s3BucketName"), stack));
  const found = new Set([...named, ...trails]);
  logBucketsOf.set(stack, found);
  return found;
}

/** Asked for each bucket of a stack, and the same for all. */
const logBucketsOf = new WeakMap<StackView, Set<Subject>>();

function bucketsNamed(holder: Subject, name: Reader, stack: StackView): Subject[] {
  const byId = pointed(holder, name.path.split(/[.[]/, 1)[0] ?? name.path, name, BUCKETS, stack);
  const names = name.isUnknown ? [] : name.strings();
  return [...byId, ...stack.ofTypes(BUCKETS).filter((bucket) => names.includes(String(bucket.raw.property("bucket"))))];
}

function holds(bucket: Subject, uri: Reader): boolean {
  const name = bucket.raw.property("bucket");
  return typeof name === "string" && !uri.isUnknown && s3Location(uri)?.bucket === name;
}

function abortsUploads(rule: Reader): boolean {
  const enabled = rule.at("status").string() === "Enabled" || rule.at("enabled").isTrue();
  const days = rule.at("abortIncompleteMultipartUpload").at("daysAfterInitiation").number();
  return enabled && ((days ?? 0) > 0 || (rule.at("abortIncompleteMultipartUploadDays").number() ?? 0) > 0);
}
