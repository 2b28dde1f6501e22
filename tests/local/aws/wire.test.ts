import assert from "node:assert/strict";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Asset, UNKNOWN, containsUnknown, decode, encode } from "../../../local/aws/wire";

const signature = "4dabf18193072939515e22adb298388d";
const names = fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/u);
const leaves = fc.oneof(
  fc.stringMatching(/^[a-z0-9 ]{0,12}$/u),
  fc.integer(),
  fc.boolean(),
  fc.constant(UNKNOWN),
  fc.constant(new Asset("asset", "aa", { path: "data/train.jsonl" })),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    leaves,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

describe("property values on the wire", () => {
  it("come back as they went, with unknown values, assets and secrets in place", () => {
    fc.assert(
      fc.property(fc.dictionary(names, values.value, { maxKeys: 4, noNullPrototype: true }), (properties) => {
        const secrets = Object.keys(properties)
          .slice(0, 2)
          .map((name) => [name]);
        const decoded = decode(encode(properties, secrets));
        assert.deepEqual(decoded.values, properties);
        assert.deepEqual(decoded.secrets.flat().sort(), secrets.flat().sort());
      }),
      { numRuns: 60 },
    );
  });

  it("make the whole property secret when the secret place in it is gone", () => {
    const { secrets } = decode(encode({ rules: ["b"] }, [["rules", 3, "key"]]));
    assert.deepEqual(secrets, [["rules"]]);
  });

  it("unwrap outputs and let a resource stand for its id", () => {
    const output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
    const { values: decoded, secrets } = decode(
      Struct.fromJavaScript({
        known: { [signature]: output, value: 1, secret: true },
        unknown: { [signature]: output },
        role: { [signature]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "trainer" },
        nothing: null,
      }),
    );
    assert.deepEqual(decoded, { known: 1, unknown: UNKNOWN, role: "trainer" });
    assert.deepEqual(secrets, [["known"]]);
  });

  it("refuse a signature that nobody taught them", () => {
    const strange = Struct.fromJavaScript({ thing: { [signature]: "0000" } });
    assert.throws(() => decode(strange), /property thing carries the unknown signature 0000/u);
  });

  it("are unknown when anything inside is", () => {
    assert.equal(containsUnknown({ a: [{ b: UNKNOWN }] }), true);
    assert.equal(containsUnknown({ a: [{ b: 1 }] }), false);
  });
});
