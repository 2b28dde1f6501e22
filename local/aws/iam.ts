import type { IAM } from "@aws-sdk/client-iam";
import type { PolicyArgs } from "@pulumi/aws/iam/policy";
import type { UserArgs } from "@pulumi/aws/iam/user";
import { property, resource, type AnyDefinition } from "./definition";
import { document, iamName, iamPath } from "./iam-role";
import { tagChanges, tagList, tagMap } from "./tags";

/** IAM keeps five versions of a policy and refuses a sixth. */
const keptVersions = 5;

async function makeRoomForVersion(iam: IAM, PolicyArn: string): Promise<void> {
  const { Versions = [] } = await iam.listPolicyVersions({ PolicyArn });
  if (Versions.length < keptVersions) return;
  const [oldest] = Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).sort(
    (left, right) => (left.CreateDate?.getTime() ?? 0) - (right.CreateDate?.getTime() ?? 0),
  );
  if (oldest) await iam.deletePolicyVersion({ PolicyArn, VersionId: oldest.VersionId });
}

const policy = resource<PolicyArgs>({
  token: "aws:iam/policy:Policy",
  tags: true,
  global: true,
  autoName: { property: "name", prefix: "namePrefix", maxLength: 128 },
  inputs: {
    delayAfterPolicyCreationInMs: property.unsupported(
      "the emulator is consistent at once, so there is nothing to wait for",
    ),
    description: property.string({ replace: true }),
    name: property.string({ replace: true, pattern: iamName }),
    namePrefix: property.string({ replace: true, writeOnly: true, pattern: iamName }),
    path: iamPath,
    policy: property.json({ required: true }),
  },
  outputs: ["arn", "attachmentCount", "policyId"],
  async create(context, inputs) {
    const { Policy } = await (
      await context.iam()
    ).createPolicy({
      PolicyName: inputs.name,
      Description: inputs.description,
      Path: inputs.path,
      PolicyDocument: inputs.policy as string,
      Tags: tagList(inputs.tagsAll),
    });
    return Policy?.Arn ?? "";
  },
  async read(context, id) {
    const iam = await context.iam();
    const { Policy: found } = await iam.getPolicy({ PolicyArn: id });
    if (!found) return undefined;
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn: id, VersionId: found.DefaultVersionId });
    return {
      arn: found.Arn,
      attachmentCount: found.AttachmentCount ?? 0,
      description: found.Description ?? "",
      name: found.PolicyName,
      path: found.Path,
      policy: document(PolicyVersion?.Document),
      policyId: found.PolicyId,
      tagsAll: tagMap((await iam.listPolicyTags({ PolicyArn: id })).Tags),
    };
  },
  async update(context, id, { olds, news, changed }) {
    const iam = await context.iam();
    if (changed("policy")) {
      await makeRoomForVersion(iam, id);
      await iam.createPolicyVersion({ PolicyArn: id, PolicyDocument: news.policy as string, SetAsDefault: true });
    }
    const { removed, put } = tagChanges(olds.tagsAll, news.tagsAll);
    if (removed.length > 0) await iam.untagPolicy({ PolicyArn: id, TagKeys: removed });
    const Tags = tagList(put);
    if (Tags) await iam.tagPolicy({ PolicyArn: id, Tags });
  },
  async delete(context, id) {
    const iam = await context.iam();
    const { Versions = [] } = await iam.listPolicyVersions({ PolicyArn: id });
    for (const { VersionId, IsDefaultVersion } of Versions) {
      if (!IsDefaultVersion) await iam.deletePolicyVersion({ PolicyArn: id, VersionId });
    }
    await iam.deletePolicy({ PolicyArn: id });
  },
});

const user = resource<UserArgs>({
  token: "aws:iam/user:User",
  tags: true,
  global: true,
  autoName: { property: "name", maxLength: 64 },
  inputs: {
    forceDestroy: property.boolean({ default: false, writeOnly: true }),
    name: property.string({ pattern: iamName, replace: true }),
    path: iamPath,
    permissionsBoundary: property.unsupported("the emulator keeps boundaries of roles only"),
  },
  outputs: ["arn", "uniqueId"],
  async create(context, inputs) {
    await (
      await context.iam()
    ).createUser({
      UserName: inputs.name,
      Path: inputs.path,
      Tags: tagList(inputs.tagsAll),
    });
    return inputs.name ?? "";
  },
  async read(context, id) {
    const iam = await context.iam();
    const { User: found } = await iam.getUser({ UserName: id });
    if (!found) return undefined;
    return {
      arn: found.Arn,
      name: found.UserName,
      path: found.Path,
      uniqueId: found.UserId,
      tagsAll: tagMap((await iam.listUserTags({ UserName: id })).Tags),
    };
  },
  async update(context, id, { olds, news }) {
    const iam = await context.iam();
    const { removed, put } = tagChanges(olds.tagsAll, news.tagsAll);
    if (removed.length > 0) await iam.untagUser({ UserName: id, TagKeys: removed });
    const Tags = tagList(put);
    if (Tags) await iam.tagUser({ UserName: id, Tags });
  },
  async delete(context, id, { forceDestroy }) {
    const iam = await context.iam();
    if (forceDestroy) {
      const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName: id });
      for (const { AccessKeyId } of AccessKeyMetadata) await iam.deleteAccessKey({ UserName: id, AccessKeyId });
    }
    await iam.deleteUser({ UserName: id });
  },
});

/** Managed policies and users. */
export const iamResources: readonly AnyDefinition[] = [policy, user];
