import { type DatasetSource, localFile } from "../source";
import { isCompressed } from "../variants";
import { gunzipped } from "./gunzip";
import { isS3Uri } from "../s3-uri";
import { s3Object } from "./s3";

/** The source that a name stands for: a path or an `s3://` URI, unzipped where it ends in `.gz`. */
export function openSource(name: string): DatasetSource {
  const source = isS3Uri(name) ? s3Object(name) : localFile(name);
  return isCompressed(name) ? gunzipped(source) : source;
}
