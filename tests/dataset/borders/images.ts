import { type Border, type BorderTable, counts } from "./table";

const caption = (text: unknown, ref: unknown = "s3://media/cat.png"): object => ({ "image-ref": ref, caption: text });
const good = caption("A cat");

const refs: readonly Border[] = [
  {
    rule: "media-uri",
    inside: caption("A cat", "s3://abc/My cat.JPG"),
    outside: caption("A cat", "s3://abc/cat.gif"),
    at: '^"s3',
  },
  {
    rule: "media-uri",
    inside: caption("A cat", "s3://abc/a.jpeg"),
    outside: caption("A cat", "s3://ab/a.jpeg"),
    at: '^"s3',
  },
  { rule: "media-uri", inside: good, outside: caption("A cat", "https://abc/cat.png"), at: '"image-ref":^"' },
  { rule: "missing-field", inside: good, outside: { caption: "A cat" }, at: "^{" },
  { rule: "missing-field", inside: good, outside: { "image-ref": "s3://media/cat.png" }, at: "^{" },
  { rule: "wrong-type", inside: good, outside: caption(5), at: '"caption":^5' },
  { rule: "wrong-type", inside: good, outside: caption("A cat", {}), at: '"image-ref":^{' },
  { rule: "unknown-key", inside: good, outside: { ...good, prompt: "a" }, at: '^"prompt"' },
  { rule: "validation-unsupported", inside: good, outside: good, outsideSetting: { role: "validation" } },
];

/** Lengths in characters, of which some are written with two UTF-16 units. */
const lengths = (fewest: number, most: number): Border[] => [
  ...["x", "é", "😀"].flatMap((one): Border[] => [
    {
      rule: "caption-length",
      inside: caption(one.repeat(most)),
      outside: caption(one.repeat(most + 1)),
      at: '"caption":^"',
    },
    ...(fewest > 0
      ? [
          {
            rule: "caption-length",
            inside: caption(one.repeat(fewest)),
            outside: caption(one.repeat(fewest - 1)),
            at: '"caption":^"',
          } as const,
        ]
      : []),
  ]),
  fewest > 0
    ? { rule: "empty-text", inside: good, outside: caption(""), at: '"caption":^""' }
    : { rule: "empty-text", inside: caption(""), outside: caption(" "), at: '"caption":^" "' },
];

const images = (model: string, captions: readonly [number, number], fewest: number, most: number): BorderTable => ({
  ...{ title: `images with captions (${model})`, setting: { model }, good },
  borders: [...refs, ...lengths(...captions), ...counts(good, fewest, most, ["validation-unsupported"])],
});

/** Tables of the models that take images with captions. */
export const imageTables: readonly BorderTable[] = [
  images("amazon.titan-image-generator-v2:0", [3, 1_024], 5, 10_000),
  images("amazon.titan-image-generator-v1", [3, 1_024], 5, 10_000),
  images("amazon.titan-embed-image-v1:0", [0, 2_560], 1_000, 50_000),
  images("amazon.nova-canvas-v1:0", [3, 1_024], 5, 10_000),
];
