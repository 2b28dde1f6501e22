import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { IAM } from "@aws-sdk/client-iam";
import type { KMS } from "@aws-sdk/client-kms";
import type { S3 } from "@aws-sdk/client-s3";
import type { STS } from "@aws-sdk/client-sts";
import type { ProviderConfig } from "./config";
import type { AwsError } from "./errors";

/** The AWS clients of one region, each loaded when it is first asked for: loading all of them takes longer than starting. */
export interface Clients {
  kms(): Promise<KMS>;
  s3(): Promise<S3>;
  iam(): Promise<IAM>;
  ec2(): Promise<EC2>;
  sts(): Promise<STS>;
  logs(): Promise<CloudWatchLogs>;
}

interface ClientOptions {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts: number;
}

/** Only the part of a client's middleware stack that is used here; it is the same for all clients. */
interface MiddlewareStack {
  add(
    middleware: (
      next: (input: never) => Promise<never>,
      context: { clientName?: string; commandName?: string },
    ) => (input: never) => Promise<never>,
    options: { step: "initialize"; name: string },
  ): void;
}

/** Makes the clients of a region; a client is made once. */
export function clientsFor(config: ProviderConfig, region: string): Clients {
  const options = (service: string): ClientOptions => {
    const endpoint = config.endpoints[service] ?? config.endpoint;
    return {
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(config.credentials === undefined ? {} : { credentials: config.credentials }),
      maxAttempts: (config.maxRetries ?? 4) + 1,
    };
  };
  return {
    kms: once(async () => named(new (await import("@aws-sdk/client-kms")).KMS(options("kms")))),
    s3: once(async () =>
      named(new (await import("@aws-sdk/client-s3")).S3({ ...options("s3"), forcePathStyle: true })),
    ),
    iam: once(async () => named(new (await import("@aws-sdk/client-iam")).IAM(options("iam")))),
    ec2: once(async () => named(new (await import("@aws-sdk/client-ec2")).EC2(options("ec2")))),
    sts: once(async () => named(new (await import("@aws-sdk/client-sts")).STS(options("sts")))),
    logs: once(async () =>
      named(new (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs(options("logs"))),
    ),
  };
}

/** Makes every error of the client say which operation of which service it comes from. */
function named<Client extends { middlewareStack: unknown }>(client: Client): Client {
  (client.middlewareStack as MiddlewareStack).add(
    (next, context) => async (input) => {
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof Error) {
          const awsError = error as AwsError;
          awsError.operation = context.commandName?.replace(/Command$/u, "");
          awsError.service = context.clientName?.replace(/Client$/u, "");
        }
        throw error;
      }
    },
    { step: "initialize", name: "nameTheOperation" },
  );
  return client;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
