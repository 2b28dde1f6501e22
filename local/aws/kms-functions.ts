import { property, type FunctionDefinition } from "./definition";
import { RequestError } from "./errors";

const getKey: FunctionDefinition = {
  token: "aws:kms/getKey:getKey",
  inputs: {
    grantTokens: property.list(property.string()),
    keyId: property.string({ required: true }),
    region: property.string(),
  },
  async invoke(context, { grantTokens, keyId }) {
    const { KeyMetadata: key } = await (
      await context.kms()
    ).describeKey({ KeyId: String(keyId), GrantTokens: grantTokens as string[] | undefined });
    if (!key) throw new RequestError(`KMS knows no key ${String(keyId)}`);
    return {
      arn: key.Arn,
      awsAccountId: key.AWSAccountId,
      cloudHsmClusterId: key.CloudHsmClusterId ?? "",
      creationDate: key.CreationDate,
      customKeyStoreId: key.CustomKeyStoreId ?? "",
      customerMasterKeySpec: key.CustomerMasterKeySpec ?? key.KeySpec,
      deletionDate: key.DeletionDate ?? "",
      description: key.Description ?? "",
      enabled: key.Enabled,
      expirationModel: key.ExpirationModel ?? "",
      grantTokens,
      id: key.KeyId,
      keyId,
      keyManager: key.KeyManager,
      keySpec: key.KeySpec,
      keyState: key.KeyState,
      keyUsage: key.KeyUsage,
      multiRegion: key.MultiRegion ?? false,
      multiRegionConfigurations: key.MultiRegionConfiguration
        ? [
            {
              multiRegionKeyType: key.MultiRegionConfiguration.MultiRegionKeyType,
              primaryKeys: [
                {
                  arn: key.MultiRegionConfiguration.PrimaryKey?.Arn,
                  region: key.MultiRegionConfiguration.PrimaryKey?.Region,
                },
              ],
              replicaKeys: (key.MultiRegionConfiguration.ReplicaKeys ?? []).map(({ Arn, Region }) => ({
                arn: Arn,
                region: Region,
              })),
            },
          ]
        : [],
      origin: key.Origin,
      pendingDeletionWindowInDays: key.PendingDeletionWindowInDays ?? 0,
      region: context.region,
      validTo: key.ValidTo ?? "",
      xksKeyConfigurations: [],
    };
  },
};

const getAlias: FunctionDefinition = {
  token: "aws:kms/getAlias:getAlias",
  inputs: { name: property.string({ required: true }), region: property.string() },
  async invoke(context, { name }) {
    const kms = await context.kms();
    for (let Marker: string | undefined; ;) {
      const page = await kms.listAliases({ Marker });
      const found = page.Aliases?.find(({ AliasName }) => AliasName === name);
      if (found) {
        // The alias of an AWS managed key exists before the key does; asking for the key makes it.
        const { KeyMetadata } = await kms.describeKey({ KeyId: found.TargetKeyId ?? String(name) });
        const { Arn, KeyId } = KeyMetadata ?? {};
        return {
          arn: found.AliasArn,
          id: found.AliasArn,
          name,
          region: context.region,
          targetKeyArn: Arn,
          targetKeyId: KeyId,
        };
      }
      if (!page.NextMarker) throw new RequestError(`KMS knows no alias ${String(name)} in ${context.region}`);
      Marker = page.NextMarker;
    }
  },
};

/** Functions of the module `aws.kms`. */
export const kmsFunctions: readonly FunctionDefinition[] = [getKey, getAlias];
