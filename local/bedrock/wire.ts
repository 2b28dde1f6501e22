/**
 * The rest-json protocol: reading a request, writing an answer or an exception.
 */
import { randomUUID } from "node:crypto";
import { type ServerResponse } from "node:http";
import { ServiceError } from "./errors";
import { encodeEvent, EVENT_STREAM, type StreamEvent } from "./event-stream";
import { type Incoming, type Outgoing } from "./listener";
import { type Shape } from "./validate";

/** Largest body, as InvokeModel documents it. */
const LARGEST_BODY = 25_000_000;

/** Who signed a request, for which Region. */
export interface Signature {
  accessKeyId: string;
  region: string;
}

/**
 * Reads the credential scope of a SigV4 request. The signature itself is not verified: the secret is not known here.
 *
 * @throws ServiceError MissingAuthenticationTokenException
 */
export function signatureOf(request: Incoming): Signature {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/bedrock\/aws4_request/.exec(
    request.headers.authorization ?? "",
  );
  if (!match) {
    throw new ServiceError(
      "MissingAuthenticationTokenException",
      "Missing Authentication Token: the request is not signed with Signature Version 4 for the service bedrock.",
    );
  }
  return { accessKeyId: match[1]!, region: match[2]! };
}

/**
 * Reads a JSON body; an empty body is an empty structure.
 *
 * @throws ServiceError SerializationException for a body that is not JSON, ValidationException for one that is too large
 */
export async function readBody(request: Incoming): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY)
      throw new ServiceError("ValidationException", `The body is larger than ${LARGEST_BODY} bytes.`);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    throw new ServiceError("SerializationException", `The body is not JSON: ${(error as Error).message}`);
  }
}

/**
 * A body as the structure that the operations of the control plane take.
 *
 * @throws ServiceError SerializationException for a list, a text and everything else that is none
 */
export function structureOf(body: unknown): object {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new ServiceError("SerializationException", "The body is JSON, but not a structure.");
}

/** A header, by its name in lower case; an empty one is an absent one. */
export function headerOf(request: Incoming, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Members of a request of the runtime that travel in headers. */
export function runtimeHeaders(request: Incoming): {
  guardrailIdentifier?: string;
  guardrailVersion?: string;
  trace?: string;
} {
  return {
    guardrailIdentifier: headerOf(request, "x-amzn-bedrock-guardrailidentifier"),
    guardrailVersion: headerOf(request, "x-amzn-bedrock-guardrailversion"),
    trace: headerOf(request, "x-amzn-bedrock-trace"),
  };
}

/** Members whose name in the query string is another one. */
const QUERY_NAMES: Record<string, string> = { outputModelNameContains: "targetModelNameContains" };

/** Members of the query string, with the types that the shape asks for. */
export function queryMembers(query: URLSearchParams, shape: Shape | undefined): Record<string, unknown> {
  const members = shape?.kind === "structure" ? shape.members : {};
  return Object.fromEntries(
    [...query].map(([sent, text]) => {
      const name = QUERY_NAMES[sent] ?? sent;
      const kind = members[name]?.kind;
      if (kind === "integer") return [name, /^-?\d+$/.test(text) ? Number(text) : text];
      if (kind === "boolean") return [name, text === "true" ? true : text === "false" ? false : text];
      return [name, text];
    }),
  );
}

/** Writes an answer. */
export function respond(response: Outgoing, status: number, body: object, headers: Record<string, string> = {}): void {
  // Both versions of HTTP take these calls alike, but TypeScript cannot call the overloads of a union.
  const either = response as ServerResponse;
  either.writeHead(status, { "content-type": "application/json", "x-amzn-requestid": randomUUID(), ...headers });
  either.end(JSON.stringify(body));
}

/** Writes an event stream, each event as a piece of its own. */
export function respondStream(response: Outgoing, events: readonly StreamEvent[]): void {
  const either = response as ServerResponse;
  either.writeHead(200, {
    "content-type": EVENT_STREAM,
    "x-amzn-requestid": randomUUID(),
    "x-amzn-bedrock-content-type": "application/json",
  });
  for (const event of events) either.write(encodeEvent(event));
  either.end();
}

/** Writes what a proxy that knows nothing of the protocol writes: a page of HTML. */
export function respondPage(response: Outgoing, status: 200 | 502): void {
  const either = response as ServerResponse;
  either.writeHead(status, { "content-type": "text/html" });
  either.end(`<html><body>${status === 200 ? "Please sign in" : "Bad Gateway"}</body></html>`);
}

/** Writes an exception. */
export function respondError(response: Outgoing, error: ServiceError): void {
  respond(response, error.status, { __type: error.code, message: error.message }, { "x-amzn-errortype": error.code });
}
