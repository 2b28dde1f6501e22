/**
 * Writes `docs/policy-matrix.md`: which of the nine cases `tests/policies/matrix.test.ts` shows for each policy, counted by what
 * that test goes through, and why where a case cannot be. Run it after each change of a policy or an example.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "../../../policies/catalogue";
import { examples, type ExampleResource } from "../../../policies/examples";
import type { PolicyRule } from "../../../policies/model";
import { decisive, placesIn } from "./cases";
import { inlineForm, splitForm } from "./forms";
import { MENDED_BY_FORM, ONE_FORM } from "./one-form";
import { JUDGED_BY_OTHERS, STILL_FOUND } from "./unknown";

/** Where the table lies. */
export const matrixFile = path.resolve(__dirname, "../../../docs/policy-matrix.md");

const CASES = [
  "compliant",
  "violating",
  "missing resource",
  "unknown value",
  "secret value",
  "exempted",
  "expired exemption",
  "split form",
  "inline form",
] as const;

const INTRODUCTION = `<!-- prettier-ignore-start -->

# Matrix of cases

<!-- Written by tests/policies/matrix/table.ts from the examples and their exceptions. Change those, not this file. -->

Each policy of [policies.md](policies.md) is shown in nine cases. \`tests/policies/matrix.test.ts\` derives them from the policy's good
example and its bad ones, and judges each with the pack as the engine does. The figures say how often:

- **compliant**: good examples, in which nothing may be found.
- **violating**: bad examples, in each of which the policy must find something.
- **missing resource**: resources taken away from the good example, one at a time; only what is there may be named, and where a bad
  example is bad for want of a resource, that must be found.
- **unknown value**: properties and their members that are made unknown, one at a time, in all examples; none may make a violation. In
  brackets: bad examples whose deciding properties are all unknown, which must be left open, and not pass in silence.
- **secret value**: properties and their members that are wrapped as secrets, on the way through the SDK, in all examples; the judgement must
  be the same, and a planted text must not be quoted.
- **exempted**, **expired exemption**: bad examples whose findings are exempted; they must pass, or be found again beside the expired
  exemption.
- **split form**, **inline form**: examples that stand, as written or rewritten, in each of the two forms that the provider has.

A letter says why a case is judged differently or cannot be; the reasons are below.`;

/** The table as it stands in the file. */
export function renderMatrix(): string {
  const reasons = new Map<string, string>();
  const letter = (reason: string): string => {
    const known = reasons.get(reason);
    const made = known ?? String.fromCharCode("a".charCodeAt(0) + reasons.size);
    reasons.set(reason, made);
    return made;
  };
  const rows = catalogue.map(
    (rule) => `| [\`${rule.id}\`](policies.md#${rule.id}) | ${cellsOf(rule, letter).join(" | ")} |`,
  );
  return [
    INTRODUCTION,
    [`| Policy | ${CASES.join(" | ")} |`, `| --- |${" --- |".repeat(CASES.length)}`, ...rows].join("\n"),
    "## Reasons",
    [...reasons].map(([reason, name]) => `- **${name}**: ${reason}`).join("\n"),
    "<!-- prettier-ignore-end -->\n",
  ].join("\n\n");
}

function cellsOf(rule: PolicyRule, letter: (reason: string) => string): string[] {
  const { good = [], bad = [] } = examples[rule.id] ?? {};
  const all = [good, ...bad];
  const places = all.reduce((count, stack) => count + placesIn(stack).length, 0);
  const decided = bad.filter((stack) => decisive(good, stack).length > 0).length;
  const marks = (exceptions: Readonly<Record<string, string>>): string => {
    const mine = Object.entries(exceptions).filter(([example]) => example.split(" ")[0] === rule.id);
    const letters = [...new Set(mine.map(([, reason]) => letter(reason)))];
    return letters.length > 0 ? ` ${letters.join(", ")}` : "";
  };
  const oneForm = Object.keys(ONE_FORM).find((reason) => ONE_FORM[reason]?.includes(rule.id));
  const inBoth = all.filter(hasTwoForms).length;
  const formsOf = (form: string): string =>
    oneForm === undefined
      ? `${inBoth}${marks(Object.fromEntries(Object.entries(MENDED_BY_FORM).filter(([example]) => example.endsWith(form))))}`
      : letter(oneForm);
  return [
    "1",
    String(bad.length),
    String(good.length),
    `${places} (${decided})${marks({ ...STILL_FOUND, ...JUDGED_BY_OTHERS })}`,
    String(places),
    String(bad.length),
    String(bad.length),
    formsOf("splitForm"),
    formsOf("inlineForm"),
  ];
}

function hasTwoForms(stack: readonly ExampleResource[]): boolean {
  return inlineForm(stack) !== stack || splitForm(stack) !== stack;
}

if (require.main === module) {
  writeFileSync(matrixFile, renderMatrix());
}
