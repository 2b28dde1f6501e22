// What the policy pack costs: its start over that of a pack without rules, a program of 2,000 resources in the SDK's own
// runner, and AWSGuard on the same resources in the same run. The runner is started as the engine starts it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { capture } from "../local/processes";
import { environment } from "../policies/examples/environment";
import type { ExampleResource } from "../policies/examples/example";
import { OWN_PACK, Pack } from "../tests/policies/pack-runner";
import { figure, median, type Figure } from "./report";

const rounds = Number(process.env.ROUNDS ?? 7);
const root = resolve(__dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "bench-policies-"));

/** What one resource of the environment knows another by. */
const identifiers =
  /\b(?:subnet|vpc|sg|rtb|vpce)-0[a-z]+|\bacme-[a-z]+|:role\/\w+|:key\/[\da-f-]+|\boperator\b|"customization"|\blegal-summaries\b/gu;

/** A copy of the environment that has nothing in common with the others. */
function copyOf(copy: number): ExampleResource[] {
  const renamed = (text: string): string =>
    text.replace(identifiers, (found) => (found.endsWith('"') ? `${found.slice(0, -1)}-${copy}"` : `${found}-${copy}`));
  return environment.map(({ type, name, properties, dependencies = {} }) => ({
    type,
    name: `${name}-${copy}`,
    properties: JSON.parse(renamed(JSON.stringify(properties))) as Record<string, unknown>,
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([property, names]) => [property, names.map((other) => `${other}-${copy}`)]),
    ),
  }));
}

/** The environment again and again under other names: whole copies, about as many resources as asked for. */
function program(size: number): ExampleResource[] {
  return Array.from({ length: Math.round(size / environment.length) }, (_, copy) => copyOf(copy)).flat();
}

function packFolder(name: string, index: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, version: "0.0.1", main: "index.js" }));
  writeFileSync(join(path, "index.js"), index);
  return path;
}

/** Milliseconds until a pack has told its policies. */
async function startOf(path: string): Promise<number> {
  const started = performance.now();
  const pack = await Pack.start(path);
  await pack.info();
  const elapsed = performance.now() - started;
  await pack.stop();
  return elapsed;
}

interface Run {
  /** Resources of the program. */
  size: number;
  policies: number;
  /** Milliseconds for all resources one by one, then for the stack. */
  resources: number;
  stack: number;
  /** Largest resident memory of the runner, in MB. */
  memory: number;
  findings: number;
}

async function run(path: string, resources: readonly ExampleResource[]): Promise<Run> {
  const pack = await Pack.start(path);
  try {
    const policies = (await pack.info()).getPoliciesList().length;
    let findings = 0;
    const started = performance.now();
    for (const resource of resources) findings += (await pack.analyze(resource)).getDiagnosticsList().length;
    const between = performance.now();
    findings += (await pack.analyzeStack(resources)).getDiagnosticsList().length;
    const ended = performance.now();
    return {
      size: resources.length,
      policies,
      resources: between - started,
      stack: ended - between,
      memory: await peakMemory(pack.pid),
      findings,
    };
  } finally {
    await pack.stop();
  }
}

/** The high-water mark that Linux keeps; elsewhere what is resident now. */
async function peakMemory(pid: number): Promise<number> {
  if (process.platform === "linux") {
    return Number(/^VmHWM:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  }
  return Number((await capture("ps", ["-o", "rss=", "-p", String(pid)])).stdout) / 1024;
}

/** AWSGuard with all its rules, installed from the registry with the packages that it asks for. */
async function awsGuard(): Promise<string> {
  const path = packFolder(
    "awsguard-pack",
    `const { AwsGuard } = require("@pulumi/awsguard"); new AwsGuard("awsguard", { all: "mandatory" });`,
  );
  const installed = await capture(
    "npm",
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", "@pulumi/awsguard@0.3.1"],
    {
      cwd: path,
    },
  );
  if (installed.code !== 0) throw new Error(`AWSGuard could not be installed:\n${installed.stderr}`);
  return path;
}

const total = ({ resources, stack }: Run): number => resources + stack;

/** Milliseconds for each resource; a program has whole copies of the environment, about as many resources as asked for. */
const perResource = (run: Run): number => total(run) / run.size;

/** The median of each figure over the rounds, and the largest memory. */
function middleOf(rounds: readonly Run[]): Run {
  const [first] = rounds;
  if (first === undefined) throw new Error("ROUNDS is 0; at least one round is needed.");
  return {
    ...first,
    resources: median(rounds.map(({ resources }) => resources)),
    stack: median(rounds.map(({ stack }) => stack)),
    memory: Math.max(...rounds.map(({ memory }) => memory)),
  };
}

async function main(): Promise<Figure[]> {
  const empty = packFolder(
    "empty-pack",
    `const { PolicyPack } = require("@pulumi/policy"); new PolicyPack("empty-pack", { policies: [] });`,
  );
  symlinkSync(join(root, "node_modules"), join(empty, "node_modules"));
  const starts: { own: number[]; empty: number[] } = { own: [], empty: [] };
  for (let round = 0; round < rounds; round++) {
    starts.own.push(await startOf(OWN_PACK));
    starts.empty.push(await startOf(empty));
  }
  const guardPack = await awsGuard();
  const [smaller, largest] = [program(500), program(2000)];
  const measured: Record<"small" | "middle" | "large" | "bare" | "guard", Run[]> = {
    small: [],
    middle: [],
    large: [],
    bare: [],
    guard: [],
  };
  // They take turns, so that a slow moment of the machine falls on all of them.
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    measured.small.push(await run(OWN_PACK, smaller));
    measured.middle.push(await run(OWN_PACK, program(1000)));
    measured.large.push(await run(OWN_PACK, largest));
    measured.guard.push(await run(guardPack, largest));
    measured.bare.push(await run(empty, largest));
  }
  const [small, middle, large, bare, guard] = [
    middleOf(measured.small),
    middleOf(measured.middle),
    middleOf(measured.large),
    middleOf(measured.bare),
    middleOf(measured.guard),
  ];
  const runs = [small, middle, large];
  const perEvaluation = (one: Run): number => perResource(one) / one.policies;
  const [own, other] = [perEvaluation(large), perEvaluation(guard)];
  return [
    {
      what: "start of the pack over a pack without rules",
      value: `${((median(starts.own) - median(starts.empty)) / 1000).toFixed(2)} s (${Math.round(median(starts.own))} ms against ${Math.round(median(starts.empty))} ms)`,
      limit: "0.8 s",
    },
    ...runs.map((one) => ({
      what: `${one.size} resources, ${one.policies} policies`,
      value: `${(total(one) / 1000).toFixed(2)} s (${(one.resources / 1000).toFixed(2)} s one by one, ${(one.stack / 1000).toFixed(2)} s the stack), ${Math.round(one.memory)} MB, ${one.findings} findings`,
      limit: one === large ? "5 s, 200 MB" : "",
    })),
    { what: "memory of the SDK alone, 2000 resources and no policy", value: `${Math.round(bare.memory)} MB` },
    {
      what: `growth from ${small.size} to ${large.size} resources`,
      value: `${(total(large) / total(small)).toFixed(1)} ×`,
      limit: `${(large.size / small.size).toFixed(2)} × (linear)`,
    },
    { what: "per resource and policy", value: `${own.toFixed(4)} ms`, limit: "0.3 ms" },
    {
      what: "time per rule against AWSGuard",
      value: `${(own / other).toFixed(2)} × (AWSGuard: ${guard.policies} policies, ${(total(guard) / 1000).toFixed(2)} s, ${Math.round(guard.memory)} MB)`,
      limit: "0.5 ×",
    },
  ];
}

main()
  .then(figure("npm run bench:policies"))
  .finally(() => rmSync(folder, { recursive: true, force: true }))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
