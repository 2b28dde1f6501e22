/** IAM as data: typed policy documents, and the evaluator that decides requests against them. */
export { formatArn, isArn, parseArn, partitionOf, type Arn } from "./arn";
export { allow, deny, policy } from "./document";
export { PolicySyntaxError, RequestError, type PolicyProblem } from "./errors";
export { decide, evaluate } from "./evaluate";
export { toDocument, type NormalizedPolicy, type NormalizedStatement } from "./normalize";
export { parsePolicy } from "./parse";
export { preparePolicies, type PreparedPolicies } from "./prepare";
export type {
  AccessRequest,
  AnonymousCaller,
  ApplicablePolicies,
  Caller,
  ConditionLiteral,
  ConditionOf,
  ContextValue,
  Decision,
  Document,
  FederatedCaller,
  KeyGrant,
  OneOrMany,
  PolicyDocument,
  PolicyKind,
  PrincipalOf,
  RoleCaller,
  RootCaller,
  ServiceCaller,
  SourcedPolicy,
  Statement,
  StatementOf,
  StatementRef,
  UserCaller,
} from "./types";
