/**
 * Service quotas of one account and Region. Defaults: General Reference "Amazon Bedrock endpoints and quotas", October 2026.
 */

/** The quotas that the simulator enforces. */
export interface Quotas {
  /** Jobs that are not over. */
  scheduledCustomizationJobs: number;
  /** Jobs that train at the same time; the others wait after data processing. */
  concurrentTrainings: number;
  customModels: number;
  /** Models that CreateCustomModel has not finished. */
  creatingCustomModels: number;
  /** Model units without commitment, over all custom models. AWS gives none before a support request. */
  noCommitmentModelUnits: number;
  /** Model units with commitment, over all models. AWS gives none before a support request. */
  committedModelUnits: number;
  inProgressDeployments: number;
  deployments: number;
  /** Model imports that are not over. */
  concurrentImportJobs: number;
  guardrails: number;
  versionsPerGuardrail: number;
  /** Tags of one resource; the reference of TooManyTagsException says 50, although a request may carry 200. */
  tagsPerResource: number;
}

/** What a new account has. */
export const DEFAULT_QUOTAS: Quotas = {
  scheduledCustomizationJobs: 10,
  concurrentTrainings: 2,
  customModels: 100,
  creatingCustomModels: 2,
  noCommitmentModelUnits: 0,
  committedModelUnits: 0,
  inProgressDeployments: 2,
  deployments: 10,
  concurrentImportJobs: 1,
  guardrails: 100,
  versionsPerGuardrail: 20,
  tagsPerResource: 50,
};

/**
 * Quotas with some replaced.
 *
 * @throws Error for an unknown name or a value that is not a whole number from 0
 */
export function withQuotas(base: Quotas, changes: Partial<Record<string, unknown>>): Quotas {
  const result: Quotas = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in DEFAULT_QUOTAS)) {
      throw new Error(`Unknown quota "${name}". Known quotas: ${Object.keys(DEFAULT_QUOTAS).join(", ")}.`);
    }
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
      throw new Error(`Quota "${name}" is ${JSON.stringify(value)}; it must be a whole number from 0.`);
    }
    result[name as keyof Quotas] = value;
  }
  return result;
}
