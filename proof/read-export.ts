/** Reads an exported stack: the JSON that `pulumi stack export` prints. */
import { ProofError, type AccessModel } from "./model";
import { readModel, type StackResource } from "./stack";

/**
 * Reads the model out of an export.
 *
 * @param text JSON as `pulumi stack export` prints it.
 * @param name Name for the reader. Default: the stack's name in the URNs.
 * @param jobName Logical name of the customization job, where the stack holds several environments.
 * @throws ProofError when it is no export, holds no customization job, or refers to documents that it does not hold.
 */
export function readExport(text: string, name?: string, jobName?: string): AccessModel {
  return readModel(exportedResources(text), name, jobName);
}

/**
 * The resources of an export.
 *
 * @throws ProofError when the text is no export.
 */
export function exportedResources(text: string): StackResource[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ProofError(`The export is not JSON (${(error as Error).message}). Make it with \`pulumi stack export\`.`);
  }
  // A checkpoint, as a backend keeps it, wraps the same deployment.
  interface Checkpoint {
    deployment?: { resources?: unknown } | null;
    checkpoint?: { latest?: { resources?: unknown } };
  }
  const { deployment, checkpoint } = (parsed ?? {}) as Checkpoint;
  const found =
    deployment === undefined || deployment === null ? checkpoint?.latest?.resources : (deployment.resources ?? []);
  if (!Array.isArray(found)) {
    throw new ProofError("The file has no deployment.resources. Make it with `pulumi stack export --file FILE`.");
  }
  return found.flatMap((one: (Partial<StackResource> & { inputs?: Record<string, unknown> }) | null) =>
    one === null ? [] : [{ type: one.type ?? "", urn: one.urn ?? "", outputs: { ...one.inputs, ...one.outputs } }],
  );
}
