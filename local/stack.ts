import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse, parseDocument } from "yaml";
import { recovered } from "../recovery/recover";
import { restoreCheckpoint } from "./checkpoint";
import { say } from "./console";
import type { Engine } from "./engine/acquire";
import { rehearsalEnvironment } from "./environment";
import { RehearsalError } from "./failure";
import { paths, root } from "./paths";
import { capture, inherit, type Result } from "./processes";
import type { Services } from "./services";

/** A resource of the exported state. */
export interface StateResource {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
}

interface Deployment {
  resources?: StateResource[];
  pending_operations?: { resource: StateResource; type: string }[];
}

/** The rehearsal of one stack: the real engine on the real program, against the services on this machine. */
export class RehearsedStack {
  public readonly environment: NodeJS.ProcessEnv;

  /**
   * @param name stack name; `Pulumi.<name>.yaml` must exist
   */
  public constructor(
    public readonly name: string,
    private readonly engine: Engine,
    services: Services,
  ) {
    const region = stackRegion(name);
    this.environment = {
      ...rehearsalEnvironment(engine, services),
      AWS_REGION: region,
      // The event log is the engine's machine-readable account of a run; it is offered with the debugging commands.
      PULUMI_DEBUG_COMMANDS: "true",
    };
  }

  /**
   * Prepares the project folder. The engine writes a salt into the stack file it works with, so it works with a copy; the
   * user's file stays as it is.
   */
  public async prepare(): Promise<void> {
    mkdirSync(paths.project, { recursive: true });
    mkdirSync(paths.state, { recursive: true });
    const project = parseDocument(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
    project.set("main", relative(paths.project, root));
    writeFileSync(join(paths.project, "Pulumi.yaml"), project.toString());
    const file = join(paths.project, stackFile(this.name));
    const salt = existsSync(file) ? parseDocument(readFileSync(file, "utf8")).get("encryptionsalt") : undefined;
    copyFileSync(join(root, stackFile(this.name)), file);
    if (salt !== undefined) {
      const copy = parseDocument(readFileSync(file, "utf8"));
      copy.set("encryptionsalt", salt);
      writeFileSync(file, copy.toString());
    }
    await this.recover();
    const selected = await this.pulumi(["stack", "select", "--create", "--stack", this.name]);
    if (selected.code !== 0) {
      throw new RehearsalError(
        `The stack "${this.name}" could not be selected:\n    ${selected.stderr.trim()}`,
        `"npm run local -- reset" removes the state of all rehearsals.`,
      );
    }
  }

  /** Runs a pulumi command in the rehearsal's project and keeps its output. */
  public pulumi(args: readonly string[]): Promise<Result> {
    return capture(this.engine.pulumi, [...this.command(args), "--non-interactive"], {
      env: this.environment,
      cwd: root,
    });
  }

  /** Runs a pulumi command with this terminal. Answers its exit code. */
  public interactive(args: readonly string[]): Promise<number> {
    // A terminal gets the engine's live view, anything else one line for each event.
    const view = process.stdout.isTTY ? [] : ["--non-interactive"];
    return inherit(this.engine.pulumi, [...this.command(args), ...view], { env: this.environment, cwd: root });
  }

  private command(args: readonly string[]): string[] {
    return ["--cwd", paths.project, ...args];
  }

  /** The stack's outputs with secrets hidden, or an empty object for a stack that has none. */
  public async outputs(): Promise<Record<string, unknown>> {
    const result = await this.pulumi(["stack", "output", "--json", "--stack", this.name]);
    return result.code === 0 ? (JSON.parse(result.stdout) as Record<string, unknown>) : {};
  }

  /** The exported state, as the engine prints it. */
  public async exported(): Promise<string> {
    const result = await this.pulumi(["stack", "export", "--stack", this.name]);
    if (result.code !== 0) {
      throw new RehearsalError(`The state of "${this.name}" could not be read: ${result.stderr.trim()}`, "Try again.");
    }
    return result.stdout;
  }

  /** The exported state. */
  public async deployment(): Promise<Deployment> {
    return deploymentOf(await this.exported());
  }

  /** Names of the stacks of this rehearsal that have resources. */
  public async stacksWithResources(): Promise<string[]> {
    const result = await this.pulumi(["stack", "ls", "--json"]);
    const stacks = JSON.parse(result.stdout) as { name: string; resourceCount?: number }[];
    return stacks.filter((stack) => (stack.resourceCount ?? 0) > 0).map((stack) => stack.name);
  }

  /**
   * Makes the state usable again after an engine that was killed: a checkpoint that was cut off is restored and a lock is
   * given back. Only one command of a checkout works on a stack at a time, so a lock that is there now is nobody's.
   */
  private async recover(): Promise<void> {
    const backend = join(paths.state, ".pulumi");
    const checkpoint = join(backend, "stacks", projectName(), `${this.name}.json`);
    if (restoreCheckpoint(checkpoint)) {
      say("An earlier update was killed while it wrote its state; the state before that has been restored.");
    }
    if (existsSync(join(backend, "locks")) && existsSync(checkpoint)) {
      if (holdsFiles(join(backend, "locks"))) {
        await this.pulumi(["cancel", "--yes", "--stack", this.name]);
      }
      await this.adoptUnanswered();
    }
  }

  /** Takes into the state what an engine that was killed had ordered, as far as it exists. */
  private async adoptUnanswered(): Promise<void> {
    const exported = await this.exported();
    const { pending_operations: pending = [] } = deploymentOf(exported);
    const creating = pending.filter((operation) => operation.type === "creating");
    if (creating.length === 0) {
      return;
    }
    say(
      `An earlier update was killed while it created ${creating.map(({ resource }) => nameOf(resource)).join(", ")}.`,
    );
    say("What of it exists is taken into the state …");
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region = "" } = this.environment;
    const credentials = { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" };
    const state = await recovered(exported, { region, endpoint, credentials });
    const file = join(paths.project, "recovered.json");
    writeFileSync(file, state ?? exported, { mode: 0o600 });
    const steps = [
      ["stack", "import", "--file", file],
      ["refresh", "--yes", "--skip-preview"],
    ];
    for (const step of steps) {
      const { code, stderr } = await this.pulumi([...step, "--stack", this.name]);
      if (code !== 0) {
        throw new RehearsalError(
          `The state could not be repaired: pulumi ${step.join(" ")} ended with ${code}: ${stderr.trim()}`,
          '"npm run local -- reset" starts over with an empty account and an empty state.',
        );
      }
    }
    rmSync(file);
  }
}

/** The state in what {@link RehearsedStack.exported} answers. */
export function deploymentOf(exported: string): Deployment {
  return (JSON.parse(exported) as { deployment?: Deployment }).deployment ?? {};
}

/** Whether a folder holds a file at any depth: the backend keeps the folders of locks that were given back. */
function holdsFiles(folder: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());
}

function nameOf(resource: StateResource): string {
  return resource.urn.split("::").at(-1) ?? resource.urn;
}

function projectName(): string {
  return (parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: string }).name;
}

/** Name of a stack's configuration file. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The region that a stack's configuration names; without one, that of `AWS_REGION` in the calling environment. */
export function stackRegion(stack: string): string {
  const path = join(root, stackFile(stack));
  if (!existsSync(path)) {
    throw new RehearsalError(
      `There is no stack "${stack}": ${stackFile(stack)} does not exist.`,
      `Name a stack whose file exists (--stack dev), or write that file; Pulumi.dev.yaml shows how.`,
    );
  }
  const { config } = parse(readFileSync(path, "utf8")) as { config?: Record<string, unknown> };
  const region = config?.["aws:region"];
  if (typeof region !== "string") {
    throw new RehearsalError(`${stackFile(stack)} names no region.`, `Add "aws:region: us-west-2" under config.`);
  }
  return region;
}
