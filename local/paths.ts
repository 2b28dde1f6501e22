import { join } from "node:path";

/** The repository's folder. */
export const root = join(__dirname, "..");

/** The one git-ignored folder in which everything of the rehearsal lives. */
export const localFolder = join(root, ".local");

const inside = (...parts: string[]) => join(localFolder, ...parts);

/** Where the parts of the rehearsal live. Removing the folder removes every trace of it. */
export const paths = {
  /** The engine with its language host and its dynamic provider, side by side as the engine expects them. */
  engine: inside("engine"),
  /** Bundles of the language host, the aws provider and the Bedrock simulator. */
  build: inside("build"),
  /** PULUMI_HOME: plugins and settings, apart from the user's own. */
  pulumiHome: inside("home"),
  /** The file backend: state of every rehearsed stack. */
  state: inside("state"),
  /** A project file that points to the program, with the stack files that the engine may write to. */
  project: inside("project"),
  /** The emulator's private virtual environment. */
  emulator: inside("emulator"),
  /** What runs at the moment: ports, process ids. */
  run: inside("run"),
  logs: inside("logs"),
  /** V8's compile cache. */
  compileCache: inside("cache", "v8"),
  /** Outputs of the stack that was rehearsed last. */
  outputs: inside("outputs.json"),
  policies: join(root, "policies"),
} as const;
