import type * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pluginCommand, programCommand, type StackConfig } from "./commands";
import { runToEnd, streamed } from "./processes";

/** Exit code of `@pulumi/pulumi/cmd/run` for "the program failed and the reason has already been shown". */
const alreadyReported = 32;

type Unary<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** Turns an asynchronous function into a unary gRPC handler; what it throws reaches the engine as the call's error. */
function unary<Request, Response>(
  handle: (request: Request) => Promise<Response> | Response,
): Unary<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
  };
}

/** A part of the protocol that only the official language host serves: code generation, packing, templates. */
function notHere(operation: string): Unary<unknown, never> {
  return (_call, callback) =>
    callback(
      {
        name: "Unimplemented",
        code: 12,
        message: `${operation} is not offered by the rehearsal's language host. Use the official Pulumi CLI for it.`,
      },
      null,
    );
}

function stackConfig(request: proto.RunRequest): StackConfig {
  const values: Record<string, string> = {};
  request.getConfigMap().forEach((value: string, key: string) => {
    values[key] = value;
  });
  return { values, secretKeys: request.getConfigsecretkeysList() };
}

async function run(engine: string, request: proto.RunRequest): Promise<proto.RunResponse> {
  const response = new proto.RunResponse();
  const info = request.getInfo();
  const exit = await runToEnd(
    programCommand({
      engine,
      monitor: request.getMonitorAddress(),
      project: request.getProject(),
      stack: request.getStack(),
      organization: request.getOrganization(),
      rootDirectory: info?.getRootDirectory() ?? request.getPwd(),
      programDirectory: info?.getProgramDirectory() ?? request.getPwd(),
      workingDirectory: request.getPwd(),
      entryPoint: info?.getEntryPoint() ?? request.getProgram(),
      options: info?.getOptions()?.toJavaScript() ?? {},
      dryRun: request.getDryrun(),
      parallel: request.getParallel(),
      queryMode: request.getQuerymode(),
      programArguments: request.getArgsList(),
      config: stackConfig(request),
    }),
  );
  if (exit.code === alreadyReported) {
    response.setBail(true);
  } else if (exit.code !== 0) {
    response.setError(
      exit.signal
        ? `The program was ended by ${exit.signal}.`
        : `The program exited with code ${exit.code ?? "unknown"}.`,
    );
  }
  return response;
}

async function runPlugin(
  call: grpc.ServerWritableStream<proto.RunPluginRequest, proto.RunPluginResponse>,
): Promise<void> {
  const request = call.request;
  const info = request.getInfo();
  const command = pluginCommand({
    kind: request.getKind(),
    directory: info?.getProgramDirectory() ?? request.getProgram(),
    options: info?.getOptions()?.toJavaScript() ?? {},
    workingDirectory: request.getPwd(),
    pluginArguments: request.getArgsList(),
    environment: request.getEnvList(),
  });
  const code = await streamed(command, {
    stdout: (chunk) => call.write(outputOf((response) => response.setStdout(chunk))),
    stderr: (chunk) => call.write(outputOf((response) => response.setStderr(chunk))),
    cancelled: (stop) => call.on("cancelled", stop),
  });
  call.write(outputOf((response) => response.setExitcode(code)));
  call.end();
}

function outputOf(set: (response: proto.RunPluginResponse) => void): proto.RunPluginResponse {
  const response = new proto.RunPluginResponse();
  set(response);
  return response;
}

/** Direct dependencies with the versions that are installed, for `pulumi about` and the stack's record of an update. */
function dependencies(request: proto.GetProgramDependenciesRequest): proto.GetProgramDependenciesResponse {
  const directory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const response = new proto.GetProgramDependenciesResponse();
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  response.setDependenciesList(
    Object.entries(manifest.dependencies ?? {}).map(([name, version]) => {
      const dependency = new proto.DependencyInfo();
      dependency.setName(name);
      dependency.setVersion(version);
      return dependency;
    }),
  );
  return response;
}

function about(): proto.AboutResponse {
  const response = new proto.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  return response;
}

function pluginInfo(): PluginInfo {
  const info = new PluginInfo();
  info.setVersion("0.1.0");
  return info;
}

/**
 * The LanguageRuntime service for Node.js programs, policy packs and plugins, as far as the engine needs it to preview,
 * update, refresh and destroy. Installing packages and generating code stay with the official CLI.
 *
 * @param engine address of the engine's own gRPC server, handed on to the programs
 */
export function languageRuntime(engine: string): ILanguageRuntimeServer {
  return {
    handshake: unary(() => new proto.LanguageHandshakeResponse()),
    // An empty answer: every plugin that the rehearsal needs is installed already, so the engine has nothing to download.
    getRequiredPlugins: unary(() => new proto.GetRequiredPluginsResponse()),
    getRequiredPackages: unary(() => new proto.GetRequiredPackagesResponse()),
    run: unary((request) => run(engine, request)),
    getPluginInfo: unary(pluginInfo),
    installDependencies: (call) => call.end(),
    runtimeOptionsPrompts: unary(() => new proto.RuntimeOptionsResponse()),
    about: unary(about),
    getProgramDependencies: unary(dependencies),
    runPlugin: (call) => {
      runPlugin(call).catch((error: unknown) =>
        call.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    template: unary(() => new proto.TemplateResponse()),
    generateProgram: notHere("GenerateProgram"),
    generateProject: notHere("GenerateProject"),
    generatePackage: notHere("GeneratePackage"),
    pack: notHere("Pack"),
    link: notHere("Link"),
    cancel: unary(() => new Empty()),
  };
}
