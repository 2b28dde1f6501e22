import assert from "node:assert/strict";
import { modelDeploymentHandler } from "../../bedrock/deployment-handler";
import type { Properties } from "../../bedrock/dynamic";
import { provisionedThroughputHandler } from "../../bedrock/throughput-handler";
import { CLAIM_TAG } from "../../bedrock/tags";
import { failureOf, PROVIDER, stored } from "./support/inputs";
import { useFakeService } from "./support/surroundings";

const MODEL = "arn:aws:bedrock:us-west-2:123456789012:custom-model/meta.llama3-1-8b-instruct-v1:0:128k/m1";
const OTHER_MODEL = MODEL.replace("/m1", "/m2");
const OTHER_BASE = MODEL.replace("llama3-1-8b", "llama3-2-3b");

function throughputInputs(more: Properties = {}): Properties {
  const identity = "legal/dev/serving";
  return {
    __provider: PROVIDER,
    region: "us-west-2",
    identity,
    modelArn: MODEL,
    modelUnits: 1,
    tags: { team: "legal" },
    ...more,
  };
}

describe("provisioned throughput lifecycle", () => {
  const used = useFakeService();
  const handler = (): ReturnType<typeof provisionedThroughputHandler> => provisionedThroughputHandler(used.around);
  const creates = (): number => used.service.count("POST", /^\/provisioned-model-throughput$/);

  it("waits until it is in service", async () => {
    const { id, outs } = await handler().create(throughputInputs());
    assert.equal(outs["status"], "InService");
    assert.equal(outs["arn"], id);
    assert.match(String(outs["actualName"]), /^serving-[0-9a-f]{8}$/);
    assert.equal((await handler().diff(id, stored(outs), throughputInputs())).changes, false);
  });

  it("keeps the ARN of one that is stuck in the state, and resumes", async () => {
    used.service.servingScript = [...Array.from({ length: 60 }, () => ({})), { status: "InService" }];
    const failure = await failureOf(handler().create(throughputInputs({ waitLimitMinutes: 5 })));
    assert.match(failure.reasons.join(), /not ready after 5 min.*may be billed/);
    assert.equal(failure.properties["arn"], failure.id);
    const olds = stored(failure.properties);
    assert.equal((await handler().diff(failure.id, olds, throughputInputs())).changes, true);
    const { outs } = await handler().update(failure.id, olds, throughputInputs());
    assert.equal(outs["status"], "InService");
    assert.equal(creates(), 1);
  });

  it("surfaces a failure with Bedrock's message, and replaces it under another name at the next update", async () => {
    used.service.servingScript = [{ status: "Failed", failureMessage: "no capacity" }];
    const failure = await failureOf(handler().create(throughputInputs({ name: "clauses" })));
    assert.match(failure.reasons.join(), /failed: no capacity.*replaces it/);
    const answer = await handler().diff(failure.id, stored(failure.properties), throughputInputs({ name: "clauses" }));
    assert.deepEqual(answer.replaces, ["status"]);
    used.service.servingScript = [{ status: "InService" }];
    const { outs } = await handler().create(throughputInputs({ name: "clauses" }));
    assert.match(String(outs["actualName"]), /^clauses-[0-9a-f]{8}$/);
  });

  it("explains a quota of zero model units", async () => {
    const message = "Your account does not currently have any no commitment model units reserved for x.";
    used.service.failOnce("POST", /throughput/, { error: "ServiceQuotaExceededException", message });
    await assert.rejects(handler().create(throughputInputs()), /no commitment model units.*ask AWS Support/);
  });

  it("finds the one whose creation was not recorded, and creates no second", async () => {
    used.service.failOnce("POST", /throughput/, "dropAfter");
    const first = await handler().create(throughputInputs());
    const second = await handler().create(throughputInputs());
    assert.equal(first.id, second.id);
    assert.equal(used.service.throughputs.size, 1);
    assert.deepEqual((second.outs["tags"] as Properties)[CLAIM_TAG], undefined);
  });

  it("leaves a foreign one of the same name alone", async () => {
    const { id } = await handler().create(throughputInputs({ name: "clauses", identity: "other/prod/x" }));
    const mine = await handler().create(throughputInputs({ name: "clauses" }));
    assert.notEqual(mine.id, id);
    assert.equal(
      (await handler().diff(mine.id, stored(mine.outs), throughputInputs({ name: "clauses" }))).changes,
      false,
    );
  });

  it("creates nothing when it cannot see whose the one of its name is", async () => {
    await handler().create(throughputInputs());
    used.service.failOnce("POST", /listTags/, { error: "AccessDeniedException", status: 403 });
    await assert.rejects(handler().create(throughputInputs()), /cannot be seen without bedrock:ListTagsForResource/);
    assert.equal(used.service.throughputs.size, 1);
  });

  it("adopts one by ARN when it is what the inputs describe, and creates nothing", async () => {
    const { id } = await handler().create(throughputInputs({ name: "clauses", identity: "by/hand/x" }));
    const inputs = throughputInputs({ adoptArn: id });
    const adopted = await handler().create(inputs);
    assert.deepEqual([adopted.id, adopted.outs["actualName"], adopted.outs["status"]], [id, "clauses", "InService"]);
    assert.equal((await handler().diff(id, stored(adopted.outs), inputs)).changes, false);
    for (const wrong of [{ modelUnits: 2 }, { modelArn: OTHER_MODEL }, { name: "other" }]) {
      await assert.rejects(
        handler().create(throughputInputs({ adoptArn: id, ...wrong })),
        new RegExp(`adoptArn: .*not what the inputs describe, nothing was changed: ${Object.keys(wrong)[0]} is `),
      );
    }
    const gone = throughputInputs({ adoptArn: `${id}9` });
    await assert.rejects(handler().create(gone), /adoptArn: there is no provisioned throughput/);
    const { failures } = await handler().check({}, throughputInputs({ adoptArn: MODEL }));
    assert.deepEqual(
      failures.map((failure) => failure.property),
      ["adoptArn"],
    );
    assert.equal(creates(), 1);
  });

  it("changes name, model and tags in place and waits until the change is over", async () => {
    const { id, outs } = await handler().create(throughputInputs({ name: "clauses" }));
    const news = throughputInputs({ name: "clauses-2", modelArn: OTHER_MODEL, tags: { team: "risk" } });
    const answer = await handler().diff(id, stored(outs), news);
    assert.deepEqual([answer.changes, answer.replaces], [true, []]);
    const { outs: after } = await handler().update(id, stored(outs), news);
    assert.deepEqual(
      [after["modelArn"], after["actualName"], after["status"], after["tags"]],
      [OTHER_MODEL, "clauses-2", "InService", { team: "risk" }],
    );
    const { [CLAIM_TAG]: claim, ...tags } = used.service.throughputs.get(id)?.tags ?? {};
    assert.deepEqual(tags, { team: "risk" });
    assert.notEqual(claim, undefined);
  });

  it("keeps the old model in the state when a change is refused, and tries again at the next update", async () => {
    const { id, outs } = await handler().create(throughputInputs());
    used.service.failOnce("PATCH", /throughput/, { error: "AccessDeniedException", status: 403 });
    const news = throughputInputs({ modelArn: OTHER_MODEL });
    const failure = await failureOf(handler().update(id, stored(outs), news));
    assert.equal(failure.properties["modelArn"], MODEL);
    assert.equal((await handler().diff(id, stored(failure.properties), news)).changes, true);
    const { outs: after } = await handler().update(id, stored(failure.properties), news);
    assert.deepEqual([after["modelArn"], after["status"]], [OTHER_MODEL, "InService"]);
  });

  it("needs a new one for other units, another commitment or another base model", async () => {
    const { id, outs } = await handler().create(throughputInputs());
    const replaces = async (more: Properties): Promise<string[]> =>
      (await handler().diff(id, stored(outs), throughputInputs(more))).replaces;
    assert.deepEqual(await replaces({ modelUnits: 2 }), ["modelUnits"]);
    assert.deepEqual(await replaces({ modelUnits: "1" }), []);
    assert.deepEqual(await replaces({ commitmentDuration: "OneMonth" }), ["commitmentDuration"]);
    assert.deepEqual(await replaces({ modelArn: OTHER_BASE }), ["modelArn"]);
  });

  it("does not try to delete a committed one before its term, and gives the date", async () => {
    const { id, outs } = await handler().create(throughputInputs({ commitmentDuration: "OneMonth" }));
    const thing = used.service.throughputs.get(id);
    assert.ok(thing);
    thing.answer["commitmentExpirationTime"] = "2026-12-01T10:00:00Z";
    await assert.rejects(handler().delete(id, stored(outs)), /OneMonth lasts until 2026-12-01T10:00:00/);
    assert.equal(used.service.count("DELETE", /throughput/), 0);
    used.around.time = Date.parse("2026-12-02T00:00:00Z");
    await handler().delete(id, stored(outs));
    assert.equal(used.service.throughputs.size, 0);
    await handler().delete(id, stored(outs));
  });

  it("refreshes to the same state, drops what is gone and shows a model changed by someone else", async () => {
    const { id, outs } = await handler().create(throughputInputs());
    assert.deepEqual(stored((await handler().read(id, stored(outs))).props), stored(outs));
    const thing = used.service.throughputs.get(id);
    assert.ok(thing);
    thing.answer["modelArn"] = OTHER_MODEL;
    const drifted = await handler().read(id, stored(outs));
    assert.equal((await handler().diff(id, stored(drifted.props), throughputInputs())).changes, true);
    used.service.throughputs.clear();
    assert.equal((await handler().read(id, stored(outs))).id, "");
  });

  it("refuses at preview a model that is served on demand only, naming the property, the value and what is allowed", async () => {
    const modelArn = MODEL.replace("llama3-1-8b", "llama3-3-70b");
    const { failures } = await handler().check({}, throughputInputs({ modelArn, modelUnits: 0 }));
    assert.deepEqual(failures.map((failure) => failure.property).sort(), ["modelArn", "modelUnits"]);
    assert.match(failures.map((failure) => failure.reason).join(), /received 0; a whole number from 1/);
  });
});

describe("model deployment lifecycle", () => {
  const used = useFakeService();
  const handler = (): ReturnType<typeof modelDeploymentHandler> => modelDeploymentHandler(used.around);
  const inputs = (more: Properties = {}): Properties => {
    const identity = "legal/dev/deployment";
    const modelArn = MODEL.replace("llama3-1-8b", "llama3-3-70b");
    return { __provider: PROVIDER, region: "us-west-2", identity, modelArn, description: "clauses", ...more };
  };
  beforeEach(() => {
    used.service.servingScript = [{}, { status: "Active" }];
  });

  it("waits until it is active, and moves to another model in place", async () => {
    const { id, outs } = await handler().create(inputs());
    assert.equal(outs["status"], "Active");
    const news = inputs({ modelArn: OTHER_MODEL });
    assert.deepEqual((await handler().diff(id, stored(outs), news)).replaces, []);
    const { outs: after } = await handler().update(id, stored(outs), news);
    assert.equal(after["modelArn"], OTHER_MODEL);
    assert.equal(used.service.deployments.size, 1);
  });

  it("is not deceived by the status Active while an update runs or after it failed", async () => {
    const { id, outs } = await handler().create(inputs());
    const thing = used.service.deployments.get(id);
    assert.ok(thing);
    const news = inputs({ modelArn: OTHER_MODEL });
    used.around.onSleep = () => {
      thing.script = [
        { updateDetails: { modelArn: OTHER_MODEL, updateStatus: "UpdateFailed" }, failureMessage: "boom" },
      ];
    };
    const failure = await failureOf(handler().update(id, stored(outs), news));
    assert.match(
      failure.reasons.join(),
      /change to model .*m2 failed: boom; it still serves .*m1.*tries the change again/,
    );
    used.around.onSleep = () => undefined;
    assert.equal((await handler().diff(id, stored(failure.properties), news)).changes, true);
    const { outs: after } = await handler().update(id, stored(failure.properties), news);
    assert.equal(after["modelArn"], OTHER_MODEL);
  });

  it("adopts one by ARN, whose model then changes in place", async () => {
    const { id } = await handler().create(inputs({ name: "clauses", identity: "by/hand/x" }));
    const adopting = inputs({ adoptArn: id });
    const { outs } = await handler().create(adopting);
    const news = { ...adopting, modelArn: OTHER_MODEL };
    assert.deepEqual((await handler().diff(id, stored(outs), news)).replaces, []);
    const { outs: after } = await handler().update(id, stored(outs), news);
    assert.equal(after["modelArn"], OTHER_MODEL);
    await assert.rejects(handler().create({ ...adopting, description: "other" }), /description is "clauses"/);
    assert.equal(used.service.deployments.size, 1);
  });

  it("needs a new one for another name or description, made beside the old one", async () => {
    const { id, outs } = await handler().create(inputs({ name: "clauses" }));
    const news = inputs({ name: "clauses", description: "other" });
    const answer = await handler().diff(id, stored(outs), news);
    assert.deepEqual([answer.replaces, answer.deleteBeforeReplace], [["description"], false]);
    assert.notEqual((await handler().create(news)).id, id);
    assert.equal(used.service.deployments.size, 2);
  });

  it("waits after a delete until it is really gone", async () => {
    const { id, outs } = await handler().create(inputs());
    const thing = used.service.deployments.get(id);
    assert.ok(thing);
    let looks = 0;
    used.service.faults.push({
      match: (seen) => seen.method === "DELETE",
      fault: { raw: "{}" },
    });
    used.around.onSleep = () => {
      if (++looks === 3) used.service.deployments.clear();
    };
    await handler().delete(id, stored(outs));
    assert.equal(looks, 3);
  });

  it("refuses at preview a model that is served by provisioned throughput only", async () => {
    const { failures } = await handler().check({}, inputs({ modelArn: MODEL }));
    assert.match(failures[0]?.reason ?? "", /meta\.llama3-1-8b-instruct-v1 is served by provisioned throughput only/);
  });
});
