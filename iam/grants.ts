/**
 * Grants of KMS keys (KMS Developer Guide, "Grants in AWS KMS"): a principal, the operations that it may call, and the
 * encryption context in which it may. A grant is considered beside the key policy and IAM policies, and it suffices by itself,
 * also for a principal of another account; what denies or filters still does.
 */
import { RequestError } from "./errors";
import { matchPrincipals, readPrincipal, type CompiledPrincipal, type Grip } from "./principals";
import type { ResolvedRequest } from "./request";
import type { KeyGrant } from "./types";

/** A grant, read. */
export interface CompiledGrant {
  readonly source: string;
  readonly grantee: CompiledPrincipal;
  readonly retiring?: CompiledPrincipal;
  /** Actions in lower case. */
  readonly actions: readonly string[];
  /** Pairs that the encryption context must have, by key in lower case; and whether it may have no others. */
  readonly context?: { readonly pairs: ReadonlyMap<string, string>; readonly exactly: boolean };
}

/** Operations of grants (KMS API Reference, "CreateGrant"). */
const OPERATIONS = [
  "Decrypt",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
  "Sign",
  "Verify",
  "GetPublicKey",
  "CreateGrant",
  "RetireGrant",
  "DescribeKey",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "GenerateMac",
  "VerifyMac",
  "DeriveSharedSecret",
];

/** Operations that take no encryption context: a constraint does not apply to them (KMS API Reference, "GrantConstraints"). */
const WITHOUT_CONTEXT = ["kms:describekey", "kms:retiregrant"];

/**
 * Reads a grant.
 *
 * @throws RequestError when it names a principal or an operation that KMS does not take, or both constraints.
 */
export function readGrant({
  source,
  grantee,
  retiringPrincipal,
  operations,
  constraints = {},
}: KeyGrant): CompiledGrant {
  const { EncryptionContextEquals, EncryptionContextSubset } = constraints;
  const unknown = operations.find((one) => !OPERATIONS.includes(one));
  if (unknown !== undefined || operations.length === 0) {
    throw new RequestError(`${source} has the operation "${unknown ?? ""}"; allowed are ${OPERATIONS.join(", ")}.`);
  }
  if (EncryptionContextEquals !== undefined && EncryptionContextSubset !== undefined) {
    throw new RequestError(
      `${source} has two constraints; a grant takes EncryptionContextEquals or EncryptionContextSubset.`,
    );
  }
  const pairs = Object.entries(EncryptionContextEquals ?? EncryptionContextSubset ?? {});
  return {
    source,
    grantee: principalOf(source, grantee),
    ...(retiringPrincipal === undefined ? {} : { retiring: principalOf(source, retiringPrincipal) }),
    actions: operations.map((one) => `kms:${one.toLowerCase()}`),
    ...(pairs.length === 0
      ? {}
      : {
          // "The key in each key-value pair is not case sensitive, but the value is case sensitive."
          context: {
            pairs: new Map(pairs.map(([key, value]) => [key.toLowerCase(), value])),
            exactly: EncryptionContextEquals !== undefined,
          },
        }),
  };
}

function principalOf(source: string, text: string): CompiledPrincipal {
  const isService = !text.startsWith("arn:") && text.includes(".");
  const principal = readPrincipal(isService ? "Service" : "AWS", text);
  if (typeof principal !== "string" && principal.kind !== "everyone") return principal;
  throw new RequestError(
    `${source} names the principal "${text}"; expected an ARN, or a service such as rds.amazonaws.com.`,
  );
}

/** The grants that let a request through, with how each takes hold of the caller. */
export function matchGrants(
  grants: readonly CompiledGrant[],
  request: ResolvedRequest,
): { grant: CompiledGrant; grip: Grip }[] {
  return grants.flatMap((grant) => {
    // "A retiring principal … can retire the grant", whatever else it may do.
    const retires = request.action === "kms:retiregrant" && grant.retiring !== undefined;
    const names = [
      ...(retires ? [grant.retiring] : []),
      ...(grant.actions.includes(request.action) ? [grant.grantee] : []),
    ];
    const grip = matchPrincipals(names, request.caller);
    return grip !== undefined && contextFits(grant, request) ? [{ grant, grip }] : [];
  });
}

const CONTEXT = "kms:encryptioncontext:";

function contextFits({ context }: CompiledGrant, { action, context: sent }: ResolvedRequest): boolean {
  if (context === undefined || WITHOUT_CONTEXT.includes(action)) return true;
  const given = new Map(
    [...sent].flatMap(([key, values]) =>
      key.startsWith(CONTEXT) ? [[key.slice(CONTEXT.length).toLowerCase(), values] as const] : [],
    ),
  );
  if (context.exactly && given.size !== context.pairs.size) return false;
  // "Any grants created with the CreateGrant permission have an equally strict or stricter encryption context constraint."
  const type = sent.get("kms:grantconstrainttype")?.[0];
  if (action === "kms:creategrant" && (type === undefined || (context.exactly && type !== "EncryptionContextEquals")))
    return false;
  return [...context.pairs].every(([key, value]) => given.get(key)?.length === 1 && given.get(key)?.[0] === value);
}
