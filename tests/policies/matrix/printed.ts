/**
 * The properties whose text a message may quote: identifiers, addresses and choices of AWS, without which nobody could
 * mend what is found. The SDK unwraps secrets before a policy sees them and does not tell which they were, so that this
 * list is the bound: no message quotes another property. Of a policy document, messages name parts of its statements; of a
 * text that is no document, nothing.
 */
export const PRINTED: ReadonlySet<string> = new Set([
  "acl",
  "baseModel",
  "cidrIpv4",
  "commitmentDuration",
  "contentPolicyConfig.filtersConfigs.inputStrength",
  "contentPolicyConfig.filtersConfigs.type",
  "egress.cidrBlocks",
  "egress.protocol",
  "ingress.protocol",
  "ipProtocol",
  "modelArn",
  "modelKmsKeyArn",
  "region",
  "replicationConfiguration.rules.destination.bucket",
  "roleArn",
  "routes.cidrBlock",
  "routes.destinationPrefixListId",
  "rule.objectOwnership",
  "rules.destination.bucket",
  "rules.applyServerSideEncryptionByDefault.sseAlgorithm",
  "sensitiveInformationPolicyConfig.piiEntitiesConfigs.type",
  "serviceName",
  "state",
  "trafficType",
  "versioningConfiguration.status",
  "vpcConfig.securityGroupIds",
]);
