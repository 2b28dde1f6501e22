/** A failure with a cause that the user can act upon: what happened, and what to do. It is shown without a stack trace. */
export class RehearsalError extends Error {
  /**
   * @param message what failed
   * @param next what to do about it
   */
  public constructor(
    message: string,
    public readonly next: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "RehearsalError";
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
