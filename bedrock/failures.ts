import { describe } from "./errors";

/** A failure message of Bedrock and what usually helps. */
export interface KnownFailure {
  /** What the message contains. */
  match: RegExp;
  fix: string;
}

/**
 * Messages of failed jobs and refused calls, from the Bedrock user guide (page fine-tuning-troubleshooting) and from
 * public reports of users, in order of precedence.
 */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    match: /Could not validate GetObject permissions/,
    fix: "let the service role s3:GetObject and s3:ListBucket on the dataset and kms:Decrypt with the bucket's key, check that the bucket is in the job's Region, and that no bucket or endpoint policy denies it",
  },
  {
    match: /Amazon S3 perms missing \(PutObject\)|Could not validate PutObject permissions/,
    fix: "let the service role s3:PutObject under the output prefix and kms:GenerateDataKey with the bucket's key, and check the policies of the bucket and of the S3 endpoint",
  },
  {
    match: /Data files must conform to JSONL format/,
    fix: "write one JSON object per line, with no empty or extra lines",
  },
  {
    match: /Input size exceeded in file/,
    fix: "shorten the record that the message quotes, or split it",
  },
  {
    match: /token count \d+ exceeds limit|Max sum of input and output token length/,
    fix: "shorten the records that are longer than the base model's limit",
  },
  {
    match: /Automated tests flagged this fine-tuning job/,
    fix: "review the dataset against the model provider's terms and contact AWS Support",
  },
  {
    match: /Encountered an unexpected error when processing the request/,
    fix: "the fault was in the service; start a new attempt",
  },
  {
    match: /Could not assume provided IAM role/,
    fix: "let bedrock.amazonaws.com assume the role; conditions in its trust on aws:SourceAccount and aws:SourceArn must match this account and model-customization-job/*",
  },
  {
    match: /model name is currently in use/,
    fix: "give another customModelName, or leave it out so that an unused one is made",
  },
  {
    match: /does not currently have any no commitment model units|[Mm]odel units reserved/,
    fix: "ask AWS Support for model units: the quota for provisioned throughput is 0 until then",
  },
  {
    match: /explicit deny in a service control policy/,
    fix: "ask whoever owns the organization's service control policies",
  },
  {
    match: /aws-marketplace:Subscribe/,
    fix: "request access to the base model in the Bedrock console, with the named AWS Marketplace permissions",
  },
  {
    match: /not authorized to perform: kms:|Access denied for operation/,
    fix: "let the service role kms:CreateGrant, kms:DescribeKey, kms:GenerateDataKey and kms:Decrypt in the key's policy",
  },
  {
    match: /role \S+ is not authorized to perform: bedrock:InvokeModel/,
    fix: "let the service role bedrock:InvokeModel on the teacher; for an inference profile on the profile and on the model in each of its Regions",
  },
  {
    match: /role \S+ is not authorized to perform: lambda:InvokeFunction/,
    fix: "let the service role lambda:InvokeFunction on the grader, with the version or alias that the job names",
  },
  {
    match:
      /^(?:ExpiredToken|TokenProviderError|CredentialsProviderError|RequestExpired)|security token included in the request/,
    fix: "renew the AWS credentials where this command finds them (environment, profile, `aws sso login`), then run it again",
  },
  {
    match: /Signature (?:expired|not yet current)|RequestTimeTooSkewed|RequestInTheFuture/,
    fix: "set the clock of this machine: requests are signed with its time, and refused when it is off by five minutes",
  },
  {
    match: /certificate|EPROTO|SSL routines/i,
    fix: "let the certificate of the proxy in between be trusted (NODE_EXTRA_CA_CERTS), and check that AWS_ENDPOINT_URL_BEDROCK, if set, is right",
  },
  {
    match: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/,
    fix: "check the network, the proxy and DNS of this machine, that the Region exists, and that AWS_ENDPOINT_URL_BEDROCK, if set, is right",
  },
  {
    match: /not authorized to perform/,
    fix: "grant the action that the message names",
  },
];

/** An error for a reader: its name and message, and what usually helps. */
export function explain(error: unknown): string {
  const text = describe(error);
  const fix = likelyFix(text);
  return fix === undefined ? text : `${text}; likely fix: ${fix}`;
}

/**
 * Lets a read through, and says of one that fails what it is about and what becomes of it.
 *
 * @throws Error when the read fails; the cause is the service's error
 */
export async function reading<T>(what: string, next: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new Error(`${what} cannot be read: ${explain(error)}; it stays in the state, ${next}`, { cause: error });
  }
}

/** What usually helps against a failure, or undefined when the message is not a known one. */
export function likelyFix(message: string): string | undefined {
  return KNOWN_FAILURES.find((known) => known.match.test(message))?.fix;
}
