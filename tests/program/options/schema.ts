/** The options that a schema has, and how they are described. */
import { z } from "zod";

/** The object inside defaults and optionals, if there is one. */
function objectIn(schema: z.core.$ZodType): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  const wrapped = schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return wrapped ? objectIn(schema.unwrap()) : undefined;
}

/** Paths of all options of a schema, such as `network.zones`. */
export function optionsOf(schema: z.ZodObject, path = ""): string[] {
  return Object.entries(schema.shape).flatMap(([key, member]) => {
    const inner = objectIn(member);
    return inner === undefined ? [`${path}${key}`] : optionsOf(inner, `${path}${key}.`);
  });
}

/** The description of an option; empty when it has none. */
export function describedAt(schema: z.ZodObject, option: string): string {
  const [key = "", ...rest] = option.split(".");
  const member = schema.shape[key];
  if (member === undefined) throw new Error(`The configuration has no ${option}.`);
  const inner = objectIn(member);
  return inner === undefined || rest.length === 0
    ? ((member as z.ZodType).description ?? "")
    : describedAt(inner, rest.join("."));
}
