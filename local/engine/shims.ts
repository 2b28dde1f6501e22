import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundles } from "../build";
import { paths, root } from "../paths";

/**
 * A command that runs a script with the Node that runs this; the engine looks its helpers up by such names. Another
 * rehearsal may start the command at this moment: it is written only when it changes, and appears whole.
 */
export function writeCommand(path: string, script: string): void {
  const content = `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === content) return;
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, content, { mode: 0o755 });
  renameSync(partial, path);
}

/** Version of `@pulumi/aws` that the program uses; the engine asks for a plugin of exactly this version. */
function awsPluginVersion(): string {
  const manifest = readFileSync(join(root, "node_modules", "@pulumi", "aws", "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

/**
 * Puts what the engine starts by name into place: beside a downloaded engine nothing is missing; beside one built from
 * its Go module the Node.js language host and the dynamic provider are. The aws provider for the emulator goes into the
 * private PULUMI_HOME, where it cannot shadow the real one of any other project.
 */
export function installShims(bundles: Bundles, withLanguageHost: boolean): void {
  if (withLanguageHost) {
    writeCommand(join(paths.engine, "pulumi-language-nodejs"), bundles.languageHost);
    writeCommand(join(paths.engine, "pulumi-resource-pulumi-nodejs"), bundles.dynamicProvider);
  }
  const plugin = join(paths.pulumiHome, "plugins", `resource-aws-v${awsPluginVersion()}`);
  mkdirSync(plugin, { recursive: true });
  writeCommand(join(plugin, "pulumi-resource-aws"), bundles.awsProvider);
}
