import {
  type JsonObject,
  type RecordChecker,
  type RecordSize,
  type ReportFinding,
  reportUnknownKeys,
  requiredText,
} from "./format";
import { countCharacters } from "../utf8";
import { parseS3Uri } from "../s3-uri";

const imagePattern = /\.(?:png|jpe?g)$/i;

/** `{"image-ref": "s3://bucket/key.png", "caption": "..."}`. */
export class ImageCaptionChecker implements RecordChecker {
  /** @param caption - characters that a caption has at least and at most */
  constructor(private readonly caption: { readonly min: number; readonly max: number }) {}

  check(record: JsonObject, report: ReportFinding): RecordSize {
    reportUnknownKeys(record, ["image-ref", "caption"], [], report);
    const image = requiredText(record, "image-ref", [], report);
    if (image.trim() !== "" && !imagePattern.test(parseS3Uri(image)?.key ?? "")) {
      report("media-uri", '"image-ref" must be s3://bucket/key of a .png, .jpg or .jpeg', { path: ["image-ref"] });
    }
    const { min, max } = this.caption;
    const mayBeEmpty = min === 0 && record.caption === "";
    const caption = mayBeEmpty ? "" : requiredText(record, "caption", [], report);
    const characters = countCharacters(caption, caption.length);
    if (caption.trim() !== "" && (characters < min || characters > max)) {
      report("caption-length", `the caption has ${characters} characters; ${min} to ${max} are taken`, {
        path: ["caption"],
      });
    }
    return { input: caption.length, output: 0 };
  }
}
