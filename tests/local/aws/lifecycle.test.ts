import assert from "node:assert/strict";
import { findResource, resourceTokens } from "../../../local/aws/registry";
import { UNKNOWN } from "../../../local/aws/wire";
import { Engine, type Diff } from "./engine";
import { fixtures } from "./fixtures";

const unchanged: Diff = { changed: false, replaces: [], deleteBeforeReplace: false, details: {} };

describe("the life of each resource type", function () {
  this.timeout(60_000);
  let engine: Engine;
  before(async () => (engine = await Engine.start()));
  after(() => engine.stop());

  it("has a fixture for every type that is served", () => {
    assert.deepEqual(fixtures.map(({ type }) => type).sort(), resourceTokens().sort());
  });

  for (const { type, inputs, change, importId, outlives } of fixtures) {
    it(`${type}: create, refresh, import, update, delete`, async () => {
      const wanted = await inputs(engine);
      const { outputs: outputNames } = findResource(type).definition;
      const planned = await engine.preview(type, await engine.checked(type, wanted));
      for (const name of outputNames) assert.equal(planned[name], UNKNOWN, `${name} is unknown before the create`);

      const created = await engine.create(type, wanted);
      assert.notEqual(created.id, "");
      assert.deepEqual(await engine.diff(created, created.inputs), unchanged, "nothing to change after the create");

      const refreshed = await engine.refresh(created);
      assert.deepEqual(refreshed.inputs, created.inputs, "a refresh finds no drift");
      assert.deepEqual(await engine.diff(refreshed, created.inputs), unchanged);

      if (importId !== false) {
        const imported = await engine.import(type, importId?.(created) ?? created.id);
        assert.equal(imported.id, created.id);
        const adopted = await engine.checked(type, imported.inputs);
        assert.deepEqual(await engine.diff(imported, adopted), unchanged, "an import proposes what it found");
      }

      let current = refreshed;
      if (change) {
        const changes = typeof change === "function" ? await change(engine) : change;
        const news = await engine.checked(type, { ...wanted, ...changes }, created.inputs);
        const diff = await engine.diff(refreshed, news);
        assert.equal(diff.changed, true);
        assert.deepEqual(diff.replaces, [], "the change is made in place");
        current = await engine.update(refreshed, news);
        const after = await engine.refresh(current);
        assert.deepEqual(await engine.diff(after, news), unchanged, "nothing to change after the update");
        assert.deepEqual(after.inputs, news);
      }

      await engine.delete(current);
      assert.equal((await engine.refresh(current)).id, outlives ? current.id : "");
      await engine.delete(current);
    });
  }
});
