/** Where split and inline form make no difference, and why. */

/** Bad examples, as `policy index form`, that the other form mends, and why. */
export const MENDED_BY_FORM: Readonly<Record<string, string>> = {
  "bucket-locks-keep-what-they-lock 0 inlineForm": "A bucket that holds its lock configuration is made with it.",
  "lists-are-written-in-one-place 0 inlineForm": "What is written in one form only is what the policy asks for.",
  "lists-are-written-in-one-place 0 splitForm": "What is written in one form only is what the policy asks for.",
  "lists-are-written-in-one-place 1 inlineForm": "What is written in one form only is what the policy asks for.",
  "lists-are-written-in-one-place 1 splitForm": "What is written in one form only is what the policy asks for.",
};

/** Policies that judge what the provider writes in one form only, by the reason. */
export const ONE_FORM: Readonly<Record<string, readonly string[]>> = {
  "A job, its model and what serves it are one resource with all its properties.": [
    "customization-job-uses-a-customer-key",
    "customization-job-runs-in-a-vpc",
    "base-model-is-approved",
    "job-output-is-apart-from-its-input",
    "provisioned-throughput-is-bounded",
    "job-uses-buckets-of-its-stack",
    "job-uses-groups-of-its-stack",
    "model-copy-stays-where-it-may-be",
  ],
  "It is a property of the resource, and no resource beside it sets the same.": [
    "vpc-resolves-private-names",
    "subnets-give-no-public-address",
    "bedrock-role-trusts-only-its-purpose",
    "role-has-a-boundary",
    "service-roles-trust-their-service-alone",
    "production-bucket-is-not-force-destroyed",
    "guardrail-filters-block",
    "guardrail-uses-a-customer-key",
    "invocations-are-logged-in-one-way",
    "flow-logs-record-all-traffic",
    "alarms-tell-somebody",
    "resources-carry-the-required-tags",
    "resources-stay-in-the-allowed-regions",
  ],
  "It is a resource of its own, and no property of another one sets the same.": [
    "bucket-blocks-public-access",
    "default-security-group-is-closed",
    "guardrail-version-is-pinned",
    "job-events-reach-somebody",
  ],
  "It asks whether a kind of resource is there, in whichever form that one is written.": [
    "job-network-has-no-gateway",
    "default-network-is-not-used",
    "nobody-has-lasting-credentials",
    "stack-has-its-safeguards",
    "changes-of-safeguards-raise-an-alarm",
    "throughput-has-a-budget",
  ],
};
