import assert from "node:assert/strict";
import { checkConfig, parseConfig } from "../../../local/aws/config";

const emulator = { AWS_ENDPOINT_URL: "http://127.0.0.1:5000" };

describe("the configuration of the aws provider", () => {
  it("takes what the Node SDK sends: structured options as JSON text", () => {
    const config = parseConfig(
      {
        region: "eu-west-1",
        accessKey: "a",
        secretKey: "b",
        skipCredentialsValidation: "true",
        defaultTags: '{"tags":{"team":"ml"}}',
        ignoreTags: '{"keys":["scan"]}',
        endpoints: '[{"s3":"http://127.0.0.1:9000"}]',
        version: "7.48.0",
      },
      emulator,
    );
    assert.deepEqual(config.defaultTags, { team: "ml" });
    assert.deepEqual(config.ignoreTags, { keys: ["scan"], keyPrefixes: [] });
    assert.deepEqual(config.endpoints, { s3: "http://127.0.0.1:9000" });
    assert.deepEqual(config.credentials, { accessKeyId: "a", secretAccessKey: "b" });
  });

  it("takes the region from the environment when the program gives none, and needs one", () => {
    assert.equal(parseConfig({}, { ...emulator, AWS_REGION: "us-west-2" }).region, "us-west-2");
    assert.throws(() => parseConfig({}, emulator), /needs a region/u);
  });

  it("names the nearest option for an unknown one, and says why another is refused", () => {
    assert.match(
      checkConfig({ defautTags: "{}" })[0]?.reason ?? "",
      /no provider option "defautTags"; the nearest is "defaultTags"/u,
    );
    assert.match(checkConfig({ assumeRoles: "[]" })[0]?.reason ?? "", /talks to the emulator only/u);
  });

  it("never leaves this machine", () => {
    const away = { AWS_ENDPOINT_URL: "https://s3.amazonaws.com", AWS_REGION: "us-east-1" };
    assert.throws(
      () => parseConfig({}, away),
      /only talks to this machine, but the endpoint is https:\/\/s3\.amazonaws\.com/u,
    );
    const endpoints = '[{"kms":"https://kms.us-east-1.amazonaws.com"}]';
    assert.throws(() => parseConfig({ region: "us-east-1", endpoints }, emulator), /only talks to this machine/u);
    assert.throws(() => parseConfig({ region: "us-east-1" }, {}), /set AWS_ENDPOINT_URL/u);
  });

  it("refuses half a pair of credentials and JSON that is none", () => {
    assert.throws(() => parseConfig({ region: "a", accessKey: "a" }, emulator), /accessKey and secretKey go together/u);
    assert.throws(() => parseConfig({ region: "a", defaultTags: "{" }, emulator), /defaultTags is not valid JSON/u);
  });
});
