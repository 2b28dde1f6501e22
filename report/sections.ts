/** What a report says about one stack, put together from what the engine said. */
import { PolicySyntaxError, RequestError } from "../iam";
import { readEvents } from "../policies/report/events";
import type { PolicyReport } from "../policies/report/finding";
import { diffAccess, type AccessDiff } from "../proof/diff";
import { ProofError } from "../proof/model";
import { formatProofSummary, prove } from "../proof/prove";
import { exportedResources } from "../proof/read-export";
import { readPreview } from "../proof/read-preview";
import { readModel } from "../proof/stack";
import { readChanges, type Changes } from "./changes";
import { datasetSection, type DatasetSection } from "./dataset";
import type { PreviewedStack } from "./run-preview";

/** What the change lets somebody do. */
export interface AccessSection {
  /** The proof of the stack as it would be, in one line. */
  readonly proof?: string;
  /** Whether every answer of the proof is the expected one. */
  readonly holds?: boolean;
  /** Against the stack as it is; absent when nothing is deployed. */
  readonly diff?: AccessDiff;
  /** Why there is no proof. */
  readonly unknown?: string;
}

/** What is reported about one stack. */
export interface StackReport {
  readonly stack: string;
  readonly changes: Changes;
  readonly policies: PolicyReport;
  readonly dataset: DatasetSection;
  readonly access: AccessSection;
  /** Whether the update would be stopped: by a policy, by the program, or by an attack that succeeds. */
  readonly blocked: boolean;
}

/**
 * Puts together what is reported about a stack.
 *
 * @param folder Where the preflight of its data sets writes, see {@link datasetSection}. Default: nowhere.
 */
export async function reportStack(previewed: PreviewedStack, folder?: string): Promise<StackReport> {
  const changes = readChanges(previewed.preview);
  const policies = withoutConsequences(readEvents(previewed.events));
  const dataset = await datasetSection(previewed.config, folder);
  const access = accessSection(previewed);
  const blocked = policies.mandatory > 0 || policies.errors.length > 0 || access.holds === false;
  return { stack: previewed.stack, changes, policies, dataset, access, blocked };
}

/** The engine ends a preview that has findings with an error that says no more than they do. */
function withoutConsequences(report: PolicyReport): PolicyReport {
  const { mandatory, errors } = report;
  return mandatory === 0 ? report : { ...report, errors: errors.filter((error) => error !== "preview failed") };
}

function accessSection({ preview, before, stack }: PreviewedStack): AccessSection {
  try {
    const deployed = isEmpty(before) ? [] : exportedResources(before);
    const after = readPreview(preview, deployed);
    const report = prove(after);
    const known = { proof: formatProofSummary(report), holds: report.passed };
    const nothingYet = !deployed.some(({ type }) => type.startsWith("aws:"));
    return nothingYet ? known : { ...known, diff: diffAccess(readModel(deployed, stack), after) };
  } catch (error) {
    if (error instanceof ProofError || error instanceof PolicySyntaxError || error instanceof RequestError) {
      return { unknown: error.message };
    }
    throw error;
  }
}

/** Whether a stack was never updated: then its export has no resources at all. */
function isEmpty(text: string): boolean {
  const { deployment } = JSON.parse(text) as { deployment?: { resources?: unknown } };
  return deployment?.resources === undefined;
}
