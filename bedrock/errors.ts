/** What an error from an AWS client means for a caller that has to decide whether to go on. */
export type ErrorKind = "notFound" | "transient" | "expiredCredentials" | "conflict" | "refused";

const TRANSIENT_NAMES = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "SlowDown",
  "RequestTimeout",
  "RequestTimeoutException",
  "InternalServerException",
  "InternalFailure",
  "ServiceUnavailableException",
  "ModelTimeoutException",
  "TimeoutError",
  "AbortError",
  "SyntaxError",
  "MalformedAnswer",
]);

const NETWORK_CODES = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

const EXPIRED_NAMES = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "RequestExpired",
  "CredentialsProviderError",
  "TokenProviderError",
]);

/** Refusals of a signature that was made too long ago or too early: by a wrong clock, or before a machine slept. */
const CLOCK_NAMES = new Set([
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "RequestTimeTooSkewed",
  "RequestInTheFuture",
]);

/** A connection that could not be secured: a proxy in between, or a certificate that is not trusted. */
const TLS_CODE = /^(?:EPROTO|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

/** An answer that lacks what it must hold. Like an answer that was lost, it does not say that nothing happened. */
export class MalformedAnswer extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedAnswer";
  }
}

interface SdkError {
  name?: string;
  code?: string;
  /** Only the service's own exceptions have it. */
  $fault?: string;
  /** The answer that the error was made of; the SDK attaches it also to what went wrong while it read an answer. */
  $response?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Sorts an error by its name and network code, never by HTTP status alone: Bedrock answers ConflictException and
 * ServiceQuotaExceededException with 400. An answer that cannot be read (a page of a proxy, half a body, a date in another
 * format) counts as transient, like a dropped connection, and so does a connection that cannot be secured or a signature
 * that is out of date: networks and clocks change in the hours of a wait, and nothing was done.
 */
export function kindOf(error: unknown): ErrorKind {
  const { name, code, $fault, $response, $metadata } = error as SdkError;
  if (name === "ResourceNotFoundException") return "notFound";
  if (name === "ConflictException" || name === "ResourceInUseException") return "conflict";
  if (name !== undefined && EXPIRED_NAMES.has(name)) return "expiredCredentials";
  if (name !== undefined && TRANSIENT_NAMES.has(name)) return "transient";
  if (code !== undefined && (NETWORK_CODES.has(code) || TLS_CODE.test(code))) return "transient";
  if (name !== undefined && CLOCK_NAMES.has(name) && isAboutTime(error)) return "transient";
  if ($response !== undefined && $fault === undefined) return "transient";
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 500 || status === 429 || status === 408 ? "transient" : "refused";
}

// The same exceptions say that the secret key is wrong, which does not pass.
function isAboutTime(error: unknown): boolean {
  return /expired|not yet current|skew|current time/i.test(describe(error));
}

/** Name and message of an error on one line, as shown to a user. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const name = error.name === "Error" ? "" : `${error.name}: `;
  return `${name}${error.message}`.replace(/\s+/g, " ").trim();
}

/** Turns "not found" into undefined and lets every other error through. */
export async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (kindOf(error) === "notFound") return undefined;
    throw error;
  }
}

/**
 * Whether a create was refused because a role that was made a moment ago has not reached every part of IAM yet.
 * Bedrock says so with a ValidationException; a trust policy that is really wrong gives the same message.
 */
export function isRolePropagation(error: unknown): boolean {
  return error instanceof Error && error.message.includes("Could not assume provided IAM role");
}

/** Whether a create was refused because another thing bears the name. */
export function isNameInUse(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name !== "ValidationException" && error.name !== "ConflictException") return false;
  return /name.+(?:in use|already exists)/i.test(error.message);
}

/**
 * Whether a job was refused because of the job's name, not of the model's. Job names stay taken for ever, so this is met
 * after a lost answer as well as with a foreign job.
 */
export function isJobNameInUse(error: unknown): boolean {
  return isNameInUse(error) && !/model name/i.test(describe(error));
}
