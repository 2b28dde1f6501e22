import assert from "node:assert/strict";
import { customizationJobHandler } from "../../bedrock/job-handler";
import type { Properties } from "../../bedrock/dynamic";
import { offeredModel, type OfferedModel, reasonsAgainst, servingOf, summarize } from "../../bedrock/offered-model";
import { realSurroundings } from "../../bedrock/surroundings";
import { FOUNDATION_MODELS } from "../../local/bedrock/foundation-models";
import { type Bench, startBench, startMoto, type Moto } from "../local/bedrock/support";
import { jobInputs } from "./support/inputs";
import { pointTo, SimulatedSurroundings } from "./support/simulated";

const LLAMA = "meta.llama3-1-8b-instruct-v1:0:128k";
const LLAMA_33 = "meta.llama3-3-70b-instruct-v1:0:128k";
const TODAY = "2026-11-21";

const offer = (more: Partial<OfferedModel> = {}): OfferedModel => ({
  lifecycle: "ACTIVE",
  provisioned: true,
  customizations: ["FINE_TUNING"],
  ...more,
});

describe("what Bedrock says about a model", () => {
  it("leads to the name that was meant, where Bedrock lists none of the one given", () => {
    const gone = (model: string): string[] =>
      reasonsAgainst(model, "us-west-2", "FINE_TUNING", offer({ lifecycle: "GONE" }));
    assert.match(gone("meta.llama3-1-8b-instuct-v1:0")[0]!, /typing error, meta\.llama3-1-8b-instruct-v1 is meant$/);
    assert.match(gone("amazon.nova-light-v1:0:300k")[0]!, /amazon\.nova-lite-v1 is meant/);
    assert.match(gone("vendor.new-v1:0")[0]!, /choose an active one$/);
    // A model that is gone from the Region under its right name is no typing error.
    assert.match(gone("meta.llama3-3-70b-instruct-v1:0")[0]!, /choose an active one$/);
  });

  it("is summed up over its context variants, whichever is named", () => {
    const summaries = [
      { modelArn: "", modelId: "a.model-v1:0", inferenceTypesSupported: ["ON_DEMAND" as const] },
      {
        modelArn: "",
        modelId: "a.model-v1:0:128k",
        inferenceTypesSupported: ["PROVISIONED" as const],
        customizationsSupported: ["FINE_TUNING" as const],
        modelLifecycle: { status: "ACTIVE" as const },
      },
      { modelArn: "", modelId: "a.model-v10:0:128k" },
    ];
    for (const id of ["a.model-v1", "a.model-v1:0", "a.model-v1:0:128k"]) {
      assert.deepEqual(summarize(id, summaries), {
        ...offer(),
        legacySince: undefined,
        endOfLife: undefined,
      });
    }
    assert.equal(summarize("a.model-v2:0", summaries).lifecycle, "GONE");
    assert.equal(summarize("a.model-v10", summaries).provisioned, false);
  });

  it("decides on throughput; the table decides on deployments and where Bedrock does not answer", () => {
    assert.equal(servingOf(LLAMA, { unasked: "no network" }, TODAY), "provisioned");
    assert.equal(servingOf("vendor.new-v1:0", { unasked: "no network" }, TODAY), undefined);
    assert.equal(servingOf(LLAMA, offer(), TODAY), "provisioned");
    assert.equal(servingOf(LLAMA, offer({ provisioned: false }), TODAY), "none");
    assert.equal(servingOf(LLAMA_33, offer({ provisioned: false }), TODAY), "onDemand");
    assert.equal(servingOf(LLAMA_33, offer(), TODAY), "both");
    assert.equal(servingOf("vendor.new-v1:0", offer({ provisioned: false }), TODAY), "onDemand");
    assert.equal(servingOf(LLAMA, offer({ lifecycle: "GONE" }), TODAY), "none");
    assert.equal(servingOf("anthropic.claude-3-haiku-20240307-v1:0:200k", offer(), TODAY), "none");
  });

  it("does not take throughput away from a model that becomes Legacy", () => {
    assert.equal(servingOf(LLAMA, offer({ lifecycle: "LEGACY" }), TODAY), "provisioned");
  });

  it("stands in the way of a new job on a model that is gone, Legacy or of another type", () => {
    const against = (offered: OfferedModel, type = "FINE_TUNING", model = LLAMA): string =>
      reasonsAgainst(model, "us-west-2", type, offered).join();
    assert.equal(against(offer()), "");
    assert.match(against(offer({ lifecycle: "GONE" })), /lists no such model in us-west-2: it is retired/);
    const legacy = offer({
      lifecycle: "LEGACY",
      legacySince: "2026-10-01T00:00:00Z",
      endOfLife: "2027-04-01T00:00:00Z",
    });
    assert.match(against(legacy), /Legacy since 2026-10-01, its end of life is 2027-04-01: it takes no new/);
    assert.match(against(offer(), "DISTILLATION", "vendor.new-v1:0"), /customized by FINE_TUNING, not by DISTILLATION/);
    assert.equal(against(offer(), "DISTILLATION"), "", "the table knows of it");
    assert.equal(against(offer({ customizations: [] }), "REINFORCEMENT_FINE_TUNING", "vendor.new-v1:0"), "");
  });

  it("is unknown for a model by name, and for a question that fails", async () => {
    const fail = (): Promise<never> =>
      Promise.reject(Object.assign(new Error("no"), { name: "AccessDeniedException" }));
    assert.deepEqual(await offeredModel(fail, "us-west-2", LLAMA), { unasked: "AccessDeniedException: no" });
    assert.match(
      JSON.stringify(await offeredModel(fail, "us-west-2", "my-model")),
      /does not tell its foundation model/,
    );
  });
});

describe("a question to Bedrock at preview", function () {
  this.timeout(60_000);
  let moto: Moto;
  let bench: Bench;
  let unpoint: () => void;

  before(async () => {
    moto = await startMoto();
    const foundationModels = FOUNDATION_MODELS.map((model) =>
      model.id === "meta.llama3-2-1b-instruct-v1:0"
        ? { ...model, legacyTime: "2026-01-01T00:00:00Z", endOfLifeTime: "2100-01-01T00:00:00Z" }
        : model,
    ).filter(({ id }) => id !== "meta.llama3-2-3b-instruct-v1:0");
    bench = await startBench(moto.url, { foundationModels });
    unpoint = pointTo(bench.simulator.url, moto.url);
  });
  after(async () => {
    unpoint();
    await bench.close();
    await moto.stop();
  });

  async function reasons(news: Properties, olds: Properties = {}): Promise<string[]> {
    const around = new SimulatedSurroundings(bench);
    const handler = customizationJobHandler(Object.assign(around, { ask: realSurroundings.ask }));
    return (await handler.check(olds, news)).failures.map(({ property, reason }) => `${property}: ${reason}`);
  }

  it("lets an active model through, and stops a new job on a Legacy model and on one that is gone", async () => {
    assert.deepEqual(await reasons(jobInputs()), []);
    const legacy = jobInputs({ baseModel: "meta.llama3-2-1b-instruct-v1:0:128k" });
    assert.match((await reasons(legacy)).join(), /^baseModel: .*Legacy since 2026-01-01/);
    const gone = jobInputs({ baseModel: "meta.llama3-2-3b-instruct-v1:0:128k" });
    assert.match((await reasons(gone)).join(), /^baseModel: .*retired, or not offered there/);
  });

  it("is not asked about a job that exists: it may outlive its base model", async () => {
    const legacy = jobInputs({ baseModel: "meta.llama3-2-1b-instruct-v1:0:128k" });
    assert.deepEqual(await reasons(legacy, legacy), []);
    const retired = jobInputs({ baseModel: "anthropic.claude-3-haiku-20240307-v1:0:200k", hyperParameters: {} });
    assert.match((await reasons(retired)).join(), /end of life on 2026-09-10/);
    assert.deepEqual(await reasons(retired, retired), []);
  });
});
