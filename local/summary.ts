import { relative } from "node:path";
import { bold, dim, green, red, say, step, yellow } from "./console";
import type { PolicyResult } from "./event-log";
import { paths, root } from "./paths";
import type { ProofResult } from "./proof";
import type { Answer } from "./prompt";
import type { StateResource } from "./stack";

/** What a rehearsal ends with. */
export interface SummaryFacts {
  stack: string;
  resources: StateResource[];
  outputs: Record<string, unknown>;
  policies: PolicyResult;
  proof: ProofResult;
  answer?: Answer;
}

const bars = "▁▂▃▄▅▆▇█";
const longestExcerpt = 300;
const curveWidth = 48;

/**
 * A curve of at most `width` characters: each is the mean of its part of the series, drawn between the series' smallest and
 * largest value.
 */
export function sparkline(series: readonly number[], width = curveWidth): string {
  if (series.length === 0) {
    return "";
  }
  const columns = Math.min(width, series.length);
  const means = Array.from({ length: columns }, (_, column) => {
    const part = series.slice(
      Math.floor((column * series.length) / columns),
      Math.floor(((column + 1) * series.length) / columns),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const lowest = Math.min(...means);
  const span = Math.max(...means) - lowest || 1;
  return means.map((value) => bars[Math.round(((value - lowest) / span) * (bars.length - 1))]).join("");
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  return line.length <= longestExcerpt ? line : `${line.slice(0, longestExcerpt)} …`;
}

function row(label: string, value: unknown): void {
  if (value !== undefined && value !== null && value !== "") {
    say(`${label.padEnd(16)}${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
}

/** What a dynamic resource stands for, by the last part of its type; all others are jobs. */
const dynamicFamilies: Readonly<Record<string, string>> = {
  AccountPublicAccessBlock: "account settings",
  InvocationLogging: "account settings",
  MacieSession: "account settings",
  ModelDeployment: "bedrock serving",
  ProvisionedThroughput: "bedrock serving",
};

function familyOf(type: string): string {
  const last = type.split(":").at(-1) ?? "";
  return type.includes("dynamic/") ? (dynamicFamilies[last] ?? "bedrock jobs") : (type.split(/[:/]/u)[1] ?? "other");
}

/** How many resources a stack has in service, by service, the most first. */
export function resourceLine(resources: readonly Pick<StateResource, "type" | "custom">[]): string {
  const families = new Map<string, number>();
  const custom = resources.filter((resource) => resource.custom && !resource.type.startsWith("pulumi:"));
  for (const resource of custom) {
    const family = familyOf(resource.type);
    families.set(family, (families.get(family) ?? 0) + 1);
  }
  const parts = [...families].sort((a, b) => b[1] - a[1]).map(([family, count]) => `${family} ${count}`);
  return `${custom.length} in service (${parts.join(", ")})`;
}

function policyLine({ packs, policies, passed, mandatory, advisory }: PolicyResult): string {
  if (packs.length === 0) {
    return yellow("not judged: no policy pack ran");
  }
  const verdict = mandatory > 0 ? red(`${mandatory} violations`) : green("no violation");
  return `${verdict}, ${advisory} advisory ${advisory === 1 ? "note" : "notes"} (${policies.length} policies, ${passed} judgements passed; ${packs.join(", ")})`;
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((entry): entry is number => typeof entry === "number") : [];
}

/** Prints the summary of a rehearsal, for somebody who sees it for the first time. */
export function printSummary({ stack, resources, outputs, policies, proof, answer }: SummaryFacts): void {
  const losses = numbers(outputs.trainingLossCurve);
  step(`Summary of stack ${stack}`);
  row("Resources", resourceLine(resources));
  row("Policies", policyLine(policies));
  row("Access proof", proof.holds ? green(proof.summary) : red(proof.summary));
  row("Key", outputs.keyArn);
  row("Training data", outputs.trainingDataUri);
  row("Job", outputs.jobArn);
  row("Model", outputs.modelArn);
  row("Training loss", outputs.trainingLoss);
  row("Validation loss", numbers(outputs.validationLosses).join(", "));
  row("Loss curve", losses.length > 0 ? `${sparkline(losses)} ${losses[0]} → ${losses.at(-1)}` : undefined);
  row("Metrics", (outputs.metricsUris as { training?: string } | undefined)?.training);
  row("In service", outputs.servingArn);
  if (answer) {
    console.log();
    say(`${bold("Question")} ${dim("(from the validation data, not trained on)")}`);
    say(`  ${excerpt(answer.prompt)}`);
    say(bold("Answer"));
    say(`  ${excerpt(answer.answer)}`);
    console.log();
  }
  row("Outputs", relative(root, paths.outputs));
  row("State", relative(root, paths.state));
  row("Logs", relative(root, paths.logs));
  row("Next", `npm run local -- status | env | shell | destroy | stop`);
}
