import { orUndefined } from "./errors";
import type { Job } from "./job-outputs";
import type { Surroundings } from "./surroundings";

/** Reads a job by ARN or name; undefined when there is none. */
export function getJob(surroundings: Surroundings, region: string, job: string): Promise<Job | undefined> {
  return surroundings.bedrock(region, (bedrock) =>
    orUndefined(bedrock.getModelCustomizationJob({ jobIdentifier: job })),
  );
}

/** Whether a model still exists; its own status when it does. */
export async function modelStatus(
  surroundings: Surroundings,
  region: string,
  modelArn: string,
): Promise<{ status: string; failureMessage?: string } | undefined> {
  const model = await surroundings.bedrock(region, (bedrock) =>
    orUndefined(bedrock.getCustomModel({ modelIdentifier: modelArn })),
  );
  return model && { status: model.modelStatus ?? "Active", failureMessage: model.failureMessage };
}
