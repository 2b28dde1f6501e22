import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { rehearsalEnvironment, rehearsalVariables, shellCommands } from "../../../local/environment";
import { root } from "../../../local/paths";

const service = (port: number) => ({ port, pid: 1, instance: "x" });
const engine = { pulumi: "/engine/pulumi", version: "3.259.0", source: "build" } as const;
const services = { emulator: service(1111), simulator: service(2222) };

/** What a POSIX shell with this environment holds after it has evaluated the commands. */
function evaluated(commands: readonly string[], environment: Record<string, string>): Record<string, string> {
  const script = `${commands.join("\n")}\nexec '${process.execPath}' -e 'console.log(JSON.stringify(process.env))'`;
  return JSON.parse(execFileSync("/bin/sh", ["-c", script], { env: environment, encoding: "utf8" })) as Record<
    string,
    string
  >;
}

describe("exports for the user's own shell", () => {
  it("arrive in the shell as they are, whatever they hold", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((value) => !value.includes("\0"));
    fc.assert(
      fc.property(text, text, (one, two) => {
        const variables = { ONE: `'${one}"$HOME`, TWO: `${two}\n\`id\`` };
        const { ONE, TWO } = evaluated(shellCommands(variables, {}), {});
        assert.deepEqual({ ONE, TWO }, variables);
      }),
      { numRuns: 15 },
    );
  });

  it("take away what would lead to a real account or backend", () => {
    const own = {
      AWS_PROFILE: "prod",
      AWS_SESSION_TOKEN: "token",
      AWS_ENDPOINT_URL_S3: "https://s3.example.com",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/prod",
      PULUMI_ACCESS_TOKEN: "pul-1",
      HTTPS_PROXY: "http://proxy:3128",
      http_proxy: "http://proxy:3128",
      EDITOR: "vi",
    };
    const shell = evaluated(shellCommands(rehearsalVariables(engine, services), own), own);
    const kept = Object.keys(own).filter((name) => name in shell);
    assert.deepEqual(kept, ["EDITOR"]);
    assert.equal(shell.AWS_ENDPOINT_URL, "http://127.0.0.1:1111");
  });

  it("can be evaluated twice", () => {
    const variables = rehearsalVariables(engine, services);
    const once = evaluated(shellCommands(variables, {}), {});
    const twice = evaluated(shellCommands(variables, once), once);
    for (const [name, value] of Object.entries(variables)) {
      assert.equal(twice[name], value, name);
    }
  });
});

describe("environment of the rehearsal's own commands", () => {
  const changed = [
    "AWS_PROFILE",
    "AWS_ENDPOINT_URL_KMS",
    "PULUMI_BACKEND_URL",
    "https_proxy",
    "REHEARSAL_TEST",
  ] as const;
  const before = changed.map((name) => [name, process.env[name]] as const);
  beforeEach(() => {
    for (const name of changed) {
      process.env[name] = "the user's";
    }
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
  });

  it("leads to loopback with made-up credentials, and to a backend in the rehearsal's folder", () => {
    const environment = rehearsalEnvironment(engine, services);
    assert.deepEqual(
      changed.filter((name) => environment[name] === "the user's"),
      ["REHEARSAL_TEST"],
    );
    for (const [name, value] of Object.entries(environment)) {
      if (name.startsWith("AWS_ENDPOINT_URL")) {
        assert.match(value ?? "", /^http:\/\/127\.0\.0\.1:(?:1111|2222)$/u, name);
      }
    }
    assert.equal(environment.AWS_ENDPOINT_URL_BEDROCK, "http://127.0.0.1:2222");
    assert.match(environment.PULUMI_BACKEND_URL ?? "", /^file:\/\/\//u);
    assert.equal(environment.AWS_SHARED_CREDENTIALS_FILE, "/dev/null");
  });

  it("finds the rehearsal's engine first, then the Node and the tools of the packages", () => {
    const [first, second, third] = (rehearsalEnvironment(engine, services).PATH ?? "").split(":");
    assert.deepEqual([first, third], ["/engine", join(root, "node_modules", ".bin")]);
    assert.ok(process.execPath.startsWith(second ?? "-"));
  });
});
