import type { AnyDefinition, PropertySpec } from "./definition";
import { isEmpty, omit, same } from "./schema";
import { UNKNOWN, type Properties } from "./wire";

type Specs = Readonly<Record<string, PropertySpec>>;

/**
 * The outputs of a preview: what the program gives, what stays, and unknown for what AWS will choose.
 * @param olds the outputs before an update; absent for a create
 * @param recomputed outputs that the update changes
 */
export function plannedOutputs(
  definition: AnyDefinition,
  specs: Specs,
  inputs: Properties,
  olds?: Properties,
  recomputed: readonly string[] = [],
): Properties {
  const outputs = omit(inputs, "__defaults");
  for (const name of definition.outputs) outputs[name] = olds ? olds[name] : UNKNOWN;
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.computed && outputs[name] === undefined) outputs[name] = olds ? olds[name] : UNKNOWN;
  }
  for (const name of recomputed) outputs[name] = UNKNOWN;
  return outputs;
}

/**
 * The outputs after a read: AWS's values, written as the program wrote them where they mean the same (the order of a set,
 * the form of a JSON document), and the properties that AWS does not tell back.
 */
export function carried(specs: Specs, known: Properties, state: Properties): Properties {
  const outputs: Properties = { ...state };
  for (const [name, spec] of Object.entries(specs)) {
    const wanted = known[name];
    if (wanted === undefined) continue;
    if (spec.writeOnly ? state[name] === undefined : same({ ...spec, computed: false }, wanted, state[name])) {
      outputs[name] = wanted;
    }
  }
  return outputs;
}

/** One reason for each input that AWS (here: the emulator) took and then did not keep. */
export function unkept(definition: AnyDefinition, specs: Specs, inputs: Properties, outputs: Properties): string[] {
  return Object.entries(specs).flatMap(([name, spec]) => {
    const wanted = inputs[name];
    if (wanted === undefined || spec.writeOnly || same(spec, wanted, outputs[name])) return [];
    return [
      `${definition.token} property "${name}" was accepted but not kept: sent ${JSON.stringify(wanted)}, read back ` +
        `${JSON.stringify(outputs[name]) ?? "nothing"}. The emulator does not serve it; see local/aws/README.md`,
    ];
  });
}

/** The inputs after a refresh: the program's own where they still hold, AWS's where something drifted. */
export function refreshedInputs(specs: Specs, inputs: Properties, state: Properties): Properties {
  const result: Properties = { ...inputs };
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.writeOnly) continue;
    if (inputs[name] === undefined && (spec.computed || same(spec, undefined, state[name]))) continue;
    if (same({ ...spec, computed: false }, inputs[name], state[name])) continue;
    if (state[name] === undefined) delete result[name];
    else result[name] = state[name];
  }
  return result;
}

/** The inputs that an import proposes: everything that is not a default. */
export function importedInputs(specs: Specs, state: Properties): Properties {
  const result: Properties = { __defaults: [] };
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.writeOnly || spec.notImported || name === "tagsAll" || state[name] === undefined) continue;
    if (!spec.required && (isEmpty(state[name]) ? spec.default === undefined : state[name] === spec.default)) continue;
    result[name] = state[name];
  }
  return result;
}
