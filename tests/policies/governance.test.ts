import assert from "node:assert/strict";
import { environment } from "../../policies/examples/environment";
import { changed, pick } from "../../policies/examples/example";
import { open, runPack, UNKNOWN_TEXT as UNKNOWN, violations } from "./harness";

const TAGS = "resources-carry-the-required-tags";
const REGIONS = "resources-stay-in-the-allowed-regions";
const bucket = pick(environment, "training", "training-access", "training-policy");

describe("policies: governance", () => {
  it("requires no tag and no region until the platform team names some", async () => {
    const outcome = await runPack(environment);
    assert.deepEqual(violations(outcome), []);
  });

  it("counts default tags of the provider, however the provider shows them", async () => {
    const config = { [TAGS]: { requiredTags: ["Owner"] } };
    for (const defaultTags of [{ tags: { Owner: "ml" } }, JSON.stringify({ tags: { Owner: "ml" } })]) {
      assert.deepEqual(violations(await runPack(bucket, { config, provider: { defaultTags } })), []);
    }
    const found = await runPack(bucket, { config, provider: { defaultTags: { tags: { owner: "ml" } } } });
    assert.deepEqual(violations(found), [`${TAGS} on training`]);
    const unknown = await runPack(bucket, { config, provider: { defaultTags: UNKNOWN } });
    assert.deepEqual(open(unknown), [`${TAGS} on training`]);
  });

  it("takes the region of the resource, else that of its provider", async () => {
    const config = { [REGIONS]: { allowedRegions: ["eu-*"] } };
    const judged = async (region: string | undefined, provider: string) =>
      violations(
        await runPack(changed(bucket, "training", "region", region), { config, provider: { region: provider } }),
      );
    assert.deepEqual(await judged(undefined, "eu-west-1"), []);
    assert.deepEqual(await judged(undefined, "us-east-1"), [`${REGIONS} on training`]);
    assert.deepEqual(await judged("eu-central-1", "us-east-1"), []);
    assert.deepEqual(await judged("us-east-1", "eu-west-1"), [`${REGIONS} on training`]);
  });

  it("lets forceDestroy pass in stacks that are not production, by the patterns that are configured", async () => {
    const stack = changed(bucket, "training", "forceDestroy", true);
    const id = "production-bucket-is-not-force-destroyed";
    const judged = async (name: string, config = {}) => violations(await runPack(stack, { stack: name, config }));
    assert.deepEqual(await judged("dev"), []);
    assert.deepEqual(await judged("production"), [`${id} on training`]);
    assert.deepEqual(await judged("eu-prod"), [`${id} on training`]);
    assert.deepEqual(await judged("production", { [id]: { productionStacks: ["main"] } }), []);
    assert.deepEqual(await judged("main", { [id]: { productionStacks: ["main"] } }), [`${id} on training`]);
  });
});
