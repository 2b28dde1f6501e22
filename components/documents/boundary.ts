import type { Input } from "@pulumi/pulumi";
import type { Document, StatementOf } from "../../iam/types";
import type { AwsContext } from "../context";
import { templateOf } from "./template";

type Leaf = Input<string>;
type BoundaryContext = Pick<AwsContext, "partition" | "region" | "accountId">;

/** Services whose resources are bounded to the account and Region: naming each would not fit into a managed policy. */
const bounded = ["bedrock", "ec2", "logs"];

/** What only looks, and can be done on anything, by its verb. */
function byVerb(actions: Iterable<string>): string[] {
  const shortened = [...actions].map((action) => action.replace(/^([^:]+:(?:Describe|List))\w+$/u, "$1*"));
  return [...new Set(shortened)].sort();
}

/** Folders of a bucket as the bucket; the roles' own documents name the folders. */
const wholeBucket = (resource: Leaf): Leaf =>
  typeof resource === "string" ? resource.replace(/^(arn:[^:]+:s3:::[^/]+\/).+$/u, "$1*") : resource;

/** ARNs of bounded services as one pattern each; buckets, keys and roles stay named. */
function shortened(context: BoundaryContext, resources: Leaf[]): Leaf[] {
  const { partition, region, accountId } = context;
  const wide = (service: string) => `arn:${partition}:${service}:${region}:${accountId}:`;
  const service = (resource: Leaf) => bounded.find((name) => startsWith(resource, wide(name)));
  const patterns = bounded.filter((name) => resources.some((resource) => service(resource) === name));
  return [
    ...patterns.map((name) => `${wide(name)}*`),
    ...new Set(resources.filter((resource) => service(resource) === undefined).map(wholeBucket)),
  ];
}

function startsWith(resource: Leaf, prefix: string): boolean {
  const [text] = [templateOf({ Statement: { Effect: "Allow", Resource: resource } }).Statement].flat();
  return String(text?.Resource).startsWith(prefix);
}

const many = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

/**
 * Permissions boundary of the environment's roles: the sum of what their documents allow, service by service, on the sum of
 * the resources. It grants nothing. Whoever may write a role's policies, and not the boundary, cannot make the role do
 * what no role of the environment does: attach itself another role, read another bucket, start an instance.
 *
 * Other conditions than the Region are left to the roles' own documents, except that of `iam:PassRole`, which hands a role
 * to a service. IAM itself has no Region.
 *
 * @param documents the documents of all roles that get the boundary
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundary(context: BoundaryContext, documents: readonly Document<Leaf>[]): Document<Leaf> {
  const allowing = documents.flatMap(({ Statement }) => many(Statement)).filter(({ Effect }) => Effect === "Allow");
  // What is allowed on anything is kept apart, or it would take every other action of its service along.
  const groups = new Map<string, { actions: Set<string>; resources: Set<Leaf> }>();
  for (const statement of allowing) {
    const resources = many(statement.Resource);
    for (const action of many(statement.Action)) {
      const [service = ""] = action.split(":");
      const title = service.charAt(0).toUpperCase() + service.slice(1).replace(/\W/gu, "");
      const name = resources.includes("*") ? `Any${title}` : `Own${title}`;
      const group = groups.get(name) ?? { actions: new Set<string>(), resources: new Set<Leaf>() };
      group.actions.add(action);
      resources.forEach((resource) => group.resources.add(resource));
      groups.set(name, group);
    }
  }
  const statements = [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    Version: "2012-10-17",
    Statement: statements.map(([Sid, { actions, resources }]): StatementOf<Leaf> => ({
      Sid,
      Effect: "Allow",
      Action: resources.has("*") ? byVerb(actions) : [...actions].sort(),
      Resource: resources.has("*") ? "*" : shortened(context, [...resources]),
      ...conditionOf(Sid, actions, context.region),
    })),
  };
}

function conditionOf(Sid: string, actions: ReadonlySet<string>, region: string): Pick<StatementOf<Leaf>, "Condition"> {
  if (!Sid.endsWith("Iam")) return { Condition: { StringEquals: { "aws:RequestedRegion": region } } };
  return actions.has("iam:PassRole")
    ? { Condition: { StringEqualsIfExists: { "iam:PassedToService": "bedrock.amazonaws.com" } } }
    : {};
}
