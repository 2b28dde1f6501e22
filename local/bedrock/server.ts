/**
 * The simulator: an HTTP server on the loopback that answers as Amazon Bedrock, backed by an AWS emulator.
 */
import { setTimeout as wait } from "node:timers/promises";
import { CallerDocuments } from "./caller-documents";
import { ENDPOINT_HEADER } from "./caller-network";
import { SimulatedClock } from "./clock";
import { authorizeOperation } from "./control-permissions";
import { Control, type SimulatorStatus } from "./control";
import { Emulator } from "./emulator";
import { ServiceError, traceOf } from "./errors";
import { Faults, type OperationFault } from "./faults";
import { FOUNDATION_MODELS, type FoundationModel } from "./foundation-models";
import { planStep, resume } from "./job-runner";
import { drop, type Incoming, listen, type Outgoing } from "./listener";
import { findRoute } from "./operations";
import { resumeGuardrail } from "./operations/guardrails";
import { resumeModelJobs } from "./operations/model-jobs";
import { resumeDeployment } from "./operations/model-deployments";
import { resumeThroughput } from "./operations/provisioned-throughput";
import { DEFAULT_QUOTAS, type Quotas, withQuotas } from "./quotas";
import { checkTags, openRegion, save, type Simulator } from "./service";
import { ASSUME_ROLE } from "./service-calls";
import { StateStore } from "./state";
import { checkShape } from "./validate";
import {
  headerOf,
  queryMembers,
  readBody,
  respond,
  respondError,
  respondPage,
  respondStream,
  runtimeHeaders,
  signatureOf,
  structureOf,
} from "./wire";

/** Settings of a simulator. */
export interface SimulatorOptions {
  /** URL of the AWS emulator, e.g. `http://127.0.0.1:5000`. */
  awsEndpoint: string;
  /** TCP port on 127.0.0.1. Default: a free one. */
  port?: number;
  /** Simulated seconds per real second; 0 freezes the clock. Default 600. */
  speed?: number;
  /** File in which the state is kept. Default: only in memory. */
  stateFile?: string;
  /** Quotas that differ from those of a new account. */
  quotas?: Partial<Quotas>;
  /** Foundation models. Default: the dated table. */
  foundationModels?: readonly FoundationModel[];
  /** Where the simulator's own log goes, one line at a time. Default: nowhere. */
  log?: (line: string) => void;
}

/** A running simulator. */
export interface RunningSimulator {
  port: number;
  url: string;
  /** Id of this state; a reset gives a new one. */
  instanceId: string;
  control: Control;
  /** Stops the server, waits for what is being worked on and keeps the state. */
  close(): Promise<void>;
}

export type { SimulatorStatus };

/** Default of {@link SimulatorOptions.speed}: a job of half an hour takes three seconds. */
const DEFAULT_SPEED = 600;

/**
 * Starts a simulator.
 *
 * @throws Error when the port is taken, the state file cannot be read or a quota is unknown
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const store = new StateStore(options.stateFile);
  const log = options.log ?? (() => undefined);
  const simulator: Simulator = {
    store,
    clock: new SimulatedClock(options.speed ?? DEFAULT_SPEED, store.state.clock, (error) => log(traceOf(error))),
    emulator: new Emulator(options.awsEndpoint),
    callers: new CallerDocuments(),
    faults: new Faults(),
    quotas: withQuotas(DEFAULT_QUOTAS, options.quotas ?? {}),
    foundationModels: options.foundationModels ?? FOUNDATION_MODELS,
    answers: new Map(),
    records: new Map(),
    log,
  };
  const control = new Control(simulator);
  const server = await listen(options.port ?? 0, (request, response) => {
    serve(simulator, control, request, response).catch((error: unknown) => {
      simulator.log(`${request.method} ${request.url}: ${traceOf(error)}`);
      drop(response);
    });
  });
  await resumeAll(simulator);
  save(simulator);
  const { port } = server;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get instanceId() {
      return store.state.instanceId;
    },
    control,
    async close() {
      await server.close();
      await simulator.clock.close();
      save(simulator);
      await simulator.emulator.close();
    },
  };
}

/** Puts everything that was unfinished when the state was written on the clock again. */
async function resumeAll(simulator: Simulator): Promise<void> {
  for (const region of Object.keys(simulator.store.state.regions)) {
    const context = await openRegion(simulator, region);
    for (const job of Object.values(context.state.jobs)) {
      // A job without a next step waited for a free place to train; it asks again.
      if (job.status === "InProgress" && !job.next) planStep(context, job, "startTraining", simulator.clock.now());
      else resume(context, job);
    }
    Object.values(context.state.throughputs).forEach((one) => resumeThroughput(context, one));
    Object.values(context.state.deployments).forEach((one) => resumeDeployment(context, one));
    Object.values(context.state.guardrails).forEach((one) => resumeGuardrail(context, one));
    resumeModelJobs(context);
  }
}

async function serve(simulator: Simulator, control: Control, request: Incoming, response: Outgoing): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  try {
    if (url.pathname.startsWith("/_simulator/")) {
      const answer = await control.handle(request.method ?? "GET", url, await readBody(request));
      respond(response, answer.status, answer.body);
      return;
    }
    await serveOperation(simulator, request, response, url);
  } catch (error) {
    if (error instanceof ServiceError) {
      respondError(response, error);
      return;
    }
    simulator.log(`${request.method} ${url.pathname}: ${traceOf(error)}`);
    respondError(
      response,
      new ServiceError("InternalServerException", "The simulator met an unexpected error; its log says more."),
    );
  }
}

async function serveOperation(simulator: Simulator, request: Incoming, response: Outgoing, url: URL): Promise<void> {
  const body = await readBody(request);
  const found = findRoute(request.method ?? "GET", url.pathname);
  if (!found) {
    throw new ServiceError(
      "UnknownOperationException",
      `The local simulator does not know the operation ${request.method} ${url.pathname}.`,
    );
  }
  const { route, members } = found;
  const { accessKeyId, region } = signatureOf(request);
  const fault = simulator.faults.take(route.name);
  if (fault && !(await beforeOperation(fault, response))) return;
  const context = await openRegion(simulator, region);
  const identity = await simulator.emulator.identity(accessKeyId, region);
  const endpointId = headerOf(request, ENDPOINT_HEADER);
  const caller = endpointId === undefined ? identity : { ...identity, endpointId };
  const input = route.shape
    ? { ...structureOf(body), ...queryMembers(url.searchParams, route.shape), ...members }
    : { ...members, body, ...runtimeHeaders(request) };
  if (route.shape) {
    checkShape(input, route.shape);
    checkTags(simulator, route.name, input);
  }
  await authorizeOperation(context, caller, route.name, input as Record<string, unknown>);
  const answer = await route.run(context, input as never, caller);
  if (fault?.kind === "dropAfter") drop(response);
  else if (answer.events) respondStream(response, answer.events);
  else if (fault?.kind === "answer") respond(response, answer.status, changed(answer.body, fault.members));
  else respond(response, answer.status, answer.body);
}

/** Carries a fault out; false: the request is over. */
async function beforeOperation(fault: Required<OperationFault>, response: Outgoing): Promise<boolean> {
  switch (fault.kind) {
    case "throttle":
      throw new ServiceError("ThrottlingException", "Too many requests, please wait before trying again.");
    case "500":
      throw new ServiceError(
        "InternalServerException",
        "The request processing has failed because of an unknown error.",
      );
    case "accessDenied":
      throw new ServiceError(
        "AccessDeniedException",
        `The caller is not authorized to perform: bedrock:${fault.operation}`,
      );
    case "expiredToken":
      throw new ServiceError("ExpiredTokenException", "The security token included in the request is expired");
    case "notFound":
      throw new ServiceError("ResourceNotFoundException", "The resource you requested could not be found.");
    case "conflict":
      throw new ServiceError("ConflictException", "The resource is in use by another operation.");
    case "clockSkew":
      throw new ServiceError("InvalidSignatureException", "Signature expired: it was made more than 5 minutes ago.");
    case "assumeRole":
      throw new ServiceError("ValidationException", ASSUME_ROLE.failure);
    case "malformed":
      respondPage(response, 200);
      return false;
    case "badGateway":
      respondPage(response, 502);
      return false;
    case "drop":
      drop(response);
      return false;
    case "delay":
      await wait(fault.milliseconds);
      return true;
    case "answer":
    case "dropAfter":
      return true;
  }
}

/** An answer with members replaced, or taken away by null. */
function changed(body: object, members: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries({ ...body, ...members }).filter(([, value]) => value !== null));
}
