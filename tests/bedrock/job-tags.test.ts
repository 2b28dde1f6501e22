import assert from "node:assert/strict";
import { Bedrock } from "@aws-sdk/client-bedrock";
import type { LifecycleHandler, Properties } from "../../bedrock/dynamic";
import { modelImportJobHandler } from "../../bedrock/import-handler";
import { customizationJobHandler } from "../../bedrock/job-handler";
import { CLAIM_TAG } from "../../bedrock/tags";
import { attachForModelJobs, MODEL_FILES, putFiles } from "../local/bedrock/model-job-environment";
import {
  type Bench,
  buildEnvironment,
  type Environment,
  type Moto,
  sdkSettings,
  startBench,
  startMoto,
} from "../local/bedrock/support";
import { PROVIDER, stored } from "./support/inputs";
import { inputsIn, pointTo, SimulatedSurroundings } from "./support/simulated";

describe("tags of jobs and of what they make", function () {
  this.timeout(60_000);
  let moto: Moto;
  let environment: Environment;
  let bench: Bench;
  let around: SimulatedSurroundings;
  let unpoint: () => void;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "job-tags");
    await attachForModelJobs(environment);
    await putFiles(environment, "models/good", MODEL_FILES);
  });
  after(() => moto.stop());
  beforeEach(async () => {
    bench = await startBench(moto.url);
    around = new SimulatedSurroundings(bench);
    unpoint = pointTo(bench.simulator.url, moto.url);
  });
  afterEach(async () => {
    unpoint();
    await bench.close();
  });

  async function tagsOf(resourceARN: unknown): Promise<object> {
    const client = new Bedrock(sdkSettings(bench.simulator.url));
    const { tags = [] } = await client.listTagsForResource({ resourceARN: String(resourceARN) });
    client.destroy();
    return Object.fromEntries(tags.filter(({ key }) => key !== CLAIM_TAG).map(({ key, value }) => [key, value]));
  }

  interface Kind {
    handler: () => LifecycleHandler;
    inputs: (more?: Properties) => Properties;
    /** The input with the tags of the model. */
    model: string;
  }
  const kinds: Record<string, Kind> = {
    "a customization": {
      handler: () => customizationJobHandler(around),
      inputs: (more = {}) => ({ ...inputsIn(environment), tags: { team: "legal" }, ...more }),
      model: "customModelTags",
    },
    "an import": {
      handler: () => modelImportJobHandler(around),
      inputs: (more = {}) => ({
        __provider: PROVIDER,
        region: "us-west-2",
        identity: "legal/dev/imported",
        roleArn: environment.roleArn,
        modelDataUri: `s3://${environment.bucket}/models/good/`,
        modelKmsKeyArn: environment.keyArn,
        tags: { team: "legal" },
        ...more,
      }),
      model: "importedModelTags",
    },
  };

  for (const [what, { handler, inputs, model }] of Object.entries(kinds)) {
    it(`are kept apart, change in place and are no drift: ${what}`, async () => {
      const own = { jobTags: { team: "jobs", job: "1" }, [model]: { model: "1" } };
      const { id, outs } = await handler().create(inputs(own));
      const both = () => Promise.all([tagsOf(id), tagsOf(outs["modelArn"])]);
      assert.deepEqual(await both(), [
        { team: "jobs", job: "1" },
        { team: "legal", model: "1" },
      ]);
      const read = await handler().read(id, stored(outs));
      assert.equal((await handler().diff(id, stored(read.props), inputs(own))).changes, false);
      const changed = inputs({ [model]: { model: "2" } });
      const change = { changes: true, replaces: [], deleteBeforeReplace: false };
      assert.deepEqual(await handler().diff(id, stored(outs), changed), change);
      const updated = await handler().update(id, stored(outs), changed);
      assert.deepEqual(await both(), [{ team: "legal" }, { team: "legal", model: "2" }]);
      assert.equal((await handler().diff(id, stored(updated.outs), changed)).changes, false);
    });

    it(`are those of the program when a job is adopted: ${what}`, async () => {
      const { id, outs } = await handler().create(inputs({ tags: { owner: "console" } }));
      const wanted = inputs({ adoptJobArn: id, jobTags: { job: "1" } });
      const adopted = await handler().create(wanted);
      assert.deepEqual(await tagsOf(id), { team: "legal", job: "1" });
      assert.deepEqual(await tagsOf(outs["modelArn"]), { team: "legal" });
      assert.equal((await handler().diff(id, stored(adopted.outs), wanted)).changes, false);
      const read = await handler().read(id, stored(adopted.outs));
      assert.equal((await handler().diff(id, stored(read.props), wanted)).changes, false);
    });
  }

  it("are counted with those that a thing shares, before anything is started", async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, "v"]));
    for (const { handler, inputs, model } of Object.values(kinds)) {
      const { failures } = await handler().check({}, inputs({ [model]: many }));
      assert.deepEqual(
        failures.map(({ property, reason }) => [property, /at most (?:49|50) tags/.test(reason)]),
        [[model, true]],
      );
    }
  });
});
