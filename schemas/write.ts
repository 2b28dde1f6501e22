import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { accessProof } from "./access-proof";
import { datasetReport } from "./dataset-report";
import { policyReport } from "./policy-report";
import { stackFileSchema } from "./stack-file";

const ofOutput = (title: string, schema: z.ZodType): object => ({ title, ...z.toJSONSchema(schema) });

/** The JSON Schemas of this project, by the name of their file in this folder. */
export const schemas: Readonly<Record<string, object>> = {
  "stack-file.schema.json": stackFileSchema(),
  "dataset-report.schema.json": ofOutput("Report of the preflight of data sets", datasetReport),
  "policy-report.schema.json": ofOutput("Report of the policy pack", policyReport),
  "access-proof.schema.json": ofOutput("Access proof of a stack", accessProof),
};

/** A schema as it stands in its file. */
export function renderSchema(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (require.main === module) {
  for (const [name, schema] of Object.entries(schemas)) writeFileSync(join(__dirname, name), renderSchema(schema));
}
