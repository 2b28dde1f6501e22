import { z } from "zod";
import { namespace, stackSchema } from "../config";

/**
 * JSON Schema of `Pulumi.<stack>.yaml`, whose first line points an editor to it, made from the configuration's one schema. Keys of other namespaces (`aws:region`)
 * are left to their owners; an unknown key of ours is marked by the editor, as it is refused at preview.
 */
export function stackFileSchema(): object {
  const { properties = {}, required = [] } = z.toJSONSchema(stackSchema, { io: "input" });
  const ours = (key: string) => `${namespace}:${key}`;
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Stack configuration of Secure Model Customization",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(Object.entries(properties).map(([key, schema]) => [ours(key), schema])),
        required: required.map(ours),
        patternProperties: { [`^(?!${namespace}:)`]: true },
        additionalProperties: false,
      },
    },
    required: ["config"],
  };
}
