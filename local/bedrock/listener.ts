/**
 * One port for both versions of HTTP. The SDK's client of bedrock-runtime speaks HTTP/2 from the first byte, also without TLS, all
 * other clients speak HTTP/1.1: the first bytes of a connection tell which server gets it.
 */
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createServer as createHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** A request of either version. */
export type Incoming = IncomingMessage | Http2ServerRequest;

/** A response of either version. */
export type Outgoing = ServerResponse | Http2ServerResponse;

/** A server that listens on 127.0.0.1. */
export interface Listener {
  port: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/** Begins the connection preface of HTTP/2; no HTTP/1.1 request begins with these bytes (RFC 9113 section 3.4). */
const HTTP2_PREFACE = "PRI";

/**
 * Listens.
 *
 * @param port 0 for a free port
 * @throws Error when the port is taken
 */
export async function listen(port: number, handle: (request: Incoming, response: Outgoing) => void): Promise<Listener> {
  const http1 = createHttp1(handle);
  const http2 = createHttp2(handle);
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    // A client that goes away in the middle of a request ends its session only.
    session.on("error", () => session.destroy());
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      const chosen = first.subarray(0, HTTP2_PREFACE.length).toString("latin1") === HTTP2_PREFACE ? http2 : http1;
      chosen.emit("connection", socket);
      if (chosen === http1) socket.resume();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        for (const session of sessions) session.destroy();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Closes the connection without an answer. */
export function drop(response: Outgoing): void {
  if ("stream" in response) response.stream.session?.destroy();
  else response.destroy();
}
