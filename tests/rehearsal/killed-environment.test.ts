import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../../local/paths";
import { pendingCreates } from "../../recovery/pending";
import { recovered } from "../../recovery/recover";
import { PrivateAccount } from "./private-account";
import type { SmallProject } from "./small-project";
import type { WantedEnvironment } from "./wanted-environment";

const program = `export = require(${JSON.stringify(join(root, "tests", "rehearsal", "environment-program"))});\n`;
const up = ["up", "--yes", "--skip-preview"];
const wanted: WantedEnvironment = {
  name: "prod",
  preset: "prod",
  overrides: { storage: { deletionProtection: false, objectLock: "none" } },
};

// Between order and answer a resource exists of which no state speaks: keys and buckets, groups and roles.
describe("an engine that is killed while it makes an environment", function () {
  this.timeout(300_000);
  let account: PrivateAccount;
  let project: SmallProject;

  before(async () => {
    account = await PrivateAccount.start();
    project = await account.project(program);
    project.set("ENVIRONMENT", JSON.stringify(wanted));
  });
  after(() => account.end());

  const found: string[] = [];
  for (const [what, moment] of [
    ["keys and buckets", /logs-bucket creating/u],
    ["groups and roles", /customization-role creating/u],
  ] as const) {
    it(`has what it ordered found and taken in by a recovery: ${what}`, async () => {
      await project.killAt(moment, ...up);
      await project.recover();
      const exported = await project.succeeds("stack", "export");
      const state = await recovered(exported, account.client());
      // Which orders are unanswered at that moment is the machine's business; that there are some is seen at the end.
      found.push(...pendingCreates(exported).map(({ urn }) => urn));
      if (state !== undefined) await project.importState(state);
      await project.succeeds("refresh", "--yes", "--skip-preview");
      assert.deepEqual(pendingCreates(await project.succeeds("stack", "export")), []);
    });
  }

  it("makes nothing twice in the next update, and leaves nothing behind", async () => {
    assert.ok(found.length > 0, "no engine was killed between an order and its answer");
    await project.succeeds(...up);
    await project.succeeds(...up, "--expect-no-changes");
    await project.succeeds("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await account.left(), []);
  });
});
