/**
 * Finding a guardrail, its draft or one of its versions.
 */
import { authorize, openKey } from "../authorize";
import { type Identity } from "../emulator";
import { invalid, notFound } from "../errors";
import { identified, type RegionContext } from "../service";
import { type Guardrail, type GuardrailSnapshot } from "./config";

/** Name of the working draft among the versions. */
export const DRAFT = "DRAFT";

/** A guardrail, and which state of it. */
export interface ChosenGuardrail {
  guardrail: Guardrail;
  /** Number, or `DRAFT`. */
  version: string;
  snapshot: GuardrailSnapshot;
}

/**
 * A guardrail by id or ARN.
 *
 * @throws ServiceError ResourceNotFoundException
 */
export function findGuardrail(context: RegionContext, identifier: string): Guardrail {
  const all = context.state.guardrails;
  const guardrail = identified(all, identifier, ({ id }) => id === identifier);
  if (!guardrail) throw notFound(`The guardrail is not found: ${identifier}`);
  return guardrail;
}

/**
 * The draft or a version of a guardrail.
 *
 * @throws ServiceError ResourceNotFoundException
 */
export function chooseGuardrail(context: RegionContext, identifier: string, version: string): ChosenGuardrail {
  const guardrail = findGuardrail(context, identifier);
  const snapshot = version === DRAFT ? guardrail.draft : guardrail.versions[version];
  if (!snapshot) throw notFound(`The guardrail ${guardrail.id} has no version ${version}.`);
  return { guardrail, version, snapshot };
}

/**
 * The ARN as `bedrock:GuardrailIdentifier` has it: with the number of the version, without anything for the draft. Source: Bedrock
 * User Guide "guardrails-permissions-id".
 */
export const conditionValue = ({ guardrail, version }: ChosenGuardrail): string =>
  version === DRAFT ? guardrail.arn : `${guardrail.arn}:${version}`;

/**
 * Opens a guardrail for a caller that applies it.
 *
 * @throws ServiceError AccessDeniedException without `bedrock:ApplyGuardrail` or without its key, ValidationException while it is
 *   not ready
 */
export async function openGuardrail(context: RegionContext, caller: Identity, chosen: ChosenGuardrail): Promise<void> {
  const { guardrail, version, snapshot } = chosen;
  await authorize(context, caller, "bedrock:ApplyGuardrail", guardrail.arn);
  await openKey(context, caller, snapshot.kmsKeyArn, "guardrail");
  if (snapshot.status === "CREATING" || snapshot.status === "FAILED" || snapshot.status === "DELETING") {
    throw invalid(`The guardrail ${guardrail.id} version ${version} cannot be used: its status is ${snapshot.status}.`);
  }
}
