/** Runs components against Pulumi's mocks and keeps what they register. */
import * as pulumi from "@pulumi/pulumi";

/** A resource as it was registered. */
export interface Registered {
  type: string;
  name: string;
  /** Inputs; what is not known at preview is no plain value. */
  inputs: Record<string, unknown>;
  /** Name of the component in which it lies; undefined for the outermost. */
  parent: string | undefined;
  /** Names of what must be ready before it is made, components resolved to their members. */
  waitsFor: string[];
}

/** What a run has registered. */
export interface Recording {
  resources: Registered[];
  ofType(type: string): Registered[];
  /** The resource whose name ends so. */
  one(end: string): Registered;
}

/** The part of the engine's request that the mocks do not hand on. */
interface RegisterRequest {
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
}

interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): Promise<void>;
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

/**
 * Builds components and waits until everything is registered.
 *
 * @param phase at `preview` ids and computed properties are unknown, as at the first preview of a new stack
 */
export async function record(phase: "preview" | "update", build: () => void): Promise<Recording> {
  const preview = phase === "preview";
  const inputs = new Map<string, { type: string; inputs: Record<string, unknown> }>();
  const requests: RegisterRequest[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: given }) => {
        const state = given as Record<string, unknown>;
        inputs.set(name, { type, inputs: state });
        const computed = { arn: `arn:of:${name}`, keyId: `key-of-${name}` };
        return preview ? { id: undefined, state } : { id: `id-of-${name}`, state: { ...computed, ...state } };
      },
      call: ({ token }) => {
        throw new Error(`${token} is called, but everything a component needs to know is in its arguments`);
      },
    },
    "secure-model-customization",
    "dev",
    preview,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.push(request);
    return register(request, callback);
  };
  build();
  await pulumi.runtime.disconnect();

  const resources = requests.map((request): Registered => {
    const parent = nameOf(request.getParent());
    return {
      ...(inputs.get(request.getName()) ?? { type: "", inputs: {} }),
      name: request.getName(),
      parent: parent === "" ? undefined : parent,
      waitsFor: request.getDependenciesList().map(nameOf),
    };
  });
  return {
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    one: (end) => {
      const [first, ...others] = resources.filter((resource) => resource.name.endsWith(end));
      if (first === undefined || others.length > 0) {
        const names = resources.map((resource) => resource.name).join(", ");
        throw new Error(`${first ? others.length + 1 : 0} resources are named …${end}, one is expected: ${names}`);
      }
      return first;
    },
  };
}
