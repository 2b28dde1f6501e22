import * as pulumi from "@pulumi/pulumi";
import type { CustomizationJob } from "./bedrock/customization-job";
import { ModelDeployment } from "./bedrock/model-deployment";
import { servingFor, type Serving } from "./bedrock/models";
import { ProvisionedThroughput } from "./bedrock/provisioned-throughput";
import type { StackConfig } from "./config";

/** How a model is put in service. */
export type ServingMode = Exclude<StackConfig["serving"]["mode"], "auto">;

/** Arguments of {@link serveModel}. */
export interface ServeModelArgs {
  region: string;
  /** Name of throughput or deployment, at most 63 characters. */
  name: string;
  job: CustomizationJob;
  baseModel: string;
  serving: StackConfig["serving"];
  tags: Record<string, string>;
}

/** A model in service. */
export interface ServedModel {
  mode: ServingMode;
  /** What an invocation names as its model. Undefined when the model is not put in service. */
  arn: pulumi.Output<string> | undefined;
}

/** What a base model allows, cheapest first: a deployment on demand costs nothing while nobody calls it. */
const allowedModes: Record<Serving, readonly ServingMode[]> = {
  onDemand: ["on-demand", "none"],
  provisioned: ["provisioned", "none"],
  both: ["on-demand", "provisioned", "none"],
  none: ["none"],
};

/**
 * Decides how a model is put in service: what the stack asks for, as far as the base model allows it; for `auto` the
 * cheapest way that it allows. A base model that the table does not know is left to the service to judge.
 *
 * @throws {pulumi.RunError} when the base model cannot be served in the way that was asked for
 */
export function servingMode(requested: StackConfig["serving"]["mode"], baseModel: string): ServingMode {
  const allowed = allowedModes[servingFor(baseModel) ?? "both"];
  if (requested === "auto") {
    return allowed[0] ?? "none";
  }
  if (!allowed.includes(requested)) {
    const choices = ["auto", ...allowed].map((mode) => `"${mode}"`).join(", ");
    throw new pulumi.RunError(
      `serving.mode is "${requested}", but a model customized from ${baseModel} cannot be served that way. ` +
        `Allowed: ${choices}.`,
    );
  }
  return requested;
}

/** Puts the model of a job in service. */
export function serveModel(name: string, args: ServeModelArgs): ServedModel {
  const mode = servingMode(args.serving.mode, args.baseModel);
  const common = { region: args.region, name: args.name, modelArn: args.job.modelArn, tags: args.tags };
  switch (mode) {
    case "none":
      return { mode, arn: undefined };
    case "on-demand": {
      const deployment = new ModelDeployment(name, common);
      return { mode, arn: deployment.arn };
    }
    case "provisioned": {
      const { commitment, modelUnits } = args.serving;
      const throughput = new ProvisionedThroughput(name, {
        ...common,
        modelUnits,
        commitmentDuration: commitment === "none" ? undefined : commitment,
      });
      return { mode, arn: throughput.arn };
    }
  }
}
