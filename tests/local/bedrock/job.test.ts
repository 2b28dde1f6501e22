import assert from "node:assert/strict";
import {
  GetCustomModelCommand,
  GetModelCustomizationJobCommand,
  CreateModelCustomizationJobCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-bedrock";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { buildEnvironment, type Environment } from "./environment";
import { type Bench, jobInput, type Moto, runJob, startBench, startMoto } from "./support";

describe("a customization job", function () {
  this.timeout(60_000);
  let moto: Moto;
  let bench: Bench;
  let environment: Environment;

  before(async () => {
    moto = await startMoto();
    environment = await buildEnvironment(moto.url, "good");
    bench = await startBench(moto.url);
  });
  after(async () => {
    await bench.close();
    await moto.stop();
  });

  it("goes through its phases in order and ends with a model, in the types of the SDK", async () => {
    const { jobArn } = await bench.bedrock.send(
      new CreateModelCustomizationJobCommand({
        ...jobInput(environment),
        customModelTags: [{ key: "team", value: "ml" }],
      }),
    );
    const look = () => bench.bedrock.send(new GetModelCustomizationJobCommand({ jobIdentifier: jobArn }));
    const seen: string[] = [];
    for (let minute = 0; minute < 30; minute++) {
      const { statusDetails, status } = await look();
      const line = [status, ...Object.values(statusDetails!).map((phase) => phase.status)].join(" ");
      if (seen.at(-1) !== line) seen.push(line);
      await bench.simulator.control.advance(60);
    }
    assert.deepEqual(
      seen,
      [
        "InProgress InProgress NotStarted NotStarted",
        "InProgress Completed InProgress NotStarted",
        "InProgress Completed Completed InProgress",
        "Completed Completed Completed Completed",
      ],
      bench.log.join("\n"),
    );
    const job = await look();
    assert.ok(job.creationTime instanceof Date && job.endTime instanceof Date);
    const minutes = (job.endTime.getTime() - job.creationTime.getTime()) / 60_000;
    assert.ok(minutes > 14 && minutes < 60, `${minutes} minutes`);
    assert.equal(job.outputModelKmsKeyArn, environment.keyArn);
    const model = await bench.bedrock.send(new GetCustomModelCommand({ modelIdentifier: job.outputModelArn }));
    assert.equal(model.modelStatus, "Active");
    assert.equal(model.jobArn, jobArn);
    const { tags } = await bench.bedrock.send(new ListTagsForResourceCommand({ resourceARN: job.outputModelArn }));
    assert.deepEqual(tags, [{ key: "team", value: "ml" }]);
  });

  async function metrics(job: { jobArn?: string }): Promise<Record<string, string[][]>> {
    const id = job.jobArn!.slice(-12);
    const { Contents = [] } = await environment.clients.s3.send(
      new ListObjectsV2Command({ Bucket: environment.bucket, Prefix: `outputs/model-customization-job-${id}/` }),
    );
    const files: Record<string, string[][]> = {};
    for (const { Key } of Contents) {
      const { Body } = await environment.clients.s3.send(new GetObjectCommand({ Bucket: environment.bucket, Key }));
      const rows = (await Body!.transformToString()).trimEnd().split("\n");
      files[Key!.slice(Key!.indexOf(id) + 13)] = rows.map((row) => row.split(","));
    }
    return files;
  }

  it("writes the metrics of a training that learns, at the documented keys", async () => {
    const job = await runJob(bench, { ...jobInput(environment), hyperParameters: { epochCount: "3" } });
    const files = await metrics(job);
    assert.deepEqual(Object.keys(files).sort(), [
      "training_artifacts/step_wise_training_metrics.csv",
      "validation_artifacts/post_fine_tuning_validation/validation_metrics.csv",
    ]);
    const [head, ...steps] = files["training_artifacts/step_wise_training_metrics.csv"]!;
    assert.deepEqual(head, ["step_number", "epoch_number", "training_loss", "perplexity"]);
    assert.equal(steps.length, 3 * 120);
    assert.deepEqual(
      steps.map((row) => Number(row[0])),
      [...steps.keys()],
    );
    assert.equal(Number(steps.at(-1)![2]), job.trainingMetrics?.trainingLoss);
    const mean = (epoch: number): number => {
      const losses = steps.filter((row) => Number(row[1]) === epoch).map((row) => Number(row[2]));
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    };
    assert.ok(mean(2) < mean(1) && mean(1) < mean(0), [mean(0), mean(1), mean(2)].join(" "));
    const [validationHead, ...validations] =
      files["validation_artifacts/post_fine_tuning_validation/validation_metrics.csv"]!;
    assert.deepEqual(validationHead, ["step_number", "epoch_number", "validation_loss", "perplexity"]);
    assert.deepEqual(
      validations.map((row) => row[1]),
      ["0", "1", "2"],
    );
    assert.equal(Number(validations.at(-1)![2]), job.validationMetrics?.[0]?.validationLoss);
    assert.ok(
      Math.abs(Math.exp(job.validationMetrics![0]!.validationLoss!) / Number(validations.at(-1)![3]) - 1) < 1e-4,
    );
  });

  it("gives the same numbers for the same token and data, others for another token", async () => {
    const run = async (clientRequestToken: string) => {
      await bench.simulator.control.reset();
      const job = await runJob(bench, { ...jobInput(environment), clientRequestToken });
      return [job.trainingMetrics?.trainingLoss, job.validationMetrics?.[0]?.validationLoss];
    };
    const first = await run("seed-1");
    assert.deepEqual(await run("seed-1"), first);
    assert.notDeepEqual(await run("seed-2"), first);
  });

  describe("with data that the service refuses", () => {
    const good = { prompt: "Which licence?", completion: "MIT" };
    const lines = (count: number, last: string): string => `${`${JSON.stringify(good)}\n`.repeat(count)}${last}\n`;
    const cases: [string, string, "validation" | "dataProcessing", RegExp][] = [
      [
        "a line that is not JSON",
        lines(120, "{prompt: 1}"),
        "validation",
        /^Unable to parse Amazon S3 file: broken\.jsonl\. Data files must conform to JSONL format\.$/,
      ],
      ["an empty line", lines(120, ""), "validation", /^Unable to parse Amazon S3 file: broken\.jsonl\./],
      ["an empty file", "", "validation", /^Unable to parse Amazon S3 file: broken\.jsonl\./],
      [
        "a record in another format",
        lines(120, JSON.stringify({ input: "x" })),
        "validation",
        /^Invalid record 121 in file broken\.jsonl: the record has no "prompt"/,
      ],
      ["too few records", lines(98, JSON.stringify(good)), "validation", /has 99 records; the minimum .* is 100/],
      [
        "too many tokens in a prompt",
        lines(120, JSON.stringify({ ...good, prompt: "x".repeat(96_006) })),
        "dataProcessing",
        /^Maximum input token count 16001 exceeds limit of 16000$/,
      ],
      [
        "too many tokens in a completion",
        lines(120, JSON.stringify({ ...good, completion: "x".repeat(96_006) })),
        "dataProcessing",
        /^Maximum output token count 16001 exceeds limit of 16000$/,
      ],
      [
        "too many tokens together",
        lines(120, JSON.stringify({ prompt: "x".repeat(96_000), completion: "x" })),
        "dataProcessing",
        /^Max sum of input and output token length 16001 exceeds total limit of 16000$/,
      ],
    ];
    for (const [what, body, phase, message] of cases) {
      it(`fails in ${phase} for ${what}`, async () => {
        await environment.clients.s3.send(
          new PutObjectCommand({
            Bucket: environment.bucket,
            Key: "fine-tuning-datasets/broken.jsonl",
            Body: Buffer.from(body),
          }),
        );
        const job = await runJob(bench, {
          ...jobInput(environment),
          trainingDataConfig: { s3Uri: `s3://${environment.bucket}/fine-tuning-datasets/broken.jsonl` },
        });
        assert.equal(job.status, "Failed");
        assert.match(job.failureMessage ?? "", message);
        assert.equal(job.statusDetails?.[`${phase}Details`]?.status, "Failed");
      });
    }

    it("fails for a file that is not there", async () => {
      const job = await runJob(bench, {
        ...jobInput(environment),
        trainingDataConfig: { s3Uri: `s3://${environment.bucket}/fine-tuning-datasets/none.jsonl` },
      });
      assert.match(
        job.failureMessage ?? "",
        /^Could not validate GetObject permissions to access Amazon S3 bucket: good-data at key fine-tuning-datasets\/none\.jsonl$/,
      );
    });

    it("fails for a file that is larger than the simulator holds, which it says before it reads it", async () => {
      const { s3 } = environment.clients;
      const at = (name: string) => ({ Bucket: environment.bucket, Key: `fine-tuning-datasets/${name}.jsonl` });
      const Body = Buffer.alloc(64 * 1024 ** 2, `${JSON.stringify(good)}\n`);
      await s3.send(new PutObjectCommand({ ...at("part"), Body }));
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at("huge")));
      const Parts = [];
      for (const PartNumber of [1, 2, 3, 4, 5, 6, 7, 8]) {
        const CopySource = `${environment.bucket}/${at("part").Key}`;
        const copy = new UploadPartCopyCommand({ ...at("huge"), UploadId, PartNumber, CopySource });
        Parts.push({ PartNumber, ETag: (await s3.send(copy)).CopyPartResult?.ETag });
      }
      await s3.send(new CompleteMultipartUploadCommand({ ...at("huge"), UploadId, MultipartUpload: { Parts } }));
      const job = await runJob(bench, {
        ...jobInput(environment),
        trainingDataConfig: { s3Uri: `s3://${environment.bucket}/${at("huge").Key}` },
      });
      assert.match(
        job.failureMessage ?? "",
        /^The simulator trains on files of at most \d+ bytes, and s3:\/\/good-data\/.*huge\.jsonl has 536870912\./,
      );
    });

    it("fails for an output bucket that does not exist", async () => {
      const job = await runJob(bench, {
        ...jobInput(environment),
        outputDataConfig: { s3Uri: "s3://nobody-has-this/outputs" },
      });
      assert.match(
        job.failureMessage ?? "",
        /^Amazon S3 perms missing \(PutObject\): .* bucket: nobody-has-this at key outputs\/\.write_access_check_file\.tmp$/,
      );
    });
  });

  it("runs without a VPC, without a key and without validation data", async () => {
    const input: Partial<ReturnType<typeof jobInput>> = jobInput(environment);
    delete input.vpcConfig;
    delete input.customModelKmsKeyId;
    delete input.validationDataConfig;
    const job = await runJob(bench, input as never);
    assert.equal(job.status, "Completed", job.failureMessage);
    assert.equal(job.outputModelKmsKeyArn, undefined);
    assert.deepEqual(Object.keys(await metrics(job)), ["training_artifacts/step_wise_training_metrics.csv"]);
  });
});
