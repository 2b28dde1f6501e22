/**
 * PutModelInvocationLoggingConfiguration, Get…, Delete…: one setting for each account and Region; a Put overwrites it.
 */
import { DocumentReader } from "../documents";
import { invalid } from "../errors";
import { save } from "../service";
import { type InvocationLoggingConfig } from "../state";
import { ok, type Operation } from "./operation";

/** Sets the configuration; destinations in S3 must exist, in the same Region. */
export const putInvocationLogging: Operation<{ loggingConfig: InvocationLoggingConfig }> = async (context, request) => {
  const { cloudWatchConfig, s3Config } = request.loggingConfig;
  const reader = new DocumentReader(context.emulator, context.region);
  for (const place of [s3Config, cloudWatchConfig?.largeDataDeliveryS3Config]) {
    if (place === undefined) continue;
    const bucket = await reader.bucket(place.bucketName);
    if (bucket?.region !== context.region) {
      throw invalid(
        `Failed to validate permissions for bucket ${place.bucketName}: it must exist in ${context.region}.`,
      );
    }
  }
  context.state.logging = request.loggingConfig;
  save(context);
  return ok();
};

/** The configuration, or an empty answer when there is none. */
export const getInvocationLogging: Operation<object> = (context) => ok({ loggingConfig: context.state.logging });

/** Ends the logging. */
export const deleteInvocationLogging: Operation<object> = (context) => {
  context.state.logging = undefined;
  save(context);
  return ok();
};
