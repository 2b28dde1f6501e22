import assert from "node:assert/strict";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { environment } from "../../policies/examples/environment";
import { changed } from "../../policies/examples/example";
import { DEFAULT_EXEMPTION_SETTINGS, Exemptions, exemptionSettings } from "../../policies/exemptions";
import { runPack, UNKNOWN_TEXT as UNKNOWN, violations } from "./harness";

const ROTATES = "kms-key-rotates";
const CONFIGURED = "exemptions-are-approved";
const FITS = "exemptions-fit-what-they-exempt";
const weak = changed(environment, "key", "enableKeyRotation", false);
const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
const exemption = {
  resource: "aws:kms/key:Key::key",
  policy: ROTATES,
  finding: "enableKeyRotation is *",
  reason: "The material of this key is imported; it is rotated by hand.",
  approver: "security@example.com",
  expires: inDays(30),
};
const judged = (changes: object, stack = weak, settings: object = {}) =>
  runPack(stack, { config: { [CONFIGURED]: { exemptions: [{ ...exemption, ...changes }], ...settings } } });

describe("policies: exemptions", () => {
  it("let one finding pass and show it with policy, resource, reason, approver and expiry", async () => {
    const outcome = await judged({});
    assert.deepEqual(violations(outcome), []);
    assert.equal(outcome.reports.length, 1);
    const message = outcome.reports[0]?.message ?? "";
    assert.match(message, /^1 finding is exempted:\n- kms-key-rotates on key \(aws:kms\/key:Key\): enableKeyRotation/);
    assert.ok(message.endsWith(`Accepted by security@example.com until ${exemption.expires}: ${exemption.reason}`));
    assert.ok(outcome.verdicts.some(({ kind, policy }) => kind === "exempted" && policy === ROTATES));
  });

  it("cover findings of stack policies too, and every way to name a resource", async () => {
    const stack = changed(environment, "training-access", "blockPublicAcls", false);
    const changes = { policy: "bucket-blocks-public-access", finding: "blockPublicAcls*" };
    for (const resource of ["training", "aws:s3/bucket:Bucket::training", "urn:pulumi:dev::*::training"]) {
      assert.deepEqual(violations(await judged({ ...changes, resource }, stack)), []);
    }
  });

  it("let nothing else pass: another finding, another resource, another policy", async () => {
    const found = [`${FITS} on `, `${ROTATES} on key`];
    assert.deepEqual(violations(await judged({ finding: "rotationPeriodInDays*" })), found);
    assert.deepEqual(violations(await judged({ resource: "other" })), found);
    assert.deepEqual(violations(await judged({ policy: "kms-key-deletion-waits" })), found);
    const twice = changed(weak, "training-access", "blockPublicAcls", false);
    assert.deepEqual(violations(await judged({}, twice)), ["bucket-blocks-public-access on training"]);
  });

  it("end with their day: an expired one is a finding, and so is what it no longer covers", async () => {
    const outcome = await judged({ expires: inDays(-1) });
    assert.deepEqual(violations(outcome), [`${CONFIGURED} on `, `${ROTATES} on key`]);
    assert.match(outcome.reports.find(({ policy }) => policy === CONFIGURED)?.message ?? "", /it expired on \d{4}/);
    assert.deepEqual(violations(await judged({ expires: inDays(0) })), []);
  });

  it("hold only with every field, one known policy, one resource, and a date that is near enough", async () => {
    const cases: [object, RegExp][] = [
      [{ approver: "" }, /has no approver/],
      [{ reason: undefined, expires: undefined }, /has no reason, expires/],
      [{ policy: "*" }, /policy \* does not exist/],
      [{ resource: "**" }, /resource \*\* is every resource/],
      [{ resource: "*::*" }, /resource \*::\* is every resource/],
      [{ resource: "urn:pulumi:*" }, /resource urn:pulumi:\* is every resource/],
      [{ resource: "urn:pulumi:*::*::*::*" }, /is every resource/],
      [{ expires: `${new Date().getUTCFullYear() + 1}-02-30` }, /expires is \d{4}-02-30; write YYYY-MM-DD/],
      [{ finding: "*" }, /finding \* is every finding/],
      [{ expires: inDays(400) }, /in more than 365 days/],
      [{ expires: "soon" }, /expires is soon; write YYYY-MM-DD/],
      [{ ticket: "A-1" }, /ticket is not one of resource, policy/],
    ];
    for (const [changes, expected] of cases) {
      const outcome = await judged(changes);
      assert.deepEqual(violations(outcome), [`${CONFIGURED} on `, `${ROTATES} on key`], String(expected));
      assert.match(outcome.reports.find(({ policy }) => policy === CONFIGURED)?.message ?? "", expected);
    }
  });

  it("are reported when they accept nothing, unless a judgement is still open", async () => {
    assert.deepEqual(violations(await judged({}, [...environment])), [`${FITS} on `]);
    const open = changed(environment, "key", "enableKeyRotation", UNKNOWN);
    assert.deepEqual(violations(await judged({}, open)), []);
  });

  it("are reported when they cover more resources than one exemption may", async () => {
    const stack = ["training-access", "output-access"].reduce(
      (resources, name) => changed(resources, name, "blockPublicAcls", false),
      [...environment],
    );
    const wide = { policy: "bucket-blocks-public-access", finding: "blockPublicAcls*", resource: "aws:s3/bucket:*::*" };
    const outcome = await judged(wide, stack);
    assert.deepEqual(violations(outcome), [`${FITS} on `]);
    assert.match(outcome.reports.find(({ policy }) => policy === FITS)?.message ?? "", /covers 2 resources; at most 1/);
    assert.deepEqual(violations(await judged(wide, stack, { maximumResources: 2 })), []);
  });

  it("are read from a file that the configuration names, and a file that is wrong is named", async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "exemptions-"));
    try {
      const file = path.join(folder, "exemptions.json");
      await fs.writeFile(file, JSON.stringify([exemption]));
      assert.deepEqual(violations(await runPack(weak, { config: { [CONFIGURED]: { file } } })), []);
      await fs.writeFile(file, "{}");
      await assert.rejects(runPack(weak, { config: { [CONFIGURED]: { file } } }), /exemptions\.json holds no list/);
      await fs.rm(file);
      await assert.rejects(runPack(weak, { config: { [CONFIGURED]: { file } } }), /exemptions\.json cannot be read/);
    } finally {
      await fs.rm(folder, { recursive: true });
    }
  });

  it("are refused as a whole when a setting has the wrong type or does not exist", () => {
    assert.throws(() => exemptionSettings({ exemptions: "all" }), /exemptions is "all"; it must be a list/);
    assert.throws(() => exemptionSettings({ maximumDays: 0 }), /maximumDays is 0; it must be a whole number/);
    assert.throws(() => exemptionSettings({ files: "x" }), /files is "x"; it must be one of exemptions, file/);
    assert.deepEqual(exemptionSettings({}), DEFAULT_EXEMPTION_SETTINGS);
  });

  it("that are not valid never hold, whatever they are made of", () => {
    const policies = new Set([ROTATES]);
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record(
        Object.fromEntries(
          Object.entries(exemption).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.jsonValue())]),
        ),
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(anything, (entry) => {
        const exemptions = new Exemptions({ ...DEFAULT_EXEMPTION_SETTINGS, exemptions: [entry] }, policies, new Date());
        const accepted = exemptions.accept(
          ROTATES,
          "urn:pulumi:dev::p::aws:kms/key:Key::key",
          "enableKeyRotation is off.",
        );
        if (exemptions.problems.length > 0) assert.equal(accepted, undefined);
        if (accepted !== undefined) assert.equal(typeof accepted.approver, "string");
      }),
    );
  });
});
