import { clientsFor, type Clients } from "./clients";
import { checkConfig, parseConfig, type ProviderConfig } from "./config";
import type { AnyDefinition, Change, Context, Failure, Inputs, PropertySpec } from "./definition";
import { property } from "./definition";
import { difference, type Difference } from "./diff";
import { InitializationError, RequestError, describeError, isNotFound } from "./errors";
import { nameOf } from "./names";
import { partitionOf } from "./partition";
import { checkInputs, type CheckRequest } from "./check";
import { findFunction, findResource } from "./registry";
import { coerceFields, same } from "./schema";
import { carried, importedInputs, plannedOutputs, refreshedInputs, unkept } from "./state";
import { ownTags, withoutIgnored, type Tags } from "./tags";
import type { Properties } from "./wire";

type AnyInputs = Inputs<Record<string, unknown>>;

/** Tags and region, which every definition has or has not without listing them. */
export function specsOf(definition: AnyDefinition): Record<string, PropertySpec> {
  return {
    ...definition.inputs,
    ...(definition.tags ? { tags: property.map(), tagsAll: property.map() } : {}),
    ...(definition.global ? {} : { region: property.string({ computed: true, replace: true, notImported: true }) }),
  };
}

/** What Read found. */
export interface ReadResult {
  /** Empty when the resource is gone. */
  id: string;
  outputs: Properties;
  inputs: Properties;
}

/** The provider without its transport: every operation of the engine on plain values. */
export class Provider {
  private config: ProviderConfig | undefined;
  private readonly clients = new Map<string, Clients>();
  private readonly cancellation = new AbortController();
  private account: Promise<string> | undefined;

  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  /** Problems of a provider configuration; see {@link checkConfig}. */
  checkConfig(values: Properties): Failure[] {
    return checkConfig(values);
  }

  /**
   * Takes the configuration; every other operation needs it.
   * @throws RequestError when it cannot be used
   */
  async configure(values: Properties): Promise<void> {
    this.config = parseConfig(values, this.environment);
    const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden } = this.config;
    if (allowed.length === 0 && forbidden.length === 0) return;
    const account = await this.context(this.config.region).accountId();
    if ((allowed.length > 0 && !allowed.includes(account)) || forbidden.includes(account)) {
      throw new RequestError(
        `aws: the account is ${account}, which allowedAccountIds or forbiddenAccountIds rules out`,
      );
    }
  }

  /** Stops every wait that is under way. */
  cancel(): void {
    this.cancellation.abort(new RequestError("the engine canceled the operation"));
  }

  /** Validates and completes inputs; see {@link checkInputs}. */
  check(type: string, request: Omit<CheckRequest, "file">): { inputs: Properties; failures: Failure[] } {
    const { definition, file } = findResource(type);
    return checkInputs(definition, specsOf(definition), this.configured(), { ...request, file });
  }

  /** What an update from `olds` to `news` changes, and whether the old one must go first. */
  diff(
    type: string,
    olds: Properties,
    oldInputs: Properties,
    news: Properties,
    ignore: string[],
  ): Difference & { deleteFirst: boolean } {
    const { definition } = findResource(type);
    const found = difference(specsOf(definition), olds, oldInputs, news, ignore);
    const named = definition.autoName?.property;
    // A name that the program chose stays the same, and two things cannot have it at once.
    const fixedName = named !== undefined && !found.replaces.includes(named) && !isDefaulted(news, named);
    return {
      ...found,
      deleteFirst: found.replaces.length > 0 && (definition.deleteBeforeReplace === true || fixedName),
    };
  }

  /** Creates a resource; in a preview only says what is known. */
  async create(
    urn: string,
    type: string,
    inputs: Properties,
    preview: boolean,
  ): Promise<{ id: string; outputs: Properties }> {
    const { definition } = findResource(type);
    const specs = specsOf(definition);
    const region = this.regionOf(inputs);
    if (preview)
      return { id: "", outputs: this.withRegion(definition, plannedOutputs(definition, specs, inputs), region) };
    let started: string | undefined;
    return this.attempt("creating", urn, type, async () => {
      try {
        const created = await definition.create(this.context(region), inputs as AnyInputs, (id) => (started = id));
        const { id, known } = typeof created === "string" ? { id: created, known: {} } : created;
        started = id;
        return { id, outputs: await this.settled(definition, id, inputs, { ...inputs, ...known }, region) };
      } catch (error) {
        if (started === undefined || error instanceof InitializationError) throw error;
        throw await this.incomplete(definition, started, inputs, region, describeError(error));
      }
    });
  }

  /** Reads a resource for a refresh (`inputs` and `state` known) or an import (both empty). */
  async read(urn: string, type: string, id: string, inputs: Properties, state: Properties): Promise<ReadResult> {
    const { definition } = findResource(type);
    const specs = specsOf(definition);
    const importing = Object.keys(inputs).length === 0 && Object.keys(state).length === 0;
    return this.attempt("reading", urn, type, async () => {
      const at = importing && !definition.global ? /^(.+)@([a-z]{2}(?:-[a-z]+)+-\d)$/u.exec(id) : null;
      const region = at?.[2] ?? this.regionOf({ ...inputs, ...state });
      const context = this.context(region);
      const given = at?.[1] ?? id;
      const imported = importing && definition.importId ? await definition.importId(context, given) : { id: given };
      const known = { ...imported?.known, ...inputs, ...state };
      const outputs = imported && (await this.readState(definition, imported.id, known, region));
      if (!imported || !outputs) return { id: "", outputs: {}, inputs: {} };
      const newInputs =
        Object.keys(inputs).length === 0 ? importedInputs(specs, outputs) : refreshedInputs(specs, inputs, outputs);
      if (at) newInputs.region = region;
      return { id: imported.id, outputs, inputs: newInputs };
    });
  }

  /** Changes a resource; in a preview only says what is known. */
  async update(
    urn: string,
    type: string,
    id: string,
    olds: Properties,
    news: Properties,
    preview: boolean,
  ): Promise<Properties> {
    const { definition } = findResource(type);
    const specs = specsOf(definition);
    const region = this.regionOf(olds);
    const change: Change<Record<string, unknown>> = {
      olds: olds as AnyInputs & Properties,
      news: news as AnyInputs,
      changed: (...names) =>
        names.some((name) => {
          const spec = specs[name];
          return spec !== undefined && !same(spec, news[name], olds[name]);
        }),
    };
    if (preview) {
      return this.withRegion(
        definition,
        plannedOutputs(definition, specs, news, olds, definition.recomputed?.(change)),
        region,
      );
    }
    return this.attempt("updating", urn, type, async () => {
      if (definition.update) {
        try {
          await definition.update(this.context(region), id, change);
        } catch (error) {
          if (isNotFound(error)) throw error;
          throw await this.incomplete(definition, id, { ...olds, ...news }, region, describeError(error));
        }
      }
      return this.settled(definition, id, news, { ...olds, ...news }, region);
    });
  }

  /** Deletes a resource; one that is gone already counts as deleted. */
  async delete(urn: string, type: string, id: string, state: Properties): Promise<void> {
    const { definition } = findResource(type);
    await this.attempt("deleting", urn, type, async () => {
      try {
        await definition.delete(this.context(this.regionOf(state)), id, state as AnyInputs & Properties);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    });
  }

  /** Answers a function. */
  async invoke(token: string, args: Properties): Promise<{ result: Properties; failures: Failure[] }> {
    const { definition, file } = findFunction(token);
    const failures: Failure[] = [];
    const inputs = coerceFields(definition.inputs, args, "", { token, file }, failures);
    if (failures.length > 0) return { result: {}, failures };
    try {
      return { result: await definition.invoke(this.context(this.regionOf(inputs)), inputs), failures };
    } catch (error) {
      throw new RequestError(`calling ${token} failed: ${describeError(error)}`, { cause: error });
    }
  }

  private configured(): ProviderConfig {
    if (this.config) return this.config;
    throw new RequestError("aws is not configured yet; the engine must call Configure first");
  }

  private regionOf(values: Properties): string {
    return typeof values.region === "string" ? values.region : this.configured().region;
  }

  private context(region: string): Context {
    const config = this.configured();
    const clients = this.clients.get(region) ?? clientsFor(config, region);
    this.clients.set(region, clients);
    const { signal } = this.cancellation;
    return {
      ...clients,
      region,
      partition: partitionOf(region),
      signal,
      accountId: () => (this.account ??= callerAccount(clients)),
      until: (what, probe) => until(what, probe, signal),
    };
  }

  private withRegion(definition: AnyDefinition, outputs: Properties, region: string): Properties {
    return definition.global ? outputs : { ...outputs, region };
  }

  /** The outputs as AWS has them now, or undefined when the resource is gone. */
  private async readState(
    definition: AnyDefinition,
    id: string,
    known: Properties,
    region: string,
  ): Promise<Properties | undefined> {
    const config = this.configured();
    let state: Properties | undefined;
    try {
      state = await definition.read(this.context(region), id, known as Partial<AnyInputs> & Properties);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    if (state === undefined) return undefined;
    if (definition.tags) {
      const all = withoutIgnored(config, (state.tagsAll ?? {}) as Tags);
      state = { ...state, tagsAll: all, tags: ownTags(config.defaultTags, all, known.tags as Tags | undefined) };
    }
    return this.withRegion(definition, carried(specsOf(definition), known, state), region);
  }

  /** Reads back what was written and insists that all of it was kept. */
  private async settled(
    definition: AnyDefinition,
    id: string,
    inputs: Properties,
    known: Properties,
    region: string,
  ): Promise<Properties> {
    const outputs = await this.context(region).until(`${definition.token} ${id} to be readable`, () =>
      this.readState(definition, id, known, region),
    );
    const lost = unkept(definition, specsOf(definition), inputs, outputs);
    if (lost.length > 0) throw new InitializationError(id, outputs, lost);
    return outputs;
  }

  private async incomplete(
    definition: AnyDefinition,
    id: string,
    inputs: Properties,
    region: string,
    reason: string,
  ): Promise<InitializationError> {
    try {
      const outputs = await this.readState(definition, id, inputs, region);
      return new InitializationError(id, outputs ?? inputs, [reason]);
    } catch (error) {
      return new InitializationError(id, inputs, [
        reason,
        `its state could not be read either: ${describeError(error)}`,
      ]);
    }
  }

  private async attempt<T>(doing: string, urn: string, type: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const where = `${doing} ${type} "${nameOf(urn)}"`;
      if (error instanceof InitializationError) {
        throw new InitializationError(
          error.id,
          error.state,
          error.reasons.map((reason) => `${where}: ${reason}`),
        );
      }
      throw new RequestError(`${where} failed: ${describeError(error)}`, { cause: error });
    }
  }
}

function isDefaulted(inputs: Properties, name: string): boolean {
  return Array.isArray(inputs.__defaults) && inputs.__defaults.includes(name);
}

async function callerAccount(clients: Clients): Promise<string> {
  const { Account } = await (await clients.sts()).getCallerIdentity({});
  if (Account === undefined) throw new Error("STS GetCallerIdentity answered without an account");
  return Account;
}

const patience = 30_000;
const pause = 200;

async function until<T>(what: string, probe: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    // The first look comes before the check for a cancellation: what exists already must not get lost.
    const found = await probe();
    if (found !== undefined) return found;
    signal.throwIfAborted();
    if (Date.now() > deadline) throw new RequestError(`waited ${patience / 1000} s for ${what}; it did not happen`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
