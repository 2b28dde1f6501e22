import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import type { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../../../bedrock/dynamic";
// The generated modules have no types of their own that strict TypeScript accepts.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const messages = require("@pulumi/pulumi/proto/provider_pb") as Record<string, new () => Message>;
// eslint-disable-next-line @typescript-eslint/no-require-imports
const services = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderClient: new (
    address: string,
    credentials: grpc.ChannelCredentials,
  ) => grpc.Client & Record<string, Call>;
};
// eslint-disable-next-line @typescript-eslint/no-require-imports
const status = require("@pulumi/pulumi/proto/status_pb") as {
  Status: { deserializeBinary(bytes: Uint8Array): Message };
};

type Message = Record<string, (...values: unknown[]) => unknown>;
type Call = (request: unknown, done: (error: grpc.ServiceError | null, reply: Message) => void) => void;

const PARENT = `require("node:child_process").spawn(process.execPath, process.argv.slice(1), { stdio: "inherit" })`;

/** The root of the repository, whose files the provider process resolves. */
export const REPOSITORY = path.resolve(__dirname, "../../..");

/** A failure as the engine reads it out of the gRPC error. */
export interface InitFailure {
  id: string;
  properties: Properties;
  reasons: string[];
}

/** A dynamic provider process of `@pulumi/pulumi`, driven over gRPC as the engine drives it. */
export class ProviderProcess {
  readonly output: string[] = [];

  private constructor(
    readonly child: ChildProcess,
    private readonly client: grpc.Client & Record<string, Call>,
  ) {}

  /** With `parent`, `child` is a process between this one and the provider, as an engine is. */
  static async start(cwd: string, environment: Record<string, string>, parent = false): Promise<ProviderProcess> {
    const entry = path.join(REPOSITORY, "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js");
    const args = parent ? ["-e", PARENT, entry, "127.0.0.1:1"] : [entry, "127.0.0.1:1"];
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...environment } });
    const lines = createInterface({ input: child.stdout });
    const [port] = (await once(lines, "line")) as [string];
    const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const started = new ProviderProcess(child, client);
    lines.on("line", (line) => started.output.push(line));
    child.stderr.on("data", (text: Buffer) => started.output.push(text.toString()));
    await started.call("configure", request("ConfigureRequest", { args: {} }));
    return started;
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await exited;
  }

  cancel(): Promise<Message> {
    return this.call("cancel", new Empty());
  }

  async check(news: Properties): Promise<{ property: string; reason: string }[]> {
    const reply = await this.call("check", request("CheckRequest", { olds: {}, news }));
    return (reply["getFailuresList"]?.() as Message[]).map((failure) => ({
      property: String(failure["getProperty"]?.()),
      reason: String(failure["getReason"]?.()),
    }));
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<{ changes: number; replaces: string[] }> {
    const reply = await this.call("diff", request("DiffRequest", { id, olds, news }));
    return { changes: Number(reply["getChanges"]?.()), replaces: reply["getReplacesList"]?.() as string[] };
  }

  async create(properties: Properties): Promise<{ id: string; outs: Properties }> {
    const reply = await this.call("create", request("CreateRequest", { properties }));
    return { id: String(reply["getId"]?.()), outs: fields(reply) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    return fields(await this.call("update", request("UpdateRequest", { id, olds, news })));
  }

  async read(id: string, properties: Properties): Promise<{ id: string; props: Properties }> {
    const reply = await this.call("read", request("ReadRequest", { id, properties }));
    return { id: String(reply["getId"]?.()), props: fields(reply) };
  }

  async delete(id: string, properties: Properties): Promise<void> {
    await this.call("delete", request("DeleteRequest", { id, properties }));
  }

  private call(method: string, message: unknown): Promise<Message> {
    return new Promise((resolve, reject) => {
      const call = this.client[method];
      assert.ok(call);
      call.call(this.client, message, (error, reply) => (error === null ? resolve(reply) : reject(error)));
    });
  }
}

/** Reads the initialization failure out of a gRPC error; undefined for a plain failure. */
export function initFailure(error: unknown): InitFailure | undefined {
  const [bytes] = (error as grpc.ServiceError).metadata?.get("grpc-status-details-bin") ?? [];
  if (bytes === undefined) return undefined;
  const details = status.Status.deserializeBinary(bytes as Buffer)["getDetailsList"]?.() as Any[];
  const Failed = messages["ErrorResourceInitFailed"] as unknown as { deserializeBinary(bytes: Uint8Array): Message };
  const detail = Failed.deserializeBinary(details[0]?.getValue_asU8() as Uint8Array);
  return {
    id: String(detail["getId"]?.()),
    properties: fields(detail),
    reasons: detail["getReasonsList"]?.() as string[],
  };
}

function fields(message: Message): Properties {
  return (message["getProperties"]?.() as Struct).toJavaScript() as Properties;
}

function request(name: string, values: Record<string, Properties | string>): Message {
  const Type = messages[name];
  assert.ok(Type);
  const message = new Type();
  for (const [key, value] of Object.entries(values)) {
    const setter = `set${key[0]?.toUpperCase()}${key.slice(1)}`;
    message[setter]?.(
      typeof value === "string" ? value : Struct.fromJavaScript(value as Record<string, JavaScriptValue>),
    );
  }
  return message;
}
