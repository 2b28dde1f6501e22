/**
 * Data sets in a bucket that encrypts with another key, and nothing else. `TRAINING` is a path, `VALIDATION` are paths
 * parted by blanks; `CHECKED`, if set, is the hash that the check of the training file gave.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as aws from "@pulumi/aws";
import { Dataset } from "../../components/dataset";

const { TRAINING = "", VALIDATION = "", CHECKED } = process.env;
const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

const key = new aws.kms.Key("ours", {});
const bucketName = "claims-training-data";
const bucket = new aws.s3.Bucket("data", { bucket: bucketName });
const versioning = new aws.s3.BucketVersioning("data", {
  bucket: bucket.id,
  versioningConfiguration: { status: "Enabled" },
});
const data = new Dataset("data", {
  bucket: { bucketName, arn: bucket.arn, ready: [versioning] },
  keyArn: key.arn,
  training: { path: TRAINING, sha256: CHECKED ?? hashOf(TRAINING) },
  validation: VALIDATION.split(" ")
    .filter(Boolean)
    .map((path) => ({ path, sha256: hashOf(path) })),
  tags: {},
});

/** ARN of the key. */
export const keyArn = key.arn;
/** Where a job finds its data. */
export const { trainingUri, validationUris } = data;
