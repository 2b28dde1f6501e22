/** A way in which this machine does not get through to the service. */
export interface CutOff {
  /** For the reader of the matrix. */
  shown: string;
  /** The environment of the SDK that leads to it, for a service at a URL; undefined takes a variable away. */
  variables(url: string): Record<string, string | undefined>;
  /** What a command that cannot go on says. */
  reads: RegExp;
}

const WITHOUT_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
} as const;

/** The ways that every lifecycle is held against. */
export const CUT_OFF: readonly CutOff[] = [
  {
    shown: "no connection to the service",
    variables: () => ({ AWS_ENDPOINT_URL_BEDROCK: "http://127.0.0.1:9" }),
    reads: /ECONNREFUSED.*; likely fix: check the network/,
  },
  {
    shown: "a proxy breaks the encrypted connection",
    variables: (url) => ({ AWS_ENDPOINT_URL_BEDROCK: url.replace("http:", "https:") }),
    reads: /EPROTO.*; likely fix: let the certificate of the proxy/,
  },
  {
    shown: "no credentials are found",
    variables: () => WITHOUT_CREDENTIALS,
    reads: /CredentialsProviderError.*; likely fix: renew the AWS credentials/,
  },
];

/** Cuts this process off from the service; gives what connects it again. */
export function cutOff({ variables }: CutOff, url: string): () => void {
  const wanted = variables(url);
  const saved = Object.keys(wanted).map((name) => [name, process.env[name]] as const);
  set(Object.entries(wanted));
  return () => set(saved);
}

function set(variables: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of variables) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
