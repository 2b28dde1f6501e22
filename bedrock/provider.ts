import * as pulumi from "@pulumi/pulumi";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript, whose text no transpiler may touch
const runtime = require("./runtime.cjs") as { lifecycleProvider(type: HandlerName): pulumi.dynamic.ResourceProvider };

/** The resource types of this room, as the run-time registry knows them. */
export type HandlerName =
  | "CustomizationJob"
  | "ProvisionedThroughput"
  | "ModelDeployment"
  | "InvocationLogging"
  | "AccountPublicAccessBlock"
  | "MacieSession"
  | "ModelImportJob"
  | "ModelCopyJob"
  | "EvaluationJob";

/** The provider object of a resource type; see `runtime.cjs` for what becomes of it. */
export function lifecycleProvider(type: HandlerName): pulumi.dynamic.ResourceProvider {
  return runtime.lifecycleProvider(type);
}

/**
 * What makes a name of ours ours, the same in every run: `<project>/<stack>/<resource name>`, and before the name the types of
 * the parents of a resource that has some, as its URN has them. Handlers hash it into job, model and throughput names and into
 * client request tokens. It says what to look for when something is created, and is no reason to create anew: a resource in a
 * state keeps what it has, also under a new name or parent when its aliases say that it is the same.
 *
 * @param parentUrn the URN of the parent; absent for a resource at the top of its stack
 */
export function identityOf(project: string, stack: string, name: string, parentUrn?: string): string {
  const parents = parentUrn?.split("::")[2]?.replace(/^pulumi:pulumi:Stack(?:\$|$)/, "") ?? "";
  // The name is what follows the last slash.
  const path = parents === "" ? [] : [parents.replaceAll("/", ".")];
  return [project, stack, ...path, name].join("/");
}

/** The identity of a resource that a program registers. */
export function identityIn(name: string, opts: pulumi.ResourceOptions = {}): pulumi.Input<string> {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  const { parent } = opts;
  if (parent === undefined) return identityOf(project, stack, name);
  // A promise, since an output would make the resource depend on its parent, and so on everything in it.
  return new Promise((resolve) => {
    parent.urn.apply((urn) => resolve(identityOf(project, stack, name, urn)));
  });
}
