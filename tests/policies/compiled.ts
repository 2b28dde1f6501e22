/** The program of this repository, compiled to the resources that it registers, as the policies see them. */
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { policyDocumentJson } from "../../local/aws/iam-functions";
import type { ExampleResource } from "../../policies/examples/example";

const ROOT = resolve(__dirname, "../..");
const PROJECT = "secure-model-customization";
/** Account in which the program is compiled. */
export const ACCOUNT = "123456789012";

/** A compiled program. */
export interface Compiled {
  /** The resources with their inputs, in the order of their registration, without the stack itself. */
  readonly resources: readonly ExampleResource[];
  /** What AWS made of each, by name, as the stack shows it besides the inputs; empty at preview. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The parts of the engine's request that are read here. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getPropertydependenciesMap(): { forEach(visit: (value: { getUrnsList(): string[] }, key: string) => void): void };
}

interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): Promise<void>;
}

/**
 * Runs the program against Pulumi's mocks.
 *
 * @param stack Name of the stack; `Pulumi.<stack>.yaml` is its configuration.
 * @param phase At `preview` nothing exists yet, so ids and what is computed are unknown; at `update` they have values.
 */
export async function compiled(stack: string, phase: "preview" | "update"): Promise<Compiled> {
  const file = parse(readFileSync(resolve(ROOT, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  const config = Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  const folder = process.cwd();
  process.chdir(ROOT);
  try {
    return await compile({ project: PROJECT, stack, config, phase }, async () => {
      const program = (await import("../../index")) as unknown as { default: () => Promise<unknown> };
      await program.default();
    });
  } finally {
    process.chdir(folder);
  }
}

/** How a program is run. */
export interface Run {
  readonly project: string;
  readonly stack: string;
  /** Configuration of the stack; `aws:region` must be there. */
  readonly config: Readonly<Record<string, string>>;
  readonly phase: "preview" | "update";
  /** Dependencies and outputs are named `type::name`, for programs that give one name to resources of several types. */
  readonly qualified?: true;
}

/** Runs any program against Pulumi's mocks. */
export async function compile(run: Run, program: () => unknown): Promise<Compiled> {
  const { project, stack, config, phase, qualified = false } = run;
  const region = config["aws:region"] ?? "";
  pulumi.runtime.setAllConfig({ ...config });
  const requests: RegisterRequest[] = [];
  const preview = phase === "preview";
  const outputs: Record<string, Record<string, unknown>> = {};
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Record<string, unknown>;
        if (preview) return { id: undefined, state: given };
        const { id, state } = existing(type, name, given, region, Object.keys(outputs).length);
        outputs[qualified ? `${type}::${name}` : name] = { id, ...state };
        return { id, state: { ...given, ...state } };
      },
      call: ({ token, inputs }) => answers(token, inputs as Record<string, unknown>, region),
    },
    project,
    stack,
    preview,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.push(request);
    return register(request, callback);
  };
  await program();
  await pulumi.runtime.disconnect();
  const resources = requests.filter((request) => request.getType() !== "pulumi:pulumi:Stack");
  return { resources: resources.map((request) => resourceOf(request, qualified)), outputs };
}

function resourceOf(request: RegisterRequest, qualified: boolean): ExampleResource {
  const dependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((value, key) => {
    dependencies[key] = value.getUrnsList().map((urn) => {
      const [type = "", name = urn] = urn.split("::").slice(-2);
      return qualified ? `${type.split("$").at(-1)}::${name}` : name;
    });
  });
  return {
    type: request.getType(),
    name: request.getName(),
    properties: plain(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    dependencies,
  };
}

/** Special objects of the engine's wire (secrets, assets) as the values that they stand for. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if ("4dabf18193072939515e22adb298388d" in record) return plain(record["value"]);
  return Object.fromEntries(Object.entries(record).map(([key, member]) => [key, plain(member)]));
}

/** What AWS would make of a resource: its id, and the properties that only AWS knows. */
function existing(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  region: string,
  serial: number,
): { id: string; state: Record<string, unknown> } {
  if (type === "pulumi:pulumi:StackReference") {
    return { id: name, state: { outputs: { vpcId: "vpc-0network", adminRanges: ["10.0.0.0/8"] } } };
  }
  const hex = serial.toString(16).padStart(8, "0");
  const [, module = "", kind = ""] = /^aws:([^/]+)\/([^:]+):/.exec(type) ?? [];
  const arn = (service: string, path: string, account = ACCOUNT) =>
    `arn:aws:${service}:${service === "iam" ? "" : region}:${account}:${path}`;
  const named = String(inputs["name"] ?? inputs["bucket"] ?? name);
  switch (`${module}/${kind}`) {
    case "kms/key": {
      const keyId = `${hex}-1111-2222-3333-444444444444`;
      return { id: keyId, state: { keyId, arn: arn("kms", `key/${keyId}`) } };
    }
    case "s3/bucket":
      return { id: named, state: { bucket: named, arn: `arn:aws:s3:::${named}` } };
    case "iam/role":
    case "iam/policy":
      return { id: named, state: { name: named, arn: arn("iam", `${kind}/${named}`) } };
    case "cloudwatch/logGroup":
      return { id: named, state: { name: named, arn: arn("logs", `log-group:${named}`) } };
    case "bedrock/customModel": {
      const customModelArn = arn("bedrock", `custom-model/amazon.titan-text-express-v1/${hex}`);
      return { id: arn("bedrock", `model-customization-job/${hex}`), state: { customModelArn } };
    }
    case "bedrock/guardrail":
      return {
        id: named,
        state: { guardrailId: named, guardrailArn: arn("bedrock", `guardrail/${hex}`), version: "DRAFT" },
      };
    case "bedrock/guardrailVersion":
      return { id: `${named},1`, state: { version: "1" } };
    case "sqs/queue":
      return {
        id: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${named}`,
        state: {
          name: named,
          arn: arn("sqs", named),
          url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${named}`,
        },
      };
    case "sns/topic":
      return { id: arn(module, named), state: { name: named, arn: arn(module, named) } };
  }
  if (type.endsWith(":CustomizationJob")) return { id: arn("bedrock", `model-customization-job/${hex}`), state: JOB };
  if (`${module}/${kind}` === "cloudtrail/trail") {
    return { id: named, state: { name: named, arn: arn(module, `trail/${named}`) } };
  }
  const id = `${SHORT[kind] ?? kind}-${hex}`;
  // What is told an ARN is told whose it is: a policy of a topic has none of its own.
  return { id, state: "arn" in inputs ? {} : { arn: arn(module, `${kind}/${id}`) } };
}

/** Outputs of a completed job, as far as the program reads into them. */
const JOB = {
  jobArn: `arn:aws:bedrock:us-west-2:${ACCOUNT}:model-customization-job/probe`,
  modelArn: `arn:aws:bedrock:us-west-2:${ACCOUNT}:custom-model/probe`,
  status: "Completed",
  metrics: { training: [], validation: [] },
};

const SHORT: Readonly<Record<string, string>> = {
  vpc: "vpc",
  subnet: "subnet",
  routeTable: "rtb",
  securityGroup: "sg",
  vpcEndpoint: "vpce",
};

function answers(token: string, inputs: Record<string, unknown>, region: string): Record<string, unknown> {
  switch (token) {
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Deployer/pipeline`, userId: "deployer" };
    case "aws:index/getAvailabilityZones:getAvailabilityZones":
      return { names: ["a", "b", "c"].map((letter) => `${region}${letter}`) };
    case "aws:index/getRegion:getRegion":
      return { region, name: region };
    case "aws:iam/getPolicyDocument:getPolicyDocument":
      return policyDocumentJson(inputs);
    case "aws:ec2/getPrefixList:getPrefixList":
      return { id: "pl-68a54001", name: inputs["name"] };
    default:
      throw new Error(`The program asks AWS ${token}; answer it in tests/policies/compiled.ts.`);
  }
}
