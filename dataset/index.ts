/** The dataset preflight: what is wrong with a training file, before anything is paid for. */
export { checkDataset, checkFiles, checkPair, type CheckOptions, type FilesReport, type PairReport } from "./check";
export { type CostEstimate, estimateCost, formatCost, formatServiceUse, parsePrices, type Prices } from "./cost";
export { DatasetError, type DatasetErrorCode } from "./errors";
export type { Excerpt } from "./excerpt";
export type { Finding } from "./findings";
export { formatFindingSet, formatPair, formatReport, type FormatOptions, summarizeReport } from "./format-report";
export { baseModelId, type CustomizationType, limitsFor, type ModelLimits, modelLimits } from "./limits";
export { toSarif } from "./output/sarif";
export { htmlPage } from "./profile/html";
export type { DatasetProfile } from "./profile/profile";
export { formatProfile } from "./profile/terminal";
export { redact, type RedactOptions, type RedactReport } from "./redact/redact";
export { type ThresholdChoice, type ThresholdName, thresholds } from "./quality/thresholds";
export type { DatasetReport, DatasetRole, FindingSet, ServiceUse } from "./report";
export { type Rule, type RuleId, rules, type Severity } from "./rules";
export { type Action, parsePolicy, policyRules, type ScanPolicy, scanRules, type Suppression } from "./scan/policy";
export { type ComprehendSettings, parseComprehend } from "./service/settings";
export { bytesSource, type DatasetSource, localFile } from "./source";
