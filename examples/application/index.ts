import "../../stack-traces";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { runtimeEndpointPolicy, stsEndpointPolicy, taskAccess, taskTrust } from "./documents";
import { servedModel } from "./environment";
import { ApplicationNetwork } from "./network";

/** The program: the environment's outputs → network with its two endpoints → the application's role. */
export = async () => {
  const config = new pulumi.Config();
  const setting = (key: string): string => config.require(key);
  const [model, caller, { partition }, { region }, zones] = await Promise.all([
    servedModel(setting("environmentStack")),
    aws.getCallerIdentity(),
    aws.getPartition(),
    aws.getRegion(),
    aws.getAvailabilityZones({ state: "available", filters: [{ name: "zone-type", values: ["availability-zone"] }] }),
  ]);
  if (region !== model.region) {
    throw new pulumi.RunError(
      `aws:region is ${region}, but the model answers in ${model.region}, and an interface endpoint leads to its own Region. ` +
        `Set aws:region to ${model.region}.`,
    );
  }
  const { accountId } = caller;
  const tags = {
    Project: pulumi.getProject(),
    Environment: pulumi.getStack(),
    Owner: setting("owner"),
    CostCenter: setting("costCenter"),
    DataClassification: setting("dataClassification"),
  };

  // Named here and not by the engine, so that the policy of the STS endpoint is known at the first preview.
  const roleName = `${pulumi.getProject()}-${pulumi.getStack()}-task`;
  const roleArn = `arn:${partition}:iam::${accountId}:role/${roleName}`;
  const role = new aws.iam.Role("task", {
    name: roleName,
    description: "Tasks of the application, which may become the invoker of the model and nothing else",
    assumeRolePolicy: JSON.stringify(taskTrust({ partition, region, accountId })),
    tags,
  });
  new aws.iam.RolePolicy("task", { role: role.name, policy: JSON.stringify(taskAccess(model)) });

  const network = new ApplicationNetwork("network", {
    cidrBlock: setting("cidrBlock"),
    zones: [...zones.names].sort().slice(0, 2),
    region,
    policies: { "bedrock-runtime": runtimeEndpointPolicy(model), sts: stsEndpointPolicy(model, roleArn) },
    tags,
  });

  return {
    // These two go into the environment's stack file: access.applicationEndpointIds and access.people.invoker.assumedBy.
    endpointId: network.endpointIds["bedrock-runtime"],
    applicationRoleArn: role.arn,
    // With these a task starts and calls: its network, and what an invocation names.
    subnetIds: network.subnetIds,
    securityGroupId: network.applicationGroupId,
    ...model,
  };
};
