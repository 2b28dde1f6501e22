import type { Service } from "./definition";
import { associationResources } from "./ec2-associations";
import { endpointResources } from "./ec2-endpoints";
import { flowLogResources } from "./ec2-flow-log";
import { ec2Functions } from "./ec2-functions";
import { gatewayResources } from "./ec2-gateways";
import { networkAclResources } from "./ec2-network-acl";
import { routeResources } from "./ec2-routes";
import { securityGroupRuleResources } from "./ec2-security-group-rules";
import { securityGroupResources } from "./ec2-security-groups";
import { vpcResources } from "./ec2-vpc";
import { iamResources } from "./iam";
import { iamFunctions } from "./iam-functions";
import { iamRoleResources } from "./iam-role";
import { indexFunctions } from "./index-functions";
import { kmsResources } from "./kms";
import { kmsFunctions } from "./kms-functions";
import { logResources } from "./logs";
import { bucketNotificationResources } from "./s3-notification";
import { bucketResources } from "./s3-bucket";
import { s3Functions } from "./s3-functions";
import { bucketLifecycleResources } from "./s3-lifecycle";
import { bucketObjectResources } from "./s3-object";
import { bucketSettingResources } from "./s3-settings";

/** Everything that is served, by the file that serves it. A new file is added here and nowhere else. */
export const services: readonly Service[] = [
  { file: "local/aws/index-functions.ts", functions: indexFunctions },
  { file: "local/aws/kms.ts", resources: kmsResources },
  { file: "local/aws/kms-functions.ts", functions: kmsFunctions },
  { file: "local/aws/s3-bucket.ts", resources: bucketResources },
  { file: "local/aws/s3-settings.ts", resources: bucketSettingResources },
  { file: "local/aws/s3-lifecycle.ts", resources: bucketLifecycleResources },
  { file: "local/aws/s3-notification.ts", resources: bucketNotificationResources },
  { file: "local/aws/s3-object.ts", resources: bucketObjectResources },
  { file: "local/aws/s3-functions.ts", functions: s3Functions },
  { file: "local/aws/iam-role.ts", resources: iamRoleResources },
  { file: "local/aws/iam.ts", resources: iamResources },
  { file: "local/aws/iam-functions.ts", functions: iamFunctions },
  { file: "local/aws/ec2-vpc.ts", resources: vpcResources },
  { file: "local/aws/ec2-routes.ts", resources: routeResources },
  { file: "local/aws/ec2-associations.ts", resources: associationResources },
  { file: "local/aws/ec2-security-groups.ts", resources: securityGroupResources },
  { file: "local/aws/ec2-security-group-rules.ts", resources: securityGroupRuleResources },
  { file: "local/aws/ec2-endpoints.ts", resources: endpointResources },
  { file: "local/aws/ec2-gateways.ts", resources: gatewayResources },
  { file: "local/aws/ec2-network-acl.ts", resources: networkAclResources },
  { file: "local/aws/ec2-flow-log.ts", resources: flowLogResources },
  { file: "local/aws/ec2-functions.ts", functions: ec2Functions },
  { file: "local/aws/logs.ts", resources: logResources },
];
