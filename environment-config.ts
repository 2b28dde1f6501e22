import { z } from "zod";
import { acceptableFindings } from "./components/existing-findings";
import { defaultContent } from "./components/guardrail-content";
import { presetNames } from "./components/presets";
import { endpointServices, personas, serviceRoles } from "./components/settings";

// The sections of the configuration that say what the environment has. A value that is left out is the preset's.

const principal = z
  .string()
  .regex(
    /^arn:[a-z-]+:(?:iam|sts)::\d{12}:\S+$/u,
    "an ARN of a role, user or SAML provider is expected, wildcards allowed",
  );
const days = (text: string) => z.int().min(1).max(3653).optional().describe(text);
const flag = (text: string) => z.boolean().optional().describe(text);

/** Which preset the environment starts from. */
export const preset = z
  .enum(presetNames)
  .default("dev")
  .describe(
    "What the environment has unless a section says otherwise; docs/environment.md lists every value. minimal: a job and nothing beside it. " +
      "dev: watched, made anew at will. prod: protected from deletion, separate keys, locked logs.",
  );

export const encryption = z
  .strictObject({
    keys: z
      .enum(["one", "separate"])
      .optional()
      .describe(
        "One key for everything, or one each for data, model and logs. Models stay under the key they were made with.",
      ),
    existingKeyArn: z
      .string()
      .regex(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/u, "the ARN of a key is expected, not an alias")
      .optional()
      .describe(
        "A customer managed key that exists, instead of a new one. Its policy stays its owner's; the output requiredKeyPolicy says what it must hold.",
      ),
    administratorArns: z
      .array(principal)
      .min(1)
      .optional()
      .describe(
        "Principals that administer the keys and may not use them, deployers included. Default: whoever may by IAM. Without the deployers among them, no update can change a key.",
      ),
  })
  .prefault({});

const bucketName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u,
    "the name of a bucket is expected: 3 to 63 lower-case letters, digits, hyphens and dots",
  );

export const storage = z
  .strictObject({
    deletionProtection: flag(
      "Whether the engine refuses to delete keys and buckets. Switch it off, update, then destroy.",
    ),
    accessLogs: flag(
      "Whether each request to a data bucket is recorded in the log bucket. Without it nobody can tell later who asked for data (policy bucket-access-is-recorded).",
    ),
    keepVersionsDays: days("Days for which earlier versions of an object are kept."),
    keepLogsDays: days("Days after which a log in the log bucket is deleted."),
    objectLock: z
      .enum(["none", "GOVERNANCE", "COMPLIANCE"])
      .optional()
      .describe(
        "Whether logs can be neither changed nor deleted for objectLockDays. Nobody can lift COMPLIANCE, the root user included. A change to or from none replaces the log bucket.",
      ),
    objectLockDays: days(
      "Days for which object lock holds; at most keepLogsDays. Below 30 an intruder only has to wait (policy bucket-locks-keep-what-they-lock, parameter minimumDays).",
    ),
    existingTrainingBucket: bucketName
      .optional()
      .describe(
        "A bucket that exists, instead of a new one for data sets. Its settings and its policy stay its owner's.",
      ),
    existingOutputBucket: bucketName
      .optional()
      .describe(
        "A bucket that exists, instead of a new one for results. Its settings and its policy stay its owner's.",
      ),
  })
  .prefault({});

export const network = z
  .strictObject({
    cidrBlock: z
      .string()
      .regex(/^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/u, "an IPv4 CIDR block is expected, such as 10.40.0.0/16")
      .default("10.40.0.0/16")
      .describe("IPv4 block of the private network, /16 to /28. A change replaces the network."),
    availabilityZones: z
      .array(z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/u, "a zone such as us-west-2a is expected"))
      .min(1)
      .max(16)
      .optional()
      .describe(
        "Zones that get a private subnet. Default: as many as zones says. Name them where a zone offers no KMS endpoint. With one, as with zones: 1.",
      ),
    zones: z
      .union([z.int().min(1).max(16), z.literal("all")])
      .optional()
      .describe(
        'In how many zones the network lies: a number, or "all", as Bedrock advises for jobs. With 1, the loss of a zone ends jobs and endpoints (policy customization-job-runs-in-a-vpc, parameter minimumSubnets).',
      ),
    endpoints: z
      .array(z.enum(endpointServices))
      .refine((services) => services.includes("kms"), "kms must be among them: jobs reach the key through it")
      .optional()
      .describe("AWS services with an interface endpoint, kms among them. Each is billed per zone and hour."),
    flowLogs: flag(
      "Whether accepted and rejected traffic is recorded. Without it nobody sees what tried to leave (policy stack-has-its-safeguards).",
    ),
    existing: z
      .strictObject({
        vpcId: z.string().regex(/^vpc-[0-9a-f]+$/u, "the id of a VPC is expected, such as vpc-0a1b2c3d"),
        subnetIds: z
          .array(z.string().regex(/^subnet-[0-9a-f]+$/u, "the id of a subnet is expected, such as subnet-0a1b2c3d"))
          .min(1)
          .max(16),
      })
      .optional()
      .describe(
        "A VPC that exists, instead of a new one. It is checked for a way to the internet before anything is made.",
      ),
  })
  .prefault({});

const people = z
  .strictObject({
    assumedBy: z
      .array(principal)
      .min(1)
      .optional()
      .describe(
        "Roles, users (wildcards allowed) and SAML providers. Default: whoever deploys. Those of another account are trusted with what that account makes of them (policies role-trust-keeps-strangers-out and documents-name-known-accounts, parameter accounts).",
      ),
    requireMfa: flag(
      "Whether a role or user must have signed in with a second factor. Default: yes for people, no for the invoker. Say no for roles of IAM Identity Center, where the identity provider asks.",
    ),
    maxSessionHours: z.int().min(1).max(12).optional().describe("Longest session in hours. Default: 1."),
  })
  .optional();

export const access = z
  .strictObject({
    roles: z.array(z.enum(personas)).optional().describe("Roles for people and applications."),
    serviceRoles: z
      .array(z.enum(serviceRoles))
      .optional()
      .describe("Roles for Bedrock besides the customization role."),
    permissionsBoundary: flag(
      "Whether every role gets a permissions boundary that keeps it to what this environment does.",
    ),
    people: z
      .strictObject({
        operator: people.describe("Who runs jobs and puts models in service."),
        steward: people.describe("Who writes training data."),
        invoker: people.describe("Which applications call the models."),
        auditor: people.describe("Who reads settings and logs."),
      })
      .prefault({})
      .describe("Who may assume each role."),
    applicationEndpointIds: z
      .array(z.string().regex(/^vpce-[0-9a-f]+$/u, "the id of an endpoint is expected, such as vpce-0a1b2c3d"))
      .default([])
      .describe("Endpoints for Bedrock's runtime in other VPCs through which applications call as invoker."),
    organizationId: z
      .string()
      .regex(/^o-[a-z0-9]{10,32}$/u, "the id of an AWS organization is expected, such as o-a1b2c3d4e5")
      .optional()
      .describe("AWS organization to which who and what passes an endpoint must belong."),
    existingCustomizationRoleArn: z
      .string()
      .regex(/^arn:[a-z-]+:iam::\d{12}:role\/\S+$/u, "the ARN of a role is expected")
      .optional()
      .describe(
        "A service role that exists, instead of a new one. Its trust policy is checked before anything is made.",
      ),
  })
  .prefault({});

export const audit = z
  .strictObject({
    trail: flag(
      "Whether a trail records every call and each access to data and models. Without it, unless the account has one, nothing tells who did what (policy stack-has-its-safeguards).",
    ),
    events: flag(
      "Whether state changes of jobs are sent to an encrypted topic. Without it a failed job is noticed when somebody looks (policy stack-has-its-safeguards).",
    ),
    alarms: flag(
      "Whether failed jobs, denied calls, changes of keys, policies and routes, interventions and throttles raise an alarm. Without it nobody is told of them (policy changes-of-safeguards-raise-an-alarm).",
    ),
    dashboard: flag("Whether there is a CloudWatch dashboard."),
    retentionDays: z
      .union(
        [30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653].map((n) =>
          z.literal(n),
        ),
      )
      .optional()
      .describe(
        "Days for which log groups keep events, as CloudWatch Logs offers them. Below 90 an intrusion can be older than its traces (policy log-group-keeps-events, parameter minimumDays).",
      ),
    monthlyBudgetUsd: z
      .int()
      .min(0)
      .optional()
      .describe(
        "US dollars in a month for the budget of an environment with provisioned throughput; 0: no budget. It stops nothing.",
      ),
    alertEmails: z
      .array(z.email("an e-mail address is expected"))
      .default([])
      .describe("Addresses that are sent every alert. Each owner is asked to confirm."),
  })
  .prefault({});

export const guardrail = z
  .strictObject({
    enabled: flag(
      "Whether there is a guardrail, without which the invoker cannot call. Switched off, questions and answers pass unfiltered (policy stack-has-its-safeguards).",
    ),
    topics: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(100),
          definition: z.string().min(1).max(200),
          examples: z.array(z.string().min(1).max(100)).max(5).default([]),
        }),
      )
      .max(30)
      .default(defaultContent.topics)
      .describe("What nobody may ask about. Default: what the model was trained on."),
    words: z
      .array(z.string().min(1).max(100))
      .max(10_000)
      .default(defaultContent.words)
      .describe("Words that appear in no question and no answer, besides profanity."),
    anonymize: z
      .array(z.string().regex(/^[A-Z_]+$/u, "a kind of personal data is expected, such as EMAIL"))
      .default(defaultContent.anonymize)
      .describe(
        "Kinds of personal data that are replaced by their name, in Bedrock's words. Without these and without block, personal data reach the model and the answer (policy guardrail-filters-block).",
      ),
    block: z
      .array(z.string().regex(/^[A-Z_]+$/u, "a kind of personal data is expected, such as PASSWORD"))
      .default(defaultContent.block)
      .describe("Kinds of personal data that end the conversation, in Bedrock's words."),
    groundingThreshold: z
      .number()
      .min(0)
      .max(0.99)
      .default(defaultContent.groundingThreshold)
      .describe("How well an answer must rest on its source and fit the question, where a request names a source."),
  })
  .prefault({});

const choice = (text: string) => z.boolean().default(false).describe(text);

export const account = z
  .strictObject({
    invocationLogging: choice(
      "Whether this stack sets the account's log of model invocations in the Region, prompts and answers included. A different setting that is there already is left as it is, and the preview fails. Needs invocation-logging among access.serviceRoles.",
    ),
    publicAccessBlock: choice(
      "Whether this stack sees to it that no bucket of the account can be public. A weaker block that is there already is left as it is, and the preview fails.",
    ),
    macie: choice(
      "Whether Macie looks for sensitive data in the training bucket every day. Macie is switched on where it is off, and then looks at every bucket of the account in the Region; both are billed. A paused session is left as it is, and the preview fails.",
    ),
  })
  .prefault({});

export const acceptedFindings = z
  .array(z.enum(acceptableFindings))
  .optional()
  .describe(
    "Weaknesses of parts that exist (existingKeyArn, existing buckets, role) which the stack accepts; the preview names each that it finds. An accepted one becomes a warning, and what it says can happen. Default: none.",
  );
