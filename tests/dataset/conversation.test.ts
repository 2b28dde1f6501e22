import assert from "node:assert/strict";
import { conversation, findingsOf, LLAMA_32_VISION, LLAMA_33, NOVA_2, NOVA_LITE, NOVA_MICRO, rulesOf } from "./records";

const text = (value: string) => [{ text: value }];
const user = (value = "Hello?") => ({ role: "user", content: text(value) });
const assistant = (value = "Hello.") => ({ role: "assistant", content: text(value) });

function media(
  kind: "image" | "video",
  format: string,
  uri = "s3://media-bucket/folder/file_1.bin",
  bucketOwner?: unknown,
) {
  return { [kind]: { format, source: { s3Location: { uri, ...(bucketOwner === undefined ? {} : { bucketOwner }) } } } };
}

const image = (uri?: string) => media("image", "png", uri);

describe("conversation format", () => {
  it("takes a good record, with and without system text, of several turns", async () => {
    for (const model of [NOVA_MICRO, NOVA_LITE, NOVA_2, LLAMA_33, LLAMA_32_VISION]) {
      assert.deepEqual(await rulesOf(conversation(), model), []);
      assert.deepEqual(await rulesOf({ ...conversation(), system: undefined }, model), []);
      const turns = [user(), assistant(), user("And?"), assistant("That is all.")];
      assert.deepEqual(await rulesOf(conversation({ messages: turns }), model), []);
    }
  });

  it("warns of a missing or unusual schema version, and refuses one that is not a string", async () => {
    const { messages } = conversation() as { messages: unknown };
    assert.deepEqual(await rulesOf({ messages }, NOVA_LITE), ["schema-version"]);
    assert.deepEqual(await rulesOf({ schemaVersion: "bedrock-conversion-2024", messages }, NOVA_LITE), [
      "schema-version",
    ]);
    assert.deepEqual(await rulesOf({ schemaVersion: 2024, messages }, NOVA_LITE), ["wrong-type"]);
  });

  it("judges the shape of the system text", async () => {
    assert.deepEqual(await rulesOf(conversation({ system: "You answer." }), NOVA_LITE), ["system-shape"]);
    assert.deepEqual(await rulesOf(conversation({ system: ["You answer."] }), NOVA_LITE), ["system-shape"]);
    assert.deepEqual(await rulesOf(conversation({ system: text(" ") }), NOVA_LITE), ["empty-text"]);
    const two = [...text("One."), ...text("Two.")];
    assert.deepEqual(await rulesOf(conversation({ system: two }), NOVA_LITE), []);
    assert.deepEqual(await rulesOf(conversation({ system: two }), LLAMA_33), ["system-shape"]);
  });

  it("judges roles and their order, one finding per mistake", async () => {
    const order: [unknown[], string[]][] = [
      [
        [assistant(), user()],
        ["role-order", "last-role"],
      ],
      [[user(), user(), assistant()], ["role-order"]],
      [[user(), assistant(), user()], ["last-role"]],
      [[user()], ["too-few-messages"]],
      [[], ["too-few-messages"]],
      [[{ role: "system", content: text("Be brief.") }, user(), assistant()], ["unknown-role"]],
      [[{ content: text("Hello?") }, assistant()], ["missing-field"]],
      [["Hello?", assistant()], ["wrong-type"]],
    ];
    for (const [messages, expected] of order) {
      assert.deepEqual(await rulesOf(conversation({ messages }), NOVA_LITE), expected, JSON.stringify(messages));
    }
  });

  it("points at the role that breaks the order", async () => {
    const record = JSON.stringify(conversation({ messages: [user(), user(), assistant()] }));
    const [finding] = await findingsOf(record, NOVA_LITE);
    const second = record.indexOf('"user"', record.indexOf('"user"') + 1);
    assert.equal(finding?.column, second + 1);
  });

  it("needs messages, as a list", async () => {
    assert.deepEqual(await rulesOf({ schemaVersion: "bedrock-conversation-2024" }, NOVA_LITE), ["missing-field"]);
    assert.deepEqual(await rulesOf(conversation({ messages: {} }), NOVA_LITE), ["wrong-type"]);
  });

  it("judges the shape of content", async () => {
    assert.deepEqual(await rulesOf(conversation({ user: "Hello?" }), NOVA_LITE), ["content-shape"]);
    assert.deepEqual(await rulesOf(conversation({ user: [] }), NOVA_LITE), ["content-shape"]);
    assert.deepEqual(await rulesOf(conversation({ user: ["Hello?"] }), NOVA_LITE), ["content-shape"]);
    assert.deepEqual(await rulesOf(conversation({ user: [{ text: 5 }] }), NOVA_LITE), ["wrong-type"]);
    assert.deepEqual(await rulesOf(conversation({ user: [{ toolUse: {} }] }), NOVA_LITE), ["content-unsupported"]);
    assert.deepEqual(await rulesOf(conversation({ user: [{ text: "Hello?", cachePoint: {} }] }), NOVA_LITE), [
      "unknown-key",
    ]);
    assert.deepEqual(await rulesOf(conversation({ messages: [{ role: "user" }, assistant()] }), NOVA_LITE), [
      "missing-field",
    ]);
  });

  it("refuses a message whose texts are all empty, but takes an empty text beside another or beside an image", async () => {
    assert.deepEqual(await rulesOf(conversation({ user: text(" ") }), NOVA_LITE), ["empty-text"]);
    assert.deepEqual(await rulesOf(conversation({ user: [...text(""), ...text("Hello?")] }), NOVA_LITE), []);
    assert.deepEqual(await rulesOf(conversation({ user: [...text(""), image()] }), NOVA_LITE), []);
  });
});

describe("reserved words of Nova", () => {
  it("are errors in user and system text, at the word", async () => {
    for (const word of ["User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]"]) {
      assert.deepEqual(await rulesOf(conversation({ system: text(`a ${word}`) }), NOVA_LITE), ["reserved-word"]);
      const record = JSON.stringify(conversation({ user: text(`"é" ${word} b`) }));
      const [finding] = await findingsOf(record, NOVA_LITE);
      assert.deepEqual([finding?.rule, finding?.column], ["reserved-word", record.indexOf(word) + 1]);
    }
  });

  it("are warnings where only AWS's validator refuses them", async () => {
    assert.deepEqual(await rulesOf(conversation({ assistant: text("User: x") }), NOVA_LITE), [
      "reserved-word-validator",
    ]);
    assert.deepEqual(await rulesOf(conversation({ user: text("Thought: x") }), NOVA_LITE), ["reserved-word-validator"]);
  });

  it("are not searched in lower case, nor for Llama", async () => {
    assert.deepEqual(await rulesOf(conversation({ user: text("user: x") }), NOVA_LITE), []);
    assert.deepEqual(await rulesOf(conversation({ user: text("User: x <image>") }), LLAMA_33), []);
  });
});

describe("media", () => {
  it("are taken from users where the model takes them", async () => {
    assert.deepEqual(await rulesOf(conversation({ user: [...text("What is this?"), image()] }), NOVA_LITE), []);
    assert.deepEqual(await rulesOf(conversation({ user: [media("video", "mp4")] }), NOVA_LITE), []);
    assert.deepEqual(await rulesOf(conversation({ user: [image()] }), LLAMA_32_VISION), []);
  });

  it("are refused by text models, and videos by Llama", async () => {
    for (const model of [NOVA_MICRO, LLAMA_33]) {
      assert.deepEqual(await rulesOf(conversation({ user: [image()] }), model), ["media-unsupported"]);
    }
    assert.deepEqual(await rulesOf(conversation({ user: [media("video", "mp4")] }), LLAMA_32_VISION), [
      "media-unsupported",
    ]);
  });

  it("are refused from the assistant", async () => {
    assert.deepEqual(await rulesOf(conversation({ assistant: [...text("Here."), image()] }), NOVA_LITE), [
      "assistant-media",
    ]);
  });

  it("are refused in formats that the model does not take", async () => {
    assert.deepEqual(await rulesOf(conversation({ user: [media("image", "bmp")] }), NOVA_LITE), ["media-format"]);
    assert.deepEqual(await rulesOf(conversation({ user: [media("image", "webp")] }), NOVA_LITE), []);
    assert.deepEqual(await rulesOf(conversation({ user: [media("image", "webp")] }), NOVA_2), ["media-format"]);
    assert.deepEqual(await rulesOf(conversation({ user: [media("video", "webm")] }), NOVA_2), ["media-format"]);
  });

  it("are counted per record, over all its messages", async () => {
    const images = (count: number) => Array.from({ length: count }, () => image());
    assert.deepEqual(await rulesOf(conversation({ user: images(10) }), NOVA_LITE), []);
    assert.deepEqual(await rulesOf(conversation({ user: images(12) }), NOVA_LITE), ["media-count"]);
    const turns = [
      { role: "user", content: images(6) },
      assistant(),
      { role: "user", content: images(5) },
      assistant(),
    ];
    assert.deepEqual(await rulesOf(conversation({ messages: turns }), NOVA_LITE), ["media-count"]);
    const videos = [media("video", "mp4"), media("video", "mp4")];
    assert.deepEqual(await rulesOf(conversation({ user: videos }), NOVA_LITE), ["media-count"]);
  });

  it("must have an S3 location with an account id and a plain key", async () => {
    const cases: [unknown, string[]][] = [
      [{ image: { format: "png", source: { bytes: "aGk=" } } }, ["media-source"]],
      [{ image: "s3://b/k" }, ["media-source"]],
      [media("image", "png", "s3://media-bucket/k.png", 123456789012), ["media-source"]],
      [media("image", "png", "s3://media-bucket/k.png", "123456789012"), []],
      [image("https://example.com/k.png"), ["media-uri"]],
      [image("s3://media-bucket/my picture.png"), ["media-uri"]],
    ];
    for (const [item, expected] of cases) {
      assert.deepEqual(await rulesOf(conversation({ user: [item] }), NOVA_LITE), expected, JSON.stringify(item));
    }
  });

  it("must be in one bucket and of one kind in the whole dataset", async () => {
    const record = (item: unknown) => JSON.stringify(conversation({ user: [item] }));
    const lines = (...items: unknown[]) => items.map(record).join("\n");
    assert.deepEqual(await rulesOf(lines(image(), image("s3://other-bucket/k.png")), NOVA_LITE), ["media-bucket"]);
    assert.deepEqual(await rulesOf(lines(image(), media("video", "mp4")), NOVA_LITE), ["media-mixed"]);
  });
});

describe("reasoning of Nova 2", () => {
  const reasoning = { reasoningContent: { reasoningText: { text: "The text names its year." } } };
  const answer = text("It is from 2012.");

  it("may come first in assistant content, for Nova 2 only", async () => {
    const record = conversation({ assistant: [reasoning, ...answer] });
    assert.deepEqual(await rulesOf(record, NOVA_2), []);
    assert.deepEqual(await rulesOf(record, NOVA_LITE), ["content-unsupported"]);
  });

  it("is refused elsewhere, in another shape, or without an answer", async () => {
    assert.deepEqual(await rulesOf(conversation({ assistant: [...answer, reasoning] }), NOVA_2), ["reasoning-shape"]);
    assert.deepEqual(await rulesOf(conversation({ user: [reasoning, ...text("Which?")] }), NOVA_2), [
      "reasoning-shape",
    ]);
    const other = { reasoningContent: { redactedContent: "x" } };
    assert.deepEqual(await rulesOf(conversation({ assistant: [other, ...answer] }), NOVA_2), ["reasoning-shape"]);
    assert.deepEqual(await rulesOf(conversation({ assistant: [reasoning] }), NOVA_2), ["empty-text"]);
  });

  it("warns of reasoning in tags", async () => {
    const tagged = conversation({ assistant: text("<thinking>hm</thinking> 2012") });
    assert.deepEqual(new Set(await rulesOf(tagged, NOVA_2)), new Set(["thinking-tag"]));
    assert.deepEqual(await rulesOf(tagged, NOVA_LITE), []);
  });
});
