/** Grants that are no policy documents: permissions of functions, grants of keys, access control lists. Read as statements. */
import { allow, type KeyGrant, type SourcedPolicy, type Statement } from "../iam";
import { grantAsPolicy, type Limit, type PlacedDocument, type Unread } from "./access";
import { listedFor } from "./bucket-lists";
import { logicalName } from "./stack";

interface Resource {
  type: string;
  urn: string;
  outputs: Record<string, unknown>;
}

/** What a resource grants or bounds besides documents. */
export interface OtherGrants {
  documents: PlacedDocument[];
  limits: Limit[];
  unread: Unread[];
}

/**
 * Reads one resource.
 *
 * @param resolve The ARN of what is known by a name.
 * @param all Resources of the stack: whether an access control list counts is said by another one.
 */
export function grantedOtherwise(
  resource: Resource,
  resolve: (name: string) => string,
  all: readonly Resource[],
): OtherGrants {
  const { type, urn, outputs } = resource;
  const nothing: OtherGrants = { documents: [], limits: [], unread: [] };
  const text = (name: string): string | undefined =>
    typeof outputs[name] === "string" && outputs[name] !== "" ? outputs[name] : undefined;
  const as = (kind: PlacedDocument["kind"], at: string, what: string, ...statements: Statement[]): OtherGrants => ({
    ...nothing,
    documents:
      statements.length === 0
        ? []
        : [
            {
              kind,
              at,
              policy: {
                source: `${what} (${logicalName(urn)})`,
                document: { Version: "2012-10-17", Statement: statements },
              },
            },
          ],
  });
  switch (type) {
    case "lambda:permission": {
      const at = resolve(text("function") ?? logicalName(urn));
      return as("resource", at, "permission of a function", permission(outputs, at));
    }
    case "kms:grant": {
      const at = resolve(text("keyId") ?? logicalName(urn));
      const policies = keyGrant(`grant of a key (${logicalName(urn)})`, outputs);
      return { ...nothing, documents: policies.map((policy) => ({ kind: "key", at, policy })) };
    }
    case "s3:bucketpublicaccessblock": {
      const at = resolve(text("bucket") ?? logicalName(urn));
      const flags = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
      return {
        ...nothing,
        limits: flags
          .filter((name) => outputs[name] === true)
          .map((by) => ({ at, by: `${by} of its public access block` })),
      };
    }
    case "s3:bucketacl":
    case "s3:bucket": {
      const bucket = text("bucket") ?? text("id");
      if (bucket === undefined) return nothing;
      const at = resolve(bucket);
      const controls = all.filter((one) => one.type === "s3:bucketownershipcontrols");
      const found = listedFor(bucket, at, controls, [resource]);
      return { ...as("resource", at, "access control list", ...found.statements), unread: found.unread };
    }
    default:
      return nothing;
  }
}

function permission(
  { action, principal, sourceArn, sourceAccount, principalOrgId }: Record<string, unknown>,
  at: string,
): Statement {
  const named = String(principal ?? "*");
  const isService = named.includes(".") && !named.startsWith("arn:");
  const equals = {
    ...(typeof sourceAccount === "string" ? { "aws:SourceAccount": sourceAccount } : {}),
    ...(typeof principalOrgId === "string" ? { "aws:PrincipalOrgID": principalOrgId } : {}),
  };
  const condition = {
    ...(typeof sourceArn === "string" ? { ArnLike: { "aws:SourceArn": sourceArn } } : {}),
    ...(Object.keys(equals).length > 0 ? { StringEquals: equals } : {}),
  };
  return allow({
    Principal: named === "*" ? "*" : isService ? { Service: named } : { AWS: named },
    Action: String(action ?? "lambda:InvokeFunction"),
    Resource: at.startsWith("arn:") ? at : "*",
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  });
}

/** A grant of a key, as the resource that makes it. */
function keyGrant(
  source: string,
  { granteePrincipal, operations, constraints }: Record<string, unknown>,
): SourcedPolicy[] {
  interface Constraint {
    encryptionContextEquals?: Record<string, string>;
    encryptionContextSubset?: Record<string, string>;
  }
  const [first] = [(constraints ?? []) as Constraint | (Constraint | null)[]].flat();
  const constraint = first ?? {};
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = constraint;
  const allowed = [(operations ?? []) as string | string[]].flat();
  if (allowed.length === 0) return [];
  const grant: KeyGrant = {
    source,
    grantee: String(granteePrincipal),
    operations: allowed,
    constraints: {
      ...(equals === undefined ? {} : { EncryptionContextEquals: equals }),
      ...(subset === undefined ? {} : { EncryptionContextSubset: subset }),
    },
  };
  return [grantAsPolicy(grant)];
}
