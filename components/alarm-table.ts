/** What alarms watch, as data: one row for each alarm. */

/** A metric that CloudTrail's events are counted into. */
export interface EventCount {
  /** Name of filter, metric and alarm. */
  name: string;
  /** Why somebody is woken. */
  description: string;
  /** Filter pattern over CloudTrail's events, at most 1,024 characters. An event's name can differ from the API's. */
  pattern: string;
  /** Number of events within five minutes from which on it is an alarm. */
  threshold: number;
}

const named = (names: readonly string[]): string => names.map((name) => `($.eventName = "${name}")`).join(" || ");
const calls = (source: string, names: readonly string[]): string =>
  `{ ($.eventSource = "${source}.amazonaws.com") && (${named(names)}) }`;

/**
 * Alarms on what CloudTrail records. Changes are rare once an environment stands, so one is enough; a deployment raises
 * them too, and whoever deploys knows why.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html (names of S3's events)
 */
export const eventCounts: readonly EventCount[] = [
  {
    name: "denied-calls",
    description: "Calls are denied, more often than by mistake: somebody may be trying what stolen credentials can do",
    pattern: '{ ($.errorCode = "*AccessDenied*") || ($.errorCode = "*UnauthorizedOperation") }',
    threshold: 5,
  },
  {
    name: "endangered-keys",
    description: "A key is disabled, no longer rotated or about to be deleted: data and models may become unreadable",
    pattern: calls("kms", ["DisableKey", "DisableKeyRotation", "ScheduleKeyDeletion"]),
    threshold: 1,
  },
  {
    name: "changed-policies",
    description: "A policy of a key or a role has changed: somebody may be opening a door",
    pattern: `{ ${named([
      "AttachRolePolicy",
      "CreateGrant",
      "CreatePolicyVersion",
      "DeleteRolePermissionsBoundary",
      "PutKeyPolicy",
      "PutRolePermissionsBoundary",
      "PutRolePolicy",
      "SetDefaultPolicyVersion",
      "UpdateAssumeRolePolicy",
    ])} }`,
    threshold: 1,
  },
  {
    name: "changed-buckets",
    description:
      "The policy of a bucket has changed, or a setting that protects what lies in it: data may leave, or go unnoticed",
    pattern: calls("s3", [
      "DeleteAccountPublicAccessBlock",
      "DeleteBucketEncryption",
      "DeleteBucketLifecycle",
      "DeleteBucketOwnershipControls",
      "DeleteBucketPolicy",
      "DeleteBucketPublicAccessBlock",
      "PutAccountPublicAccessBlock",
      "PutBucketAcl",
      "PutBucketEncryption",
      "PutBucketInventoryConfiguration",
      "PutBucketLifecycle",
      "PutBucketLogging",
      "PutBucketNotification",
      "PutBucketObjectLockConfiguration",
      "PutBucketOwnershipControls",
      "PutBucketPolicy",
      "PutBucketPublicAccessBlock",
      "PutBucketReplication",
      "PutBucketVersioning",
    ]),
    threshold: 1,
  },
  {
    name: "changed-network",
    description: "A route, a gateway, a subnet or an endpoint has changed: the network may no longer be private",
    pattern: calls("ec2", [
      "AcceptVpcPeeringConnection",
      "AssociateRouteTable",
      "AttachInternetGateway",
      "AttachVpnGateway",
      "CreateEgressOnlyInternetGateway",
      "CreateNatGateway",
      "CreateRoute",
      "CreateTransitGatewayVpcAttachment",
      "CreateVpcEndpoint",
      "CreateVpcPeeringConnection",
      "DeleteRoute",
      "DeleteVpcEndpoints",
      "ModifySubnetAttribute",
      "ModifyVpcAttribute",
      "ModifyVpcEndpoint",
      "ReplaceRoute",
      "ReplaceRouteTableAssociation",
    ]),
    threshold: 1,
  },
  {
    name: "changed-groups",
    description: "A security group or its rules have changed: somebody may reach jobs or endpoints who could not",
    pattern: calls("ec2", [
      "AuthorizeSecurityGroupEgress",
      "AuthorizeSecurityGroupIngress",
      "CreateSecurityGroup",
      "DeleteSecurityGroup",
      "ModifySecurityGroupRules",
      "RevokeSecurityGroupEgress",
      "RevokeSecurityGroupIngress",
    ]),
    threshold: 1,
  },
  {
    name: "disabled-audit",
    description:
      "A trail, flow logs, logs, alarms or alerts were stopped or deleted: somebody may be covering their tracks",
    pattern: `{ ${named([
      "DeleteAlarms",
      "DeleteFlowLogs",
      "DeleteLogGroup",
      "DeleteLogStream",
      "DeleteMetricFilter",
      "DeleteModelInvocationLoggingConfiguration",
      "DeleteRule",
      "DeleteTopic",
      "DeleteTrail",
      "DisableAlarmActions",
      "DisableRule",
      "DisassociateKmsKey",
      "PutEventSelectors",
      "PutModelInvocationLoggingConfiguration",
      "PutRetentionPolicy",
      "RemoveTargets",
      "SetTopicAttributes",
      "StopLogging",
      "UpdateTrail",
    ])} }`,
    threshold: 1,
  },
  {
    name: "changed-guardrails",
    description: "A guardrail has changed or is gone: questions and answers may no longer be filtered",
    pattern: calls("bedrock", ["DeleteGuardrail", "UpdateGuardrail"]),
    threshold: 1,
  },
  {
    name: "throttled-calls",
    description: "Bedrock throttles: an application asks more than its quota, or somebody else uses the model",
    pattern: '{ ($.eventSource = "bedrock.amazonaws.com") && ($.errorCode = "Throttling*") }',
    threshold: 10,
  },
];
