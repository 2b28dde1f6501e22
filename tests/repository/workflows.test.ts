import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../local/paths";
import { capture } from "../../local/processes";
import { textOf } from "./files";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  if?: string;
  permissions?: Record<string, string>;
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const file = ".github/workflows/preview.yml";
const workflow = parse(textOf(file)) as Workflow;
const jobs = Object.entries(workflow.jobs);
const scripts = (JSON.parse(textOf("package.json")) as { scripts: Record<string, string> }).scripts;

describe("workflow of previews", function () {
  // The first run builds actionlint from its module.
  this.timeout(180_000);

  it("has no finding of actionlint", async function () {
    const go = await capture("go", ["version"]).catch(() => undefined);
    if (go === undefined) this.skip();
    const folder = join(root, "tests/repository/actionlint");
    const result = await capture("go", ["tool", "-modfile", join(folder, "go.mod"), "actionlint", join(root, file)], {
      cwd: folder,
    });
    assert.equal(result.code, 0, result.stdout + result.stderr);
  });

  it("runs on pull requests without the rights of the base branch", () => {
    assert.deepEqual(Object.keys(workflow.on), ["pull_request"]);
  });

  it("may read by default, and asks for the token and for comments only where a fork cannot come", () => {
    assert.deepEqual(workflow.permissions, { contents: "read" });
    for (const [name, { permissions, if: condition }] of jobs) {
      if (permissions === undefined) continue;
      assert.deepEqual(permissions, { contents: "read", "id-token": "write", "pull-requests": "write" }, name);
      assert.match(condition ?? "", /head\.repo\.full_name == github\.repository/u, name);
    }
  });

  it("pins every action by commit and keeps no credentials of the checkout", () => {
    for (const { uses, with: settings } of jobs.flatMap(([, { steps }]) => steps)) {
      if (uses === undefined) continue;
      assert.match(uses, /^[\w-]+\/[\w-]+@[\da-f]{40}$/u);
      if (uses.startsWith("actions/checkout@")) assert.equal(settings?.["persist-credentials"], false);
    }
  });

  it("runs npm scripts that exist, and hands nothing of the pull request to a shell", () => {
    for (const { run } of jobs.flatMap(([, { steps }]) => steps)) {
      if (run === undefined) continue;
      assert.doesNotMatch(run, /\$\{\{/u);
      const script = /^npm run (?:-s )?([\w-]+)/u.exec(run)?.[1];
      if (script !== undefined) assert.ok(script in scripts, `npm run ${script}`);
      else assert.match(run, /^(?:npm ci$|cat preview-report\.md >> )/u);
    }
  });

  it("keeps the preflight's pages of every stack with the report", () => {
    for (const [name, { steps }] of jobs) {
      const report = steps.find(({ run }) => run?.includes("--output preview-report.md"))?.run ?? "";
      const written = /--output (\S+) --datasets (\S+)$/u.exec(report)?.slice(1);
      const kept = steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"))?.with?.path;
      assert.deepEqual(String(kept).trim().split("\n"), written, name);
    }
  });
});
