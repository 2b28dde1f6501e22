import type { ServingInputs, ServingKind } from "./serving-kind";
import type { Surroundings } from "./surroundings";

/**
 * Finds what `adoptArn` names and verifies that it is what the inputs describe; nothing is created or changed.
 *
 * @throws Error when there is no such thing, or it differs
 */
export async function findToAdopt<T>(
  surroundings: Surroundings,
  kind: ServingKind<T>,
  inputs: ServingInputs,
  arn: string,
): Promise<{ id: string; candidate: { name: string }; adopted: true }> {
  const found = await surroundings.bedrock(inputs.region, (bedrock) => kind.get(bedrock, arn));
  if (found === undefined) {
    throw new Error(`adoptArn: there is no ${kind.what} ${arn} in ${inputs.region}; nothing was created`);
  }
  const outputs = kind.outputs(found);
  const name = kind.nameOf(found);
  const asked = { name: inputs.name, modelArn: inputs.modelArn, ...kind.fixed(inputs) };
  const is = { name, modelArn: outputs["modelArn"], ...kind.fixedOf(found) };
  const differences = Object.entries(asked).flatMap(([member, value]) => {
    const actual = (is as Record<string, unknown>)[member];
    // A name that is not asked for fits whatever it is.
    if (actual === value || (member === "name" && value === undefined)) return [];
    return [`${member} is ${JSON.stringify(actual)}, asked for is ${JSON.stringify(value)}`];
  });
  if (differences.length > 0) {
    throw new Error(
      `adoptArn: ${kind.what} ${arn} is not what the inputs describe, nothing was changed: ${differences.join("; ")}; ` +
        "make the inputs say what it is, and change it after it is adopted",
    );
  }
  return { id: kind.arnOf(found), candidate: { name }, adopted: true };
}
