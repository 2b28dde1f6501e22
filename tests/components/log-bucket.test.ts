import type { Caller, PolicyDocument } from "../../iam";
import { settingActions } from "../../components/documents/bucket";
import { logBucketPolicy } from "../../components/documents/log-bucket";
import { bedrockArn } from "../../components/documents/service-roles";
import { judge } from "./judged";
import {
  administrator,
  call,
  context,
  deployer,
  deployerArn,
  from,
  named,
  names,
  place,
  plan,
  root,
  s3Arn,
  service,
  trail,
  trainingBucket,
  type Context,
} from "./planned";
import { account, otherAccount, tls } from "./support";

const bucket = names.logBucket;
const logPolicy = logBucketPolicy(context, bucket, place.keyArn, {
  trailArn: trail,
  loggedBuckets: [trainingBucket],
  invocationLogs: true,
  principals: [deployerArn, plan.roleArns.auditor ?? ""],
  policyKeepers: [deployerArn],
}) as PolicyDocument;
const cloudTrail = service("cloudtrail.amazonaws.com");
const delivery = service("logging.s3.amazonaws.com");
const bedrock = service("bedrock.amazonaws.com");
const ownerControls = { "s3:x-amz-acl": "bucket-owner-full-control" };
const folders = {
  trail: s3Arn(bucket, `trail/AWSLogs/${account}/CloudTrail/x`),
  access: s3Arn(bucket, `access/${trainingBucket}/x`),
  invocations: s3Arn(bucket, `invocations/AWSLogs/${account}/BedrockModelInvocationLogs/x`),
};
const write = (who: Caller, what: string, resource: string, conditions: Context) =>
  call(who, what, "s3:PutObject", resource, { ...tls, ...conditions });
const sse = "s3:x-amz-server-side-encryption";
const sealed = { [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: place.keyArn };
judge({
  name: "policy of the log bucket",
  kind: "resource",
  document: logPolicy,
  allowed: [
    call(cloudTrail, "the trail looks", "s3:GetBucketAcl", s3Arn(bucket), { ...tls, "aws:SourceArn": trail }),
    write(cloudTrail, "the trail writes", folders.trail, { ...ownerControls, ...sealed, "aws:SourceArn": trail }),
    write(delivery, "an access log", folders.access, from(s3Arn(trainingBucket))),
    write(bedrock, "an invocation log", folders.invocations, from(bedrockArn(context, "x"))),
    ...[deployer, named("auditor")].flatMap((who) => [
      call(who, "reads a log", "s3:GetObject", folders.trail, { ...tls }),
      call(who, "lists logs", "s3:ListBucket", s3Arn(bucket), { ...tls }),
    ]),
    ...settingActions.map((action) => call(deployer, `deployer: ${action}`, action, s3Arn(bucket), { ...tls })),
    ...["PutBucketPolicy", "DeleteBucketPolicy"].flatMap((action) => [
      call(deployer, `deployer: ${action}`, `s3:${action}`, s3Arn(bucket), { ...tls }),
      call(root, `recovery: ${action}`, `s3:${action}`, s3Arn(bucket), { ...tls }),
    ]),
  ],
  denied: [
    write(cloudTrail, "another trail", folders.trail, { ...ownerControls, "aws:SourceArn": trail.replace("dev", "x") }),
    write(cloudTrail, "the trail beside its folder", folders.access, { ...ownerControls, "aws:SourceArn": trail }),
    call(cloudTrail, "the trail looks at another bucket", "s3:GetBucketAcl", s3Arn("payroll"), {
      "aws:SourceArn": trail,
    }),
    write(delivery, "access logs of another bucket", folders.access, from(s3Arn("payroll"))),
    write(delivery, "access logs in another folder", folders.trail, from(s3Arn(trainingBucket))),
    write(delivery, "another account's access logs", folders.access, from(s3Arn(trainingBucket), otherAccount)),
    write(
      bedrock,
      "another account's invocation logs",
      folders.invocations,
      from(bedrockArn(context, "x"), otherAccount),
    ),
    write(bedrock, "invocation logs in another folder", folders.trail, from(bedrockArn(context, "x"))),
    write(service("lambda.amazonaws.com"), "another service", folders.trail, from(trail)),
    ...[
      "AbortMultipartUpload",
      "BypassGovernanceRetention",
      "DeleteObject",
      "GetObject",
      "ListMultipartUploadParts",
      "PutObject",
      "ReplicateObject",
      "RestoreObject",
    ].map((action) => call(administrator, `an administrator: ${action}`, `s3:${action}`, folders.trail, { ...tls })),
    ...["ListBucket", "ListBucketMultipartUploads", "ListBucketVersions"].map((action) =>
      call(administrator, `an administrator: ${action}`, `s3:${action}`, s3Arn(bucket), { ...tls }),
    ),
    ...settingActions.flatMap((action) =>
      [administrator, named("auditor"), cloudTrail].map((who) =>
        call(who, `changing the bucket: ${action}`, action, s3Arn(bucket), { ...tls }),
      ),
    ),
    ...["PutBucketPolicy", "DeleteBucketPolicy"].flatMap((action) =>
      [administrator, named("auditor"), cloudTrail].map((who) =>
        call(who, `opening the bucket: ${action}`, `s3:${action}`, s3Arn(bucket), { ...tls }),
      ),
    ),
    ...[folders.trail, s3Arn(bucket)].flatMap((resource) => [
      call(deployer, "reading without TLS", "s3:GetObject", resource, { "aws:SecureTransport": false }),
      call(deployer, "reading with TLS 1.1", "s3:GetObject", resource, { ...tls, "s3:TlsVersion": 1.1 }),
    ]),
    write(deployer, "writing under S3's own key", folders.access, { [sse]: "AES256" }),
    write(deployer, "writing under another key", folders.access, {
      ...sealed,
      [`${sse}-aws-kms-key-id`]: place.otherKeyArn,
    }),
  ],
  saidTwice: Object.fromEntries(
    ["WithoutTls", "OldTls", "OtherEncryption", "OtherKey", "Outsiders", "PolicyChanges", "SettingChanges"].map(
      (what) => [`the bound on resources in Deny${what}`, "a bucket policy is about its own bucket"],
    ),
  ),
});
