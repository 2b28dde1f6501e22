/** The calls that a customization job, and whoever deploys it, cannot do without: the table that documents are judged by. */
import { settingActions } from "../../components/documents/bucket";
import type { Caller } from "../../iam";
import { s3Arn, tls, viaBedrock, viaS3, type Call, type Place } from "./support";

const ownerTags = ["BedrockManaged", "BedrockModelCustomizationJobArn"];

/** The service role in a job's session. */
export function jobRole(place: Place): Caller {
  return { kind: "role", arn: place.role, sessionName: "job" };
}

export function deployer(place: Place): Caller {
  return { kind: "role", arn: place.deployer, sessionName: "pipeline" };
}

export const bedrock: Caller = { kind: "service", service: "bedrock.amazonaws.com" };

/** Bedrock assumes the service role for a job. */
export function assume(place: Place): Call {
  return {
    name: "Bedrock assumes the role for a job",
    caller: bedrock,
    action: "sts:AssumeRole",
    resource: place.role,
    via: "direct",
    context: { "aws:SourceAccount": place.context.accountId, "aws:SourceArn": place.jobArn },
  };
}

function dataCalls(place: Place): Call[] {
  const caller = jobRole(place);
  const { trainingBucket, outputBucket, trainingPrefix, outputPrefix } = place.data;
  const onS3 = (name: string, action: string, resource: string, context: Call["context"] = {}): Call => ({
    name,
    caller,
    action,
    resource,
    via: "s3",
    context: { ...tls, ...context },
  });
  const data = s3Arn(place, trainingBucket, `${trainingPrefix}train.jsonl`);
  const probe = s3Arn(place, outputBucket, `${outputPrefix}.write_access_check_file.tmp`);
  const listing = (prefix: string) => ({ "s3:prefix": prefix });
  return [
    onS3("looks for the data set", "s3:ListBucket", s3Arn(place, trainingBucket), listing(trainingPrefix)),
    onS3("reads the data set", "s3:GetObject", data),
    onS3("looks for its probe", "s3:ListBucket", s3Arn(place, outputBucket), listing(outputPrefix)),
    onS3("writes its probe and its metrics", "s3:PutObject", probe),
    onS3("reads its probe back", "s3:GetObject", probe),
  ];
}

function keyCalls(place: Place): Call[] {
  const caller = jobRole(place);
  const onKey = (name: string, operation: string, via: Call["via"], context: Call["context"]): Call => ({
    name,
    caller,
    action: `kms:${operation}`,
    resource: place.keyArn,
    via,
    context,
  });
  const { trainingBucket, outputBucket, trainingPrefix } = place.data;
  const object = s3Arn(place, trainingBucket, `${trainingPrefix}train.jsonl`);
  const forAws = { "kms:GrantIsForAWSResource": true };
  return [
    onKey("looks at the key", "DescribeKey", "direct", viaBedrock(place)),
    onKey("grants the key to Bedrock", "CreateGrant", "direct", { ...viaBedrock(place), ...forAws }),
    onKey("has S3 open the data set", "Decrypt", "direct", viaS3(place, s3Arn(place, trainingBucket))),
    onKey("has S3 open an object without bucket key", "Decrypt", "direct", viaS3(place, object)),
    onKey("has S3 seal the metrics", "GenerateDataKey", "direct", viaS3(place, s3Arn(place, outputBucket))),
    onKey("seals the model", "GenerateDataKey", "kms", viaBedrock(place)),
    onKey("opens the model", "Decrypt", "kms", viaBedrock(place)),
  ];
}

/** The tags that Bedrock puts on an interface, as EC2 shows them for an interface that exists. */
export function interfaceTags(place: Place, jobArn = place.jobArn): Call["context"] {
  return {
    "ec2:ResourceTag/BedrockManaged": "true",
    "ec2:ResourceTag/BedrockModelCustomizationJobArn": jobArn,
  };
}

/** ARN of an interface; before it exists, its id is a star. */
export function interfaceArn(place: Place, id = "*"): string {
  const { partition, region, accountId } = place.context;
  return `arn:${partition}:ec2:${region}:${accountId}:network-interface/${id}`;
}

function networkCalls(place: Place): Call[] {
  const caller = jobRole(place);
  const onEc2 = (name: string, action: string, resource: string, context: Call["context"] = {}): Call => ({
    name,
    caller,
    action: `ec2:${action}`,
    resource,
    via: "direct",
    context,
  });
  const requestTags = {
    "aws:RequestTag/BedrockManaged": "true",
    "aws:RequestTag/BedrockModelCustomizationJobArn": place.jobArn,
    "aws:TagKeys": ownerTags,
  };
  const describes = ["NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups"].map((what) =>
    onEc2(`looks at ${what}`, `Describe${what}`, "*"),
  );
  const onOwn = (name: string, action: string, subnet: string) =>
    onEc2(name, action, interfaceArn(place, "eni-0a"), { "ec2:Subnet": subnet, ...interfaceTags(place) });
  return [
    ...describes,
    onEc2("makes an interface", "CreateNetworkInterface", interfaceArn(place), requestTags),
    ...place.subnetArns.map((arn) => onEc2(`makes it in ${arn}`, "CreateNetworkInterface", arn)),
    onEc2("makes it with our group", "CreateNetworkInterface", place.groupArn),
    onEc2("tags it", "CreateTags", interfaceArn(place), {
      ...requestTags,
      "ec2:CreateAction": "CreateNetworkInterface",
    }),
    ...place.subnetArns.flatMap((arn) => [
      onOwn(`permits it in ${arn}`, "CreateNetworkInterfacePermission", arn),
      onOwn(`forbids it in ${arn}`, "DeleteNetworkInterfacePermission", arn),
      onOwn(`deletes it in ${arn}`, "DeleteNetworkInterface", arn),
    ]),
  ];
}

function deployerCalls(place: Place): Call[] {
  const caller = deployer(place);
  const { trainingBucket, trainingPrefix } = place.data;
  const bucket = s3Arn(place, trainingBucket);
  const onKey = (name: string, operation: string, context: Call["context"]): Call => ({
    name: `deployer ${name}`,
    caller,
    action: `kms:${operation}`,
    resource: place.keyArn,
    via: "direct",
    context,
  });
  return [
    {
      name: "deployer uploads a data set",
      caller,
      action: "s3:PutObject",
      resource: s3Arn(place, trainingBucket, `${trainingPrefix}train.jsonl`),
      via: "direct",
      context: tls,
    },
    {
      name: "deployer uploads a data set under the environment's key by name",
      caller,
      action: "s3:PutObject",
      resource: s3Arn(place, trainingBucket, `${trainingPrefix}train.jsonl`),
      via: "direct",
      context: {
        ...tls,
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": place.keyArn,
      },
    },
    {
      name: "deployer updates the policy of the bucket",
      caller,
      action: "s3:PutBucketPolicy",
      resource: bucket,
      via: "direct",
      context: tls,
    },
    ...settingActions.map((action): Call => ({
      name: `deployer changes the settings of the bucket: ${action}`,
      caller,
      action,
      resource: bucket,
      via: "direct",
      context: tls,
    })),
    onKey("has S3 seal the data set", "GenerateDataKey", viaS3(place, bucket)),
    onKey("has S3 put the parts of an upload together", "Decrypt", viaS3(place, bucket)),
    onKey("orders a model: key described", "DescribeKey", viaBedrock(place)),
    onKey("orders a model: key granted", "CreateGrant", { ...viaBedrock(place), "kms:GrantIsForAWSResource": true }),
    onKey("orders a model: model sealed", "GenerateDataKey", viaBedrock(place)),
    onKey("orders throughput: model opened", "Decrypt", viaBedrock(place)),
  ];
}

/** Every call that must go through. */
export function neededCalls(place: Place): Call[] {
  return [assume(place), ...dataCalls(place), ...keyCalls(place), ...networkCalls(place), ...deployerCalls(place)];
}
