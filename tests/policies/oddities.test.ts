import assert from "node:assert/strict";
import { catalogue } from "../../policies/catalogue";
import { environment } from "../../policies/examples/environment";
import type { ExampleResource } from "../../policies/examples/example";
import { open, runPack, UNKNOWN_TEXT, violations, type Outcome } from "./harness";
import { documentOddities } from "./oddities/documents";
import { networkOddities } from "./oddities/network";
import { allow, closedBucket, ours, resource } from "./oddities/resources";
import { storageOddities } from "./oddities/storage";
import { trustOddities } from "./oddities/trust";

const ON_JOB = ["job-subnets-have-no-way-out on job"];
const ATTACHED = ["job-network-has-no-gateway on beside"];

/** A resource whose properties are ids of resources of the environment, which no dependency repeats. */
function beside(type: string, pointers: Readonly<Record<string, string>>): ExampleResource {
  const dependencies = Object.fromEntries(Object.entries(pointers).map(([property, name]) => [property, [name]]));
  return resource(
    type,
    "beside",
    Object.fromEntries(Object.keys(pointers).map((name) => [name, UNKNOWN_TEXT])),
    dependencies,
  );
}

function route(properties: object): ExampleResource {
  return resource(
    "aws:ec2/route:Route",
    "beside",
    { routeTableId: "rtb-0aaa", ...properties },
    { routeTableId: ["routes"] },
  );
}

const advisory = new Set(catalogue.flatMap(({ id, level }) => (level === "advisory" ? [id] : [])));
const stopping = (outcome: Outcome) => violations(outcome).filter((line) => !advisory.has(line.split(" on ")[0] ?? ""));

/** A resource beside the example environment, in its VPC `vpc-0aaa`, and what must be found where. */
const besideOurs: readonly (readonly [string, ExampleResource, readonly string[]])[] = [
  [
    "routes of a private gateway",
    beside("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation", { routeTableId: "routes" }),
    ON_JOB,
  ],
  [
    "an appliance behind an endpoint",
    route({ destinationCidrBlock: "10.9.0.0/16", vpcEndpointId: "vpce-0gateway" }),
    ON_JOB,
  ],
  [
    "the way to all IPv6 addresses",
    route({ destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-0a" }),
    ["route-tables-reach-no-internet on beside"],
  ],
  [
    "a wide area network",
    route({ destinationCidrBlock: "10.0.0.0/8", coreNetworkArn: "arn:aws:networkmanager::1:core" }),
    ON_JOB,
  ],
  ["an instance as the next hop", route({ destinationCidrBlock: "10.0.0.0/8", instanceId: "i-0a" }), ON_JOB],
  [
    "a transit gateway for a list of prefixes",
    route({ destinationPrefixListId: "pl-0a", transitGatewayId: "tgw-0a" }),
    ON_JOB,
  ],
  [
    "an accepted peering",
    beside("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter", { vpcId: "vpc" }),
    ATTACHED,
  ],
  [
    "an attached private gateway",
    beside("aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment", { vpcId: "vpc" }),
    ATTACHED,
  ],
  [
    "a wide area network at the VPC",
    beside("aws:networkmanager/vpcAttachment:VpcAttachment", { vpcArn: "vpc" }),
    ATTACHED,
  ],
  [
    "a client VPN",
    beside("aws:ec2clientvpn/networkAssociation:NetworkAssociation", { subnetId: "subnet-1" }),
    ATTACHED,
  ],
  [
    "a service network",
    beside("aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation", { vpcIdentifier: "vpc" }),
    ATTACHED,
  ],
];

const families = {
  "documents that are written in unusual ways": documentOddities,
  "roles that are taken on": trustOddities,
  "buckets, keys and queues": storageOddities,
  networks: networkOddities,
};

describe("policies: what programs of others have that ours has not", () => {
  describe("ways out of the network of a job", () => {
    for (const [what, extra, finds] of besideOurs) {
      it(`find: ${what}`, async () => {
        assert.deepEqual(stopping(await runPack([...environment, extra])), finds);
      });
    }
  });

  it("say what they cannot judge: resources of another provider, and what stands in templates", async () => {
    const program = [
      ...["one", "two", "three", "four", "five", "six"].map((name) => resource("aws-native:s3:Bucket", name, {})),
      resource("aws-native:iam:Role", "role", {}),
      resource("aws-native:dynamodb:Table", "table", {}),
      resource("aws:cloudcontrol/resource:Resource", "control", { typeName: "AWS::KMS::Key", desiredState: "{}" }),
      resource("aws:cloudcontrol/resource:Resource", "other", { typeName: "AWS::DynamoDB::Table", desiredState: "{}" }),
      resource("aws:cloudformation/stack:Stack", "template", { templateBody: "{}" }),
    ];
    const { reports } = await runPack(program);
    const [summary, ...others] = reports;
    assert.deepEqual([others, summary?.policy], [[], "every-judgement-is-made"]);
    const lines = summary?.message.split("\n").slice(1) ?? [];
    const about = lines.map((line) => /^- all policies on (.*): the pack reads/.exec(line)?.[1]);
    assert.deepEqual(about, [
      "one, two, three, four, five and 1 more (aws-native:s3:Bucket)",
      "role (aws-native:iam:Role)",
      "control (aws:cloudcontrol/resource:Resource AWS::KMS::Key)",
      "template (aws:cloudformation/stack:Stack)",
    ]);
  });

  it("leave open whose a canonical user is, and judge the rest of the policy", async () => {
    const user = { CanonicalUser: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be" };
    const statement = allow("s3:GetObject", "arn:aws:s3:::one/*", { Principal: user });
    const outcome = await runPack([ours, ...closedBucket("one", statement)]);
    assert.deepEqual(stopping(outcome), []);
    assert.deepEqual(open(outcome), ["bucket-policy-keeps-strangers-out on one"]);
    const everybody = allow("s3:GetObject", "arn:aws:s3:::one/*", { Principal: "*" });
    assert.deepEqual(stopping(await runPack([ours, ...closedBucket("one", statement, everybody)])), [
      "bucket-policy-keeps-strangers-out on one",
    ]);
  });

  for (const [family, oddities] of Object.entries(families)) {
    describe(family, () => {
      for (const [what, resources, finds] of oddities) {
        it(`${finds.length > 0 ? "find" : "accept"}: ${what}`, async () => {
          const outcome = await runPack(resources);
          assert.deepEqual(stopping(outcome), [...finds].sort());
          assert.deepEqual(open(outcome), []);
        });
      }
    });
  }
});
