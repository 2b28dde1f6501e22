/** Network isolation: the job runs in a VPC from which no way leads to the internet, and endpoints bound who and what. */
import { openRange } from "./cidr";
import { customizationOf } from "./customization";
import { splitOrInline } from "./documents";
import { leaksThrough } from "./endpoint-probes";
import { inParts, numberSetting } from "./judge";
import type { PolicyRule } from "./model";
import { NARROWEST_PUBLIC_PREFIX } from "./parameters";
import { stackIn, type StackView } from "./stack";
import { Unjudgeable, type Reader, type Subject } from "./subject";
import { isApartFromJobs, routeAt, TO_TABLE } from "./topology";
import { ENDPOINTS, ENDPOINT_POLICY_JOIN, ROUTES, SECURITY_GROUPS, SUBNETS, VPCS, VPC_JOBS } from "./tokens";

const ISOLATION = { "NIST 800-53": ["AC-4", "SC-7"], "SOC 2": ["CC6.6"], "OWASP LLM Top 10": ["LLM02"] };

const jobInVpc: PolicyRule = {
  id: "customization-job-runs-in-a-vpc",
  family: "network",
  severity: "high",
  level: "mandatory",
  title: "A job that customizes or imports a model reads its data through a VPC",
  threat: "Outside a VPC no endpoint policy, security group or flow log stands between the training data and the rest.",
  remediation: {
    text: "Give the job private subnets in several availability zones and a security group.",
    code: `new CustomizationJob("job", { vpcConfig: { subnetIds: subnets.map((s) => s.id), securityGroupIds: [group.id] }, /* … */ });`,
  },
  frameworks: ISOLATION,
  replaces: [],
  appliesTo: VPC_JOBS,
  phase: "resource",
  parameters: {
    minimumSubnets: { type: "integer", default: 2, minimum: 1, maximum: 16, description: "Fewest subnets of a job." },
  },
  *judge(job, context) {
    const { vpc } = customizationOf(job);
    if (!vpc.exists) {
      yield "vpcConfig is not set; subnets and a security group are required.";
      return;
    }
    const required = numberSetting(context, "minimumSubnets");
    const subnets = countOf(vpc, "subnetIds", job, SUBNETS, context.stack);
    if (subnets < required) yield `vpcConfig.subnetIds has ${subnets} subnets; at least ${required} are required.`;
    const groups = countOf(vpc, "securityGroupIds", job, SECURITY_GROUPS, context.stack);
    if (groups === 0) yield "vpcConfig.securityGroupIds is empty; one is required.";
  },
};

const noInternetRoute: PolicyRule = {
  id: "route-tables-reach-no-internet",
  family: "network",
  severity: "critical",
  level: "mandatory",
  title: "No route table of a stack that customizes models has a way to the internet",
  threat: "A way out is a way for training data to leave that no endpoint policy sees.",
  remediation: {
    text: "Remove the route; reach AWS services through VPC endpoints.",
    code: `new aws.ec2.RouteTable("private", { vpcId: vpc.id }); // only the local route and the S3 gateway endpoint`,
  },
  frameworks: ISOLATION,
  replaces: ["VPCNoUnrestrictedRouteToIGW", "NO_UNRESTRICTED_ROUTE_TO_IGW"],
  appliesTo: ROUTES,
  phase: "stack",
  onlyWithBedrock: true,
  parameters: { narrowestPublicPrefix: NARROWEST_PUBLIC_PREFIX },
  *judge(subject, context) {
    if (isApartFromJobs(subject, stackIn(context.stack), TO_TABLE)) return;
    const narrow = numberSetting(context, "narrowestPublicPrefix");
    const routes = subject.type === "aws:ec2/route:Route" ? [undefined] : subject.at("routes").list();
    yield* inParts(routes, function* (inline) {
      const route = routeAt((...names) => (inline ?? subject).at(...names), subject.name);
      if (route.gateway === undefined) return;
      for (const destination of route.destinations) {
        const open = openRange(destination.string(), narrow);
        if (open !== undefined) yield `${destination.path} (${open}) leads out of the VPC through ${route.gateway}.`;
      }
    });
  },
};

const privateNames: PolicyRule = {
  id: "interface-endpoints-have-private-names",
  family: "network",
  severity: "medium",
  level: "mandatory",
  title: "An interface endpoint answers under the service's own name",
  threat: "Without private DNS clients resolve the public address and leave, or fail, instead of using the endpoint.",
  remediation: {
    text: "Set privateDnsEnabled to true.",
    code: `new aws.ec2.VpcEndpoint("kms", { vpcEndpointType: "Interface", privateDnsEnabled: true, /* … */ });`,
  },
  frameworks: ISOLATION,
  replaces: [],
  appliesTo: ENDPOINTS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(endpoint, context) {
    if (isApartFromJobs(endpoint, stackIn(context.stack))) return;
    if ((endpoint.at("vpcEndpointType").string() ?? "Gateway") !== "Interface") return;
    if (!endpoint.at("privateDnsEnabled").isTrue()) yield "privateDnsEnabled is not true.";
  },
};

const vpcNames: PolicyRule = {
  id: "vpc-resolves-private-names",
  family: "network",
  severity: "medium",
  level: "mandatory",
  title: "The VPC of a stack that customizes models resolves the names of its endpoints",
  threat: "Private DNS of an endpoint has no effect in a VPC without DNS support and DNS host names.",
  remediation: {
    text: "Set enableDnsSupport and enableDnsHostnames to true.",
    code: `new aws.ec2.Vpc("private", { cidrBlock: "10.0.0.0/16", enableDnsSupport: true, enableDnsHostnames: true });`,
  },
  frameworks: ISOLATION,
  replaces: [],
  appliesTo: VPCS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(vpc, context) {
    if (isApartFromJobs(vpc, stackIn(context.stack))) return;
    const support = vpc.at("enableDnsSupport");
    if (support.exists && !support.isTrue()) yield "enableDnsSupport is false.";
    if (!vpc.at("enableDnsHostnames").isTrue()) yield "enableDnsHostnames is not true.";
  },
};

const endpointBounded: PolicyRule = {
  id: "vpc-endpoint-policy-bounds-who-and-what",
  family: "network",
  severity: "high",
  level: "mandatory",
  title: "The policy of a VPC endpoint bounds who may pass and to which resources",
  threat: "Through an endpoint with full access, stolen data goes to a bucket of the thief as easily as to your own.",
  remediation: {
    text: "Allow your roles, or aws:PrincipalAccount, on your resources, or aws:ResourceAccount, in one statement.",
    code: `policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:*Object", Resource: \`\${bucketArn}/*\`,
  Condition: { StringEquals: { "aws:PrincipalAccount": account, "aws:ResourceAccount": account } } }] })`,
  },
  frameworks: { ...ISOLATION, "NIST 800-53": ["AC-3", "AC-4", "AC-6", "SC-7"] },
  replaces: ["vpc_endpoint_connections_trust_boundaries"],
  appliesTo: ENDPOINTS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(endpoint, context) {
    if (isApartFromJobs(endpoint, stackIn(context.stack))) return;
    const documents = splitOrInline(endpoint, stackIn(context.stack), ENDPOINT_POLICY_JOIN);
    if (documents.length === 0) yield "The endpoint has no policy; the default allows everything to everyone.";
    const service = serviceOf(endpoint.at("serviceName").string() ?? "");
    yield* inParts(documents, (document) => leaksThrough(document, service));
  },
};

/** The network policies. */
export const network: readonly PolicyRule[] = [jobInVpc, noInternetRoute, privateNames, vpcNames, endpointBounded];

/** The IAM namespace of an endpoint's service: `bedrock` for `com.amazonaws.us-west-2.bedrock-runtime`. */
export function serviceOf(serviceName: string): string {
  const name = serviceName.split(".").at(-1) ?? "";
  return /^bedrock(?:-|$)/.test(name) ? "bedrock" : (name.split("-")[0] ?? name);
}

/** How many ids a list has; where the list is not known yet, how many resources it is made of. */
function countOf(
  vpc: Reader,
  list: string,
  job: Subject,
  types: readonly string[],
  stack: StackView | undefined,
): number {
  try {
    return vpc.at(list).list().length;
  } catch (error) {
    const resources = stack?.dependencies(job, vpc.path, types) ?? [];
    if (!(error instanceof Unjudgeable) || resources.length === 0) throw error;
    return resources.length;
  }
}
