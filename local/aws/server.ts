import * as grpc from "@grpc/grpc-js";
import * as emptyProto from "google-protobuf/google/protobuf/empty_pb";
import * as anyProto from "google-protobuf/google/protobuf/any_pb";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as statusProto from "@pulumi/pulumi/proto/status_pb";
import type { Failure } from "./definition";
import type { Detail } from "./diff";
import { InitializationError, RequestError, describeError } from "./errors";
import { Provider } from "./provider";
import { decode, encode, secretTexts, type Decoded, type Properties, type SecretPath } from "./wire";

/** Version of `@pulumi/aws` whose types this provider serves. */
export const providerVersion = "7.48.0";

/** A provider that listens. */
export interface RunningProvider {
  /** Port on 127.0.0.1. */
  port: number;
  /** Stops at once. */
  stop(): void;
}

/**
 * Starts the provider's gRPC server on a free port of 127.0.0.1.
 * @param environment where AWS_ENDPOINT_URL, AWS_REGION and so on come from
 */
export async function serve(environment: NodeJS.ProcessEnv): Promise<RunningProvider> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService as unknown as grpc.ServiceDefinition, handlers(new Provider(environment)));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, stop: () => server.forceShutdown() };
}

type Handler<Request, Response> = (request: Request) => Response | Promise<Response>;

function unary<Request, Response>(handler: Handler<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    // The wrapper catches a synchronous throw of the handler as well.
    (async () => handler(call.request))().then(
      (response) => callback(null, response),
      (error: unknown) => callback(grpcError(error)),
    );
  };
}

function handlers(provider: Provider): grpc.UntypedServiceImplementation {
  return {
    handshake: unary((_: proto.ProviderHandshakeRequest) =>
      new proto.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true).setAcceptOutputs(false),
    ),
    getPluginInfo: unary(() => new pluginProto.PluginInfo().setVersion(providerVersion)),
    getSchema: unary(() => new proto.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: proto.CheckRequest) => {
      const news = decode(request.getNews());
      return new proto.CheckResponse()
        .setInputs(encode(news.values, news.secrets))
        .setFailuresList(failureList(provider.checkConfig(news.values)));
    }),
    diffConfig: unary((request: proto.DiffRequest) => diffConfig(request)),
    configure: unary(async (request: proto.ConfigureRequest) => {
      await provider.configure(configuration(request));
      return new proto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setAcceptoutputs(false)
        .setSupportspreview(true);
    }),
    check: unary((request: proto.CheckRequest) => {
      const news = decode(request.getNews());
      const type = typeOf(request.getUrn());
      const { inputs, failures } = provider.check(type, {
        urn: request.getUrn(),
        olds: decode(request.getOlds()).values,
        news: news.values,
        seed: request.getRandomseed_asU8(),
        secrets: new Set(news.secrets.map(([name]) => String(name))),
      });
      return new proto.CheckResponse()
        .setInputs(encode(inputs, withTagsAll(news.secrets)))
        .setFailuresList(failureList(failures));
    }),
    diff: unary((request: proto.DiffRequest) => diff(provider, request)),
    create: unary(async (request: proto.CreateRequest) => {
      const { values, secrets } = decode(request.getProperties());
      const created = await keepingSecrets([{ values, secrets }], () =>
        provider.create(request.getUrn(), typeOf(request.getUrn()), values, request.getPreview()),
      );
      return new proto.CreateResponse().setId(created.id).setProperties(encode(created.outputs, withTagsAll(secrets)));
    }),
    read: unary(async (request: proto.ReadRequest) => {
      const state = decode(request.getProperties());
      const inputs = decode(request.getInputs());
      const urn = request.getUrn();
      const found = await provider.read(urn, typeOf(urn), request.getId(), inputs.values, state.values);
      const response = new proto.ReadResponse().setId(found.id);
      if (found.id === "") return response;
      const secrets = withTagsAll([...state.secrets, ...inputs.secrets]);
      return response.setProperties(encode(found.outputs, secrets)).setInputs(encode(found.inputs, secrets));
    }),
    update: unary(async (request: proto.UpdateRequest) => {
      const olds = decode(request.getOlds());
      const news = decode(request.getNews());
      const urn = request.getUrn();
      const outputs = await keepingSecrets([olds, news], () =>
        provider.update(urn, typeOf(urn), request.getId(), olds.values, news.values, request.getPreview()),
      );
      return new proto.UpdateResponse().setProperties(encode(outputs, withTagsAll(news.secrets)));
    }),
    delete: unary(async (request: proto.DeleteRequest) => {
      const urn = request.getUrn();
      await provider.delete(urn, typeOf(urn), request.getId(), decode(request.getProperties()).values);
      return new emptyProto.Empty();
    }),
    invoke: unary(async (request: proto.InvokeRequest) => {
      const { result, failures } = await provider.invoke(request.getTok(), decode(request.getArgs()).values);
      return new proto.InvokeResponse().setReturn(encode(result)).setFailuresList(failureList(failures));
    }),
    cancel: unary(() => {
      provider.cancel();
      return new emptyProto.Empty();
    }),
    construct: unary((request: proto.ConstructRequest) => unimplemented(`components (${request.getType()})`)),
    call: unary((request: proto.CallRequest) => unimplemented(`methods (${request.getTok()})`)),
  };
}

function unimplemented(what: string): never {
  throw Object.assign(new Error(`the aws provider of the rehearsal has resources and functions, but no ${what}`), {
    code: grpc.status.UNIMPLEMENTED,
  });
}

function configuration(request: proto.ConfigureRequest): Properties {
  if (request.hasArgs()) return decode(request.getArgs()).values;
  const variables = request.getVariablesMap();
  return Object.fromEntries(
    [...variables.getEntryList()].map(([name, value]) => [name.replace(/^aws:(?:config:)?/u, ""), value]),
  );
}

function diffConfig(request: proto.DiffRequest): proto.DiffResponse {
  const olds = decode(request.getOldInputs() ?? request.getOlds()).values;
  const news = decode(request.getNews()).values;
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const changed = names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
  // Resources of another region are other resources; nothing else about a provider moves them.
  return new proto.DiffResponse()
    .setChanges(
      changed.length > 0 ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE,
    )
    .setDiffsList(changed)
    .setReplacesList(changed.filter((name) => name === "region"));
}

function diff(provider: Provider, request: proto.DiffRequest): proto.DiffResponse {
  const olds = decode(request.getOlds()).values;
  const oldInputs = request.hasOldInputs() ? decode(request.getOldInputs()).values : olds;
  const found = provider.diff(
    typeOf(request.getUrn()),
    olds,
    oldInputs,
    decode(request.getNews()).values,
    request.getIgnorechangesList(),
  );
  const response = new proto.DiffResponse()
    .setChanges(
      found.properties.length > 0 ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE,
    )
    .setDiffsList(found.properties)
    .setReplacesList(found.replaces)
    .setDeletebeforereplace(found.deleteFirst)
    .setHasdetaileddiff(true);
  for (const [path, detail] of found.details) response.getDetaileddiffMap().set(path, propertyDiff(detail));
  return response;
}

function propertyDiff({ kind, replace, input }: Detail): proto.PropertyDiff {
  const { Kind } = proto.PropertyDiff;
  const kinds = replace
    ? { add: Kind.ADD_REPLACE, delete: Kind.DELETE_REPLACE, update: Kind.UPDATE_REPLACE }
    : { add: Kind.ADD, delete: Kind.DELETE, update: Kind.UPDATE };
  return new proto.PropertyDiff().setKind(kinds[kind]).setInputdiff(input);
}

function failureList(failures: readonly Failure[]): proto.CheckFailure[] {
  return failures.map(({ property, reason }) => new proto.CheckFailure().setProperty(property).setReason(reason));
}

/** The type inside a URN, without the types of its parents. */
function typeOf(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

/** All tags contain the resource's own, so a secret tag is secret there too. */
function withTagsAll(secrets: readonly SecretPath[]): SecretPath[] {
  return secrets.flatMap((path) => (path[0] === "tags" ? [path, ["tagsAll", ...path.slice(1)]] : [path]));
}

/** Keeps secrets out of the messages of a failure, and secret in the state that a partial failure carries. */
async function keepingSecrets<T>(decoded: readonly Decoded[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const texts = decoded.flatMap(secretTexts);
    const redact = (text: string): string =>
      texts.reduce((result, secret) => result.replaceAll(secret, "[secret]"), text);
    if (error instanceof InitializationError) {
      const redacted = new InitializationError(error.id, error.state, error.reasons.map(redact));
      throw partialFailure(redacted, withTagsAll(decoded.flatMap(({ secrets }) => secrets)));
    }
    throw new RequestError(redact(describeError(error)), { cause: error });
  }
}

function partialFailure(error: InitializationError, secrets: SecretPath[]): Partial<grpc.ServiceError> {
  const details = new anyProto.Any();
  const detail = new proto.ErrorResourceInitFailed()
    .setId(error.id)
    .setReasonsList(error.reasons)
    .setProperties(encode(error.state, secrets));
  details.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status()
    .setCode(grpc.status.UNKNOWN)
    .setMessage(error.message)
    .setDetailsList([details]);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return Object.assign(new Error(error.message), { code: grpc.status.UNKNOWN, details: error.message, metadata });
}

function grpcError(error: unknown): Partial<grpc.StatusObject> {
  if (error instanceof Error && "code" in error && typeof error.code === "number") {
    return error as unknown as Partial<grpc.StatusObject>;
  }
  const code = error instanceof RequestError ? grpc.status.INVALID_ARGUMENT : grpc.status.UNKNOWN;
  return { code, details: describeError(error) };
}
