import type { KMS } from "@aws-sdk/client-kms";
import type { AliasArgs } from "@pulumi/aws/kms/alias";
import type { GrantArgs } from "@pulumi/aws/kms/grant";
import type { KeyArgs } from "@pulumi/aws/kms/key";
import type { KeyPolicyArgs } from "@pulumi/aws/kms/keyPolicy";
import { property, resource, type AnyDefinition, type Context } from "./definition";
import { tagChanges, type Tags } from "./tags";
import type { Properties } from "./wire";

const keySpecs =
  "SYMMETRIC_DEFAULT RSA_2048 RSA_3072 RSA_4096 HMAC_224 HMAC_256 HMAC_384 HMAC_512 ECC_NIST_P256 ECC_NIST_P384 ECC_NIST_P521 ECC_SECG_P256K1 ML_DSA_44 ML_DSA_65 ML_DSA_87 SM2 ECC_NIST_EDWARDS25519";

/** Whether two ways to name a key (id or ARN) name the same one. */
function sameKey(left: unknown, right: unknown): boolean {
  return String(left).replace(/^.*:key\//u, "") === String(right).replace(/^.*:key\//u, "");
}

function kmsTags(tags: Tags): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

async function keyTags(kms: KMS, KeyId: string): Promise<Tags> {
  const { Tags: tags = [] } = await kms.listResourceTags({ KeyId });
  return Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey ?? "", TagValue ?? ""]));
}

async function setRotation(kms: KMS, KeyId: string, enabled: boolean, period: number | undefined): Promise<void> {
  if (enabled)
    await kms.enableKeyRotation({ KeyId, ...(period === undefined ? {} : { RotationPeriodInDays: period }) });
  else await kms.disableKeyRotation({ KeyId });
}

const key = resource<KeyArgs>({
  token: "aws:kms/key:Key",
  tags: true,
  inputs: {
    bypassPolicyLockoutSafetyCheck: property.boolean({ default: false, writeOnly: true }),
    customKeyStoreId: property.unsupported("the emulator has no custom key stores"),
    customerMasterKeySpec: property.string({ default: "SYMMETRIC_DEFAULT", replace: true, oneOf: keySpecs.split(" ") }),
    deletionWindowInDays: property.number({ range: [7, 30], writeOnly: true }),
    description: property.string({ computed: true }),
    enableKeyRotation: property.boolean({ default: false }),
    isEnabled: property.boolean({ default: true }),
    keyUsage: property.string({
      default: "ENCRYPT_DECRYPT",
      replace: true,
      oneOf: ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"],
    }),
    multiRegion: property.boolean({ computed: true, replace: true }),
    policy: property.json({ computed: true }),
    rotationPeriodInDays: property.number({ computed: true, range: [90, 2560] }),
    xksKeyId: property.unsupported("the emulator has no external key stores"),
  },
  outputs: ["arn", "keyId"],
  check: ({ rotationPeriodInDays, enableKeyRotation }) =>
    rotationPeriodInDays !== undefined && enableKeyRotation === false
      ? [{ property: "rotationPeriodInDays", reason: "rotationPeriodInDays needs enableKeyRotation: true" }]
      : [],
  async create(context, inputs, exists) {
    const kms = await context.kms();
    const { KeyMetadata } = await kms.createKey({
      Description: inputs.description,
      KeySpec: inputs.customerMasterKeySpec as "SYMMETRIC_DEFAULT",
      KeyUsage: inputs.keyUsage as "ENCRYPT_DECRYPT",
      MultiRegion: inputs.multiRegion,
      Policy: inputs.policy,
      BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
      Tags: kmsTags(inputs.tagsAll ?? {}),
    });
    const id = KeyMetadata?.KeyId ?? "";
    exists(id);
    if (inputs.enableKeyRotation) await setRotation(kms, id, true, inputs.rotationPeriodInDays);
    if (inputs.isEnabled === false) await kms.disableKey({ KeyId: id });
    return id;
  },
  async read(context, id, known) {
    const kms = await context.kms();
    const { KeyMetadata: metadata } = await kms.describeKey({ KeyId: id });
    if (!metadata || metadata.KeyState === "PendingDeletion") return undefined;
    const rotates = metadata.KeySpec === "SYMMETRIC_DEFAULT";
    const [policy, rotation, tags] = await Promise.all([
      kms.getKeyPolicy({ KeyId: id, PolicyName: "default" }),
      rotates ? kms.getKeyRotationStatus({ KeyId: id }) : undefined,
      keyTags(kms, id),
    ]);
    return {
      arn: metadata.Arn,
      keyId: metadata.KeyId,
      description: metadata.Description,
      customerMasterKeySpec: metadata.KeySpec,
      keyUsage: metadata.KeyUsage,
      multiRegion: metadata.MultiRegion,
      isEnabled: metadata.Enabled,
      policy: policy.Policy,
      enableKeyRotation: rotation?.KeyRotationEnabled ?? false,
      // The emulator takes the period and does not tell it back; 365 is what KMS chooses.
      ...(rotation?.KeyRotationEnabled
        ? { rotationPeriodInDays: rotation.RotationPeriodInDays ?? known.rotationPeriodInDays ?? 365 }
        : {}),
      tagsAll: tags,
    };
  },
  async update(context, id, { olds, news, changed }) {
    const kms = await context.kms();
    // A disabled key refuses a rotation change, so it is enabled first and disabled last.
    if (changed("isEnabled") && news.isEnabled) await kms.enableKey({ KeyId: id });
    if (changed("enableKeyRotation") || (news.rotationPeriodInDays !== undefined && changed("rotationPeriodInDays"))) {
      await setRotation(kms, id, news.enableKeyRotation === true, news.rotationPeriodInDays);
    }
    if (news.description !== undefined && changed("description")) {
      await kms.updateKeyDescription({ KeyId: id, Description: news.description });
    }
    if (news.policy !== undefined && changed("policy")) {
      await kms.putKeyPolicy({
        KeyId: id,
        PolicyName: "default",
        Policy: news.policy,
        BypassPolicyLockoutSafetyCheck: news.bypassPolicyLockoutSafetyCheck,
      });
    }
    const { removed, put } = tagChanges(olds.tagsAll, news.tagsAll);
    if (removed.length > 0) await kms.untagResource({ KeyId: id, TagKeys: removed });
    if (Object.keys(put).length > 0) await kms.tagResource({ KeyId: id, Tags: kmsTags(put) });
    if (changed("isEnabled") && news.isEnabled === false) await kms.disableKey({ KeyId: id });
  },
  async delete(context, id, { deletionWindowInDays }) {
    const kms = await context.kms();
    const { KeyMetadata } = await kms.describeKey({ KeyId: id });
    if (KeyMetadata?.KeyState === "PendingDeletion") return;
    await kms.scheduleKeyDeletion({ KeyId: id, PendingWindowInDays: deletionWindowInDays ?? 30 });
  },
});

/** The alias as KMS lists it, or undefined; `keyId` narrows the listing when it is known. */
async function findAlias(context: Context, name: string): Promise<Properties | undefined> {
  const kms = await context.kms();
  for (let Marker: string | undefined; ;) {
    const page = await kms.listAliases({ Marker });
    const found = page.Aliases?.find(({ AliasName }) => AliasName === name);
    if (found?.TargetKeyId) {
      const target = await kms.describeKey({ KeyId: found.TargetKeyId });
      return { name, arn: found.AliasArn, targetKeyId: found.TargetKeyId, targetKeyArn: target.KeyMetadata?.Arn };
    }
    if (!page.NextMarker) return undefined;
    Marker = page.NextMarker;
  }
}

const alias = resource<AliasArgs>({
  token: "aws:kms/alias:Alias",
  tags: false,
  autoName: {
    property: "name",
    prefix: "namePrefix",
    maxLength: 256,
    base: (name) => (name.startsWith("alias/") ? name : `alias/${name}`),
  },
  inputs: {
    name: property.string({
      replace: true,
      pattern: {
        test: /^alias\/(?!aws\/)[\w/-]+$/u,
        says: "alias/ and then letters, digits, / _ and -, not alias/aws/",
      },
    }),
    namePrefix: property.string({ replace: true, writeOnly: true }),
    targetKeyId: property.string({ required: true, same: sameKey }),
  },
  outputs: ["arn", "targetKeyArn"],
  async create(context, { name = "", targetKeyId }) {
    await (await context.kms()).createAlias({ AliasName: name, TargetKeyId: targetKeyId });
    return name;
  },
  read: findAlias,
  async update(context, id, { news }) {
    await (await context.kms()).updateAlias({ AliasName: id, TargetKeyId: news.targetKeyId });
  },
  async delete(context, id) {
    await (await context.kms()).deleteAlias({ AliasName: id });
  },
  recomputed: ({ changed }) => (changed("targetKeyId") ? ["targetKeyArn"] : []),
});

const keyPolicy = resource<KeyPolicyArgs>({
  token: "aws:kms/keyPolicy:KeyPolicy",
  tags: false,
  inputs: {
    bypassPolicyLockoutSafetyCheck: property.boolean({ default: false, writeOnly: true }),
    keyId: property.string({ required: true, replace: true, same: sameKey }),
    policy: property.json({ required: true }),
  },
  outputs: [],
  async create(context, { keyId, policy, bypassPolicyLockoutSafetyCheck }) {
    const kms = await context.kms();
    await kms.putKeyPolicy({
      KeyId: keyId,
      PolicyName: "default",
      Policy: policy,
      BypassPolicyLockoutSafetyCheck: bypassPolicyLockoutSafetyCheck,
    });
    return keyId;
  },
  async read(context, id) {
    const { Policy } = await (await context.kms()).getKeyPolicy({ KeyId: id, PolicyName: "default" });
    return { keyId: id, policy: Policy };
  },
  async update(context, id, { news }) {
    await (await context.kms()).putKeyPolicy({ KeyId: id, PolicyName: "default", Policy: news.policy });
  },
  async delete(context, id, { bypassPolicyLockoutSafetyCheck }) {
    // A key always has a policy: what goes back is the default one, which hands the decision to IAM.
    const root = `arn:${context.partition}:iam::${await context.accountId()}:root`;
    const statement = {
      Sid: "Enable IAM User Permissions",
      Effect: "Allow",
      Principal: { AWS: root },
      Action: "kms:*",
      Resource: "*",
    };
    await (
      await context.kms()
    ).putKeyPolicy({
      KeyId: id,
      PolicyName: "default",
      Policy: JSON.stringify({ Version: "2012-10-17", Id: "key-default-1", Statement: [statement] }),
      BypassPolicyLockoutSafetyCheck: bypassPolicyLockoutSafetyCheck,
    });
  },
});

const grant = resource<GrantArgs>({
  token: "aws:kms/grant:Grant",
  tags: false,
  autoName: { property: "name", maxLength: 256 },
  inputs: {
    constraints: property.set(
      property.object({ encryptionContextEquals: property.map(), encryptionContextSubset: property.map() }),
      { replace: true },
    ),
    grantCreationTokens: property.set(property.string(), { replace: true, writeOnly: true }),
    granteePrincipal: property.string({ required: true, replace: true }),
    keyId: property.string({ required: true, replace: true, same: sameKey }),
    name: property.string({ replace: true }),
    operations: property.set(property.string(), { required: true, replace: true }),
    retireOnDelete: property.boolean({ default: false, replace: true, writeOnly: true }),
    retiringPrincipal: property.string({ replace: true }),
  },
  outputs: ["grantId", "grantToken"],
  async create(context, inputs) {
    const constraint = inputs.constraints?.[0];
    const { GrantId, GrantToken } = await (
      await context.kms()
    ).createGrant({
      KeyId: inputs.keyId,
      GranteePrincipal: inputs.granteePrincipal,
      RetiringPrincipal: inputs.retiringPrincipal,
      Operations: inputs.operations as "Decrypt"[],
      Name: inputs.name,
      GrantTokens: inputs.grantCreationTokens,
      Constraints: constraint && {
        EncryptionContextEquals: constraint.encryptionContextEquals,
        EncryptionContextSubset: constraint.encryptionContextSubset,
      },
    });
    return { id: `${inputs.keyId}:${GrantId ?? ""}`, known: { grantToken: GrantToken } };
  },
  async read(context, id, known) {
    const at = id.lastIndexOf(":");
    const keyId = id.slice(0, at);
    const { Grants = [] } = await (await context.kms()).listGrants({ KeyId: keyId });
    const found = Grants.find(({ GrantId }) => GrantId === id.slice(at + 1));
    if (!found) return undefined;
    const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = found.Constraints ?? {};
    return {
      keyId,
      grantId: found.GrantId,
      grantToken: known.grantToken ?? "",
      name: found.Name,
      granteePrincipal: found.GranteePrincipal,
      retiringPrincipal: found.RetiringPrincipal,
      operations: found.Operations,
      ...(equals || subset
        ? { constraints: [{ encryptionContextEquals: equals, encryptionContextSubset: subset }] }
        : {}),
    };
  },
  async delete(context, id, { retireOnDelete }) {
    const at = id.lastIndexOf(":");
    const which = { KeyId: id.slice(0, at), GrantId: id.slice(at + 1) };
    const kms = await context.kms();
    if (retireOnDelete) await kms.retireGrant(which);
    else await kms.revokeGrant(which);
  },
});

/** Keys, and what hangs on them. */
export const kmsResources: readonly AnyDefinition[] = [key, alias, keyPolicy, grant];
