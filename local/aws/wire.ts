import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** What the engine sends for a value that is not known before the update; each JavaScript kind has its own sentinel. */
const unknownSentinels = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const unknownSentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/** A value that is not known before the update. There is one instance, {@link UNKNOWN}; compare with `===`. */
export class Unknown {
  /** Only {@link UNKNOWN} is ever created; the field keeps the class apart from `{}` in the type system. */
  readonly kind = "unknown";
}

/** The unknown value. */
export const UNKNOWN = new Unknown();

/** A Pulumi asset or archive as it travels: exactly one of `path`, `text`, `uri` (or `assets` for an archive) is set. */
export class Asset {
  constructor(
    /** `asset` is one file, `archive` is a collection or a compressed file. */
    readonly kind: "asset" | "archive",
    /** The engine's hash of the content (SHA-256, hex); empty when it was not computed. */
    readonly hash: string,
    /** Where the content is, in the engine's own field names. */
    readonly source: { path?: string; text?: string; uri?: string; assets?: unknown },
  ) {}
}

/** Property values by name, with {@link Unknown} and {@link Asset} in place of their wire forms; secrets are unwrapped. */
export type Properties = Record<string, unknown>;

/** Where a secret was, as property names and list indexes from the top: `["tags", "owner"]`. */
export type SecretPath = readonly (string | number)[];

/** A decoded message: plain values and the places of the secrets among them. */
export interface Decoded {
  /** Values with secrets unwrapped. A `null` property is left out, as the engine treats it as absent. */
  values: Properties;
  /** The places that held a secret. */
  secrets: SecretPath[];
}

/** Decodes a protobuf Struct of Pulumi property values; an absent Struct is the empty object. */
export function decode(struct: Struct | undefined): Decoded {
  const secrets: SecretPath[] = [];
  const values = struct ? decodeObject(struct.toJavaScript() as Record<string, unknown>, [], secrets) : {};
  return { values, secrets };
}

function decodeObject(source: Record<string, unknown>, path: SecretPath, secrets: SecretPath[]): Properties {
  const result: Properties = {};
  for (const [name, value] of Object.entries(source)) {
    const decoded = decodeValue(value, [...path, name], secrets);
    if (decoded !== undefined && decoded !== null) result[name] = decoded;
  }
  return result;
}

function decodeValue(value: unknown, path: SecretPath, secrets: SecretPath[]): unknown {
  if (typeof value === "string") return unknownSentinels.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map((item, index) => decodeValue(item, [...path, index], secrets));
  if (typeof value !== "object" || value === null) return value;
  const source = value as Record<string, unknown>;
  switch (source[signatureKey]) {
    case undefined:
      return decodeObject(source, path, secrets);
    case secretSignature:
      secrets.push(path);
      return decodeValue(source.value, path, secrets);
    case outputSignature:
      if (source.secret === true) secrets.push(path);
      return "value" in source ? decodeValue(source.value, path, secrets) : UNKNOWN;
    case resourceSignature:
      // @pulumi/aws lets a resource stand for its id (`role: role`, `bucket: bucket`).
      return typeof source.id === "string" && source.id !== "" ? decodeValue(source.id, path, secrets) : UNKNOWN;
    case assetSignature:
      return decodeAsset("asset", source);
    case archiveSignature:
      return decodeAsset("archive", source);
    default:
      throw new Error(
        `the property ${path.join(".")} carries the unknown signature ${String(source[signatureKey])}; ` +
          "teach local/aws/wire.ts about it",
      );
  }
}

function decodeAsset(kind: Asset["kind"], source: Record<string, unknown>): Asset {
  const { hash, path, text, uri, assets } = source;
  return new Asset(kind, typeof hash === "string" ? hash : "", {
    ...(typeof path === "string" && path !== "" ? { path } : {}),
    ...(typeof text === "string" ? { text } : {}),
    ...(typeof uri === "string" && uri !== "" ? { uri } : {}),
    ...(assets !== undefined ? { assets } : {}),
  });
}

/**
 * Encodes property values as a protobuf Struct. A place in `secrets` that still exists is wrapped as a secret; when the
 * shape changed and the place is gone, the whole top-level property becomes secret instead, so that nothing leaks.
 */
export function encode(values: Properties, secrets: readonly SecretPath[] = []): Struct {
  const marked = new Set<string>();
  for (const path of secrets) marked.add(JSON.stringify(has(values, path) ? path : path.slice(0, 1)));
  return Struct.fromJavaScript(encodeValue(values, [], marked) as Record<string, JavaScriptValue>);
}

function has(values: unknown, path: SecretPath): boolean {
  let current = values;
  for (const step of path) {
    if (typeof current !== "object" || current === null || current instanceof Asset || !(step in current)) return false;
    current = (current as Record<string | number, unknown>)[step];
  }
  return true;
}

function encodeValue(value: unknown, path: SecretPath, secrets: ReadonlySet<string>): unknown {
  const plain = encodePlain(value, path, secrets);
  if (path.length === 0 || !secrets.has(JSON.stringify(path))) return plain;
  return { [signatureKey]: secretSignature, value: plain };
}

function encodePlain(value: unknown, path: SecretPath, secrets: ReadonlySet<string>): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Unknown) return unknownSentinel;
  if (value instanceof Asset) {
    const signature = value.kind === "asset" ? assetSignature : archiveSignature;
    return { [signatureKey]: signature, hash: value.hash, ...value.source };
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item, index) => encodeValue(item, [...path, index], secrets));
  if (typeof value !== "object") return value;
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (item !== undefined) result[name] = encodeValue(item, [...path, name], secrets);
  }
  return result;
}

/** Every text that a secret holds, as it is and as it stands inside JSON: what no message may show. */
export function secretTexts({ values, secrets }: Decoded): string[] {
  const texts = secrets.flatMap((path) => leaves(path.reduce<unknown>(member, values)));
  return [...new Set(texts.flatMap((text) => [JSON.stringify(text).slice(1, -1), text]))].filter((text) => text !== "");
}

function member(value: unknown, name: string | number): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[name] : undefined;
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value instanceof Asset) return value.source.text === undefined ? [] : [value.source.text];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** Whether an {@link Unknown} is anywhere in the value. */
export function containsUnknown(value: unknown): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Asset || typeof value !== "object" || value === null) return false;
  return Object.values(value).some(containsUnknown);
}
