import type { JobInputs } from "../../../bedrock/job-spec";
import type { Bench, Environment } from "../../local/bedrock/support";
import { jobInputs } from "./inputs";
import { TestSurroundings } from "./surroundings";

/** Surroundings whose sleeps move the clock of the simulator. */
export class SimulatedSurroundings extends TestSurroundings {
  constructor(private readonly bench: Bench) {
    super();
  }

  override now(): number {
    return Date.parse(this.bench.simulator.control.status().time);
  }

  override async sleep(milliseconds: number): Promise<void> {
    await this.bench.simulator.control.advance(milliseconds / 1000);
    await this.onSleep();
  }
}

/** Inputs of a job in an environment of the emulator. */
export function inputsIn(environment: Environment, more: Partial<JobInputs> = {}): JobInputs {
  return jobInputs({
    roleArn: environment.roleArn,
    trainingDataUri: `s3://${environment.bucket}/fine-tuning-datasets/train.jsonl`,
    validationDataUris: [`s3://${environment.bucket}/fine-tuning-datasets/validation.jsonl`],
    outputDataUri: `s3://${environment.bucket}/outputs/`,
    modelKmsKeyArn: environment.keyArn,
    vpcConfig: { subnetIds: environment.subnetIds, securityGroupIds: [environment.jobGroupId] },
    hyperParameters: { epochCount: 2 },
    ...more,
  });
}

const NAMES = ["AWS_ENDPOINT_URL_BEDROCK", "AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/** Points the SDK's environment variables to a simulator and an emulator; gives what puts them back. */
export function pointTo(simulatorUrl: string, emulatorUrl: string): () => void {
  const saved = new Map(NAMES.map((name) => [name, process.env[name]]));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_BEDROCK: simulatorUrl,
    AWS_ENDPOINT_URL_S3: emulatorUrl,
    AWS_ACCESS_KEY_ID: "testing",
    AWS_SECRET_ACCESS_KEY: "testing",
  });
  return () => {
    for (const [name, value] of saved) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
