/** Access control lists of buckets, read as statements (S3 User Guide, "Access control list (ACL) overview"). */
import { allow, type Statement } from "../iam";
import type { Unread } from "./access";

/** What a resource tells of access control lists of buckets; the rest of it does not matter. */
interface Told {
  outputs: Record<string, unknown>;
}

/**
 * The statements that say what the lists of a bucket say: none where its owner is enforced, which switches lists off.
 *
 * @param controls Object ownership of buckets (`BucketOwnershipControls`).
 * @param lists Lists that are resources of their own (`BucketAcl`), or buckets with a list among their properties.
 */
export function listedFor(
  bucket: string,
  at: string,
  controls: readonly Told[],
  lists: readonly Told[],
): { statements: Statement[]; unread: Unread[] } {
  const own = (one: Told): boolean => one.outputs.bucket === bucket || one.outputs.id === bucket;
  if (controls.some((one) => own(one) && JSON.stringify(one.outputs).includes('"BucketOwnerEnforced"'))) {
    return { statements: [], unread: [] };
  }
  const found = lists.filter(own).map(({ outputs }) => {
    const { grants, owner } = (outputs.accessControlPolicy ?? {}) as { grants?: unknown; owner?: { id?: string } };
    const canned = typeof outputs.acl === "string" && outputs.acl !== "" ? outputs.acl : undefined;
    return listStatements(canned, grants, at, owner?.id);
  });
  return { statements: found.flatMap((one) => one.statements), unread: found.flatMap((one) => one.unread) };
}

const READS = ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"];
const WRITES = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"];

/** Whom the ready-made lists let in besides the owner, and for what (S3 User Guide, "Access control list (ACL) overview"). */
const CANNED: Readonly<Record<string, readonly string[]>> = {
  private: [],
  "bucket-owner-read": [],
  "bucket-owner-full-control": [],
  "log-delivery-write": [],
  "aws-exec-read": [],
  "public-read": READS,
  "public-read-write": [...READS, ...WRITES],
  "authenticated-read": READS,
};

const BY_PERMISSION: Readonly<Record<string, readonly string[]>> = {
  READ: READS,
  WRITE: WRITES,
  READ_ACP: ["s3:GetBucketAcl"],
  WRITE_ACP: ["s3:PutBucketAcl"],
  FULL_CONTROL: [...READS, ...WRITES, "s3:GetBucketAcl", "s3:PutBucketAcl"],
};

/**
 * The statements that say what the list of a bucket says; a grant to an account by its canonical id cannot be related to anybody.
 *
 * @param canned Name of a ready-made list.
 * @param grants Grants as S3 and the provider write them.
 * @param at ARN or name of the bucket.
 * @param owner Canonical id of the bucket's owner, whose grants say nothing new.
 */
function listStatements(
  canned: string | undefined,
  grants: unknown,
  at: string,
  owner?: string,
): { statements: Statement[]; unread: Unread[] } {
  const statements: Statement[] = [];
  const unread: Unread[] = [];
  const add = (actions: readonly string[]): void => {
    const resource = at.startsWith("arn:") ? at : `arn:aws:s3:::${at}`;
    if (actions.length > 0)
      statements.push(allow({ Principal: "*", Action: [...actions], Resource: [resource, `${resource}/*`] }));
  };
  const known = canned === undefined ? [] : CANNED[canned];
  if (known === undefined)
    unread.push({ what: `access control list "${String(canned)}" of ${at}`, why: "is none of S3's ready-made lists" });
  else add(known);
  for (const one of Array.isArray(grants) ? grants : []) {
    const {
      grantee,
      permission: allowed,
      permissions,
    } = (one ?? {}) as { grantee?: { uri?: string; id?: string }; permission?: string; permissions?: string[] };
    const { uri, id } = grantee ?? {};
    const everybody = /AllUsers|AuthenticatedUsers/u.test(uri ?? "");
    if (everybody) add([allowed ?? permissions ?? []].flat().flatMap((name) => BY_PERMISSION[name] ?? []));
    else if (id !== undefined && id !== owner)
      unread.push({
        what: `access control list of ${at}`,
        why: `names the canonical user ${id}, who may be another account`,
      });
  }
  return { statements, unread };
}
