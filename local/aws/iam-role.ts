import type { IAM, Role } from "@aws-sdk/client-iam";
import type { InstanceProfileArgs } from "@pulumi/aws/iam/instanceProfile";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { RolePolicyAttachmentArgs } from "@pulumi/aws/iam/rolePolicyAttachment";
import { property, resource, type AnyDefinition } from "./definition";
import { orUndefined } from "./errors";
import { tagChanges, tagList, tagMap, type Tags } from "./tags";

/** What IAM allows in the names of roles, policies, users and profiles. */
export const iamName = {
  test: /^[\w+=,.@-]+$/u,
  says: "letters, digits and _+=,.@- only",
};

/** What IAM allows as a path. */
export const iamPath = property.string({
  default: "/",
  replace: true,
  pattern: { test: /^\/(?:[\u0021-\u007E]{0,510}\/)?$/u, says: "a path that begins and ends with /" },
});

/** Managed policies attached to a role, by ARN. */
async function attachedPolicies(iam: IAM, RoleName: string): Promise<string[]> {
  const arns: string[] = [];
  for (let Marker: string | undefined; ;) {
    const page = await iam.listAttachedRolePolicies({ RoleName, Marker });
    arns.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []));
    if (!page.IsTruncated) return arns;
    Marker = page.Marker;
  }
}

/** Inline policies of a role, in the shape of `inlinePolicies`. */
async function inlinePolicies(iam: IAM, RoleName: string): Promise<{ name: string; policy: string }[]> {
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
  return Promise.all(
    PolicyNames.map(async (name) => {
      const { PolicyDocument } = await iam.getRolePolicy({ RoleName, PolicyName: name });
      return { name, policy: document(PolicyDocument) };
    }),
  );
}

/** A policy document as IAM sends it (URL-encoded) as JSON text. */
export function document(encoded: string | undefined): string {
  return decodeURIComponent(encoded ?? "");
}

async function setInline(
  iam: IAM,
  RoleName: string,
  wanted: readonly { name?: string; policy?: string }[],
): Promise<void> {
  const names = wanted.flatMap(({ name }) => name ?? []);
  for (const { name } of await inlinePolicies(iam, RoleName)) {
    if (!names.includes(name)) await iam.deleteRolePolicy({ RoleName, PolicyName: name });
  }
  for (const { name, policy } of wanted) {
    // An empty block stands for "no inline policy at all".
    if (name && policy) await iam.putRolePolicy({ RoleName, PolicyName: name, PolicyDocument: policy });
  }
}

async function setAttached(iam: IAM, RoleName: string, wanted: readonly string[]): Promise<void> {
  const attached = await attachedPolicies(iam, RoleName);
  for (const PolicyArn of attached)
    if (!wanted.includes(PolicyArn)) await iam.detachRolePolicy({ RoleName, PolicyArn });
  for (const PolicyArn of wanted)
    if (!attached.includes(PolicyArn)) await iam.attachRolePolicy({ RoleName, PolicyArn });
}

async function roleTags(iam: IAM, RoleName: string): Promise<Tags> {
  return tagMap((await iam.listRoleTags({ RoleName })).Tags);
}

/** Properties that a role has in the resource and in the function alike. */
export function roleState(role: Role): Record<string, unknown> {
  return {
    arn: role.Arn,
    assumeRolePolicy: document(role.AssumeRolePolicyDocument),
    createDate: role.CreateDate,
    description: role.Description ?? "",
    maxSessionDuration: role.MaxSessionDuration ?? 3600,
    name: role.RoleName,
    path: role.Path,
    permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
    uniqueId: role.RoleId,
  };
}

const role = resource<RoleArgs>({
  token: "aws:iam/role:Role",
  tags: true,
  global: true,
  autoName: { property: "name", prefix: "namePrefix", maxLength: 64 },
  inputs: {
    assumeRolePolicy: property.json({ required: true }),
    description: property.string(),
    forceDetachPolicies: property.boolean({ default: false, writeOnly: true }),
    inlinePolicies: property.set(property.object({ name: property.string(), policy: property.json() }), {
      computed: true,
      same: (wanted, actual) => isEmptyBlock(wanted) && (actual === undefined || isEmptyBlock(actual)),
    }),
    managedPolicyArns: property.set(property.string(), { computed: true }),
    maxSessionDuration: property.number({ default: 3600, range: [3600, 43200] }),
    name: property.string({ replace: true, pattern: iamName }),
    namePrefix: property.string({ replace: true, writeOnly: true, pattern: iamName }),
    path: iamPath,
    permissionsBoundary: property.string(),
  },
  outputs: ["arn", "createDate", "uniqueId"],
  async create(context, inputs, exists) {
    const iam = await context.iam();
    const RoleName = inputs.name ?? "";
    await iam.createRole({
      RoleName,
      AssumeRolePolicyDocument: inputs.assumeRolePolicy as string,
      Description: inputs.description,
      MaxSessionDuration: inputs.maxSessionDuration,
      Path: inputs.path,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: tagList(inputs.tagsAll),
    });
    exists(RoleName);
    if (inputs.inlinePolicies) await setInline(iam, RoleName, inputs.inlinePolicies);
    if (inputs.managedPolicyArns) await setAttached(iam, RoleName, inputs.managedPolicyArns);
    return RoleName;
  },
  async read(context, id) {
    const iam = await context.iam();
    const { Role: found } = await iam.getRole({ RoleName: id });
    if (!found) return undefined;
    const [tags, inline, attached] = await Promise.all([
      roleTags(iam, id),
      inlinePolicies(iam, id),
      attachedPolicies(iam, id),
    ]);
    return { ...roleState(found), inlinePolicies: inline, managedPolicyArns: attached, tagsAll: tags };
  },
  async update(context, id, { olds, news, changed }) {
    const iam = await context.iam();
    const RoleName = id;
    if (changed("assumeRolePolicy")) {
      await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: news.assumeRolePolicy as string });
    }
    if (changed("description", "maxSessionDuration")) {
      await iam.updateRole({
        RoleName,
        Description: news.description ?? "",
        MaxSessionDuration: news.maxSessionDuration,
      });
    }
    if (changed("permissionsBoundary")) {
      const { permissionsBoundary: PermissionsBoundary } = news;
      if (PermissionsBoundary) await iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary });
      else await iam.deleteRolePermissionsBoundary({ RoleName });
    }
    if (news.inlinePolicies && changed("inlinePolicies")) await setInline(iam, RoleName, news.inlinePolicies);
    if (news.managedPolicyArns && changed("managedPolicyArns"))
      await setAttached(iam, RoleName, news.managedPolicyArns);
    const { removed, put } = tagChanges(olds.tagsAll, news.tagsAll);
    if (removed.length > 0) await iam.untagRole({ RoleName, TagKeys: removed });
    const Tags = tagList(put);
    if (Tags) await iam.tagRole({ RoleName, Tags });
  },
  async delete(context, id, { forceDetachPolicies, inlinePolicies: inline, managedPolicyArns: managed }) {
    const iam = await context.iam();
    const { InstanceProfiles = [] } = await iam.listInstanceProfilesForRole({ RoleName: id });
    if (forceDetachPolicies) {
      for (const { InstanceProfileName } of InstanceProfiles) {
        await iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: id });
      }
    }
    // What the role itself lists goes with it; what other resources attached makes IAM refuse, unless it is forced.
    if (forceDetachPolicies || (managed?.length ?? 0) > 0) await setAttached(iam, id, []);
    if (forceDetachPolicies || (inline?.length ?? 0) > 0) await setInline(iam, id, []);
    await iam.deleteRole({ RoleName: id });
  },
});

function isEmptyBlock(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => Object.keys(item as object).length === 0);
}

const rolePolicy = resource<RolePolicyArgs>({
  token: "aws:iam/rolePolicy:RolePolicy",
  tags: false,
  global: true,
  autoName: { property: "name", prefix: "namePrefix", maxLength: 128 },
  inputs: {
    name: property.string({ replace: true, pattern: iamName }),
    namePrefix: property.string({ replace: true, writeOnly: true, pattern: iamName }),
    policy: property.json({ required: true }),
    role: property.string({ required: true, replace: true }),
  },
  outputs: [],
  async create(context, { name, role: RoleName, policy }) {
    const iam = await context.iam();
    await iam.putRolePolicy({ RoleName: String(RoleName), PolicyName: name, PolicyDocument: policy as string });
    return `${String(RoleName)}:${name ?? ""}`;
  },
  async read(context, id) {
    const [RoleName, PolicyName] = id.split(":");
    const { PolicyDocument } = await (await context.iam()).getRolePolicy({ RoleName, PolicyName });
    return { name: PolicyName, role: RoleName, policy: document(PolicyDocument) };
  },
  async update(context, id, { news }) {
    const [RoleName, PolicyName] = id.split(":");
    await (await context.iam()).putRolePolicy({ RoleName, PolicyName, PolicyDocument: news.policy as string });
  },
  async delete(context, id) {
    const [RoleName, PolicyName] = id.split(":");
    await (await context.iam()).deleteRolePolicy({ RoleName, PolicyName });
  },
});

const rolePolicyAttachment = resource<RolePolicyAttachmentArgs>({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  tags: false,
  global: true,
  inputs: {
    policyArn: property.string({ required: true, replace: true }),
    role: property.string({ required: true, replace: true }),
  },
  outputs: [],
  async create(context, { role: RoleName, policyArn }) {
    await (await context.iam()).attachRolePolicy({ RoleName: String(RoleName), PolicyArn: policyArn });
    return `${String(RoleName)}/${policyArn}`;
  },
  async read(context, id) {
    const at = id.indexOf("/");
    const [RoleName, policyArn] = [id.slice(0, at), id.slice(at + 1)];
    const attached = await orUndefined(async () => attachedPolicies(await context.iam(), RoleName));
    return attached?.includes(policyArn) ? { role: RoleName, policyArn } : undefined;
  },
  async delete(context, _, { role: RoleName, policyArn }) {
    await (await context.iam()).detachRolePolicy({ RoleName: String(RoleName), PolicyArn: policyArn });
  },
});

const instanceProfile = resource<InstanceProfileArgs>({
  token: "aws:iam/instanceProfile:InstanceProfile",
  tags: true,
  global: true,
  autoName: { property: "name", prefix: "namePrefix", maxLength: 128 },
  inputs: {
    name: property.string({ replace: true, pattern: iamName }),
    namePrefix: property.string({ replace: true, writeOnly: true, pattern: iamName }),
    path: iamPath,
    role: property.string(),
  },
  outputs: ["arn", "createDate", "uniqueId"],
  async create(context, inputs, exists) {
    const iam = await context.iam();
    const InstanceProfileName = inputs.name ?? "";
    await iam.createInstanceProfile({ InstanceProfileName, Path: inputs.path, Tags: tagList(inputs.tagsAll) });
    exists(InstanceProfileName);
    if (inputs.role) await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: String(inputs.role) });
    return InstanceProfileName;
  },
  async read(context, id) {
    const { InstanceProfile: found } = await (await context.iam()).getInstanceProfile({ InstanceProfileName: id });
    if (!found) return undefined;
    return {
      arn: found.Arn,
      createDate: found.CreateDate,
      name: found.InstanceProfileName,
      path: found.Path,
      role: found.Roles?.[0]?.RoleName ?? "",
      uniqueId: found.InstanceProfileId,
      tagsAll: tagMap(found.Tags),
    };
  },
  async update(context, id, { olds, news, changed }) {
    const iam = await context.iam();
    if (changed("role")) {
      if (olds.role) await iam.removeRoleFromInstanceProfile({ InstanceProfileName: id, RoleName: String(olds.role) });
      if (news.role) await iam.addRoleToInstanceProfile({ InstanceProfileName: id, RoleName: String(news.role) });
    }
    const { removed, put } = tagChanges(olds.tagsAll, news.tagsAll);
    if (removed.length > 0) await iam.untagInstanceProfile({ InstanceProfileName: id, TagKeys: removed });
    const Tags = tagList(put);
    if (Tags) await iam.tagInstanceProfile({ InstanceProfileName: id, Tags });
  },
  async delete(context, id, { role: RoleName }) {
    const iam = await context.iam();
    if (RoleName) await iam.removeRoleFromInstanceProfile({ InstanceProfileName: id, RoleName: String(RoleName) });
    await iam.deleteInstanceProfile({ InstanceProfileName: id });
  },
});

/** Roles and what hangs on them. */
export const iamRoleResources: readonly AnyDefinition[] = [role, rolePolicy, rolePolicyAttachment, instanceProfile];
