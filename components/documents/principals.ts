import type { AwsContext } from "../context";

/** ARN of the account, which in a key policy hands a decision on to the account's IAM policies. */
export function accountRoot(context: Pick<AwsContext, "partition" | "accountId">): string {
  return `arn:${context.partition}:iam::${context.accountId}:root`;
}

/**
 * Patterns for `aws:PrincipalArn` that match whoever runs the deployment, in every session.
 *
 * STS reports an assumed role as `arn:…:sts::A:assumed-role/NAME/SESSION`, which lacks the role's path, while
 * `aws:PrincipalArn` holds the role's ARN with its path (`role/aws-reserved/sso.amazonaws.com/…/NAME`). So a role is
 * matched without a path and below any path, and never by a suffix of its name. A root user or an IAM user has one ARN.
 */
export function deployerPatterns(callerArn: string): string[] {
  const match = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\//u.exec(callerArn);
  if (!match) {
    return [callerArn];
  }
  const [, partition, account, role] = match;
  const prefix = `arn:${partition}:iam::${account}:role/`;
  return [`${prefix}${role}`, `${prefix}*/${role}`];
}
