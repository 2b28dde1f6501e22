import assert from "node:assert/strict";
import { Bedrock } from "@aws-sdk/client-bedrock";
import { kindOf } from "../../bedrock/errors";
import { customizationJobHandler } from "../../bedrock/job-handler";
import { keepingWhatLives } from "../../bedrock/same-thing";
import { failureOf, jobInputs, stored } from "./support/inputs";
import { GOOD_PATH } from "./support/service";
import { useFakeService } from "./support/surroundings";

const CREATE = /^\/model-customization-jobs\/?$/;
const JOB = /^\/model-customization-jobs\/.+/;

describe("a service that answers otherwise than today's", () => {
  const used = useFakeService();
  const handler = (): ReturnType<typeof customizationJobHandler> => customizationJobHandler(used.around);
  const [, , , completed] = GOOD_PATH;
  const stops = (): number => used.service.count("POST", /\/stop$/);

  it("names a status of a job that is not known: neither success nor failure, but one to wait on", async () => {
    used.service.jobScript = [{ status: "Quarantined" }, { status: "Resuming" }, completed!];
    const { outs } = await handler().create(jobInputs());
    assert.equal(outs["status"], "Completed");
    assert.match(used.around.lines.join("\n"), /Quarantined/);
  });

  it("names a status of a model that is not known: the model is awaited, not taken for active", async () => {
    const { id, outs } = await handler().create(jobInputs());
    const model = used.service.models.get(String(outs["modelArn"]))!;
    model.answer["modelStatus"] = "Optimizing";
    model.script = [{}, {}, { modelStatus: "Active" }];
    const looks = used.service.count("GET", /custom-models/);
    await handler().update(id, stored({ ...outs, status: "ModelCreating" }), jobInputs());
    assert.equal(used.service.count("GET", /custom-models/) - looks, 3);
  });

  it("gives a job that is to be destroyed a status that is not known, or none: it is stopped all the same", async () => {
    for (const status of ["Resuming", null]) {
      used.service.jobScript = [{ status: "InProgress" }];
      const limited = jobInputs({ waitLimitMinutes: 1, clientTokenSeed: String(status) });
      const { id, properties } = await failureOf(handler().create(limited));
      used.service.jobs.get(id)!.answer["status"] = status;
      const before = stops();
      await handler().delete(id, stored(properties));
      assert.equal(stops(), before + 1);
      assert.equal(used.service.jobs.get(id)!.answer["status"], "Stopped");
    }
  });

  it("does not name the model of a job that is to be destroyed: the model that names the job is deleted", async () => {
    const { id, outs } = await handler().create(jobInputs());
    const modelArn = String(outs["modelArn"]);
    used.service.models.get(modelArn)!.answer["jobArn"] = id;
    used.service.jobs.get(id)!.answer["outputModelArn"] = null;
    await handler().delete(id, stored({ ...outs, modelArn: undefined }));
    assert.equal(used.service.models.has(modelArn), false);
  });

  it("shows a model a moment after the job that made it has completed", async () => {
    const refused = { error: "ResourceNotFoundException", status: 404 };
    for (let times = 0; times < 3; times++) used.service.failOnce("GET", /^\/custom-models/, refused);
    assert.equal((await handler().create(jobInputs())).outs["status"], "Completed");
  });

  it("shows a job a moment after it has refused its name: the job is adopted, and no second one started", async () => {
    used.service.failOnce("POST", CREATE, "dropAfter");
    used.service.failOnce("GET", JOB, { error: "ResourceNotFoundException", status: 404 });
    used.service.failOnce("GET", JOB, { error: "ResourceNotFoundException", status: 404 });
    used.service.failOnce("GET", JOB, { error: "ResourceNotFoundException", status: 404 });
    await handler().create(jobInputs());
    assert.equal(used.service.jobs.size, 1);
  });

  for (const [what, raw] of [
    ["half a body", '{"jobArn": "arn:aws:bedr'],
    ["a page of a proxy", "<html><body>Please sign in</body></html>"],
    ["a date in another format", '{"status": "InProgress", "creationTime": "yesterday, at noon"}'],
    ["members that nobody knows", '{"status": "InProgress", "costCentre": {"a": [1, null]}}'],
    ["null", "null"],
  ] as const) {
    it(`answers with ${what} in the wait: the job goes on`, async () => {
      let left = 4;
      used.service.faults.push({
        match: ({ method, path }) => method === "GET" && JOB.test(path) && used.service.jobs.size > 0 && left-- > 0,
        fault: { raw },
      });
      const { outs } = await handler().create(jobInputs());
      assert.equal(outs["status"], "Completed");
      assert.equal(used.service.jobs.size, 1);
    });
  }

  for (const [error, status, kind] of [
    ["RequestTimeoutException", 408, "transient"],
    ["ThrottledException", 400, "transient"],
    ["SlowDown", 503, "transient"],
    ["ExpiredToken", 400, "expiredCredentials"],
    ["PayloadTooLargeException", 413, "refused"],
    ["FailedDependencyException", 424, "refused"],
    ["ServiceQuotaExceededException", 400, "refused"],
    ["UnrecognizedClientException", 403, "refused"],
    ["ConflictException", 400, "conflict"],
    ["InvalidSignatureException", 403, "refused"],
  ] as const) {
    it(`answers ${status} ${error}: ${kind}`, async () => {
      used.service.failOnce("GET", JOB, { error, status });
      const client = new Bedrock({ region: "us-west-2", maxAttempts: 1 });
      const thrown = await client.getModelCustomizationJob({ jobIdentifier: "job" }).catch((caught: unknown) => caught);
      client.destroy();
      assert.equal(kindOf(thrown), kind, String(thrown));
    });
  }
});

describe("two updates at the same time", () => {
  const used = useFakeService();

  it("start one job and both end with it", async () => {
    const update = () => customizationJobHandler(used.around).create(jobInputs());
    const [first, second] = await Promise.all([update(), update()]);
    assert.equal(first.id, second.id);
    assert.equal(used.service.jobs.size, 1);
  });
});

describe("a state that cannot be compared with the service", () => {
  const used = useFakeService();
  const handler = (): ReturnType<typeof customizationJobHandler> => customizationJobHandler(used.around);

  it("is kept by a refresh that is denied or has no network", async () => {
    const { id, outs } = await handler().create(jobInputs());
    for (const fault of [{ error: "AccessDeniedException", status: 403 }, "drop"] as const) {
      used.service.faults = [{ match: () => true, fault }];
      const message = /^customization job clauses-\w+ cannot be read: .+; it stays in the state, refresh again$/;
      await assert.rejects(handler().read(id, stored(outs)), { message });
    }
    used.service.faults = [
      { match: ({ path }) => path.startsWith("/custom-models"), fault: { error: "AccessDeniedException" } },
    ];
    await assert.rejects(handler().read(id, stored(outs)), /AccessDenied/);
  });

  it("is kept by a destroy that has no network, or whose credentials have expired", async () => {
    const { id, outs } = await handler().create(jobInputs());
    for (const fault of ["drop", { error: "ExpiredTokenException", status: 403 }] as const) {
      used.service.faults = [{ match: () => true, fault }];
      const message = /^customization job clauses-\w+ cannot be read: .+; it stays in the state, run destroy again$/;
      await assert.rejects(handler().delete(id, stored(outs)), { message });
    }
    used.service.faults = [];
    assert.equal(used.service.models.size, 1);
  });
});

describe("a replacement that finds the very thing it replaces", () => {
  const used = useFakeService();
  // Each command of the engine has a process of its own.
  const process = (): ReturnType<typeof keepingWhatLives> =>
    keepingWhatLives(customizationJobHandler(used.around), (line) => used.around.progress(line));

  it("adopts it, and the deletion of the old record deletes nothing; that of the new one does", async () => {
    const { id, outs } = await process().create(jobInputs());
    const engine = process();
    const again = await engine.create(jobInputs());
    assert.equal(again.id, id);
    await engine.delete(id, stored(outs));
    assert.deepEqual([used.service.models.size, used.service.jobs.size], [1, 1]);
    assert.match(used.around.lines.join("\n"), /adopted: nothing is deleted/);
    await engine.delete(id, stored(again.outs));
    assert.equal(used.service.models.size, 0);
  });

  it("keeps it from an old record that is left over, and from one that no release has marked", async () => {
    const { id, outs } = await process().create(jobInputs());
    const { outs: kept } = await process().create(jobInputs());
    const engine = process();
    const read = await engine.read(id, stored(kept));
    assert.equal((await engine.diff(id, stored(read.props), jobInputs())).changes, false);
    for (const old of [outs, { ...outs, record: undefined }]) await engine.delete(id, stored(old));
    assert.equal(used.service.models.size, 1);
    const { outs: updated } = await engine.update(id, stored(kept), jobInputs({ tags: {} }));
    await engine.delete(id, stored(updated));
    assert.equal(used.service.models.size, 0);
  });

  it("lets a record from before be deleted by the process that compared it", async () => {
    const { id, outs } = await customizationJobHandler(used.around).create(jobInputs());
    const engine = process();
    await engine.diff(id, stored(outs), jobInputs());
    await engine.delete(id, stored(outs));
    assert.equal(used.service.models.size, 0);
  });

  it("marks a record that fails partially, so that it can be deleted", async () => {
    used.service.jobScript = [{ status: "Failed", failureMessage: "no" }];
    const engine = process();
    const { id, properties } = await failureOf(engine.create(jobInputs()));
    assert.match(String(properties["record"]), /^[0-9a-f-]{36}$/);
    const again = await failureOf(engine.update(id, stored(properties), jobInputs()));
    assert.equal(again.properties["record"], properties["record"]);
  });

  it("does not keep what another thing replaces", async () => {
    const { id, outs } = await process().create(jobInputs());
    const engine = process();
    const others = jobInputs({ clientTokenSeed: "again" });
    assert.notDeepEqual((await engine.diff(id, stored(outs), others)).replaces, []);
    assert.notEqual((await engine.create(others)).id, id);
    await engine.delete(id, stored(outs));
    assert.deepEqual([used.service.models.size, used.service.jobs.size], [1, 2]);
  });
});
