import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { datasetPrefix } from "../../components/layout";
import { SecureBucket } from "../../components/storage";
import { Dataset, type DatasetFile, objectKey } from "../../components/dataset";
import { record } from "./recording";
import { placeIn } from "./support";

const hashes = fc.stringMatching(/^[0-9a-f]{64}$/u);
const letter = fc.oneof(
  fc.constantFrom(".", " ", "%", "é", "-", "a"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
);
const names = fc.string({ unit: letter, minLength: 1, maxLength: 30 }).filter((name) => !/^\.*$|[/\0]/u.test(name));

describe("key of a data set's object", () => {
  it("lies in the folder that role and endpoint are bounded by, and holds only what Bedrock's URIs take", () => {
    fc.assert(
      fc.property(names, hashes, (name, sha256) => {
        const key = objectKey("training", { path: join("data", name), sha256 });
        assert.ok(key.startsWith(datasetPrefix));
        assert.match(key.slice(datasetPrefix.length), /^[\w.-]+$/u);
      }),
    );
  });

  it("is another one for other content and another use, and the same for a file that is renamed or moved", () => {
    const [one, other] = ["a".repeat(64), "b".repeat(64)];
    const path = "data/train.jsonl";
    const key = objectKey("training", { path, sha256: one });
    assert.equal(key, `fine-tuning-datasets/training-${"a".repeat(12)}.jsonl`);
    assert.equal(objectKey("training", { path: "elsewhere/clauses v2.jsonl", sha256: one }), key);
    assert.notEqual(objectKey("training", { path, sha256: other }), key);
    assert.notEqual(objectKey("validation", { path, sha256: one }), key);
    assert.match(objectKey("training", { path: "logs/2026.json.gz", sha256: one }), /-a{12}\.gz$/u);
  });
});

describe("data sets of a job", () => {
  const place = placeIn();
  const file = (path: string) => ({ path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") });
  const [training, first, second] = [
    file("tests/components/dataset.test.ts"),
    file("tests/components/calls.ts"),
    file("tests/components/support.ts"),
  ];

  const upload = async (validation: DatasetFile[]) => {
    let data: Dataset | undefined;
    const made = await record("update", () => {
      const bucket = new SecureBucket("store", {
        context: place.context,
        bucketName: place.data.trainingBucket,
        keyArn: place.keyArn,
        tags: {},
      });
      data = new Dataset("data", { bucket, keyArn: place.keyArn, training, validation, tags: {} });
    });
    const uris = await new Promise<(string | undefined)[]>((resolve) =>
      pulumi.all([data?.trainingUri, ...(data?.validationUris ?? [])]).apply(resolve),
    );
    return { uploads: made.ofType("aws:s3/bucketObjectv2:BucketObjectv2"), uris };
  };

  it("are uploaded under the URIs that the job is given and the environment's key, once the bucket encrypts", async () => {
    const { uploads, uris } = await upload([first, second]);
    assert.equal(uploads.length, 3);
    assert.deepEqual(
      uploads.map(({ inputs }) => `s3://${String(inputs.bucket)}/${String(inputs.key)}`),
      uris,
    );
    assert.deepEqual(
      uploads.map(({ inputs }) => inputs.metadata),
      [training, first, second].map(({ sha256 }) => ({ sha256 })),
    );
    for (const upload of uploads) {
      assert.deepEqual([upload.inputs.serverSideEncryption, upload.inputs.kmsKeyId], ["aws:kms", place.keyArn]);
      for (const part of ["store-encryption", "store-policy", "store-public-access"]) {
        assert.ok(upload.waitsFor.includes(part), `${upload.name} does not wait for ${part}`);
      }
    }
  });

  it("are the same resources in another order, so that none deletes the object of another", async () => {
    const places = async (validation: DatasetFile[]) =>
      (await upload(validation)).uploads.map(({ name, inputs }) => `${name} ${String(inputs.key)}`).sort();
    assert.deepEqual(await places([second, first]), await places([first, second]));
    assert.ok(new Set([...(await places([first])), ...(await places([first, second]))]).size === 3);
  });

  it("are one object where two files hold the same bytes", async () => {
    const { uploads, uris } = await upload([first, { ...first, path: "elsewhere/copy.ts" }]);
    assert.deepEqual([uploads.length, uris.length], [2, 2]);
  });
});
