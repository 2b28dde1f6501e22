/** Weakenings of policy documents, statement by statement. */
import { isDeepStrictEqual } from "node:util";
import type { PolicyDocument, Statement } from "../../../iam";
import type { ExampleResource } from "../../../policies/examples/example";
import { decideAlike, isNeverWritten, type Layer } from "./equivalence";
import { withProperties, type Weakening } from "./weakening";

const STRANGER = "999988887777";
const FOREIGN_KEY = `arn:aws:kms:us-west-2:${STRANGER}:key/99999999-0000-0000-0000-000000000000`;
/** Properties that hold a policy document. */
const DOCUMENTS = ["policy", "assumeRolePolicy", "accessPolicy", "policyDocument", "queuePolicy"];

type Change = readonly [what: string, statement: Statement | undefined];

/** All weakenings of the documents of a stack. */
export function documentWeakenings(stack: readonly ExampleResource[]): Weakening[] {
  const all = stack.flatMap(({ properties }) =>
    DOCUMENTS.flatMap((property) => documentIn(properties[property]) ?? []),
  );
  return stack.flatMap((resource) =>
    DOCUMENTS.flatMap((property) => {
      const document = documentIn(resource.properties[property]);
      if (document === undefined) return [];
      const statements = [document.Statement].flat();
      const everything: Statement = {
        Sid: "Added",
        Effect: "Allow",
        ...(/iam\/(?:rolePolicy|policy):/.test(resource.type) ? {} : { Principal: "*" }),
        Action: "*",
        ...(property === "assumeRolePolicy" ? {} : { Resource: "*" }),
      };
      const added = JSON.stringify({ ...document, Statement: [...statements, everything] });
      const opened: Weakening = {
        resource: resource.name,
        what: `${property}: a statement that allows everything, added`,
        stack: withProperties(stack, resource, { ...resource.properties, [property]: added }),
      };
      return [opened].concat(
        statements.flatMap((statement, index) =>
          weakened(statement, property, resource.type).flatMap(([what, changed]): Weakening[] => {
            const Statement = statements.flatMap((other, at) => (at === index ? (changed ?? []) : other));
            const weak: PolicyDocument = { ...document, Statement };
            if (isDeepStrictEqual(weak, document)) return [];
            return [
              {
                resource: resource.name,
                what: `${property}, ${statement.Sid ?? `statement ${index + 1}`}: ${what}`,
                stack: withProperties(stack, resource, { ...resource.properties, [property]: JSON.stringify(weak) }),
                // Only what an Allow demands is asked about: a Deny also holds what others grant, today or tomorrow.
                isEquivalent: () =>
                  statement.Effect === "Allow"
                    ? decideAlike(layerOf(property, resource.type), document, weak)
                    : droppedIn(statement, changed).some((pattern) => isNeverWritten(pattern, all)),
              },
            ];
          }),
        ),
      );
    }),
  );
}

function documentIn(value: unknown): PolicyDocument | undefined {
  return typeof value === "string" && value.includes('"Statement"') ? (JSON.parse(value) as PolicyDocument) : undefined;
}

/** The one resource of which a change took a Deny away, if it did nothing else. */
function droppedIn(before: Statement, after: Statement | undefined): string[] {
  if (after === undefined || !isDeepStrictEqual({ ...after, Resource: before.Resource }, before)) return [];
  const dropped = list(before.Resource).filter((pattern) => !list(after.Resource).includes(pattern));
  return dropped.length === 1 && list(before.Resource).length === list(after.Resource).length + 1 ? dropped : [];
}

function layerOf(property: string, type: string): Layer {
  if (property === "assumeRolePolicy") return "trust";
  if (/kms\/key/i.test(type)) return "key";
  if (/vpcEndpoint/.test(type)) return "endpoint";
  return /iam\//.test(type) ? "identity" : "resource";
}

function weakened(statement: Statement, property: string, type: string): Change[] {
  if (statement.Effect === "Deny") return [...denials(statement), ...conditions(statement)];
  return [
    ...actions(statement),
    // The policy of a bucket, topic or queue speaks of that one, whatever else it names.
    ...(property === "assumeRolePolicy" || /Policy:(?:Bucket|Topic|Queue)Policy$/.test(type)
      ? []
      : resources(statement)),
    ...principals(statement),
    ...conditions(statement),
  ];
}

const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

function without(statement: Statement, element: keyof Statement): Statement {
  return Object.fromEntries(Object.entries(statement).filter(([name]) => name !== element)) as unknown as Statement;
}

const serviceOf = (action: string): string => action.split(":")[0] ?? action;

/** What nobody in the environment may do but those who deploy it. */
const DANGEROUS: Readonly<Record<string, string>> = {
  s3: "s3:PutBucketPolicy",
  kms: "kms:PutKeyPolicy",
  iam: "iam:PutRolePolicy",
  logs: "logs:*",
  sns: "sns:*",
  sqs: "sqs:*",
};

function actions(statement: Statement): Change[] {
  const names = list(statement.Action);
  const services = [...new Set(names.map(serviceOf))];
  const rest = without(statement, "Action");
  return [
    ["all actions", { ...statement, Action: "*" }],
    ["all actions of the service", { ...statement, Action: services.map((service) => `${service}:*`) }],
    ["all actions but one", { ...rest, NotAction: "iam:CreateUser" }],
    ...services.flatMap((service): Change[] => {
      const more = DANGEROUS[service];
      return more === undefined || names.includes(more)
        ? []
        : [[`${more} too`, { ...statement, Action: [...names, more] }]];
    }),
  ];
}

function resources(statement: Statement): Change[] {
  const named = list(statement.Resource);
  if (named.length === 0 || named.every((arn) => arn === "*")) return [];
  const rest = without(statement, "Resource");
  const changes: Change[] = [
    ["all resources", { ...statement, Resource: "*" }],
    ["all resources but one", { ...rest, NotResource: "arn:aws:s3:::nobody" }],
  ];
  const wider = named.map(widened);
  if (JSON.stringify(wider) !== JSON.stringify(named))
    changes.push(["wider resources", { ...statement, Resource: wider }]);
  const foreign = named.map(foreigned);
  if (JSON.stringify(foreign) !== JSON.stringify(named))
    changes.push(["foreign resources", { ...statement, Resource: foreign }]);
  return changes;
}

/** The whole bucket instead of a folder, all keys instead of one, all roles instead of one. */
function widened(arn: string): string {
  return arn
    .replace(/^(arn:[^:]*:s3:::[^/]+)\/.+$/, "$1/*")
    .replace(/^(arn:[^:]*:(?:kms|iam|ec2|bedrock):.*?:(?:key|role|subnet|security-group|custom-model)\/).+$/, "$1*");
}

function foreigned(arn: string): string {
  if (/^arn:[^:]*:s3:::/.test(arn)) return arn.replace(/^(arn:[^:]*:s3:::)[^/]+/, "$1somebody-elses-bucket");
  return arn.replace(/^(arn:[^:]*:kms:[^:]*:)\d{12}:/, `$1${STRANGER}:`);
}

function principals(statement: Statement): Change[] {
  if (statement.Principal === undefined || statement.Principal === "*") return [];
  const rest = without(statement, "Principal");
  const isService = Object.keys(statement.Principal).includes("Service");
  return [
    ["everybody", { ...statement, Principal: "*" }],
    ["everybody with an account", { ...statement, Principal: { AWS: "*" } }],
    ["another account", { ...statement, Principal: { AWS: `arn:aws:iam::${STRANGER}:root` } }],
    ["an unrelated role too", { ...statement, Principal: withRole(statement.Principal) }],
    ["everybody but one", { ...rest, NotPrincipal: { AWS: `arn:aws:iam::${STRANGER}:root` } }],
    ...(isService
      ? ([["another service", { ...statement, Principal: { Service: "ec2.amazonaws.com" } }]] as Change[])
      : []),
  ];
}

function withRole(principal: Statement["Principal"]): Statement["Principal"] {
  const named = typeof principal === "object" ? principal : {};
  return { ...named, AWS: [...list(named.AWS), `arn:aws:iam::${STRANGER}:role/unrelated`] };
}

/** What weakens an Allow by its conditions, or a Deny by its conditions. */
function conditions(statement: Statement): Change[] {
  const blocks = Object.entries(statement.Condition ?? {});
  // The ARN of a key or a role says its account; a condition on the account adds nothing to it.
  const told = list(statement.Resource).every((arn) => /^arn:[^:]*:[^:]*:[^:]*:\d{12}:/.test(arn));
  const single = blocks.flatMap(([operator, block]) =>
    Object.entries(block).flatMap(([key, value]) => {
      if (key === "aws:ResourceAccount" && told) return [];
      const others = (replacement?: [string, string, unknown]): Statement => ({
        ...statement,
        Condition: rebuilt(blocks, operator, key, replacement),
      });
      return statement.Effect === "Deny"
        ? weakDeny(operator, key, value, others)
        : weakAllow(operator, key, value, others);
    }),
  );
  if (statement.Effect === "Deny" || blocks.length === 0) return single;
  return [["no condition", without(statement, "Condition")], ...single];
}

/** Values of a stranger, by the ends of the keys that they are values of. */
const STRANGERS: readonly (readonly [key: RegExp, value: string])[] = [
  [/sourcevpce$/i, "vpce-0stranger"],
  [/orgid$/i, "o-stranger000"],
  [/account$/i, STRANGER],
  [/principalarn$/i, `arn:aws:iam::${STRANGER}:role/stranger`],
  [/sourcearn$/i, `arn:aws:s3:::somebody-elses-bucket`],
  [/viaservice$/i, "ec2.us-west-2.amazonaws.com"],
  [/requestedregion$/i, "eu-west-3"],
  [/passedtoservice$/i, "ec2.amazonaws.com"],
  [/encryptioncontext:aws:s3:arn$/i, "arn:aws:s3:::somebody-elses-bucket/*"],
  [/kms-key-id$/i, FOREIGN_KEY],
  [/guardrailidentifier$/i, `arn:aws:bedrock:us-west-2:${STRANGER}:guardrail/none`],
];

/** A stranger beside those whom a condition lets through already. */
function oneMore(about: string, operator: string, key: string, value: unknown, others: Rebuild): Change[] {
  const stranger = STRANGERS.find(([end]) => end.test(key))?.[1];
  if (stranger === undefined) return [];
  return [[`a stranger too in ${about}`, others([operator, key, [...list(value as string | string[]), stranger]])]];
}

type Rebuild = (replacement?: [operator: string, key: string, value: unknown]) => Statement;

function weakAllow(operator: string, key: string, value: unknown, others: Rebuild): Change[] {
  const about = `${operator} ${key}`;
  const changes: Change[] = [
    [`without ${about}`, others()],
    [
      `misspelt operator of ${about}`,
      others([
        operator.replace("Equals", "Equal").replace("Like", "Lik").replace("Bool", "Boole").replace("Than", "Then"),
        key,
        value,
      ]),
    ],
    [`negated ${about}`, others([negated(operator), key, value])],
    // An operator on all values holds for a request without the key as it is.
    ...(operator.startsWith("ForAllValues")
      ? []
      : [[`if exists ${about}`, others([`${operator}IfExists`, key, value])] as const]),
  ];
  if (!operator.startsWith("For")) {
    changes.push([`for all values of ${about}`, others([`ForAllValues:${operator}`, key, value])]);
  }
  if (/^(?:String|Arn)/.test(operator)) {
    const anything = operator.startsWith("Arn") ? "arn:*:*:*:*:*" : "*";
    changes.push([`any value of ${about}`, others([operator.replace("Equals", "Like"), key, anything])]);
  }
  if (/account|arn/i.test(key) && /\d{12}/.test(JSON.stringify(value))) {
    const foreign = JSON.parse(JSON.stringify(value).replace(/\d{12}/g, STRANGER)) as unknown;
    changes.push([`another account in ${about}`, others([operator, key, foreign])]);
  }
  changes.push(...oneMore(about, operator, key, value, others));
  if (operator === "Bool")
    changes.push([`opposite of ${about}`, others([operator, key, String(value) === "true" ? "false" : "true"])]);
  return changes;
}

function weakDeny(operator: string, key: string, value: unknown, others: Rebuild): Change[] {
  const about = `${operator} ${key}`;
  const changes: Change[] = [
    [
      `misspelt operator of ${about}`,
      others([
        operator
          .replace("Equals", "Equal")
          .replace("Like", "Lik")
          .replace("Bool", "Boole")
          .replace("Than", "Then")
          .replace("Null", "Nul"),
        key,
        value,
      ]),
    ],
    [
      `misspelt key of ${about}`,
      others([operator, `${key.slice(0, -2)}${key.at(-1) ?? ""}${key.at(-2) ?? ""}`, value]),
    ],
    [
      `opposite of ${about}`,
      others(
        /^(?:Bool|Null)/.test(operator)
          ? [operator, key, String(value) === "true" ? "false" : "true"]
          : [negated(operator), key, value],
      ),
    ],
  ];
  if (operator.startsWith("Numeric")) changes.push([`lower bound of ${about}`, others([operator, key, "1.0"])]);
  if (/kms-key-id$/.test(key)) changes.push([`foreign key in ${about}`, others([operator, key, FOREIGN_KEY])]);
  if (/Arn/.test(operator) && /Not/.test(operator)) {
    const excepted = [...list(value as string | string[]), "arn:aws:iam::123456789012:role/*"];
    changes.push([`excepts every role in ${about}`, others([operator, key, excepted])]);
  }
  if (/Not/.test(operator)) changes.push(...oneMore(about, operator, key, value, others));
  if (/Not/.test(operator))
    changes.push([
      `any value of ${about}`,
      others([operator.replace("Equals", "Like"), key, operator.startsWith("Arn") ? "arn:*:*:*:*:*" : "*"]),
    ]);
  return changes;
}

function negated(operator: string): string {
  if (operator === "Bool") return "Null";
  if (operator.includes("Not")) return operator.replace("Not", "");
  return operator
    .replace(/^(For\w+:)?(String|Arn|Numeric|Date)(Equals|Like)/, "$1$2Not$3")
    .replace("LessThan", "GreaterThan")
    .replace(/^IpAddress/, "NotIpAddress");
}

function rebuilt(
  blocks: [string, Record<string, unknown>][],
  operator: string,
  key: string,
  replacement?: [string, string, unknown],
): Statement["Condition"] {
  const result: Record<string, Record<string, unknown>> = {};
  for (const [name, block] of blocks) {
    for (const [member, value] of Object.entries(block)) {
      if (name !== operator || member !== key) (result[name] ??= {})[member] = value;
    }
  }
  if (replacement !== undefined) {
    const [name, member, value] = replacement;
    (result[name] ??= {})[member] = value;
  }
  return result as Statement["Condition"];
}

function denials(statement: Statement): Change[] {
  const changes: Change[] = [
    ["taken away", undefined],
    ["allows instead of denying", { ...statement, Effect: "Allow" }],
    ["denies nobody that exists", { ...statement, Principal: { AWS: `arn:aws:iam::${STRANGER}:root` } }],
    ["denies another action", { ...statement, Action: "s3:GetBucketTagging" }],
    ["denies elsewhere", { ...statement, Resource: "arn:aws:s3:::somebody-elses-bucket/*" }],
    [
      "denies on one day only",
      {
        ...statement,
        Condition: { ...statement.Condition, DateGreaterThan: { "aws:CurrentTime": "2199-01-01T00:00:00Z" } },
      },
    ],
  ];
  const named = list(statement.Resource);
  if (named.length > 1)
    for (const [index] of named.entries())
      changes.push([
        `denies on ${named.length - 1} resources only`,
        { ...statement, Resource: named.filter((_, at) => at !== index) },
      ]);
  const actions = list(statement.Action);
  if (actions.length > 1)
    for (const action of actions)
      changes.push([
        `no longer denies ${action}`,
        { ...statement, Action: actions.filter((other) => other !== action) },
      ]);
  const misspelt = actions.map((action) => action.replace(/(\w)(\w)(\*?)$/, "$2$1$3"));
  if (misspelt.every((action, index) => action !== actions[index]))
    changes.push(["denies misspelt actions", { ...statement, Action: misspelt }]);
  const others = without(statement, "Action");
  changes.push(["denies all others instead", { ...others, NotAction: actions }]);
  const wide = list(statement.Action).filter((action) => action.endsWith("*"));
  if (wide.length > 0) changes.push(["denies reading only", { ...statement, Action: "s3:GetObject" }]);
  if (wide.length > 0) changes.push(["denies writing only", { ...statement, Action: "s3:PutObject" }]);
  return changes;
}
