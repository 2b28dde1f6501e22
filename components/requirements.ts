/** What the sources of this project ask of the environment, what fulfils it, and which test shows its effect. */

/** One row of the table in docs/environment.md. */
export interface Requirement {
  /** What is asked for. */
  asked: string;
  /** Component, resource and property that fulfil it. */
  fulfilled: string;
  /** Test file below `tests/`, without `.test.ts`. */
  file: string;
  /** Words of the test or of the group of tests, as they stand in the file. */
  test: string;
}

const row = (asked: string, fulfilled: string, file: string, test: string): Requirement => ({
  asked,
  fulfilled,
  file,
  test,
});

/** The walk-through of secure fine-tuning on Amazon Bedrock: key, buckets, network, role, cleaning up. */
const walkThrough: readonly Requirement[] = [
  row(
    "A symmetric customer managed key",
    "`Encryption`: `aws.kms.Key`, rotated, deleted after 30 days",
    "components/environment",
    "rotates the key and waits as long as possible before it is deleted",
  ),
  row(
    "The key policy names the service role",
    "`keyPolicy`: statements by role and purpose",
    "components/keys",
    "key policy with named administrators",
  ),
  row(
    "Buckets encrypted with the key",
    "`SecureBucket`: `BucketServerSideEncryptionConfiguration`, and a policy that denies others",
    "components/environment",
    "encrypts with the environment's key, with a bucket key",
  ),
  row(
    "Uploads under another key refused",
    "`bucketPolicy`: `DenyOtherEncryption`, `DenyOtherKey`",
    "components/probes",
    "an upload under another key",
  ),
  row(
    "Folders fine-tuning-datasets and outputs",
    "`components/layout.ts`; role and endpoint are bounded by them",
    "components/dataset",
    "lies in the folder that role and endpoint are bounded by, and holds only what Bedrock's URIs take",
  ),
  row(
    "A VPC with private subnets in all zones",
    "`PrivateNetwork`: one `aws.ec2.Subnet` in each zone",
    "components/environment",
    "has one private subnet in every zone",
  ),
  row(
    "No internet",
    "`PrivateNetwork`: no gateway, no route but the local one",
    "components/environment",
    "has no way to the internet",
  ),
  row(
    "An S3 gateway endpoint with a policy for the buckets",
    "`PrivateEndpoints`: `s3EndpointPolicy`",
    "components/probes",
    "the job carrying data to a foreign bucket",
  ),
  row(
    "Access to S3 data only through the VPC",
    "`bucketPolicy`: `DenyOutsiders` by `aws:SourceVpce`",
    "components/probes",
    "stolen credentials of the job, from the internet, ",
  ),
  row(
    "A security group for the KMS endpoint",
    "`PrivateNetwork`: `endpoint-group`, open to the job's group only",
    "components/environment",
    "has the door to KMS in every subnet, under the public name, open to the job's group only",
  ),
  row(
    "A security group for the job",
    "`PrivateNetwork`: `job-group`, to itself, the endpoints and S3",
    "components/environment",
    "lets the job's interfaces talk to each other, to the endpoints and to S3, and to nobody else",
  ),
  row(
    "A KMS interface endpoint with a policy for the key",
    "`PrivateEndpoints`: `kmsEndpointPolicy`",
    "components/probes",
    "a key of another account",
  ),
  row(
    "A service role that Bedrock alone assumes, for this account's jobs",
    "`customizationTrust`",
    "components/probes",
    "Bedrock for another account's job in our name",
  ),
  row(
    "VPC permissions of the role",
    "`networkAccess`: own subnets, own group, Bedrock's tags",
    "components/documents",
    "every permission of the documents is needed",
  ),
  row(
    "S3 permissions of the role",
    "`dataAccess`: by bucket and folder",
    "components/documents",
    "every bound of the documents holds something back",
  ),
  row(
    "A federation role that runs jobs",
    "`operatorAccess`, `peopleTrust` with SAML providers",
    "components/people",
    "permissions of the operator",
  ),
  row(
    "An application in a VPC reaches the model by PrivateLink",
    "`invokerAccess`: `DenyOutsideEndpoints`",
    "components/people",
    "calls from the internet",
  ),
  row(
    "An application team's own stack, in another VPC",
    "`examples/application`: `StackReference`, endpoint for this model, guardrail and invoker; `access.applicationEndpointIds`",
    "rehearsal/application",
    "lets nobody but the invoker, and nothing but this model with its guardrail, through its endpoint",
  ),
  row(
    "A key, buckets, a role or a VPC that exist already",
    "`inspectExisting`: rotation, policies, encryption, public access, permissions, ways out; `acceptedFindings`",
    "rehearsal/existing",
    "are refused before anything is made, with a message for each finding",
  ),
  row(
    "Cleaning up in order",
    "`SecureBucket.forceDestroy`, `storage.deletionProtection`",
    "components/environment",
    "is not deleted with data in it, unless that was asked for",
  ),
];

/** AWS Prescriptive Guidance, Capability 4: secure model customization. */
const guidance: readonly Requirement[] = [
  row(
    "Policies and settings of buckets changed by named deployers only",
    "`bucketPolicy`: `DenyPolicyChanges` and `DenySettingChanges`, where `deployerArns` names deployers",
    "components/policy-keepers",
    "cannot be an administrator where deployers are named, for any bucket and any of its settings",
  ),
  row(
    "Customer managed key for job, output, model and buckets",
    "`environmentKeys`: one key, or one for each purpose",
    "components/keys",
    "separate keys",
  ),
  row(
    "Invokers use the model's key by the key policy",
    "`keyPolicy`: `InvokersDecryptModel`, through Bedrock only",
    "components/keys",
    "the invoker reads data",
  ),
  row(
    "A service role for model import",
    "`importTrust`, `importAccess`",
    "components/service-roles",
    "permissions of the import role",
  ),
  row(
    "Access to buckets logged",
    "`aws.s3.BucketLogging` into the log bucket; data events in the trail",
    "components/log-bucket",
    "policy of the log bucket",
  ),
  row(
    "Actions logged and watched",
    "`AuditTrail`, `Alarms`, `Dashboard`",
    "components/audit",
    "records management and data events, validated and encrypted",
  ),
  row(
    "Versioning for backups",
    "`aws.s3.BucketVersioning`",
    "components/environment",
    "keeps versions and takes no access lists",
  ),
  row(
    "Model invocations logged, by choice of the stack that answers for the account",
    "`account.invocationLogging`: `AccountSafeguards`; another team's setting is left as it is",
    "rehearsal/account",
    "refuse to replace another team's logging, at preview already, and leave it at destroy",
  ),
  row(
    "No bucket of the account can be public, by choice of the stack that answers for the account",
    "`account.publicAccessBlock`: `AccountPublicAccessBlock`; a weaker block of another team is left as it is",
    "rehearsal/account",
    "close the account's buckets to the public, and look for sensitive data in the training bucket every day",
  ),
  row(
    "Sensitive data discovered in the training bucket, by choice of the stack that answers for the account",
    "`account.macie`: `MacieSession`, `aws.macie2.ClassificationJob` every day; findings become alerts",
    "program/account",
    "send what Macie finds in the training bucket to the topic, and nothing that it finds elsewhere",
  ),
  row(
    "Events when a job ends",
    "`Alerts`: `aws.cloudwatch.EventRule` on `detail.jobStatus` to an encrypted topic",
    "components/audit",
    "sends the end of this environment's jobs, and of no other",
  ),
  row(
    "Alerts for jailbreaks and sensitive data",
    "`Alarms`: `guardrail-interventions`",
    "components/audit",
    "raises an alarm for everything that is watched, and tells the topic",
  ),
  row(
    "Traffic of the VPC recorded",
    "`FlowLogs`: `aws.ec2.FlowLog`, all traffic, encrypted",
    "components/service-roles",
    "permissions of the flow log role",
  ),
];

/** The course project and its mapping to governance frameworks. */
const governance: readonly Requirement[] = [
  row(
    "Content filtering and moderation",
    "`InferenceGuardrail`: content filters at HIGH, words, topics",
    "components/guardrail",
    "filters harmful content and attacks at HIGH",
  ),
  row(
    "Prompt injection detected",
    "`InferenceGuardrail`: `PROMPT_ATTACK` at HIGH",
    "components/guardrail",
    "filters harmful content and attacks at HIGH",
  ),
  row(
    "Data anonymized before the model sees them",
    "`InferenceGuardrail`: entities with `ANONYMIZE`",
    "components/guardrail",
    "anonymizes personal data and refuses credentials",
  ),
  row(
    "The guardrail cannot be left out",
    "`invokerAccess`: `DenyWithoutGuardrail`, pinned version",
    "components/people",
    "calls without guardrail",
  ),
  row(
    "Model access controls",
    "Roles by purpose, bound to the environment's tag",
    "components/people",
    "calls another environment's model",
  ),
  row(
    "API rate limits",
    "Bedrock's quotas of the account; `throttled-calls` raises an alarm",
    "components/audit",
    "raises an alarm for everything that is watched, and tells the topic",
  ),
  row(
    "Audit evidence that cannot be changed",
    "Log bucket with object lock, log file validation",
    "components/audit",
    "locks the logs where the settings ask for it",
  ),
  row(
    "Usage and cost tracked",
    "Tags on everything, `MonthlyBudget`",
    "components/audit",
    "sets a budget for what carries the environment's tag",
  ),
];

/** Every requirement by its source. */
export const requirements: readonly { source: string; rows: readonly Requirement[] }[] = [
  { source: "Walk-through: secure fine-tuning on Amazon Bedrock", rows: walkThrough },
  { source: "AWS Prescriptive Guidance, Capability 4: model customization", rows: guidance },
  { source: "Fine-tuning project with governance mapping", rows: governance },
];
