import assert from "node:assert/strict";
import { allow, deny, parsePolicy, policy, type Document } from "../../iam";
import { BUCKET } from "./support";

describe("iam: typed documents", () => {
  it("are documents of the current version that read from their title", () => {
    const document = policy(
      allow({ Action: "s3:GetObject", Resource: `${BUCKET}/*`, Sid: "Read" }),
      deny({ NotAction: ["s3:GetObject"], Resource: "*" }),
    );
    assert.equal(
      JSON.stringify(document),
      `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"${BUCKET}/*"},` +
        `{"Effect":"Deny","NotAction":["s3:GetObject"],"Resource":"*"}]}`,
    );
    assert.equal(parsePolicy(document, "identity").statements.length, 2);
  });

  it("carry leaves that are not known yet, and are evaluated only once these are strings", () => {
    interface Unknown {
      resolved(): string;
    }
    const bucket: Unknown = { resolved: () => BUCKET };
    const document: Document<string | Unknown> = policy<string | Unknown>(
      allow<string | Unknown>({
        Action: "s3:GetObject",
        Resource: [bucket, `${BUCKET}/*`],
        Condition: { StringEquals: { "aws:SourceVpce": bucket } },
      }),
    );
    assert.throws(
      () => parsePolicy(document, "identity"),
      /Resource\[0\]: is an object; expected resource as a string/,
    );
    const known = JSON.stringify(document, (_, value: unknown) => (value === bucket ? bucket.resolved() : value));
    assert.equal(parsePolicy(known, "identity").statements[0]?.resources?.entries[0]?.text, BUCKET);
  });
});
