import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { subnetCidrs } from "./cidr";
import type { AwsContext } from "./context";

/** Arguments of {@link PrivateNetwork}. */
export interface PrivateNetworkArgs {
  context: AwsContext;
  /** IPv4 block of the VPC, /16 to /28. A change replaces the network and everything in it. */
  cidrBlock: string;
  /** Zones that get a private subnet, at least one, such as `us-west-2a`. */
  zones: string[];
  /** Name tag of a part: VPC, subnets, groups. */
  tagName: (part: string) => string;
  tags: Record<string, string>;
}

/**
 * Position of a zone's block: 0 for zone a, 1 for zone b. By its letter and not by its place in a list, so that a zone that
 * is added or left out later moves no other subnet.
 */
export function zoneIndex(zone: string): number {
  return zone.charCodeAt(zone.length - 1) - "a".charCodeAt(0);
}

/** A private subnet and the zone in which it lies. */
export interface PrivateSubnet {
  zone: string;
  id: pulumi.Output<string>;
}

/**
 * A VPC that has no way to the internet: no gateway, no NAT, no peering, one route table with nothing but the local
 * route. It has one private subnet in every availability zone, as Bedrock advises for customization jobs, and DNS support
 * and host names, so that the names of S3 and KMS resolve to the endpoints.
 */
export class PrivateNetwork extends pulumi.ComponentResource {
  public readonly vpcId: pulumi.Output<string>;
  public readonly subnets: PrivateSubnet[];
  public readonly routeTableId: pulumi.Output<string>;
  /** Group of the job's network interfaces. */
  public readonly jobGroupId: pulumi.Output<string>;
  /** Group of the interface endpoints. */
  public readonly endpointGroupId: pulumi.Output<string>;

  private readonly namePrefix: string;
  private readonly args: PrivateNetworkArgs;

  public constructor(name: string, args: PrivateNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-model-customization:index:PrivateNetwork", name, {}, opts);
    this.namePrefix = name;
    this.args = args;

    const vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      {
        cidrBlock: args.cidrBlock,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: this.tags("vpc"),
      },
      { parent: this },
    );
    this.vpcId = vpc.id;
    this.closeDefaultGroup();
    this.routeTableId = this.createRouteTable();
    this.subnets = this.createSubnets();
    const { job, endpoint } = this.createGroups();
    this.jobGroupId = job.id;
    this.endpointGroupId = endpoint.id;
    this.createRules();

    this.registerOutputs({
      vpcId: this.vpcId,
      subnetIds: this.subnets.map((subnet) => subnet.id),
      routeTableId: this.routeTableId,
      jobGroupId: this.jobGroupId,
      endpointGroupId: this.endpointGroupId,
    });
  }

  private tags(part: string): Record<string, string> {
    return { ...this.args.tags, Name: this.args.tagName(part) };
  }

  /** Whatever is started without naming a group lands in the default group: it may talk to nobody. */
  private closeDefaultGroup(): void {
    new aws.ec2.DefaultSecurityGroup(
      `${this.namePrefix}-default-group`,
      { vpcId: this.vpcId, ingress: [], egress: [], tags: this.tags("default-closed") },
      { parent: this },
    );
  }

  private createRouteTable(): pulumi.Output<string> {
    const table = new aws.ec2.RouteTable(
      `${this.namePrefix}-routes`,
      { vpcId: this.vpcId, tags: this.tags("private") },
      { parent: this },
    );
    return table.id;
  }

  private createSubnets(): PrivateSubnet[] {
    const { zones } = this.args;
    const blocks = subnetCidrs(this.args.cidrBlock, Math.max(...zones.map(zoneIndex)) + 1);
    return zones.map((zone) => {
      const subnet = new aws.ec2.Subnet(
        `${this.namePrefix}-${zone}`,
        {
          vpcId: this.vpcId,
          availabilityZone: zone,
          cidrBlock: blocks[zoneIndex(zone)],
          mapPublicIpOnLaunch: false,
          tags: this.tags(`private-${zone}`),
        },
        { parent: this },
      );
      new aws.ec2.RouteTableAssociation(
        `${this.namePrefix}-${zone}-routes`,
        { subnetId: subnet.id, routeTableId: this.routeTableId },
        { parent: this },
      );
      return { zone, id: subnet.id };
    });
  }

  private createGroups(): { job: aws.ec2.SecurityGroup; endpoint: aws.ec2.SecurityGroup } {
    const group = (part: string, description: string) =>
      new aws.ec2.SecurityGroup(
        `${this.namePrefix}-${part}`,
        { vpcId: this.vpcId, name: this.args.tagName(part), description, tags: this.tags(part) },
        { parent: this },
      );
    return {
      job: group("job-group", "Network interfaces of Bedrock customization jobs"),
      endpoint: group("endpoint-group", "Interface endpoints, reached by customization jobs only"),
    };
  }

  /**
   * The job's interfaces talk to each other freely (training runs on several nodes), to the interface endpoints and to S3
   * by TLS, and to nothing else. The endpoints take TLS from the job's interfaces and start no connection themselves.
   */
  private createRules(): void {
    const job = { securityGroupId: this.jobGroupId, tags: this.args.tags };
    const endpoint = { securityGroupId: this.endpointGroupId, tags: this.args.tags };
    const tls = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    const within = { ipProtocol: "-1", referencedSecurityGroupId: this.jobGroupId };
    const ingress = (part: string, args: aws.vpc.SecurityGroupIngressRuleArgs) =>
      new aws.vpc.SecurityGroupIngressRule(`${this.namePrefix}-${part}`, args, { parent: this });
    const egress = (part: string, args: aws.vpc.SecurityGroupEgressRuleArgs) =>
      new aws.vpc.SecurityGroupEgressRule(`${this.namePrefix}-${part}`, args, { parent: this });
    ingress("job-from-job", { ...job, ...within, description: "Between the interfaces of a job" });
    egress("job-to-job", { ...job, ...within, description: "Between the interfaces of a job" });
    egress("job-to-endpoints", {
      ...job,
      ...tls,
      referencedSecurityGroupId: this.endpointGroupId,
      description: "TLS to the interface endpoints",
    });
    egress("job-to-s3", {
      ...job,
      ...tls,
      prefixListId: this.args.context.s3PrefixListId,
      description: "TLS to S3 through the gateway endpoint",
    });
    ingress("endpoints-from-job", {
      ...endpoint,
      ...tls,
      referencedSecurityGroupId: this.jobGroupId,
      description: "TLS from customization jobs",
    });
  }
}
