import { createServer, type IncomingMessage, request as forward, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "../../../local/bedrock/faults";

/** The reads of S3 that can be made to fail. */
export const S3_READS = ["ListObjectsV2", "GetObject"] as const;

type S3Read = (typeof S3_READS)[number];

/** S3's own errors for the kinds of faults that are answers. */
const ERRORS: Partial<Record<NonNullable<Fault["kind"]>, [status: number, code: string]>> = {
  "500": [500, "InternalError"],
  accessDenied: [403, "AccessDenied"],
  throttle: [503, "SlowDown"],
  expiredToken: [400, "ExpiredToken"],
  clockSkew: [403, "RequestTimeTooSkewed"],
};

/** Stands between this program and the emulator's S3, and lets reads fail. */
export class S3Proxy {
  private faults: { operation: S3Read; kind: Fault["kind"]; times: number }[] = [];
  private readonly server: Server;

  private constructor(private readonly target: string) {
    this.server = createServer((request, response) => this.serve(request, response));
  }

  static async start(target: string): Promise<S3Proxy> {
    const proxy = new S3Proxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  fault(operation: S3Read, kind: Fault["kind"], times = 1): void {
    this.faults.push({ operation, kind, times });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const fault = this.take(new URL(request.url ?? "/", this.url), request.method ?? "GET");
    const [status, code] = ERRORS[fault ?? "delay"] ?? [];
    if (status !== undefined) {
      response.writeHead(status, { "content-type": "application/xml" });
      response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    } else if (fault === "malformed" || fault === "badGateway") {
      response.writeHead(fault === "malformed" ? 200 : 502, { "content-type": "text/html" });
      response.end("<html><body>Please sign in</body></html>");
    } else if (fault === "drop") {
      request.socket.destroy();
    } else {
      this.pass(request, response, fault === "dropAfter");
    }
  }

  private pass(request: IncomingMessage, response: ServerResponse, dropAnswer: boolean): void {
    const { hostname, port } = new URL(this.target);
    const { url: path, method, headers } = request;
    const passed = forward({ hostname, port, path, method, headers }, (answer) => {
      if (dropAnswer) {
        answer.resume();
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => request.socket.destroy());
    request.pipe(passed);
  }

  private take(url: URL, method: string): Fault["kind"] {
    const operation = url.searchParams.get("list-type") === "2" ? "ListObjectsV2" : "GetObject";
    const fault = method === "GET" ? this.faults.find((one) => one.operation === operation) : undefined;
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.faults = this.faults.filter((one) => one !== fault);
    return fault.kind;
  }
}
