import { answered, asked, type Border, media, text } from "./table";

/** An image in S3. */
export const image = (format: unknown = "png", location: object = {}): object => media("image", format, location);
/** A video in S3. */
export const video = (format: unknown = "mp4", location: object = {}): object => media("video", format, location);
/** A question about media. */
export const shown = (...content: object[]): object => asked([...text("What is this?"), ...content]);

/** What holds for images wherever they are taken. */
export const images: readonly Border[] = [
  ...["png", "jpeg", "gif", "PNG"].map((format): Border => ({
    rule: "media-format",
    inside: shown(image(format)),
    outside: shown(image("bmp")),
    at: '"format":^"bmp"',
  })),
  { rule: "media-format", inside: shown(image()), outside: shown(image("jpg")), at: '"format":^"jpg"' },
  { rule: "media-format", inside: shown(image()), outside: shown(image(null)), at: '"format":^null' },
  { rule: "media-source", inside: shown(image()), outside: shown({ image: "s3://a/b" }), at: '"image":^"s3' },
  {
    rule: "media-source",
    inside: shown(image()),
    outside: shown({ image: { format: "png", source: { bytes: "aGk=" } } }),
    at: '"image":^{',
  },
  {
    rule: "media-source",
    inside: shown(image("png", { bucketOwner: "012345678901" })),
    outside: shown(image("png", { bucketOwner: "12345678901" })),
    at: '"bucketOwner":^"',
  },
  {
    rule: "media-source",
    inside: shown(image("png", { bucketOwner: "123456789012" })),
    outside: shown(image("png", { bucketOwner: 123456789012 })),
    at: '"bucketOwner":^1',
  },
  {
    rule: "media-uri",
    inside: shown(image("png", { uri: "s3://abc/k" })),
    outside: shown(image("png", { uri: "s3://ab/k" })),
    at: '"uri":^"s3://ab/',
  },
  {
    rule: "media-uri",
    inside: shown(image("png", { uri: `s3://${"a".repeat(63)}/k` })),
    outside: shown(image("png", { uri: `s3://${"a".repeat(64)}/k` })),
    at: '"uri":^"s3',
  },
  {
    rule: "media-uri",
    inside: shown(image("png", { uri: "s3://a.b-c/k" })),
    outside: shown(image("png", { uri: "s3://media/" })),
    at: '"uri":^"s3',
  },
  {
    rule: "media-uri",
    inside: shown(image()),
    outside: shown(image("png", { uri: "https://media.s3.amazonaws.com/k.png" })),
    at: '"uri":^"https',
  },
  { rule: "unknown-key", inside: shown(image()), outside: shown(image("png", { version: 1 })), at: '^"version"' },
  {
    rule: "assistant-media",
    inside: shown(image()),
    outside: answered([...text("Here."), image()]),
    at: '"image":^{"format"',
  },
];

/** Media of Nova stand in one bucket, that of the data, under plain keys; images and videos are not mixed. */
export const mediaOfNova: readonly Border[] = [
  {
    rule: "media-uri",
    inside: shown(image("png", { uri: "s3://media/A-z_0/9.png" })),
    outside: shown(image("png", { uri: "s3://media/my cat.png" })),
    at: '"uri":^"s3',
  },
  {
    rule: "media-bucket",
    inside: [shown(image()), shown(image("png", { uri: "s3://media/other.png" }))],
    outside: [shown(image()), shown(image("png", { uri: "s3://other/other.png" }))],
    at: '"uri":^"s3://other',
    line: 2,
  },
  {
    rule: "media-bucket",
    inside: shown(image()),
    outside: shown(image()),
    setting: { file: "s3://media/train/train.jsonl" },
    outsideSetting: { file: "s3://data/train/train.jsonl" },
    at: '"uri":^"s3',
  },
  {
    rule: "media-mixed",
    inside: [shown(image()), shown(image())],
    outside: [shown(image()), shown(video())],
    at: '"video":^{',
    line: 2,
  },
  { rule: "media-mixed", inside: shown(image(), image()), outside: shown(image(), video()), at: '"video":^{' },
  { rule: "media-format", inside: shown(video("mov")), outside: shown(video("avi")), at: '"format":^"avi"' },
  { rule: "media-format", inside: shown(video("mkv")), outside: shown(video("MPEG")), at: '"format":^"MPEG"' },
];

/** What holds where no media are taken. */
export const noMedia: readonly Border[] = [
  { rule: "media-unsupported", inside: shown(), outside: shown(image()), at: '"image":^{' },
  { rule: "media-unsupported", inside: shown(), outside: shown(video()), at: '"video":^{' },
];
