import type { JsonPath } from "../json-inspect";
import type { ConversationRules, MediaRules } from "./conversation-rules";
import { type FileState, isObject, type ReportFinding, reportUnknownKeys } from "./format";
import { parseS3Uri } from "../s3-uri";

/** A kind of media in a message. */
export type MediaKind = "image" | "video";

const keyPattern = /^[\w\-/.]+$/;

/** Checks images and videos: kind, format, count per record, location, and what must be alike in the whole file. */
export class MediaChecker {
  private readonly inRecord = { image: 0, video: 0 };
  private kindOfFile: string | undefined;
  private bucketOfFile: string | undefined;

  constructor(private readonly rules: ConversationRules) {}

  /** Kind and bucket of the file's first media. */
  state(): FileState {
    return { kind: this.kindOfFile, bucket: this.bucketOfFile };
  }

  /** Goes on as after media of this kind in this bucket. */
  resume({ kind, bucket }: FileState): void {
    this.kindOfFile = kind;
    this.bucketOfFile = bucket;
  }

  /** Starts counting anew. */
  startRecord(): void {
    this.inRecord.image = 0;
    this.inRecord.video = 0;
  }

  /** Reports what is wrong with `{"format", "source": {"s3Location": {"uri", "bucketOwner"}}}`. */
  check(kind: MediaKind, media: unknown, path: JsonPath, report: ReportFinding): void {
    const rules = this.rules[kind];
    if (!rules) {
      report("media-unsupported", `this model does not take a ${kind}`, { path });
      return;
    }
    this.count(kind, rules, path, report);
    if (!isObject(media)) {
      report("media-source", `"${kind}" must be an object with "format" and "source"`, { path });
      return;
    }
    reportUnknownKeys(media, ["format", "source"], path, report);
    if (typeof media.format !== "string" || !rules.formats.includes(media.format.toLowerCase())) {
      const place = Object.hasOwn(media, "format") ? [...path, "format"] : path;
      report("media-format", `the ${kind} format must be one of ${rules.formats.join(", ")}`, { path: place });
    }
    this.checkSource(media.source, path, report);
  }

  private count(kind: MediaKind, rules: MediaRules, path: JsonPath, report: ReportFinding): void {
    const count = ++this.inRecord[kind];
    if (rules.maxPerRecord !== undefined && count === rules.maxPerRecord + 1) {
      report("media-count", `the record has more than ${rules.maxPerRecord} ${kind}(s)`, { path });
    }
    this.kindOfFile ??= kind;
    if (kind !== this.kindOfFile) {
      report("media-mixed", `a ${kind} in a dataset that has ${this.kindOfFile}s`, { path });
    }
  }

  private checkSource(source: unknown, path: JsonPath, report: ReportFinding): void {
    const location = isObject(source) ? source.s3Location : undefined;
    const uri = isObject(location) ? location.uri : undefined;
    if (!isObject(location) || typeof uri !== "string") {
      report("media-source", 'expected "source": {"s3Location": {"uri": "s3://bucket/key"}}', { path });
      return;
    }
    const uriPath = [...path, "source", "s3Location", "uri"];
    if (isObject(source)) reportUnknownKeys(source, ["s3Location"], [...path, "source"], report);
    reportUnknownKeys(location, ["uri", "bucketOwner"], uriPath.slice(0, -1), report);
    const { bucketOwner } = location;
    if (bucketOwner !== undefined && (typeof bucketOwner !== "string" || !/^\d{12}$/.test(bucketOwner))) {
      report("media-source", '"bucketOwner" must be an account id of 12 digits', {
        path: [...uriPath.slice(0, -1), "bucketOwner"],
      });
    }
    const { bucket, key } = parseS3Uri(uri) ?? {};
    if (bucket === undefined || key === undefined) {
      const allowed = "s3://bucket/key, with a bucket name of 3 to 63 lower-case letters, digits, dots and hyphens";
      report("media-uri", `"uri" must be ${allowed}`, { path: uriPath });
      return;
    }
    if (!this.rules.mediaBesideData) return;
    if (!keyPattern.test(key)) {
      report("media-uri", "the key of a media file may hold letters, digits, _ - / and . only", { path: uriPath });
    }
    this.bucketOfFile ??= bucket;
    if (bucket !== this.bucketOfFile) {
      const message = `media must stand in one bucket, that of the dataset, here "${this.bucketOfFile}"`;
      report("media-bucket", message, { path: uriPath });
    }
  }
}
