/**
 * The exceptions of the Bedrock API as values: code, HTTP status and message, as `service-2.json` of the service models them.
 */

/** HTTP status of each exception of `bedrock` and `bedrock-runtime`. Conflicts and quotas are 400 in this service. */
export const EXCEPTION_STATUS = {
  ValidationException: 400,
  SerializationException: 400,
  ConflictException: 400,
  ServiceQuotaExceededException: 400,
  TooManyTagsException: 400,
  ResourceInUseException: 400,
  UnknownOperationException: 404,
  MissingAuthenticationTokenException: 403,
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  InvalidSignatureException: 403,
  ResourceNotFoundException: 404,
  ThrottlingException: 429,
  ModelNotReadyException: 429,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
} as const;

/** Name of an exception of the service. */
export type ExceptionCode = keyof typeof EXCEPTION_STATUS;

/** An exception that the service answers with; anything else that is thrown becomes an InternalServerException. */
export class ServiceError extends Error {
  readonly status: number;

  constructor(
    readonly code: ExceptionCode,
    message: string,
  ) {
    super(message);
    this.name = code;
    this.status = EXCEPTION_STATUS[code];
  }
}

/** ValidationException with the given message. */
export const invalid = (message: string): ServiceError => new ServiceError("ValidationException", message);

/** ConflictException with the given message. */
export const conflict = (message: string): ServiceError => new ServiceError("ConflictException", message);

/** ResourceNotFoundException with the given message. */
export const notFound = (message: string): ServiceError => new ServiceError("ResourceNotFoundException", message);

/** ServiceQuotaExceededException with the given message. */
export const quotaExceeded = (message: string): ServiceError =>
  new ServiceError("ServiceQuotaExceededException", message);

/** AccessDeniedException with the given message. */
export const accessDenied = (message: string): ServiceError => new ServiceError("AccessDeniedException", message);

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The name of an AWS SDK error (`NoSuchBucketPolicy` …), or the empty string. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** The text of whatever was thrown, with where it was thrown, for the log. */
export function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The answer, or `undefined` when the service says, by one of these error names, that the thing does not exist. */
export async function absent<T>(names: string[], ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (names.includes(errorName(error))) return undefined;
    throw error;
  }
}
