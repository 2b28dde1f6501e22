import assert from "node:assert/strict";
import { baseModelId, DatasetError, limitsFor, modelLimits } from "../../dataset";

describe("limits", () => {
  it("are found from an id with or without version and context suffix, and from ARNs", () => {
    const identifiers = [
      "meta.llama3-1-8b-instruct-v1",
      "meta.llama3-1-8b-instruct-v1:0",
      "meta.llama3-1-8b-instruct-v1:0:128k",
      "arn:aws:bedrock:us-west-2::foundation-model/meta.llama3-1-8b-instruct-v1:0:128k",
      "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/meta.llama3-1-8b-instruct-v1:0",
      "arn:aws:bedrock:us-west-2:123456789012:custom-model/meta.llama3-1-8b-instruct-v1:0:128k/abcdef123456",
    ];
    for (const identifier of identifiers) {
      assert.equal(baseModelId(identifier), "meta.llama3-1-8b-instruct-v1:0", identifier);
      assert.equal(limitsFor(identifier).family, "Llama 3.1");
    }
  });

  it("of an unknown or malformed model are refused with the known ones", () => {
    for (const identifier of [
      "amazon.titan-text-lite-v2",
      "meta.llama3-1-8b-instruct-v2:0",
      "llama",
      "",
      "arn:aws:s3:::bucket",
    ]) {
      assert.throws(
        () => limitsFor(identifier),
        (error) =>
          error instanceof DatasetError &&
          error.code === "unknown-model" &&
          error.message.includes(`"${identifier}"`) &&
          error.message.includes("amazon.nova-lite-v1:0"),
      );
    }
  });

  it("of another customization type are refused with the known types", () => {
    assert.throws(
      () => limitsFor("amazon.nova-lite-v1:0", "CONTINUED_PRE_TRAINING"),
      (error) =>
        error instanceof DatasetError &&
        error.code === "unsupported-customization" &&
        error.message.includes("FINE_TUNING, DISTILLATION"),
    );
  });

  it("name each model once per customization type, with a source and the month of its text", () => {
    const keys = modelLimits.flatMap(({ baseModels, customizationType }) =>
      baseModels.map((id) => `${id} ${customizationType}`),
    );
    assert.equal(new Set(keys).size, keys.length);
    for (const { baseModels, source, checked, records } of modelLimits) {
      for (const id of baseModels) assert.equal(baseModelId(id), id);
      assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\//);
      assert.match(checked, /^\d{4}-\d{2}$/);
      assert.ok(records.min < records.max);
    }
  });
});
