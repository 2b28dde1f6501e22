import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { restoreCheckpoint } from "../../local/checkpoint";
import { acquireEngine } from "../../local/engine/acquire";
import { rehearsalVariables, withoutForeignVariables } from "../../local/environment";
import { root } from "../../local/paths";
import { capture, type Result } from "../../local/processes";
import type { Environment } from "../local/bedrock/support";

const PROJECT = "one-job";

const PROGRAM = `
import { CustomizationJob } from ${JSON.stringify(join(root, "bedrock", "customization-job"))};
const job = new CustomizationJob("clauses", JSON.parse(process.env.JOB_ARGS ?? "{}"));
export const status = job.status;
export const modelArn = job.modelArn;
`;

const files = (program: string, name: string, config: object) => ({
  "Pulumi.yaml": `name: ${name}\nruntime: nodejs\n`,
  "Pulumi.dev.yaml": JSON.stringify({ config }),
  "package.json": '{ "name": "one-job", "main": "index.ts" }\n',
  "tsconfig.json": JSON.stringify({
    "ts-node": { swc: true },
    compilerOptions: { module: "commonjs", moduleResolution: "node" },
  }),
  "index.ts": `import ${JSON.stringify(join(root, "stack-traces"))};\n${program}`,
});

/** The program of this repository, as its own stack file wants it. */
const ownFiles = (folder: string, stack: string) => ({
  "Pulumi.yaml": readFileSync(join(root, "Pulumi.yaml"), "utf8").replace("main: .", `main: ${relative(folder, root)}`),
  [`Pulumi.${stack}.yaml`]: readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8"),
});

/** Arguments of a short job in an environment of the emulator. */
export function jobIn({ bucket, roleArn, keyArn, subnetIds, jobGroupId }: Environment): object {
  return {
    region: "us-west-2",
    roleArn,
    baseModel: "meta.llama3-1-8b-instruct-v1:0:128k",
    hyperParameters: { epochCount: 1 },
    trainingDataUri: `s3://${bucket}/fine-tuning-datasets/train.jsonl`,
    outputDataUri: `s3://${bucket}/outputs/`,
    modelKmsKeyArn: keyArn,
    vpcConfig: { subnetIds, securityGroupIds: [jobGroupId] },
  };
}

/** What a project runs. */
export interface ProjectOptions {
  /** The program of this repository, by the name of a stack that has a file, instead of one written here. */
  ownStack?: string;
  /** Arguments of the one job, which is the program when no other is given. */
  job?: object;
  /** Text of another program. */
  program?: string;
  /** The engine finds the plugins of the rehearsal, the `aws` provider among them. */
  plugins?: boolean;
  /** Name of the project. */
  name?: string;
  /** Configuration of the stack, as in a stack file. */
  config?: object;
}

/** A program, if no other is given one job, that uses this package as a dependency, on an engine that may be killed at any moment. */
export class SmallProject {
  private constructor(
    private readonly folder: string,
    private readonly pulumiPath: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly stack: string,
  ) {}

  /** Makes the project and its empty stack; `ports` are those of the emulator and of the simulator. */
  static async make(
    ports: { emulator: number; simulator: number },
    { job, program = PROGRAM, plugins = false, name = PROJECT, config = {}, ownStack }: ProjectOptions,
  ): Promise<SmallProject> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "small-project-")));
    const stack = ownStack ?? "dev";
    const [home, state] = [join(folder, "home"), join(folder, "state")];
    for (const path of [home, state]) mkdirSync(path);
    const engine = await acquireEngine();
    const service = (port: number) => ({ port, pid: process.pid, instance: "test" });
    const services = { emulator: service(ports.emulator), simulator: service(ports.simulator) };
    const written = ownStack === undefined ? files(program, name, config) : ownFiles(folder, ownStack);
    for (const [file, text] of Object.entries(written)) writeFileSync(join(folder, file), text);
    linkPackages(join(folder, "node_modules"));
    const environment = {
      ...withoutForeignVariables(process.env),
      ...rehearsalVariables(engine, services),
      AWS_REGION: "us-west-2",
      ...(plugins ? {} : { PULUMI_HOME: home }),
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      ...(job === undefined ? {} : { JOB_ARGS: JSON.stringify(job) }),
    };
    const project = new SmallProject(folder, engine.pulumi, environment, stack);
    const made = await project.pulumi("stack", "init", stack);
    if (made.code !== 0) throw new Error(`the stack could not be made: ${made.stdout}${made.stderr}`);
    return project;
  }

  /** Sets a variable that the program sees from the next command on. */
  set(name: string, value: string): void {
    this.environment[name] = value;
  }

  /** Runs a pulumi command on the stack. */
  pulumi(...args: string[]): Promise<Result> {
    return capture(this.pulumiPath, this.command(args), { env: this.environment });
  }

  /**
   * Runs a pulumi command that must succeed.
   * @returns what it printed
   * @throws Error with everything that it printed
   */
  async succeeds(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** The outputs of the stack. */
  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.succeeds("stack", "output", "--json", "--stack", this.stack)) as Record<
      string,
      unknown
    >;
  }

  /** Runs another program from the next command on. */
  change(program: string): void {
    writeFileSync(join(this.folder, "index.ts"), program);
  }

  /** Runs a pulumi command and kills the engine with SIGKILL as soon as its output says `moment`; gives what was printed. */
  killAt(moment: RegExp, ...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.pulumiPath, this.command(args), {
        env: this.environment,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let printed = "";
      const read = (text: Buffer): void => {
        printed += text.toString();
        if (moment.test(printed)) child.kill("SIGKILL");
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        child.stdout.destroy();
        child.stderr.destroy();
        if (signal === "SIGKILL") resolve(printed);
        else reject(new Error(`the command ended by itself with ${code} before ${String(moment)}:\n${printed}`));
      });
    });
  }

  /** Gives back the lock that a killed engine holds, and a checkpoint that it was writing. */
  async recover(): Promise<void> {
    restoreCheckpoint(join(this.folder, "state", ".pulumi", "stacks", PROJECT, "dev.json"));
    await this.pulumi("cancel", "--yes");
  }

  /** Puts a state in the place of the stack's. */
  async importState(state: string): Promise<void> {
    const file = join(this.folder, "imported.json");
    writeFileSync(file, state);
    await this.succeeds("stack", "import", "--file", file, "--stack", this.stack);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private command(args: readonly string[]): string[] {
    return [
      "--cwd",
      this.folder,
      "--non-interactive",
      ...args,
      ...(isAboutNoStack(args) ? [] : ["--stack", this.stack]),
    ];
  }
}

/** Whether a command refuses the name of a stack, or names it itself. */
function isAboutNoStack(args: readonly string[]): boolean {
  return args[0] === "stack" || args.includes("--file");
}

/** The installed packages, and this one among them. */
function linkPackages(folder: string): void {
  mkdirSync(folder);
  const installed = join(root, "node_modules");
  for (const name of readdirSync(installed)) symlinkSync(join(installed, name), join(folder, name));
  symlinkSync(root, join(folder, "secure-model-customization"));
}
