/** Networks: rules of groups in all forms and spellings. */
import { on, resource, type Oddity } from "./resources";

const CLOSED = "security-groups-are-closed-to-the-world";
const group = (name: string, properties: object) =>
  resource("aws:ec2/securityGroup:SecurityGroup", name, { id: name, vpcId: "vpc-1", ...properties });
const older = (name: string, properties: object) =>
  resource("aws:ec2/securityGroupRule:SecurityGroupRule", name, {
    type: "ingress",
    securityGroupId: "sg-1",
    ...properties,
  });
const rule = (name: string, properties: object) =>
  resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name, {
    securityGroupId: "sg-1",
    ...properties,
  });
const ssh = { ipProtocol: "tcp", fromPort: 22, toPort: 22 };

/** The programs. */
export const networkOddities: readonly Oddity[] = [
  [
    "rules that are open, in all spellings",
    [
      group("number", { ingress: [{ protocol: -1, fromPort: 0, toPort: 0, ipv6CidrBlocks: ["0::/0"] }] }),
      group("word", { ingress: [{ protocol: "all", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/00"] }] }),
      older("text", { protocol: "tcp", fromPort: "22", toPort: "22", cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }),
      rule("ports", { ...ssh, fromPort: 0, toPort: 65535, cidrIpv6: "::/0" }),
      rule("half", { ...ssh, cidrIpv4: "128.0.0.0/1" }),
      rule("rented", { ...ssh, cidrIpv4: "11.0.0.0/8" }),
    ],
    on(CLOSED, "number", "word", "text", "ports", "half", "rented"),
  ],
  [
    "a group with its ways out in it, and its ways in beside it, which are two lists",
    [
      group("sg-1", { egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["10.0.0.0/8"] }] }),
      rule("in", { ...ssh, cidrIpv4: "10.0.0.0/8" }),
      older("in-of-the-older-kind", { protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["10.1.0.0/16"] }),
    ],
    [],
  ],
  [
    "a group with its ways out in it and beside it",
    [
      group("sg-1", { egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["10.0.0.0/8"] }] }),
      older("out", { type: "egress", protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["10.1.0.0/16"] }),
    ],
    on("lists-are-written-in-one-place", "sg-1"),
  ],
  [
    "rules that are not",
    [
      rule("office", { ...ssh, cidrIpv4: "198.51.100.7/32" }),
      rule("local", { ...ssh, cidrIpv6: "fd00::/8" }),
      rule("carrier", { ...ssh, cidrIpv4: "100.64.0.0/10" }),
      rule("list", { ...ssh, prefixListId: "pl-0unknown" }),
    ],
    [],
  ],
];
