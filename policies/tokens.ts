/**
 * Pulumi type tokens, grouped by what they mean to the policies. One kind of thing has several tokens: the current one,
 * older generations of the AWS provider, split-off resources, and the dynamic resources for Bedrock.
 */

/** Buckets. */
export const BUCKETS = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"] as const;

/** Encryption of a bucket, as its own resource. */
export const BUCKET_ENCRYPTION = [
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
] as const;

/** Versioning of a bucket, as its own resource. */
export const BUCKET_VERSIONING = [
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketVersioningV2:BucketVersioningV2",
] as const;

/** Public access block of a bucket. */
export const BUCKET_PUBLIC_ACCESS_BLOCK = ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"] as const;

/** Ownership controls of a bucket. */
export const BUCKET_OWNERSHIP = ["aws:s3/bucketOwnershipControls:BucketOwnershipControls"] as const;

/** Access lists of a bucket, as their own resource. */
export const BUCKET_ACL = ["aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"] as const;

/** Access logging of a bucket, as its own resource. */
export const BUCKET_LOGGING = ["aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2"] as const;

/** Lifecycle rules of a bucket, as their own resource. */
export const BUCKET_LIFECYCLE = [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
] as const;

/** Object lock of a bucket, as its own resource. */
export const BUCKET_LOCK = [
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
] as const;

/** Policy of a bucket, as its own resource. */
export const BUCKET_POLICY = ["aws:s3/bucketPolicy:BucketPolicy"] as const;

/** Access points of a bucket. */
export const ACCESS_POINT = "aws:s3/accessPoint:AccessPoint";

/** How policies of access points that are resources of their own belong to their access point. */
export const ACCESS_POINT_POLICY_JOIN = {
  types: ["aws:s3control/accessPointPolicy:AccessPointPolicy"],
  property: "accessPointArn",
  ownerTypes: [ACCESS_POINT],
  identities: ["arn", "id"],
} as const;

/** KMS keys that have a key policy of their own. */
export const KEYS = [
  "aws:kms/key:Key",
  "aws:kms/externalKey:ExternalKey",
  "aws:kms/replicaKey:ReplicaKey",
  "aws:kms/replicaExternalKey:ReplicaExternalKey",
] as const;

/** Policy of a KMS key, as its own resource. */
export const KEY_POLICY = ["aws:kms/keyPolicy:KeyPolicy"] as const;

/** How key policies that are resources of their own belong to their key. */
export const KEY_POLICY_JOIN = {
  types: KEY_POLICY,
  property: "keyId",
  ownerTypes: KEYS,
  identities: ["id", "keyId", "arn"],
} as const;

/** Everything that is, or stands for, a KMS key: what depends on one of these uses a customer managed key. */
export const KEY_LIKE = [...KEYS, "aws:kms/alias:Alias"] as const;

/** IAM roles. */
export const ROLES = ["aws:iam/role:Role"] as const;

/** Resources that hold identity-based policies. */
export const IDENTITY_POLICIES = [
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/policy:Policy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
] as const;

/** Resources that attach a managed policy. */
export const POLICY_ATTACHMENTS = [
  "aws:iam/role:Role",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
] as const;

/** VPC endpoints. */
export const ENDPOINTS = ["aws:ec2/vpcEndpoint:VpcEndpoint"] as const;

/** Policy of a VPC endpoint, as its own resource. */
export const ENDPOINT_POLICY = ["aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"] as const;

/** How endpoint policies that are resources of their own belong to their endpoint. */
export const ENDPOINT_POLICY_JOIN = {
  types: ENDPOINT_POLICY,
  property: "vpcEndpointId",
  ownerTypes: ENDPOINTS,
  identities: ["id"],
} as const;

/** Security groups and their rules. */
export const SECURITY_GROUPS = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
] as const;

/** Routes and tables with routes in them. */
export const ROUTES = [
  "aws:ec2/route:Route",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/defaultRouteTable:DefaultRouteTable",
] as const;

/** Subnets. */
export const SUBNETS = ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"] as const;

/** VPCs. */
export const VPCS = ["aws:ec2/vpc:Vpc"] as const;

/** CloudWatch log groups. */
export const LOG_GROUPS = ["aws:cloudwatch/logGroup:LogGroup"] as const;

/** Topics. */
export const TOPICS = ["aws:sns/topic:Topic"] as const;

/** Queues. */
export const QUEUES = ["aws:sqs/queue:Queue"] as const;

/** How policies of topics that are resources of their own belong to their topic. */
export const TOPIC_POLICY_JOIN = {
  types: ["aws:sns/topicPolicy:TopicPolicy"],
  property: "arn",
  ownerTypes: TOPICS,
  identities: ["arn", "id"],
} as const;

/** How policies of queues that are resources of their own belong to their queue. */
export const QUEUE_POLICY_JOIN = {
  types: ["aws:sqs/queuePolicy:QueuePolicy"],
  property: "queueUrl",
  ownerTypes: QUEUES,
  identities: ["id", "url"],
} as const;

/** Resource policies of CloudWatch Logs. */
export const LOG_RESOURCE_POLICIES = ["aws:cloudwatch/logResourcePolicy:LogResourcePolicy"] as const;

/** Trails. */
export const TRAILS = ["aws:cloudtrail/trail:Trail"] as const;

/** Customization jobs: the dynamic resource of this project and the resource of the AWS provider. */
export const CUSTOMIZATION_JOBS = [
  "pulumi-nodejs:dynamic/bedrock:CustomizationJob",
  "aws:bedrock/customModel:CustomModel",
] as const;

/** Imports of models that were trained elsewhere. */
export const IMPORT_JOBS = ["pulumi-nodejs:dynamic/bedrock:ModelImportJob"] as const;

/** Copies of models into another region. */
export const COPY_JOBS = ["pulumi-nodejs:dynamic/bedrock:ModelCopyJob"] as const;

/** Evaluations of models. */
export const EVALUATION_JOBS = [
  "pulumi-nodejs:dynamic/bedrock:EvaluationJob",
  "aws:bedrock/evaluationJob:EvaluationJob",
] as const;

/** Jobs whose network interfaces are made in a VPC. */
export const VPC_JOBS = [...CUSTOMIZATION_JOBS, ...IMPORT_JOBS] as const;

/** Jobs for which Bedrock takes on a role. A copy has none. */
export const ROLE_JOBS = [...VPC_JOBS, ...EVALUATION_JOBS] as const;

/** All jobs of Bedrock that make a model, or read data to judge one. */
export const MODEL_JOBS = [...CUSTOMIZATION_JOBS, ...IMPORT_JOBS, ...COPY_JOBS, ...EVALUATION_JOBS] as const;

/** Provisioned throughput for a model. */
export const THROUGHPUTS = [
  "pulumi-nodejs:dynamic/bedrock:ProvisionedThroughput",
  "aws:bedrock/provisionedModelThroughput:ProvisionedModelThroughput",
] as const;

/** Deployments of a model on demand. */
export const DEPLOYMENTS = [
  "pulumi-nodejs:dynamic/bedrock:ModelDeployment",
  "aws:bedrock/customModelDeployment:CustomModelDeployment",
] as const;

/** Whatever makes a stack one that customizes or serves a model on Bedrock. */
export const MODEL_WORK = [...MODEL_JOBS, ...THROUGHPUTS, ...DEPLOYMENTS] as const;

/** The component that makes the place for customization jobs, with or without a job in the same stack. */
export const ENVIRONMENTS = ["secure-model-customization:index:SecureCustomizationEnvironment"] as const;

/** Resources that hold data, rights or cost, and can carry tags. */
export const TAGGED = [
  ...BUCKETS,
  ...KEYS,
  ...ROLES,
  ...VPCS,
  ...ENDPOINTS,
  ...LOG_GROUPS,
  ...MODEL_JOBS,
  ...THROUGHPUTS,
  ...DEPLOYMENTS,
] as const;
