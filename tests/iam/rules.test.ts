import assert from "node:assert/strict";
import { allow, deny, RequestError, type AccessRequest, type Caller } from "../../iam";
import * as s from "./support";

const accountRoot = `arn:aws:iam::${s.ACCOUNT}:root`;
const session = `arn:aws:sts::${s.ACCOUNT}:assumed-role/trainer/job`;
const none = [] as never[];
const everything = [s.sourced("identity", s.fullAccess)];
const nothingOfS3 = s.sourced("limit", allow({ Action: "ec2:*", Resource: "*" }));

/** A bucket policy that grants to one AWS principal, or to everyone. */
const bucket = (principal: string) =>
  s.sourced(
    "bucket policy",
    allow({ Sid: "Grant", Principal: principal === "*" ? "*" : { AWS: principal }, Action: "s3:*", Resource: "*" }),
  );
const keyPolicy = (principal: string, effect: "Allow" | "Deny" = "Allow") =>
  s.sourced("key policy", { Effect: effect, Principal: { AWS: principal }, Action: "kms:*", Resource: "*" });
const trustPolicy = (Principal: { AWS?: string; Service?: string } | "*") =>
  s.sourced("trust policy", allow({ Principal, Action: "sts:AssumeRole" }));
const decrypt: Partial<AccessRequest> = { action: "kms:Decrypt", resource: s.KEY };
const assume: Partial<AccessRequest> = { action: "sts:AssumeRole", resource: s.OTHER_ROLE_ARN };

describe("iam: Policy evaluation logic", () => {
  it("denies by default", () => {
    assert.equal(s.decided({}, {}), "implicitDeny by identity");
  });

  it("an explicit deny in any layer overrides every allow", () => {
    const striking = deny({ Action: "*", Resource: "*" });
    const strikingAll = deny({ Principal: "*", Action: "*", Resource: "*" });
    const base = { identity: everything, resource: bucket("*") };
    const pass = s.sourced("pass", s.fullAccess);
    assert.equal(s.outcome({}, base), "allowed");
    const layers = {
      identity: { ...base, identity: [...everything, s.sourced("deny", striking)] },
      resource: { ...base, resource: s.sourced("deny", s.everyoneFullAccess, strikingAll) },
      endpoint: { ...base, endpoint: s.sourced("deny", s.everyoneFullAccess, strikingAll) },
      boundary: { ...base, boundary: s.sourced("deny", s.fullAccess, striking) },
      session: { ...base, session: s.sourced("deny", s.fullAccess, striking) },
      scp: { ...base, scps: [[pass], [pass, s.sourced("deny", striking)]] },
      rcp: { ...base, rcps: [[s.sourced("deny", strikingAll)]] },
    };
    for (const [layer, policies] of Object.entries(layers)) {
      assert.equal(s.decided({}, policies), `explicitDeny by ${layer}`);
    }
  });

  it("NotAction and NotResource match everything but what they list", () => {
    const identity = [s.sourced("identity", allow({ NotAction: "s3:Delete*", NotResource: `${s.BUCKET}/secret/*` }))];
    assert.equal(s.outcome({}, { identity }), "allowed");
    assert.equal(s.outcome({ action: "s3:DeleteObject" }, { identity }), "implicitDeny");
    assert.equal(s.outcome({ resource: `${s.BUCKET}/secret/a` }, { identity }), "implicitDeny");
  });

  it("compares actions without and resources with regard to case", () => {
    const identity = [s.sourced("identity", allow({ Action: "S3:getOBJECT", Resource: s.OBJECT }))];
    assert.equal(s.outcome({}, { identity }), "allowed");
    assert.equal(
      s.outcome({ resource: s.OBJECT.toUpperCase().replace("ARN:AWS:S3", "arn:aws:s3") }, { identity }),
      "implicitDeny",
    );
  });

  it("a star in a resource never reaches over a colon, except in the last segment", () => {
    const identity = [
      s.sourced("identity", allow({ Action: "*", Resource: "arn:aws:logs:*:123456789012:log-group:a*" })),
    ];
    const logs = (resource: string) => s.outcome({ action: "logs:PutLogEvents", resource }, { identity });
    assert.equal(logs("arn:aws:logs:us-east-1:123456789012:log-group:a:log-stream:b"), "allowed");
    assert.equal(logs("arn:aws:logs:us-east-1:123456789012:x:log-group:a"), "implicitDeny");
  });

  it("an action without resource matches only the resource *", () => {
    const list = { action: "s3:ListAllMyBuckets", resource: "*" };
    assert.equal(s.outcome(list, { identity: everything }), "allowed");
    const identity = [s.sourced("identity", allow({ Action: "s3:*", Resource: "arn:aws:s3:::*" }))];
    assert.equal(s.outcome(list, { identity }), "implicitDeny");
  });

  it("a pattern in the request is a literal name, so that part of a prefix is not taken for all of it", () => {
    const identity = [s.sourced("identity", allow({ Action: "s3:*", Resource: `${s.BUCKET}/train/*` }))];
    assert.equal(s.outcome({ resource: `${s.BUCKET}/*` }, { identity }), "implicitDeny");
    assert.equal(s.outcome({ resource: `${s.BUCKET}/train/*` }, { identity }), "allowed");
  });
});

describe("iam: Policy evaluation for requests within a single account", () => {
  it("an allow of identity or resource is enough", () => {
    assert.equal(s.decided({}, { identity: everything }), "allowed by identity");
    for (const principal of [s.ROLE_ARN, session, "*"]) {
      assert.equal(s.decided({}, { resource: bucket(principal) }), "allowed by resource", principal);
    }
  });

  it("naming the account in a resource policy only delegates to its identity policies (Principal: AWS account principals)", () => {
    assert.equal(s.decided({}, { resource: bucket(s.ACCOUNT) }), "implicitDeny by identity");
    assert.equal(s.decided({}, { resource: bucket(accountRoot), identity: everything }), "allowed by identity");
  });

  it("a session of another name does not match a principal that names one session", () => {
    const caller: Caller = { kind: "role", arn: s.ROLE_ARN, sessionName: "other" };
    assert.equal(s.outcome({ caller }, { resource: bucket(session) }), "implicitDeny");
  });

  it("the ARN of a session leaves out the path of the role", () => {
    const caller: Caller = { kind: "role", arn: `arn:aws:iam::${s.ACCOUNT}:role/ml/jobs/trainer`, sessionName: "job" };
    assert.equal(s.outcome({ caller }, { resource: bucket(session) }), "allowed");
    assert.equal(s.outcome({ caller }, { resource: bucket(s.ROLE_ARN) }), "implicitDeny");
  });

  it("the root user has full access to its account, within the limits of resource policies and SCPs", () => {
    assert.equal(s.outcome({ caller: s.root }, {}), "allowed");
    assert.equal(s.outcome({ caller: s.root }, { scps: [[nothingOfS3]] }), "implicitDeny");
    const resource = s.sourced("bucket policy", deny({ Principal: { AWS: s.ACCOUNT }, Action: "s3:*", Resource: "*" }));
    assert.equal(s.outcome({ caller: s.root }, { resource }), "explicitDeny");
  });

  it("a Deny that names an account, role or session strikes exactly these", () => {
    const strikes = (principal: string, caller: Caller) =>
      s.outcome(
        { caller },
        {
          ...(caller.kind === "role" ? { identity: everything } : {}),
          resource: s.sourced("bucket", deny({ Principal: { AWS: principal }, Action: "*", Resource: "*" })),
        },
      ) === "explicitDeny";
    for (const principal of [s.ACCOUNT, accountRoot, s.ROLE_ARN, session, "*"])
      assert.ok(strikes(principal, s.role), principal);
    for (const principal of [s.OTHER_ACCOUNT, s.OTHER_ROLE_ARN, s.USER_ARN, `${session}2`]) {
      assert.ok(!strikes(principal, s.role), principal);
    }
    assert.ok(!strikes(s.ACCOUNT, s.foreignRole) && strikes("*", s.bedrock) && strikes("*", s.anonymous));
  });
});

describe("iam: Permissions boundaries for IAM entities, and session policies", () => {
  for (const limit of ["boundary", "session"] as const) {
    const limited = { [limit]: nothingOfS3 };
    it(`a ${limit} policy limits what identity policies grant`, () => {
      assert.equal(s.decided({}, { identity: everything, ...limited }), `implicitDeny by ${limit}`);
      const wide = { [limit]: s.sourced("wide", s.fullAccess) };
      assert.equal(s.decided({}, { identity: everything, ...wide }), "allowed by identity");
      assert.equal(s.outcome({}, wide), "implicitDeny", "it grants nothing by itself");
    });

    it(`a ${limit} policy limits a resource policy that names the role, but not one that names the session or everyone`, () => {
      assert.equal(s.decided({}, { resource: bucket(s.ROLE_ARN), ...limited }), `implicitDeny by ${limit}`);
      assert.equal(s.decided({}, { resource: bucket(session), ...limited }), "allowed by resource");
      assert.equal(s.decided({}, { resource: bucket("*"), ...limited }), "allowed by resource");
    });
  }

  it("a resource policy that names the user escapes its boundary, but not the policy of its session", () => {
    const named = { resource: bucket(s.USER_ARN) };
    assert.equal(s.decided({ caller: s.user }, { ...named, boundary: nothingOfS3 }), "allowed by resource");
    assert.equal(s.decided({ caller: s.user }, { ...named, session: nothingOfS3 }), "implicitDeny by session");
  });
});

describe("iam: Cross-account policy evaluation logic", () => {
  const visit = { caller: s.foreignRole };
  it("both accounts must allow", () => {
    assert.equal(s.decided(visit, { identity: everything }), "implicitDeny by resource");
    assert.equal(s.decided(visit, { identity: everything, resource: bucket(s.ROLE_ARN) }), "implicitDeny by resource");
    for (const principal of [s.FOREIGN_ROLE_ARN, s.OTHER_ACCOUNT, "*"]) {
      assert.equal(s.decided(visit, { resource: bucket(principal) }), "implicitDeny by identity");
      assert.equal(s.decided(visit, { identity: everything, resource: bucket(principal) }), "allowed by identity");
    }
  });

  it("a boundary limits the caller even when the resource names its session", () => {
    const resource = bucket(`arn:aws:sts::${s.OTHER_ACCOUNT}:assumed-role/visitor/session`);
    assert.equal(s.decided(visit, { identity: everything, resource }), "allowed by identity");
    assert.equal(
      s.decided(visit, { identity: everything, resource, boundary: nothingOfS3 }),
      "implicitDeny by boundary",
    );
  });

  it("a root user needs the other account's consent", () => {
    const caller: Caller = { kind: "root", account: s.OTHER_ACCOUNT };
    assert.equal(s.outcome({ caller }, {}), "implicitDeny");
    assert.equal(s.outcome({ caller }, { resource: bucket(s.OTHER_ACCOUNT) }), "allowed");
  });
});

describe("iam: Key policies in AWS KMS", () => {
  it("without key policy nobody has access", () => {
    assert.equal(s.decided(decrypt, { identity: everything }), "implicitDeny by key");
    assert.equal(s.decided({ ...decrypt, caller: s.root }, {}), "implicitDeny by key");
  });

  it("identity policies count only when the key policy delegates to the account", () => {
    for (const principal of [s.ACCOUNT, accountRoot]) {
      assert.equal(s.decided(decrypt, { identity: everything, key: keyPolicy(principal) }), "allowed by identity");
      assert.equal(s.decided(decrypt, { key: keyPolicy(principal) }), "implicitDeny by identity");
      assert.equal(s.outcome({ ...decrypt, caller: s.root }, { key: keyPolicy(principal) }), "allowed");
    }
    assert.equal(s.decided(decrypt, { identity: everything, key: keyPolicy(s.USER_ARN) }), "implicitDeny by key");
    assert.equal(s.decided(decrypt, { key: keyPolicy(s.ROLE_ARN) }), "allowed by key");
  });

  it("a key of another account needs both sides", () => {
    const visit = { ...decrypt, caller: s.foreignRole };
    assert.equal(s.decided(visit, { identity: everything, key: keyPolicy(s.ACCOUNT) }), "implicitDeny by key");
    assert.equal(s.decided(visit, { identity: everything, key: keyPolicy(s.OTHER_ACCOUNT) }), "allowed by identity");
    assert.equal(s.decided(visit, { key: keyPolicy(s.FOREIGN_ROLE_ARN) }), "implicitDeny by identity");
  });

  it("actions without a key are decided by identity policies, and an alias is no key", () => {
    assert.equal(s.outcome({ action: "kms:CreateKey", resource: "*" }, { identity: everything }), "allowed");
    const alias = `arn:aws:kms:us-east-1:${s.ACCOUNT}:alias/a`;
    assert.equal(s.outcome({ action: "kms:CreateAlias", resource: alias }, { identity: everything }), "allowed");
    assert.throws(() => s.outcome({ action: "kms:Decrypt", resource: alias }, { identity: everything }), RequestError);
  });
});

describe("iam: Role trust policies", () => {
  it("a role is assumed only with the consent of its trust policy, also within the account", () => {
    assert.equal(s.decided(assume, { identity: everything }), "implicitDeny by trust");
    assert.equal(
      s.decided(assume, { identity: everything, trust: trustPolicy({ AWS: s.USER_ARN }) }),
      "implicitDeny by trust",
    );
    assert.equal(s.decided(assume, { trust: trustPolicy({ AWS: s.ROLE_ARN }) }), "allowed by trust");
    assert.equal(s.decided(assume, { trust: trustPolicy({ AWS: s.ACCOUNT }) }), "implicitDeny by identity");
    assert.equal(
      s.decided(assume, { identity: everything, trust: trustPolicy({ AWS: s.ACCOUNT }) }),
      "allowed by identity",
    );
  });

  it("a service needs only the trust policy, and only its own name opens it", () => {
    const trust = trustPolicy({ Service: "bedrock.amazonaws.com" });
    assert.equal(s.decided({ ...assume, caller: s.bedrock }, { trust }), "allowed by trust");
    const lambda: Caller = { kind: "service", service: "lambda.amazonaws.com" };
    assert.equal(s.decided({ ...assume, caller: lambda }, { trust }), "implicitDeny by trust");
    assert.equal(s.decided({ ...assume, caller: s.bedrock }, {}), "implicitDeny by trust");
  });

  it("a role of another account needs its own permission too", () => {
    const visit = { ...assume, caller: s.foreignRole };
    assert.equal(s.decided(visit, { trust: trustPolicy({ AWS: s.FOREIGN_ROLE_ARN }) }), "implicitDeny by identity");
    assert.equal(s.decided(visit, { identity: everything, trust: trustPolicy("*") }), "allowed by identity");
  });

  it("a root user cannot assume a role (STS API Reference: AssumeRole)", () => {
    assert.equal(s.decided({ ...assume, caller: s.root }, { trust: trustPolicy("*") }), "implicitDeny by trust");
  });
});

describe("iam: Service control policies and resource control policies", () => {
  const pass = s.sourced("FullAWSAccess", s.fullAccess);
  it("every level of service control policies must allow", () => {
    assert.equal(s.outcome({}, { identity: everything, scps: [[pass], [pass]] }), "allowed");
    assert.equal(s.decided({}, { identity: everything, scps: [[pass], [nothingOfS3]] }), "implicitDeny by scp");
    assert.equal(s.decided({}, { identity: everything, scps: [[pass], none] }), "implicitDeny by scp");
    assert.equal(s.outcome({}, { identity: everything, scps: [[nothingOfS3, pass]] }), "allowed");
    assert.equal(s.outcome({}, { scps: [[pass]] }), "implicitDeny", "they grant nothing");
  });

  it("service control policies limit what a resource policy grants", () => {
    assert.equal(s.decided({}, { resource: bucket("*"), scps: [[nothingOfS3]] }), "implicitDeny by scp");
  });

  it("service principals, anonymous callers and service-linked roles are not bound by SCPs, the last not by RCPs either", () => {
    const scps = [[s.sourced("scp", deny({ Action: "*", Resource: "*" }))]];
    assert.equal(s.outcome({ caller: s.bedrock }, { resource: bucket("*"), scps }), "allowed");
    assert.equal(s.outcome({ caller: s.anonymous }, { resource: bucket("*"), scps }), "allowed");
    const linked: Caller = {
      kind: "role",
      arn: `arn:aws:iam::${s.ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`,
    };
    assert.equal(s.outcome({ caller: linked }, { identity: everything, scps }), "allowed");
    const rcps = [[s.sourced("rcp", deny({ Principal: "*", Action: "s3:*", Resource: "*" }))]];
    assert.equal(s.outcome({ caller: linked }, { identity: everything, rcps }), "allowed");
    const lookalike: Caller = { kind: "role", arn: `arn:aws:iam::${s.ACCOUNT}:role/ml/aws-service-role/x` };
    assert.equal(s.outcome({ caller: lookalike }, { identity: everything, scps }), "explicitDeny");
  });

  it("resource control policies bind services and anonymous callers, and let pass what they do not deny", () => {
    const strike = s.sourced("rcp", deny({ Principal: "*", Action: "s3:Put*", Resource: "*" }));
    const policies = { resource: bucket("*"), rcps: [[strike]] };
    for (const caller of [s.bedrock, s.anonymous, s.role]) {
      assert.equal(s.decided({ caller, action: "s3:PutObject" }, policies), "explicitDeny by rcp");
      assert.equal(s.outcome({ caller }, policies), "allowed");
    }
  });
});

describe("iam: Control access to VPC endpoints using endpoint policies", () => {
  it("an endpoint policy filters and grants nothing", () => {
    const open = s.sourced("endpoint", s.everyoneFullAccess);
    const closed = s.sourced("endpoint", allow({ Principal: "*", Action: "s3:PutObject", Resource: "*" }));
    assert.equal(s.decided({}, { identity: everything, endpoint: closed }), "implicitDeny by endpoint");
    assert.equal(s.decided({}, { resource: bucket(session), endpoint: closed }), "implicitDeny by endpoint");
    assert.equal(s.decided({}, { identity: everything, endpoint: open }), "allowed by identity");
    assert.equal(s.outcome({}, { endpoint: open }), "implicitDeny");
  });

  it("an account as principal lets only its root user through a gateway endpoint", () => {
    const endpoint = s.sourced("endpoint", allow({ Principal: { AWS: s.ACCOUNT }, Action: "*", Resource: "*" }));
    assert.equal(s.decided({}, { identity: everything, endpoint }), "implicitDeny by endpoint");
    assert.equal(s.outcome({ caller: s.root }, { endpoint }), "allowed");
    const other = { action: "logs:PutLogEvents", resource: `arn:aws:logs:us-east-1:${s.ACCOUNT}:log-group:a` };
    assert.equal(s.outcome(other, { identity: everything, endpoint }), "allowed");
    const strike = deny({ Principal: { AWS: s.ACCOUNT }, Action: "*", Resource: "*" });
    const closed = s.sourced("endpoint", s.everyoneFullAccess, strike);
    assert.equal(s.decided({}, { identity: everything, endpoint: closed }), "explicitDeny by endpoint");
  });
});

describe("iam: AWS JSON policy elements: NotPrincipal", () => {
  const spare = (...principals: string[]) => ({
    resource: s.sourced("bucket", {
      Effect: "Deny",
      NotPrincipal: { AWS: principals },
      Action: "s3:*",
      Resource: "*",
    }),
  });

  it("spares a role only when its account and the role are listed", () => {
    const outcome = (...principals: string[]) => s.outcome({}, { identity: everything, ...spare(...principals) });
    assert.equal(outcome(accountRoot, s.ROLE_ARN), "allowed");
    assert.equal(outcome(s.ACCOUNT, s.ROLE_ARN, session), "allowed");
    assert.equal(outcome(s.ROLE_ARN), "explicitDeny");
    assert.equal(outcome(s.ROLE_ARN, session), "explicitDeny");
    assert.equal(outcome(accountRoot), "explicitDeny");
    assert.equal(outcome(accountRoot, s.OTHER_ROLE_ARN), "explicitDeny");
  });

  it("spares a user only when its account and the user are listed", () => {
    const outcome = (...principals: string[]) =>
      s.outcome({ caller: s.user }, { identity: everything, ...spare(...principals) });
    assert.equal(outcome(accountRoot, s.USER_ARN), "allowed");
    assert.equal(outcome(s.USER_ARN), "explicitDeny");
  });

  it("never spares a caller with a permissions boundary", () => {
    const boundary = s.sourced("boundary", s.fullAccess);
    assert.equal(s.outcome({}, { identity: everything, boundary, ...spare(accountRoot, s.ROLE_ARN) }), "explicitDeny");
  });

  it("spares a service that is listed", () => {
    const resource = s.sourced("bucket", s.everyoneFullAccess, {
      Effect: "Deny",
      NotPrincipal: { Service: "bedrock.amazonaws.com" },
      Action: "*",
      Resource: "*",
    });
    assert.equal(s.outcome({ caller: s.bedrock }, { resource }), "allowed");
    assert.equal(
      s.outcome({ caller: { kind: "service", service: "logs.amazonaws.com" } }, { resource }),
      "explicitDeny",
    );
  });
});

describe("iam: callers without policies of their own", () => {
  it("a service is decided by the resource policy", () => {
    const service = s.sourced(
      "bucket",
      allow({ Principal: { Service: "bedrock.amazonaws.com" }, Action: "s3:GetObject", Resource: "*" }),
    );
    assert.equal(s.decided({ caller: s.bedrock }, { resource: service }), "allowed by resource");
    assert.equal(s.decided({ caller: s.bedrock }, { resource: bucket(s.ACCOUNT) }), "implicitDeny by resource");
    assert.equal(s.decided({ caller: s.bedrock }, {}), "implicitDeny by resource");
  });

  it("an anonymous caller needs a resource policy for everyone", () => {
    assert.equal(s.decided({ caller: s.anonymous }, { resource: bucket("*") }), "allowed by resource");
    assert.equal(s.decided({ caller: s.anonymous }, { resource: bucket(s.ACCOUNT) }), "implicitDeny by resource");
  });
});
