import { z } from "zod";

const amount = z.number().min(0);

const prices = z.strictObject({
  trainingPer1000Tokens: amount.describe("Price of training on 1,000 tokens."),
  modelStoragePerMonth: amount.optional().describe("Price of storing the custom model for a month."),
  dataStoragePerGbMonth: amount.optional().describe("Price of storing a gigabyte in S3 for a month."),
  tokensPerHour: z
    .number()
    .positive()
    .optional()
    .describe("Tokens that a job trains on in an hour, from an earlier job. Without it no time is estimated."),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/u, "a currency code such as USD is expected")
    .default("USD")
    .describe("Currency of the prices."),
  asOf: z.iso.date().describe("Day on which the prices were looked up, as YYYY-MM-DD."),
});

const comprehend = z.strictObject({
  language: z
    .enum(["en", "es"])
    .describe("Language of the texts; Comprehend finds personal data in English and Spanish."),
  pricePerUnit: amount.describe("Price of one unit of 100 characters."),
  maxCost: amount.describe("Most that one file may cost. Over it nothing is sent, and the preview fails."),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/u, "a currency code such as USD is expected")
    .default("USD")
    .describe("Currency of the price."),
  asOf: z.iso.date().describe("Day on which the price was looked up, as YYYY-MM-DD."),
  minScore: z.number().min(0).max(1).default(0.8).describe("Least score of a find."),
  ignore: z
    .array(z.string().regex(/^[A-Z][A-Z_]*$/u, "a type of Comprehend such as DATE_TIME is expected"))
    .default(["AGE", "DATE_TIME", "URL"])
    .describe("Types of Comprehend that are no finding."),
  concurrency: z.int().min(1).max(50).default(4).describe("Requests at the same time."),
  region: z
    .string()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/u, "a Region such as eu-west-1 is expected")
    .optional()
    .describe("Region of Comprehend, to which the texts are sent. Default: that of the AWS SDK."),
  answersFolder: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder in which answers are kept for seven days, relative to the project's folder, so that the update after a preview of the same bytes neither sends nor pays anything. It holds types, scores and offsets, no text. Whoever may write to it can make a check miss something. Default: nothing is kept, a preview and an update each pay.",
    ),
});

/** The section `dataset` of a stack file: how the data sets are judged, and what they are estimated to cost. */
export const dataset = z
  .strictObject({
    policyFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        "JSON file with rules, suppressions and thresholds for this environment, relative to the project's folder. Default: every rule with its own severity.",
      ),
    strict: z.boolean().default(false).describe("Whether warnings stop the preview as errors do."),
    maxFindings: z.int().min(1).max(10_000).default(50).describe("Most findings shown of each file; all are counted."),
    reportFolder: z
      .string()
      .min(1)
      .optional()
      .describe("Folder in which each preview and update writes dataset.html, dataset.json and dataset.sarif."),
    comprehend: comprehend
      .optional()
      .describe(
        "Finds sensitive data with Amazon Comprehend, too. Sends all texts of the data sets to the service at each preview and update, and costs each time unless `answersFolder` is set. Default: nothing is sent anywhere.",
      ),
    prices: prices.optional().describe("Your prices, for an estimate of cost. This project knows none."),
  })
  .prefault({});

/** How the data sets of a stack are judged, with every default filled in. */
export type DatasetSettings = z.output<typeof dataset>;
