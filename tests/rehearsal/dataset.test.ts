import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { root } from "../../local/paths";
import { PrivateAccount } from "./private-account";
import type { SmallProject } from "./small-project";

const program = `export * from ${JSON.stringify(join(root, "tests", "rehearsal", "dataset-program"))};\n`;

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

// The tests build on each other in this order.
describe("data sets of a program on the real engine", function () {
  this.timeout(120_000);
  this.bail(true);
  let account: PrivateAccount;
  let project: SmallProject;
  let folder: string;
  let s3: S3;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "dataset-program-"));
    account = await PrivateAccount.start();
    s3 = new S3({ ...account.client(), forcePathStyle: true });
    project = await account.project(program);
  });
  after(async () => {
    s3.destroy();
    await account.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const use = (training: string, ...validation: string[]): void => {
    project.set("TRAINING", training);
    project.set("VALIDATION", validation.join(" "));
  };
  const up = () => project.succeeds("up", "--yes", "--skip-preview");
  /** The bytes behind a URI of the program. */
  const at = async (uri: unknown): Promise<string | undefined> => {
    const { host, pathname } = new URL(String(uri));
    const { Body } = await s3.getObject({ Bucket: host, Key: pathname.slice(1) });
    return Body?.transformToString();
  };
  const stored = async (): Promise<(string | undefined)[]> => {
    const { trainingUri, validationUris } = await project.outputs();
    return Promise.all([trainingUri, ...(validationUris as unknown[])].map(at));
  };

  it("are encrypted with the key of the program, whatever the bucket's own is", async () => {
    use(file("train.jsonl", "one\n"), file("first.jsonl", "two\n"), file("second.jsonl", "three\n"));
    await up();
    assert.deepEqual(await stored(), ["one\n", "two\n", "three\n"]);
    const { trainingUri, keyArn } = await project.outputs();
    const { host, pathname } = new URL(String(trainingUri));
    const head = await s3.headObject({ Bucket: host, Key: pathname.slice(1) });
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ["aws:kms", keyArn]);
  });

  it("stay where they are in another order, under another name and in one file less", async () => {
    use(join(folder, "train.jsonl"), join(folder, "second.jsonl"), join(folder, "first.jsonl"));
    await up();
    assert.deepEqual(await stored(), ["one\n", "three\n", "two\n"]);

    const { trainingUri } = await project.outputs();
    use(file("renamed.jsonl", "one\n"), join(folder, "first.jsonl"));
    assert.doesNotMatch(await up(), /created|replaced/u);
    assert.deepEqual(await stored(), ["one\n", "two\n"]);
    assert.equal((await project.outputs()).trainingUri, trainingUri);
  });

  it("are other objects with other content", async () => {
    const { trainingUri } = await project.outputs();
    use(file("train.jsonl", "one, corrected\n"), join(folder, "first.jsonl"));
    await up();
    assert.deepEqual(await stored(), ["one, corrected\n", "two\n"]);
    assert.notEqual((await project.outputs()).trainingUri, trainingUri);
  });

  it("come back when somebody has deleted or replaced them", async () => {
    const { trainingUri, validationUris } = await project.outputs();
    const [training, validation] = [trainingUri, ...(validationUris as unknown[])].map((uri) => new URL(String(uri)));
    assert.ok(training && validation);
    await s3.putObject({ Bucket: training.host, Key: training.pathname.slice(1), Body: "poison" });
    await s3.deleteObject({ Bucket: validation.host, Key: validation.pathname.slice(1) });
    await project.succeeds("refresh", "--yes", "--skip-preview");
    await up();
    assert.deepEqual(await stored(), ["one, corrected\n", "two\n"]);
    await project.succeeds("up", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("are given to no job when the file was changed after the check", async () => {
    project.set("CHECKED", hashOf("what was checked"));
    const { code, stdout, stderr } = await project.pulumi("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0, stdout);
    assert.match(stdout + stderr, /train\.jsonl was changed after it had been checked, so no job is started on it/u);
    assert.match(
      stdout + stderr,
      /--replace 'urn:pulumi:dev::.*claims-training-data\/fine-tuning-datasets\/training-/u,
    );

    project.set("CHECKED", hashOf("one, corrected\n"));
    await up();
    assert.deepEqual(await stored(), ["one, corrected\n", "two\n"]);
  });

  it("leave nothing behind", async () => {
    await project.succeeds("destroy", "--yes", "--skip-preview");
    assert.deepEqual(
      (await account.left()).filter(({ service }) => service !== "kms"),
      [],
    );
  });
});
