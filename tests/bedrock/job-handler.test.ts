import assert from "node:assert/strict";
import { customizationJobHandler } from "../../bedrock/job-handler";
import { failureOf, jobInputs, stored } from "./support/inputs";
import { GOOD_PATH, phase } from "./support/service";
import { useFakeService } from "./support/surroundings";

const CREATE = /^\/model-customization-jobs\/?$/;

describe("customization job lifecycle", () => {
  const used = useFakeService();
  const handler = (): ReturnType<typeof customizationJobHandler> => customizationJobHandler(used.around);
  const creates = (): number => used.service.count("POST", CREATE);

  it("runs to completion and gives losses, phases, metrics and the model", async () => {
    const folder = "/results/outputs/model-customization-job-job000000001";
    used.service.objects.set(
      `${folder}/training_artifacts/step_wise_training_metrics.csv`,
      "step_number,epoch_number,training_loss,perplexity\n0,0,2.5,12.1\n1,0,1.5,4.4\n",
    );
    used.service.objects.set(
      `${folder}/validation_artifacts/post_fine_tuning_validation/validation/validation_metrics.csv`,
      "step_number,epoch_number,validation_loss,perplexity\n1,0,1.7,5.4\n",
    );
    const { id, outs } = await handler().create(jobInputs());
    assert.match(id, /model-customization-job\/.+\/job000000001$/);
    assert.equal(outs["status"], "Completed");
    assert.match(String(outs["jobName"]), /^clauses-[0-9a-f]{8}$/);
    assert.match(String(outs["modelArn"]), /:custom-model\//);
    assert.equal(outs["trainingLoss"], 0.5);
    assert.deepEqual(outs["validationLosses"], [0.6]);
    assert.equal(outs["durationSeconds"], 12_600);
    assert.deepEqual(outs["metrics"], {
      training: [
        { step_number: 0, epoch_number: 0, training_loss: 2.5, perplexity: 12.1 },
        { step_number: 1, epoch_number: 0, training_loss: 1.5, perplexity: 4.4 },
      ],
      validation: [{ step_number: 1, epoch_number: 0, validation_loss: 1.7, perplexity: 5.4 }],
    });
    assert.equal(outs["metricsProblem"], undefined);
    assert.ok(used.around.lines.some((line) => line.includes("Training InProgress")));
    const request = used.service.seen.find((seen) => seen.method === "POST")?.body;
    assert.deepEqual(request?.["hyperParameters"], { epochCount: "3", learningRate: "0.0001", batchSize: "1" });
    assert.match(String(request?.["clientRequestToken"]), /^[0-9a-f]{40}-1$/);
  });

  it("keeps a completed job when its metrics cannot be found, and says why", async () => {
    const { outs } = await handler().create(jobInputs());
    assert.equal(outs["status"], "Completed");
    assert.match(String(outs["metricsProblem"]), /no step_wise_training_metrics\.csv under s3:\/\/results\/outputs\//);
  });

  for (const [name, details] of [
    ["Validation", { validationDetails: phase("Failed") }],
    ["DataProcessing", { validationDetails: phase("Completed"), dataProcessingDetails: phase("Failed") }],
    [
      "Training",
      {
        validationDetails: phase("Completed"),
        dataProcessingDetails: phase("Completed"),
        trainingDetails: phase("Failed"),
      },
    ],
  ] as const) {
    it(`says what failed in ${name}, why, and what to do, and keeps the job in the state`, async () => {
      const message =
        "Could not validate GetObject permissions to access Amazon S3 bucket: training at key train.jsonl";
      used.service.jobScript = [{ status: "Failed", failureMessage: message, statusDetails: details }];
      const failure = await failureOf(handler().create(jobInputs()));
      assert.equal(failure.id, failure.properties["jobArn"]);
      assert.equal(failure.properties["status"], "Failed");
      assert.ok(failure.reasons[0]?.includes(`in phase ${name}: ${message}`));
      assert.match(failure.reasons[1] ?? "", /kms:Decrypt/);
      assert.match(failure.reasons[2] ?? "", /set attempt to 2/);
    });
  }

  it("repeats the failure at the next update, and starts another attempt only when told to", async () => {
    used.service.jobScript = [{ status: "Failed", failureMessage: "no" }];
    const failure = await failureOf(handler().create(jobInputs()));
    const olds = stored(failure.properties);
    assert.equal((await handler().diff(failure.id, olds, jobInputs())).changes, true);
    await failureOf(handler().update(failure.id, olds, jobInputs()));
    assert.equal(creates(), 1);

    assert.deepEqual((await handler().diff(failure.id, olds, jobInputs({ attempt: 2 }))).replaces, ["attempt"]);
    assert.deepEqual((await handler().diff(failure.id, olds, jobInputs({ retryFailed: true }))).replaces, [
      "retryFailed",
    ]);
    used.service.jobScript = GOOD_PATH;
    const again = await handler().create(jobInputs({ retryFailed: true }));
    assert.equal(again.outs["attempt"], 2);
    assert.notEqual(again.outs["jobName"], failure.properties["jobName"]);
    assert.match(String(again.outs["clientRequestToken"]), /-2$/);
    const calm = await handler().diff(again.id, stored(again.outs), jobInputs({ retryFailed: true }));
    assert.deepEqual(calm, { changes: false, replaces: [], deleteBeforeReplace: false });
  });

  it("adopts the job of a run that was killed after the service accepted it", async () => {
    const first = await handler().create(jobInputs());
    const second = await handler().create(jobInputs());
    assert.equal(second.id, first.id);
    assert.equal(creates(), 1);
    assert.ok(used.around.lines.some((line) => line.includes("adopted, nothing is started")));
  });

  it("finds the job whose answer was lost, and starts no other", async () => {
    used.service.failOnce("POST", CREATE, "dropAfter");
    const { outs } = await handler().create(jobInputs());
    assert.equal(outs["status"], "Completed");
    assert.equal(used.service.jobs.size, 1);
  });

  it("takes another name when a foreign job bears ours", async () => {
    const { outs } = await handler().create(jobInputs());
    used.service.jobs.clear();
    const name = String(outs["jobName"]);
    used.service.addJob({ jobName: name, baseModelIdentifier: "x", clientRequestToken: "foreign", roleArn: "r" });
    const { outs: renamed } = await handler().create(jobInputs());
    assert.notEqual(renamed["jobName"], name);
    assert.match(String(renamed["jobName"]), /^clauses-[0-9a-f]{8}$/);
    assert.equal(used.service.jobs.size, 2);
  });

  it("keeps an explicit job name, and adds digits to it only when it is taken", async () => {
    const inputs = jobInputs({ jobName: "clause-summaries" });
    used.service.addJob({ jobName: "clause-summaries", baseModelIdentifier: "x", clientRequestToken: "foreign" });
    const { id, outs } = await handler().create(inputs);
    assert.match(String(outs["jobName"]), /^clause-summaries-[0-9a-f]{8}$/);
    assert.equal((await handler().diff(id, stored(outs), inputs)).changes, false);
  });

  it("leaves the job running at the wait limit, and the next update resumes the wait", async () => {
    used.service.jobScript = [...Array.from({ length: 40 }, () => ({})), ...GOOD_PATH];
    const inputs = jobInputs({ waitLimitMinutes: 10 });
    const failure = await failureOf(handler().create(inputs));
    assert.match(failure.reasons.join(), /has not ended after 10 min.*run the update again/);
    assert.equal(used.service.count("POST", /stop/), 0);
    const olds = stored(failure.properties);
    assert.equal(olds["status"], "InProgress");
    assert.equal((await handler().diff(failure.id, olds, inputs)).changes, true);
    const { outs } = await handler().update(failure.id, olds, jobInputs());
    assert.equal(outs["status"], "Completed");
    assert.equal(outs["jobName"], olds["jobName"]);
    assert.equal(creates(), 1);
  });

  it("ends the wait when it is interrupted, with the job in the state and running", async () => {
    used.around.onSleep = () => used.around.interrupt.abort("SIGTERM");
    const failure = await failureOf(handler().create(jobInputs()));
    assert.match(failure.reasons.join(), /interrupted \(SIGTERM\).*resume/);
    assert.equal(failure.properties["status"], "InProgress");
    assert.equal(used.service.count("POST", /stop/), 0);
  });

  it("goes on asking through throttling, server errors, dropped connections and expired credentials", async () => {
    const errors = [
      { error: "ThrottlingException", status: 429 },
      { error: "InternalServerException", status: 500 },
      { raw: "<html>proxy</html>" },
      { error: "ExpiredTokenException", message: "The security token included in the request is expired", status: 403 },
    ];
    used.service.jobScript = [{}, {}, ...GOOD_PATH];
    const byArn = /^\/model-customization-jobs\/arn:/;
    for (const fault of errors) for (let n = 0; n < 4; n++) used.service.failOnce("GET", byArn, fault);
    for (let n = 0; n < 4; n++) used.service.failOnce("GET", byArn, "drop");
    const { outs } = await handler().create(jobInputs());
    assert.equal(outs["status"], "Completed");
    assert.ok(used.around.lines.some((line) => line.includes("credentials are missing or have expired")));
    assert.equal(creates(), 1);
  }).timeout(60_000);

  it("surfaces a refusal during the wait as a partial failure that can be resumed", async () => {
    const message = "User is not authorized to perform: bedrock:GetModelCustomizationJob";
    used.service.failOnce("GET", /arn:/, { error: "AccessDeniedException", message, status: 403 });
    const failure = await failureOf(handler().create(jobInputs()));
    assert.match(
      failure.reasons.join(),
      /not authorized to perform.*likely fix: grant the action.*run the update again/,
    );
    const { outs } = await handler().update(failure.id, stored(failure.properties), jobInputs());
    assert.equal(outs["status"], "Completed");
  });

  it("reports a job that someone else stopped", async () => {
    used.service.jobScript = [{}, { status: "Stopping" }, { status: "Stopped" }];
    const failure = await failureOf(handler().create(jobInputs()));
    assert.match(failure.reasons[0] ?? "", /was stopped/);
    assert.equal(failure.properties["status"], "Stopped");
  });

  it("reports a job that vanishes, and a refresh then drops it", async () => {
    used.service.jobScript = [{}, "vanish"];
    const failure = await failureOf(handler().create(jobInputs()));
    assert.match(failure.reasons[0] ?? "", /does not exist \(any more\)/);
    assert.deepEqual(await handler().read(failure.id, stored(failure.properties)), { id: "", props: {} });
  });

  it("waits for a role that IAM has not spread yet, but only for minutes", async () => {
    const refusal = { error: "ValidationException", message: "Could not assume provided IAM role. Check the trust." };
    used.service.failOnce("POST", CREATE, refusal);
    used.service.failOnce("POST", CREATE, refusal);
    const { outs } = await handler().create(jobInputs());
    assert.equal(outs["status"], "Completed");

    used.service.jobs.clear();
    used.service.faults = [{ match: (seen) => seen.method === "POST", fault: refusal }];
    const before = used.around.time;
    await assert.rejects(
      handler().create(jobInputs()),
      /Could not assume provided IAM role.*trust.*no job was started/,
    );
    assert.equal(used.around.time - before, 180_000);
  });

  it("gives a refusal of the start at once, with the likely fix and nothing in the state", async () => {
    const message = "bedrock:CreateModelCustomizationJob with an explicit deny in a service control policy";
    used.service.failOnce("POST", CREATE, { error: "AccessDeniedException", message, status: 403 });
    await assert.rejects(handler().create(jobInputs()), (error: Error) => {
      assert.equal("id" in error, false);
      assert.match(error.message, /explicit deny.*service control policies.*no job was started/);
      return true;
    });
    assert.equal(used.around.sleeps.length, 0);
  });

  it("adopts a job by ARN when it is what the inputs describe, and starts nothing", async () => {
    const { id } = await handler().create(jobInputs());
    const inputs = jobInputs({ adoptJobArn: id, identity: "other/prod/name" });
    const adopted = await handler().create(inputs);
    assert.equal(adopted.id, id);
    assert.equal((await handler().diff(id, stored(adopted.outs), inputs)).changes, false);
    const wrong = jobInputs({ adoptJobArn: id, trainingDataUri: "s3://other/train.jsonl" });
    await assert.rejects(handler().create(wrong), /trainingDataUri is "s3:\/\/training.*asked for is "s3:\/\/other/);
    await assert.rejects(handler().create(jobInputs({ adoptJobArn: `${id}x` })), /there is no job/);
    assert.equal(creates(), 1);
  });

  it("changes tags in place on the job and on the model", async () => {
    const { id, outs } = await handler().create(jobInputs({ tags: { team: "legal", stage: "dev" } }));
    const news = jobInputs({ tags: { team: "risk" } });
    const answer = await handler().diff(id, stored(outs), news);
    assert.deepEqual([answer.changes, answer.replaces], [true, []]);
    const { outs: after } = await handler().update(id, stored(outs), news);
    assert.deepEqual(used.service.jobs.get(id)?.tags, { team: "risk" });
    assert.deepEqual(used.service.models.get(String(outs["modelArn"]))?.tags, { team: "risk" });
    assert.deepEqual(after["tags"], { team: "risk" });
    assert.equal(creates(), 1);
  });

  it("gives job and model tags of their own beside those of both, in place, and sees drift of the job's", async () => {
    const tags = { team: "legal", stage: "dev" };
    const own = { tags, jobTags: { stage: "train" }, customModelTags: { tier: "gold" } };
    const { id, outs } = await handler().create(jobInputs(own));
    const job = used.service.jobs.get(id);
    const model = used.service.models.get(String(outs["modelArn"]));
    assert.deepEqual(job?.tags, { team: "legal", stage: "train" });
    assert.deepEqual(model?.tags, { team: "legal", stage: "dev", tier: "gold" });
    assert.deepEqual((await handler().read(id, stored(outs))).inputs, jobInputs(own));

    const news = jobInputs({ tags, customModelTags: { tier: "silver", stage: "prod" } });
    const answer = await handler().diff(id, stored(outs), news);
    assert.deepEqual([answer.changes, answer.replaces], [true, []]);
    const { outs: after } = await handler().update(id, stored(outs), news);
    assert.deepEqual(job?.tags, tags);
    assert.deepEqual(model?.tags, { team: "legal", stage: "prod", tier: "silver" });
    assert.equal((await handler().diff(id, stored(after), news)).changes, false);

    if (job) job.tags = { team: "risk", stage: "train" };
    const { inputs } = await handler().read(id, stored(outs));
    assert.deepEqual(inputs, jobInputs({ ...own, tags: { stage: "dev", team: "risk" } }));
    assert.equal(creates(), 1);
  });

  it("refreshes to the same state, and gives the inputs back", async () => {
    const inputs = jobInputs({ jobName: "my-job", attempt: 1 });
    const { id, outs } = await handler().create(inputs);
    const refreshed = await handler().read(id, stored(outs));
    assert.deepEqual(stored(refreshed.props), stored(outs));
    assert.deepEqual(refreshed.inputs, inputs);
  });

  it("sees a model that was deleted behind our back as gone, and then trains again under a new name", async () => {
    const { id, outs } = await handler().create(jobInputs());
    used.service.models.clear();
    assert.equal((await handler().read(id, stored(outs))).id, "");
    const again = await handler().create(jobInputs());
    assert.equal(again.outs["attempt"], 2);
    assert.notEqual(again.id, id);
  });

  it("does not let a refresh make an unfinished job look healthy", async () => {
    used.service.jobScript = [{}, ...GOOD_PATH];
    used.around.onSleep = () => used.around.interrupt.abort("SIGINT");
    const failure = await failureOf(handler().create(jobInputs()));
    let props = stored(failure.properties);
    for (let n = 0; n < 8; n++) props = stored((await handler().read(failure.id, props)).props);
    assert.equal((await handler().diff(failure.id, props, jobInputs())).changes, true);
  });

  it("deletes the model of a completed job, and once more without harm", async () => {
    const { id, outs } = await handler().create(jobInputs());
    await handler().delete(id, stored(outs));
    assert.equal(used.service.models.size, 0);
    await handler().delete(id, stored(outs));
  });

  it("stops a running job, waits until it has stopped, and reads afresh before it decides", async () => {
    used.service.jobScript = [{}, {}, {}];
    used.around.onSleep = () => used.around.interrupt.abort("SIGINT");
    const failure = await failureOf(handler().create(jobInputs()));
    const later = useAgain();
    await later.delete(failure.id, stored(failure.properties));
    assert.equal(used.service.count("POST", /stop$/), 1);
    assert.equal(used.service.jobs.get(failure.id)?.answer["status"], "Stopped");
  });

  it("deletes the model when the job completed after the last look at it", async () => {
    used.service.jobScript = [{}, GOOD_PATH[3] ?? {}];
    used.around.onSleep = () => used.around.interrupt.abort("SIGINT");
    const failure = await failureOf(handler().create(jobInputs()));
    await useAgain().delete(failure.id, stored(failure.properties));
    assert.equal(used.service.models.size, 0);
    assert.equal(used.service.count("DELETE", /custom-models/), 1);
  });

  it("retries a conflicting delete for minutes, then names what still serves the model", async () => {
    const { id, outs } = await handler().create(jobInputs());
    const conflict = { error: "ConflictException", message: "in use" } as const;
    used.service.failOnce("DELETE", /custom-models/, conflict);
    await handler().delete(id, stored(outs));
    assert.equal(used.service.models.size, 0);

    const other = await handler().create(jobInputs());
    used.service.faults = [{ match: (seen) => seen.method === "DELETE", fault: conflict }];
    const arn = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abc";
    const answer = { provisionedModelArn: arn, modelArn: other.outs["modelArn"] };
    used.service.throughputs.set(arn, { answer, script: [], tags: {} });
    await assert.rejects(
      handler().delete(other.id, stored(other.outs)),
      new RegExp(`still served by ${arn}; delete that first`),
    );
  });

  it("reports a model that failed although its job completed", async () => {
    const { id, outs } = await handler().create(jobInputs());
    const model = used.service.models.get(String(outs["modelArn"]));
    if (model !== undefined) Object.assign(model.answer, { modelStatus: "Failed", failureMessage: "broken" });
    const failure = await failureOf(handler().update(id, stored(outs), jobInputs({ tags: {} })));
    assert.match(failure.reasons[0] ?? "", /completed but its model .* failed: broken/);
    const olds = stored(failure.properties);
    assert.deepEqual((await handler().diff(id, olds, jobInputs())).replaces, []);
    assert.deepEqual((await handler().diff(id, olds, jobInputs({ retryFailed: true }))).replaces, ["retryFailed"]);
    assert.equal((await handler().create(jobInputs({ retryFailed: true }))).outs["attempt"], 2);
  });

  function useAgain(): ReturnType<typeof customizationJobHandler> {
    const around = used.around;
    around.onSleep = () => undefined;
    const calm = new AbortController();
    around.watchInterruption = () => ({ signal: calm.signal, dispose: () => undefined });
    return customizationJobHandler(around);
  }
});
