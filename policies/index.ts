/** The policy pack, as the engine loads it. */
import { PolicyPack } from "@pulumi/policy";
import { catalogue } from "./catalogue";
import { toSdkPolicies } from "./sdk";
import { convertOnce, showOnce } from "./sdk-memo";

convertOnce();
showOnce();

new PolicyPack("secure-model-customization", {
  displayName: "Secure model customization",
  description:
    "Keeps the customization of foundation models on Amazon Bedrock encrypted, private and least-privileged.",
  provider: "aws",
  policies: toSdkPolicies(catalogue),
});
