/** Examples of the network policies. */
import { ACCOUNT, environment, statements } from "./environment";
import { changed, json, pick, type Examples } from "./example";

const { s3Endpoint, kmsEndpoint } = statements;
const job = pick(environment, "job");
const routes = pick(environment, "routes", "job");
const groups = pick(environment, "job-group", "to-s3", "from-vpc", "job");
const endpoints = pick(environment, "s3-endpoint", "kms-endpoint", "job");
const vpc = pick(environment, "vpc", "job");
const s3 = (...changes: object[]) =>
  changed(endpoints, "s3-endpoint", "policy", json(...changes.map((change) => ({ ...s3Endpoint, ...change }))));
const open = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] };

/** Examples by policy. */
export const networkExamples: Readonly<Record<string, Examples>> = {
  "customization-job-runs-in-a-vpc": {
    good: job,
    bad: [
      changed(job, "job", "vpcConfig", undefined),
      changed(job, "job", "vpcConfig", { subnetIds: ["subnet-0aaa"], securityGroupIds: ["sg-0aaa"] }),
      changed(job, "job", "vpcConfig", { subnetIds: ["subnet-0aaa", "subnet-0bbb"], securityGroupIds: [] }),
    ],
  },
  "route-tables-reach-no-internet": {
    good: routes,
    bad: [
      changed(routes, "routes", "routes", [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-0aaa" }]),
      changed(routes, "routes", "routes", [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-0aaa" }]),
      changed(routes, "routes", "routes", [{ ipv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-0aaa" }]),
      changed(routes, "routes", "routes", [{ cidrBlock: "128.0.0.0/1", transitGatewayId: "tgw-0aaa" }]),
    ],
  },
  "security-groups-are-closed-to-the-world": {
    good: groups,
    bad: [
      changed(groups, "job-group", "egress", [{ ...open, protocol: "-1", fromPort: 0, toPort: 0 }]),
      changed(groups, "job-group", "ingress", [open]),
      changed(groups, "job-group", "egress", [{ ...open, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] }]),
      changed(groups, "to-s3", "cidrIpv4", "0.0.0.0/0"),
      changed(groups, "to-s3", "cidrIpv6", "::/0"),
      changed(groups, "from-vpc", "cidrIpv4", "10.0.0.0/7"),
    ],
  },
  "interface-endpoints-have-private-names": {
    good: endpoints,
    bad: [
      changed(endpoints, "kms-endpoint", "privateDnsEnabled", false),
      changed(endpoints, "kms-endpoint", "privateDnsEnabled", undefined),
    ],
  },
  "vpc-resolves-private-names": {
    good: vpc,
    bad: [changed(vpc, "vpc", "enableDnsHostnames", undefined), changed(vpc, "vpc", "enableDnsSupport", false)],
  },
  "vpc-endpoint-policy-bounds-who-and-what": {
    good: endpoints,
    bad: [
      changed(endpoints, "s3-endpoint", "policy", undefined),
      s3({ Action: "*", Resource: "*", Condition: undefined }),
      s3({ Resource: "*", Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } }),
      s3({ Resource: "*", Condition: { StringEquals: { "aws:ResourceAccount": ACCOUNT } } }),
      s3({ Condition: undefined }),
      s3({}, { Sid: "Wide", Action: "s3:PutObject", Resource: "arn:aws:s3:::acme-*", Condition: undefined }),
      s3({ Condition: { StringEquals: { "aws:SecureTransport": "true" } } }),
      changed(endpoints, "kms-endpoint", "policy", json({ ...kmsEndpoint, Principal: "*" })),
      changed(endpoints, "kms-endpoint", "policy", json({ ...kmsEndpoint, Resource: "*" })),
    ],
  },
};
