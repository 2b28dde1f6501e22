import type { FlowLogArgs } from "@pulumi/aws/ec2/flowLog";
import type { FlowLogsResourceType } from "@aws-sdk/client-ec2";
import { property, resource, type AnyDefinition } from "./definition";
import { ec2Arn, tagSpecifications, updateTags } from "./ec2-common";
import { tagMap } from "./tags";

const notKept = property.unsupported("the emulator does not keep it");

/** What a flow log can watch: the property, the kind that EC2 asks for, and the beginning of its ids. */
const watched: readonly { name: "vpcId" | "subnetId" | "eniId"; kind: FlowLogsResourceType; prefix: string }[] = [
  { name: "vpcId", kind: "VPC", prefix: "vpc-" },
  { name: "subnetId", kind: "Subnet", prefix: "subnet-" },
  { name: "eniId", kind: "NetworkInterface", prefix: "eni-" },
];

/** The ARN of a log group with and without the `:*` that EC2 adds names one group. */
const sameDestination = (left: unknown, right: unknown): boolean =>
  String(left).replace(/:\*$/u, "") === String(right).replace(/:\*$/u, "");

const flowLog = resource<FlowLogArgs>({
  token: "aws:ec2/flowLog:FlowLog",
  tags: true,
  inputs: {
    deliverCrossAccountRole: notKept,
    destinationOptions: notKept,
    eniId: property.string({ replace: true }),
    iamRoleArn: property.string({ replace: true }),
    logDestination: property.string({ computed: true, replace: true, same: sameDestination }),
    logDestinationType: property.string({
      default: "cloud-watch-logs",
      replace: true,
      oneOf: ["cloud-watch-logs", "s3", "kinesis-data-firehose"],
    }),
    logFormat: property.string({ computed: true, replace: true }),
    maxAggregationInterval: property.number({ default: 600, replace: true, oneOf: [60, 600] }),
    regionalNatGatewayId: notKept,
    subnetId: property.string({ replace: true }),
    tagFieldSpecifications: notKept,
    trafficType: property.string({ required: true, replace: true, oneOf: ["ACCEPT", "REJECT", "ALL"] }),
    transitGatewayAttachmentId: notKept,
    transitGatewayId: notKept,
    vpcId: property.string({ replace: true }),
  },
  outputs: ["arn"],
  check(inputs) {
    const given = watched.filter(({ name }) => inputs[name] !== undefined);
    if (given.length === 1) return [];
    return [{ property: given[1]?.name ?? "vpcId", reason: "a flow log needs exactly one of vpcId, subnetId, eniId" }];
  },
  async create(context, inputs) {
    const target = watched.find(({ name }) => inputs[name] !== undefined);
    const { FlowLogIds = [], Unsuccessful = [] } = await (
      await context.ec2()
    ).createFlowLogs({
      ResourceIds: target && [inputs[target.name] ?? ""],
      ResourceType: target?.kind,
      TrafficType: inputs.trafficType as "ALL",
      LogDestinationType: inputs.logDestinationType as "s3",
      LogDestination: inputs.logDestination,
      LogFormat: inputs.logFormat,
      DeliverLogsPermissionArn: inputs.iamRoleArn,
      MaxAggregationInterval: inputs.maxAggregationInterval,
      TagSpecifications: tagSpecifications("vpc-flow-log", inputs.tagsAll),
    });
    const [id] = FlowLogIds;
    if (id !== undefined) return id;
    const refused = Unsuccessful[0]?.Error;
    throw new Error(`EC2 did not create the flow log: ${refused?.Code}: ${refused?.Message}`);
  },
  async read(context, id) {
    const found = (await (await context.ec2()).describeFlowLogs({ FlowLogIds: [id] })).FlowLogs?.[0];
    if (!found) return undefined;
    const target = watched.find(({ prefix }) => found.ResourceId?.startsWith(prefix));
    return {
      arn: await ec2Arn(context, "vpc-flow-log", id),
      ...(target ? { [target.name]: found.ResourceId } : {}),
      iamRoleArn: found.DeliverLogsPermissionArn ?? "",
      logDestination: found.LogDestination,
      logDestinationType: found.LogDestinationType,
      logFormat: found.LogFormat,
      maxAggregationInterval: found.MaxAggregationInterval,
      trafficType: found.TrafficType,
      tagsAll: tagMap(found.Tags),
    };
  },
  async update(context, id, { olds, news }) {
    await updateTags(await context.ec2(), id, olds.tagsAll, news.tagsAll);
  },
  async delete(context, id) {
    await (await context.ec2()).deleteFlowLogs({ FlowLogIds: [id] });
  },
});

/** Flow logs. */
export const flowLogResources: readonly AnyDefinition[] = [flowLog];
