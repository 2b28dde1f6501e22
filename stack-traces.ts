/**
 * Stack traces that Node.js can print. The source maps of `@pulumi/pulumi` lead to files beside the package instead of in
 * it (`node_modules/@pulumi/resource.ts`). When Node.js 22 colors such a path, it looks for the end of the package's name,
 * never finds it, and copies until no string can be longer: every failure of a program took a dozen seconds of processor time
 * before the program ended. Imported first by the program, for whatever fails in it.
 *
 * And none where nobody reads them: the SDK keeps one for each of its thousands of promises, for a search for leaks. To lead
 * them back to their sources took most of the time in which a program makes its resources.
 */

/** A frame in whose path no slash ends the name of the package. */
const UNENDED = /^( {4}at .*\/node_modules\/(?:@[^/\n]+\/)?)([^/\n]+)$/gmu;

/**
 * A stack trace in which a slash ends each package's name.
 *
 * @param stack What `Error.prepareStackTrace` gives; anything but a text is handed on.
 */
export function mended(stack: unknown): unknown {
  return typeof stack === "string" ? stack.replaceAll(UNENDED, "$1./$2") : stack;
}

/**
 * Whether a trace is the SDK's note of where one of its promises was made. It prints them where the environment variable
 * `PULUMI_DEBUG_PROMISE_LEAKS` is set, so there they are kept.
 *
 * @param caller Name of the function in which the trace begins.
 */
export function isNoteOfPromise(caller: string | null | undefined): boolean {
  return caller === "debuggablePromise" && !process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
}

const prepare = Error.prepareStackTrace;
if (prepare !== undefined) {
  Error.prepareStackTrace = (error, sites) =>
    isNoteOfPromise(sites[0]?.getFunctionName()) ? String(error) : (mended(prepare(error, sites)) as string);
}
