/** Writes the reference of the policies, `docs/policies.md`, from the catalogue. Run it after each change of a policy. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "./catalogue";
import { CHECKS } from "./coverage";
import { examples, type ExampleResource } from "./examples";
import { FRAMEWORK_AREAS, areaOf } from "./framework-areas";
import type { Framework, PolicyRule } from "./model";
import { FIRST_PREVIEW, WEAKENINGS } from "./score";
import { remedies } from "./remedies";

/** Where the reference lies. */
export const referenceFile = path.resolve(__dirname, "../docs/policies.md");

const FRAMEWORKS = Object.keys(FRAMEWORK_AREAS) as Framework[];

/** The reference as it stands in the file. */
export function renderReference(): string {
  const families = [...new Set(catalogue.map(({ family }) => family))];
  const parts = [
    "<!-- prettier-ignore-start -->",
    "# Policies",
    "<!-- Written by policies/docs.ts from the catalogue. Change the catalogue, not this file. -->",
    INTRODUCTION,
    MEASURED,
    "## Overview",
    table(
      ["Policy", "Family", "Severity", "Level", "Requires"],
      catalogue.map((rule) => [link(rule), rule.family, rule.severity, rule.level, rule.title]),
    ),
    ...families.flatMap((family) => [
      `## Family: ${family}`,
      ...catalogue.filter((rule) => rule.family === family).flatMap(policySection),
    ]),
    "## Policies by framework",
    table(
      ["Policy", ...FRAMEWORKS, "Replaces"],
      catalogue.map((rule) => [
        link(rule),
        ...FRAMEWORKS.map((framework) => (rule.frameworks[framework] ?? []).join(", ")),
        rule.replaces.join(", "),
      ]),
    ),
    "## Coverage of the frameworks",
    "A policy helps to fulfil a control; none fulfils it alone, and nothing here is a certification.",
    ...FRAMEWORKS.flatMap(frameworkSection),
    "## Coverage of known checks",
    coverageSummary(),
    table(
      ["Check", "What it asks for", "Answer"],
      CHECKS.map(({ id, what, policies, notApplicable }) => [
        id,
        what,
        policies.length > 0 ? policies.map((policy) => `\`${policy}\``).join(", ") : (notApplicable ?? "open"),
      ]),
    ),
    "<!-- prettier-ignore-end -->",
  ];
  return `${parts.join("\n\n")}\n`;
}

const INTRODUCTION = `The pack judges any Pulumi program, in any language, at preview and at update:

\`\`\`sh
pulumi preview --policy-pack policies --policy-pack-config policies/sets/baseline.json
\`\`\`

A policy answers compliant, violation, or could not judge; \`every-judgement-is-made\` lists what stays open. Levels and parameters are
set per policy in the configuration, as in \`policies/sets/\`. Examples below are parts of one environment; a bad one shows
what is different from the good one.

## Secrets

The SDK unwraps secrets before it asks a policy, and does not tell which values were secret: a secret value is judged as any other. That is
why messages quote identifiers, addresses and choices of AWS only, such as an ARN, a range of addresses or an algorithm. They quote no tag,
description or parameter; of a policy document they name the parts of a statement that are wrong, and nothing of a text that cannot be read.

## Remedies

A policy below that says what it does at level \`remediate\` can mend its findings itself, where that is safe:

\`\`\`json
{
  "kms-key-rotates": "remediate",
  "resources-carry-the-required-tags": {
    "enforcementLevel": "remediate",
    "requiredTags": ["Owner"],
    "tagValues": ["Owner=unassigned"]
  }
}
\`\`\`

The inputs are changed before the resource is created or updated, the preview says so, and the policy then judges the changed inputs as
mandatory. No policy has this level by default: the program still says something else than what is deployed, and should be corrected.

## Exemptions

A finding that the platform team accepts is written into the configuration of \`exemptions-are-approved\`, or into the JSON file that
its parameter \`file\` names:

\`\`\`json
{
  "exemptions-are-approved": {
    "exemptions": [
      {
        "resource": "aws:kms/key:Key::partner-key",
        "policy": "kms-key-rotates",
        "finding": "enableKeyRotation is *",
        "reason": "The material of this key is imported; it is rotated by hand.",
        "approver": "security@example.com",
        "expires": "2027-06-30"
      }
    ]
  }
}
\`\`\`

\`resource\` is a URN, \`type::name\` or a name; in it and in \`finding\`, \`*\` and \`?\` are wildcards. An exemption that lacks a field, names
no single policy, has expired, or would hold for longer than \`maximumDays\` does not hold and is a violation. One that accepts
nothing, or covers more than \`maximumResources\` resources, is reported by \`exemptions-fit-what-they-exempt\`. What was accepted is
listed with its reason by \`exempted-findings-are-shown\`.`;

const MEASURED = `## What is measured

A generator makes single weakenings of this repository's own environment: a statement widened, a condition dropped, negated or misspelt,
a stranger let in beside those who may, a key replaced, a switch flipped, a way out opened, a safeguard taken away,
a filter that counts nothing for its alarm. Each must be found by a policy that names the resource, unless
the evaluator proves that it changes no decision (the source ARN that stays in a statement already says the account, for example).

${table(
  ["Stack", "Weakenings", "Score"],
  WEAKENINGS.map(({ stack, tried }) => [stack, String(tried), "100 %"]),
)}

At the first preview of a new stack \`${FIRST_PREVIEW.stack}\`, ${FIRST_PREVIEW.judgements - FIRST_PREVIEW.open} of ${FIRST_PREVIEW.judgements} judgements are made
(${((100 * (FIRST_PREVIEW.judgements - FIRST_PREVIEW.open)) / FIRST_PREVIEW.judgements).toFixed(1)} %). \`tests/policies/weakenings.test.ts\` measures both and fails when they change.

Each policy is shown in nine cases, from a compliant stack to an expired exemption: [policy-matrix.md](policy-matrix.md) counts them and
says where one cannot be.

## Settings of the whole pack

\`pack-is-configured\` takes levels by family or by policy, stricter ones for production stacks, and values that many policies share:

\`\`\`json
{
  "pack-is-configured": {
    "levels": { "audit": "advisory", "bucket-uses-a-bucket-key": "disabled" },
    "productionStacks": ["prod*"],
    "productionLevels": { "audit": "mandatory" },
    "accounts": ["111122223333"],
    "sharedBuckets": ["central-datasets-*"]
  }
}
\`\`\`

A level given here wins over the one that the engine has for the policy. The engine ignores the name of a policy that does not exist;
\`npm run policy -- report … --config FILE\` refuses it.

## Programs of others

Policies for all stacks judge any program that uses the Pulumi provider \`aws\`, in the older inline forms, in split resources and in components.
Policies for stacks that work on a Bedrock model judge stacks with a customization job, a throughput or a deployment, with the environment
of this repository, or with a role that Bedrock takes on for customization jobs. Network policies spare what certainly lies in another VPC
of the stack than the jobs.

The engine hands the pack resources, not source code, so that the language of a program makes no difference.
\`examples/policies-in-python\` is a program in Python, with buckets in both forms, groups, routes, roles and an
\`aws.bedrock.CustomModel\`; \`tests/policies/foreign/twin.ts\` is its twin in TypeScript. Both were previewed with the real engine
(3.259.0) and a provider that accepts everything: 30 pairs of policy and resource, message for message the same. With
the Pulumi CLI, which brings the language host for Python, and credentials of an account:

\`\`\`sh
cd examples/policies-in-python && python3 -m venv venv && venv/bin/pip install -r requirements.txt
pulumi stack init dev && pulumi config set aws:region us-west-2
PATH="$PWD/venv/bin:$PATH" pulumi preview --policy-pack ../../policies
\`\`\`

Programs in YAML, Go, .NET and Java were not tried: their language hosts are in no package registry.

Not judged: resources of other providers, such as \`aws-native\` or the Cloud Control API, whose types and properties have other names, and
CloudFormation templates. Where one stands for what the policies judge, \`every-judgement-is-made\` names it. Nor is what other stacks of
the account allow.

## Documents that are not known yet

An id that AWS gives is unknown at the first preview, and makes every document that holds it unknown as a whole. A component can
hand the engine a template among its inputs, \`documents\`: by the name of the resource that holds the document, the document with
the logical name of a resource in angle brackets where its id will stand (\`"Resource": "<environment-key>"\`). The policies judge the
template at preview, and the document as it is before the resource is created.`;

function policySection(rule: PolicyRule): string[] {
  const { good = [], bad = [] } = examples[rule.id] ?? {};
  const parameters = Object.entries(rule.parameters ?? {});
  const remedy = remedies[rule.id];
  const scope = rule.onlyWithBedrock ? "stacks that work on a Bedrock model" : "all stacks";
  return [
    `### ${rule.id}`,
    `${rule.title}. ${rule.threat}`,
    `Severity ${rule.severity}; level ${rule.level}; judged ${rule.phase === "stack" ? "with the whole stack" : "before the resource is created or changed"}, in ${scope}.`,
    `**Remediation.** ${rule.remediation.text}`,
    code("typescript", rule.remediation.code),
    ...(remedy === undefined ? [] : [`**Level \`remediate\`.** ${remedy.title}: in ${remedy.types.join(", ")}.`]),
    ...(parameters.length > 0
      ? [
          table(
            ["Parameter", "Default", "Meaning"],
            parameters.map(([name, parameter]) => [
              `\`${name}\``,
              `\`${JSON.stringify(parameter.default)}\``,
              parameter.description,
            ]),
          ),
        ]
      : []),
    `<details><summary>Examples: 1 good, ${bad.length} bad</summary>`,
    "Good:",
    code("json", good.map(shown).join("\n")),
    "Bad:",
    code("json", bad.map((stack) => differences(good, stack)).join("\n")),
    "</details>",
  ];
}

function frameworkSection(framework: Framework): string[] {
  const covered = new Map<string, Set<string>>();
  for (const rule of catalogue) {
    for (const control of rule.frameworks[framework] ?? []) {
      const area = areaOf(framework, control) ?? control;
      covered.set(area, (covered.get(area) ?? new Set()).add(control));
    }
  }
  const rows = Object.entries(FRAMEWORK_AREAS[framework]).map(([area, title]) => {
    const controls = [...(covered.get(area) ?? [])].sort();
    return [area, title, controls.length > 0 ? controls.join(", ") : "**not covered by any policy**"];
  });
  return [`### ${framework}`, table(["Area", "Asks for", "Controls that policies serve"], rows)];
}

function coverageSummary(): string {
  const covered = CHECKS.filter(({ policies }) => policies.length > 0).length;
  const outside = CHECKS.filter(({ notApplicable }) => notApplicable !== undefined).length;
  return (
    `Of ${CHECKS.length} checks that tools for cloud configuration have, or should have, for such an environment, ${covered} are ` +
    `covered, ${outside} do not apply, and ${CHECKS.length - covered - outside} are open.`
  );
}

function shown({ type, name, properties }: ExampleResource): string {
  return `${JSON.stringify(`${type}::${name}`)}: ${JSON.stringify(properties)}`;
}

/** What a bad stack has in another way than the good one: one line per property, or per resource that is there or not. */
function differences(good: readonly ExampleResource[], bad: readonly ExampleResource[]): string {
  const lines = [...good, ...bad.filter(({ name }) => !good.some((other) => other.name === name))].flatMap(
    (resource) => {
      const [before, after] = [good, bad].map((stack) => stack.find(({ name }) => name === resource.name));
      if (after === undefined) return [`"${resource.name}": absent`];
      if (before === undefined) return [shown(after)];
      const names = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)]);
      return [...names]
        .filter((name) => JSON.stringify(before.properties[name]) !== JSON.stringify(after.properties[name]))
        .map((name) => `"${resource.name}.${name}": ${JSON.stringify(after.properties[name]) ?? "absent"}`);
    },
  );
  return lines.join("\n");
}

function link({ id }: PolicyRule): string {
  return `[\`${id}\`](#${id})`;
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

if (require.main === module) {
  writeFileSync(referenceFile, renderReference());
}
