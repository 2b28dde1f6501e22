import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ComprehendSettings } from "../../../dataset/service/settings";

/** Settings under which nothing is too dear. */
export const settings: ComprehendSettings = { language: "en", pricePerUnit: 0.0001, asOf: "2026-10-01", maxCost: 1 };

const environment = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "eu-west-1",
  AWS_ENDPOINT_URL_COMPREHEND: "",
};

/** An entity in an answer of DetectPiiEntities. */
export interface Entity {
  readonly Type: string;
  readonly Score: number;
  readonly BeginOffset: number;
  readonly EndOffset: number;
}

/** What the service says about a text; undefined where it has answered by itself. */
export type Answer = (text: string, response: ServerResponse) => readonly Entity[] | undefined;

/** Finds these words as the service would: offsets are code points. */
export const entitiesOf = (text: string, words: Readonly<Record<string, string>>, score = 0.99): Entity[] =>
  Object.entries(words).flatMap(([word, type]) =>
    [...text.matchAll(new RegExp(word, "gu"))].map(({ 0: found, index }) => {
      const begin = [...text.slice(0, index)].length;
      return { Type: type, Score: score, BeginOffset: begin, EndOffset: begin + [...found].length };
    }),
  );

/** Speaks Comprehend's protocol on this machine, and is what the AWS SDK asks while it runs. */
export class ComprehendServer {
  /** What it was asked, in order. */
  asked: { target: string; body: { Text: string; LanguageCode: string } }[] = [];
  /** Most requests at the same time. */
  most = 0;
  answer: Answer = () => [];
  private open = 0;
  private server: Server | undefined;
  private readonly saved = { ...process.env };

  async start(): Promise<void> {
    this.server = createServer((request: IncomingMessage, response) => {
      const parts: Buffer[] = [];
      this.most = Math.max(this.most, ++this.open);
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const body = JSON.parse(Buffer.concat(parts).toString("utf8")) as { Text: string; LanguageCode: string };
        this.asked.push({ target: String(request.headers["x-amz-target"]), body });
        this.open--;
        const Entities = this.answer(body.Text, response);
        if (!Entities) return;
        response.setHeader("Content-Type", "application/x-amz-json-1.1").end(JSON.stringify({ Entities }));
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    Object.assign(process.env, environment, { AWS_ENDPOINT_URL_COMPREHEND: `http://127.0.0.1:${port}` });
  }

  /** Forgets what it was asked. */
  reset(): void {
    this.asked = [];
    this.open = this.most = 0;
    this.answer = () => [];
  }

  stop(): void {
    for (const key of Object.keys(environment)) {
      if (this.saved[key] === undefined) delete process.env[key];
      else process.env[key] = this.saved[key];
    }
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
