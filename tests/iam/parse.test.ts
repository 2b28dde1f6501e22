import assert from "node:assert/strict";
import { allow, evaluate, parsePolicy, policy, PolicySyntaxError, toDocument, type PolicyKind } from "../../iam";
import { BUCKET, conditional, KINDS, request, ROLE_ARN } from "./support";

const PRINCIPAL = { Principal: "*" };
const statementOf = (kind: PolicyKind): Record<string, unknown> => ({
  Effect: kind === "rcp" ? "Deny" : "Allow",
  ...(["resource", "key", "trust", "endpoint", "rcp"].includes(kind) ? PRINCIPAL : {}),
  Action: kind === "trust" ? "sts:AssumeRole" : "s3:*",
  ...(kind === "trust" ? {} : { Resource: "*" }),
});
const documentOf = (kind: PolicyKind, changes: Record<string, unknown> = {}): object => ({
  Version: "2012-10-17",
  Statement: [{ ...statementOf(kind), ...changes }],
});

/** All messages for a document, as `path: message`. */
function problems(document: string | object, kind: PolicyKind = "identity"): string[] {
  try {
    parsePolicy(document, kind, "the document");
    return [];
  } catch (error) {
    assert.ok(error instanceof PolicySyntaxError, String(error));
    assert.equal(error.kind, kind);
    assert.equal(error.source, "the document");
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

function refuses(document: string | object, pattern: RegExp, kind: PolicyKind = "identity"): void {
  const found = problems(document, kind);
  assert.equal(found.length, 1, found.join("\n"));
  assert.match(found[0] ?? "", pattern);
}

describe("iam: parsePolicy", () => {
  it("reads the policy that SNS gives every topic, whose key of the source account is older than the global one", () => {
    const statement = {
      Sid: "__default_statement_ID",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["SNS:Publish"],
      Resource: "arn:aws:sns:us-west-2:123456789012:alerts",
      Condition: { StringEquals: { "AWS:SourceOwner": "123456789012" } },
    };
    const document = { Version: "2008-10-17", Id: "__default_policy_ID", Statement: [statement] };
    assert.doesNotThrow(() => parsePolicy(document, "resource", "topic"));
    const misspelt = { ...statement, Condition: { StringEquals: { "AWS:SourceOwners": "123456789012" } } };
    assert.throws(
      () => parsePolicy({ ...document, Statement: [misspelt] }, "resource", "topic"),
      /did you mean aws:SourceOwner/u,
    );
  });

  it("refuses a condition key that stands twice under one operator, in whatever case", () => {
    const twice = { StringNotEquals: { "aws:SourceVpc": "vpc-1", "AWS:SOURCEVPC": "vpc-2" } };
    refuses(conditional(twice, "Deny"), /AWS:SOURCEVPC: repeats a condition key in another case; merge the two/u);
    const contexts = { StringEquals: { "kms:EncryptionContext:app": "a", "kms:EncryptionContext:App": "b" } };
    assert.deepEqual(problems(conditional(contexts)), [], "keys of an encryption context are told apart by case");
  });

  it("refuses a version that is null instead of taking it for the old one", () => {
    refuses({ Version: null, Statement: [statementOf("identity")] }, /^Version: is null/u);
  });

  it("takes the origin access identity of CloudFront, which is nobody that calls with a role or as a user", () => {
    const AWS = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE";
    const document = policy(allow({ Principal: { AWS }, Action: "s3:GetObject", Resource: `${BUCKET}/*` }));
    const asked = request({ caller: { kind: "anonymous" } });
    assert.equal(evaluate(asked, { resource: { source: "bucket", document } }).outcome, "implicitDeny");
  });

  for (const kind of KINDS) {
    it(`accepts the smallest ${kind} policy`, () => {
      assert.deepEqual(problems(documentOf(kind), kind), []);
    });
  }

  it("reports every problem of a document at once, each with its place", () => {
    const found = problems({
      Version: "2012-10-18",
      Statment: [],
      Statement: [],
    });
    assert.deepEqual(
      found.map((line) => line.split(":")[0]),
      ["Statment", "Version"],
    );
    const inStatements = problems({
      Version: "2012-10-17",
      Statement: [
        { Effect: "allow", Action: [], Resource: "bucket" },
        { Effect: "Deny", Action: "s3:*", NotAction: "s3:Get*", Condition: { StringEqual: { "aws:SourceVpc": "x" } } },
      ],
    });
    assert.deepEqual(
      inStatements.map((line) => line.slice(0, line.indexOf(": "))),
      [
        "Statement[0].Effect",
        "Statement[0].Action",
        "Statement[0].Resource",
        "Statement[1]",
        "Statement[1]",
        "Statement[1].Condition.StringEqual",
      ],
    );
  });

  it("quotes nothing of a text that is not JSON: it may be a secret", () => {
    for (const text of ["hunter2", '{"Version": hunter2}', '{"hunter2', '["hunter2" "x"]']) {
      refuses(text, /^(?!.*hunter2).*is not JSON: it (?:ends too early|has something unexpected)/s);
    }
  });

  it("refuses text that is not JSON, and JSON that is not an object", () => {
    refuses("{", /is not JSON/);
    refuses("null", /must be a JSON object/);
    refuses("[]", /must be a JSON object/);
  });

  it("refuses a key that is written twice, since JSON.parse would drop one", () => {
    const text = JSON.stringify(documentOf("identity", { Effect: "Deny" })).replace(
      '"Resource":"*"',
      '"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"},"Bool":{"aws:ViaAWSService":"true"}}',
    );
    refuses(text, /"Bool" is written twice/);
  });

  it("refuses unknown elements with the nearest known one", () => {
    refuses(documentOf("identity", { Resources: "*" }), /Statement\[0\]\.Resources: .*did you mean Resource\?/);
    refuses(documentOf("identity", { Conditon: {} }), /did you mean Condition\?/);
  });

  it("refuses an Effect in another spelling", () => {
    refuses(documentOf("identity", { Effect: "deny" }), /is "deny"; allowed are "Allow" and "Deny"/);
  });

  for (const [operator, meant] of [
    ["StringEqual", "StringEquals"],
    ["StringNotEqual", "StringNotEquals"],
    ["ArnLikes", "ArnLike"],
    ["NotIpAdress", "NotIpAddress"],
    ["ForAnyValue:StringLikeIfExist", "ForAnyValue:StringLikeIfExists"],
    ["StringLikeIfExist", "StringLikeIfExists"],
  ]) {
    it(`refuses the operator ${operator} and suggests ${meant}`, () => {
      const found = problems(conditional({ [operator ?? ""]: { "aws:SourceArn": "arn:aws:s3:::x" } }));
      assert.equal(found.length, 1);
      assert.match(found[0] ?? "", /unknown condition operator/);
      assert.ok(found[0]?.endsWith(`did you mean ${meant}?`), found[0]);
    });
  }

  it("refuses an unknown set operator, an operator in two spellings, and Null with a set operator or IfExists", () => {
    refuses(conditional({ "ForAnyValues:StringEquals": { "aws:TagKeys": "a" } }), /did you mean ForAnyValue\?/);
    const twice = { StringEquals: { "s3:prefix": "a" }, stringEquals: { "s3:prefix": "b" } };
    refuses(conditional(twice), /repeats StringEquals in another spelling/);
    refuses(conditional({ NullIfExists: { "aws:TagKeys": "true" } }), /Null takes neither/);
    refuses(conditional({ "ForAnyValue:Null": { "aws:TagKeys": "true" } }), /Null takes neither/);
  });

  it("refuses a misspelt global condition key, also inside a variable", () => {
    refuses(conditional({ StringEquals: { "aws:SourceVpcee": "x" } }), /did you mean aws:SourceVpce\?/);
    refuses(conditional({ StringEquals: { "aws:PrincipleTag/team": "x" } }), /did you mean aws:PrincipalTag\/team\?/);
    refuses(conditional({ StringEquals: { SourceVpce: "x" } }), /is not a condition key/);
    refuses(documentOf("identity", { Resource: `${BUCKET}/\${aws:usernam}/*` }), /did you mean aws:username\?/);
  });

  for (const [operator, value] of [
    ["NumericLessThan", "ten"],
    ["DateLessThan", "2026-13-01"],
    ["DateLessThan", "2026"],
    ["Bool", "yes"],
    ["Null", "1"],
    ["IpAddress", "10.0.0.0/33"],
    ["IpAddress", "2001:db8::1::2"],
    ["BinaryEquals", "%"],
    ["ArnLike", "*"],
    ["ArnEquals", "arn:aws:s3"],
  ] as const) {
    it(`refuses the value ${value} of ${operator}`, () => {
      const found = problems(conditional({ [operator]: { "s3:probe": value } }));
      assert.equal(found.length, 1);
      assert.ok(found[0]?.includes(`"${value}"`), found[0]);
    });
  }

  it("refuses conditions without key or value", () => {
    refuses(conditional({ StringEquals: [] }), /must be an object such as/);
    refuses(conditional({ StringEquals: { "s3:prefix": [] } }), /has no value/);
    refuses(conditional({ StringEquals: { "s3:prefix": null } }), /expected a string/);
    assert.deepEqual(problems(conditional({})), []);
    assert.deepEqual(problems(conditional({ StringEquals: {} })), []);
  });

  for (const kind of KINDS) {
    const named = ["resource", "key", "trust", "endpoint", "rcp"].includes(kind);
    it(`${named ? "demands" : "forbids"} Principal in a ${kind} policy`, () => {
      if (named) refuses(documentOf(kind, { Principal: undefined }), /has no Principal/, kind);
      else refuses(documentOf(kind, { Principal: "*" }), /Principal: is not allowed in/, kind);
    });
    it(`${["resource", "key", "endpoint"].includes(kind) ? "accepts" : "refuses"} NotPrincipal with Deny in a ${kind} policy`, () => {
      const changes = { Effect: "Deny", Principal: undefined, NotPrincipal: { AWS: ROLE_ARN } };
      const expected = ["resource", "key", "endpoint"].includes(kind) ? 0 : 1;
      assert.equal(
        problems(documentOf(kind, changes), kind).filter((line) => line.includes("NotPrincipal")).length,
        expected,
      );
    });
  }

  it("refuses NotPrincipal with Allow (IAM User Guide: NotPrincipal)", () => {
    const changes = { Principal: undefined, NotPrincipal: { AWS: ROLE_ARN } };
    refuses(documentOf("resource", changes), /would let in everyone else/, "resource");
  });

  it("refuses principals that AWS does not accept", () => {
    const principal = (Principal: unknown) => documentOf("resource", { Principal });
    refuses(principal({ AWS: "arn:aws:iam::123456789012:role/*" }), /aws:PrincipalArn/, "resource");
    refuses(principal({ AWS: "arn:aws:iam::123456789012:group/team" }), /Groups cannot be principals/, "resource");
    refuses(principal({ AWS: "12345" }), /is not a principal/, "resource");
    refuses(principal({ Service: "*" }), /is not a service principal/, "resource");
    refuses(principal({ Aws: "*" }), /did you mean AWS\?/, "resource");
    refuses(principal({ CanonicalUser: "79a59df9" }), /name the account by its id/, "resource");
    refuses(principal("everyone"), /expected "\*"/, "resource");
  });

  it("refuses malformed actions", () => {
    for (const action of ["GetObject", "s3:", "s3*:Get", "s3:Get Object", "s3::GetObject"]) {
      refuses(documentOf("identity", { Action: action }), /is not an action/);
    }
    refuses(documentOf("identity", { Action: [] }), /is empty/);
    refuses(documentOf("trust", { Action: "s3:GetObject" }), /must list sts actions/, "trust");
  });

  it("refuses malformed resources, and Resource in a trust policy", () => {
    for (const resource of [
      "bucket/*",
      "arn:aws:s3",
      "arn:aws:*",
      "arn:*",
      "arn:aws:s3:",
      "arn:aws:s3:a*b",
      "arn:aws:s3:::",
      "*a",
    ]) {
      refuses(documentOf("identity", { Resource: resource }), /is not an ARN/);
    }
    refuses(documentOf("identity", { Resource: "arn:aws:s*:::x" }), /third segment/);
    refuses(documentOf("trust", { Resource: "*" }), /Resource: is not allowed in a trust policy/, "trust");
  });

  it("refuses variables that are not closed or have no quotes around their default", () => {
    refuses(documentOf("identity", { Resource: `${BUCKET}/\${aws:username` }), /is not closed/);
    refuses(documentOf("identity", { Resource: `${BUCKET}/\${aws:username, x}` }), /single quotes/);
    refuses(documentOf("identity", { Resource: `${BUCKET}/\${}` }), /is unknown/);
  });

  it("refuses a Sid that is used twice or has characters that its kind forbids", () => {
    const twice = policy(
      allow({ Sid: "A", Action: "*", Resource: "*" }),
      allow({ Sid: "A", Action: "*", Resource: "*" }),
    );
    refuses(twice, /used twice/);
    refuses(documentOf("identity", { Sid: "allow all" }), /letters and digits/);
    assert.deepEqual(problems(documentOf("key", { Sid: "allow all" }), "key"), []);
    const unnamed = { Version: "2012-10-17", Statement: [statementOf("trust"), statementOf("trust")] };
    for (const statement of unnamed.Statement) statement["Sid"] = "";
    assert.deepEqual(problems(unnamed, "trust"), [], "the console writes an empty Sid, which is none");
  });

  it("holds resource control policies to their syntax (Organizations User Guide: RCP syntax)", () => {
    refuses(documentOf("rcp", { Effect: "Allow" }), /only RCPFullAWSAccess allows/, "rcp");
    assert.deepEqual(problems(documentOf("rcp", { Effect: "Allow", Action: "*" }), "rcp"), []);
    refuses(documentOf("rcp", { Principal: { AWS: ROLE_ARN } }), /must be "\*"/, "rcp");
    refuses(documentOf("rcp", { Action: undefined, NotAction: "s3:*" }), /use Action/, "rcp");
  });

  it("shows values that are not JSON without failing on them", () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    refuses(documentOf("identity", { Resource: circular }), /is an object; expected resource as a string/);
    refuses(documentOf("identity", { Sid: 1n }), /is 1; expected letters and digits/);
  });

  it("reads variables as literal text without version 2012-10-17 (IAM User Guide: Version)", () => {
    const resource = `${BUCKET}/\${aws:PrincipalAccount}/x`;
    const decide = (Version: string | undefined, asked: string) => {
      const document = { Version, Statement: { Effect: "Allow", Action: "*", Resource: resource } } as never;
      return evaluate(request({ resource: asked }), { identity: [{ source: "identity", document }] }).outcome;
    };
    for (const version of [undefined, "2008-10-17"]) {
      assert.equal(decide(version, `${BUCKET}/123456789012/x`), "implicitDeny");
      assert.equal(decide(version, resource), "allowed");
    }
    assert.equal(decide("2012-10-17", `${BUCKET}/123456789012/x`), "allowed");
  });
});

describe("iam: toDocument", () => {
  it("spells out version, lists and operators, sorted and without repetition", () => {
    const document = {
      Statement: {
        Effect: "Deny",
        NotPrincipal: { AWS: ["123456789012", ROLE_ARN, "123456789012"] },
        NotAction: ["s3:Put*", "s3:Get*"],
        NotResource: BUCKET,
        Condition: { "foranyvalue:stringequalsIFEXISTS": { "aws:TagKeys": ["b", "a", "b"] } },
      },
    };
    assert.deepEqual(toDocument(parsePolicy(document, "resource")), {
      Version: "2008-10-17",
      Statement: [
        {
          Effect: "Deny",
          NotPrincipal: { AWS: ["123456789012", ROLE_ARN] },
          NotAction: ["s3:Get*", "s3:Put*"],
          NotResource: [BUCKET],
          Condition: { "ForAnyValue:StringEqualsIfExists": { "aws:TagKeys": ["a", "b"] } },
        },
      ],
    });
  });
});
