import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Engine } from "./engine/acquire";
import { paths, root } from "./paths";
import { urlOf, type Services } from "./services";

/** Variables of the user that must not reach a rehearsal: they would lead to a real account or a real backend. */
const foreign = /^(?:AWS_|PULUMI_)|^(?:https?|all)_proxy$/iu;

/**
 * The variables that lead any `pulumi` or `aws` command to the rehearsal and to nothing else: endpoints, made-up
 * credentials, no shared credentials files, a private PULUMI_HOME and a file backend.
 */
export function rehearsalVariables(engine: Engine, services: Services): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: urlOf(services.emulator),
    AWS_ENDPOINT_URL_BEDROCK: urlOf(services.simulator),
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: urlOf(services.simulator),
    AWS_ACCESS_KEY_ID: "rehearsal",
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_BACKEND_URL: pathToFileURL(paths.state).href,
    // The state of a rehearsal holds nothing secret; the passphrase only has to be there.
    PULUMI_CONFIG_PASSPHRASE: "rehearsal",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    NODE_COMPILE_CACHE: paths.compileCache,
    PATH: [
      dirname(engine.pulumi),
      dirname(process.execPath),
      join(root, "node_modules", ".bin"),
      process.env.PATH ?? "",
    ].join(delimiter),
  };
}

/** An environment without the variables that would lead a command away from the rehearsal. */
export function withoutForeignVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)));
}

/** Quotes a value for a POSIX shell. */
function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/**
 * Shell commands after which every `pulumi` or `aws` command of that shell works against the rehearsal.
 *
 * @param variables what to export
 * @param environment the shell's variables; those that would lead elsewhere are unset
 */
export function shellCommands(variables: Record<string, string>, environment: NodeJS.ProcessEnv): string[] {
  const others = Object.keys(environment).filter((name) => foreign.test(name) && !(name in variables));
  return [
    ...(others.length > 0 ? [`unset ${others.join(" ")}`] : []),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`),
  ];
}

/** The environment of the commands that the rehearsal itself runs. */
export function rehearsalEnvironment(engine: Engine, services: Services): NodeJS.ProcessEnv {
  return { ...withoutForeignVariables(process.env), ...rehearsalVariables(engine, services) };
}
