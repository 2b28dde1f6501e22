import { join, resolve } from "node:path";

/** The repository's folder. */
export const root = join(__dirname, "..");

/** The one git-ignored folder in which everything of the rehearsal lives. */
export const localFolder = join(root, ".local");

/**
 * Where state, logs and running services are kept. A second rehearsal beside the first, as the tests make one, sets
 * `REHEARSAL_FOLDER`; engine, emulator and bundles are shared.
 */
export const rehearsalFolder = process.env.REHEARSAL_FOLDER ? resolve(process.env.REHEARSAL_FOLDER) : localFolder;

const shared = (...parts: string[]) => join(localFolder, ...parts);
const own = (...parts: string[]) => join(rehearsalFolder, ...parts);

/** Where the parts of the rehearsal live. */
export const paths = {
  /** The engine with its language host and its dynamic provider, side by side as the engine expects them. */
  engine: shared("engine"),
  /** Bundles of the language host, the aws provider and the Bedrock simulator. */
  build: shared("build"),
  /** The emulator's private virtual environment. */
  emulator: shared("emulator"),
  /** V8's compile cache. */
  compileCache: shared("cache", "v8"),
  /** PULUMI_HOME: plugins and settings, apart from the user's own. */
  pulumiHome: own("home"),
  /** The file backend: state of every rehearsed stack. */
  state: own("state"),
  /** A project file that points to the program, with the stack files that the engine may write to. */
  project: own("project"),
  /** What runs at the moment: ports, process ids. */
  run: own("run"),
  logs: own("logs"),
  /** Outputs of the stack that was rehearsed last. */
  outputs: own("outputs.json"),
  policies: join(root, "policies"),
} as const;
