import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { catalogue } from "../../policies/catalogue";
import { environment } from "../../policies/examples/environment";
import { changed, type ExampleResource } from "../../policies/examples/example";
import { UNKNOWN_TEXT as UNKNOWN } from "./harness";

const ROOT = path.resolve(__dirname, "../..");
const RUNNER = path.join(ROOT, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");

/** The pack in the SDK's own runner, as the engine starts it, with nothing set in its environment. */
class Pack {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  static async start(): Promise<Pack> {
    const environmentOfUser = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
    const child = spawn(process.execPath, [RUNNER, "127.0.0.1:1", "."], {
      cwd: path.join(ROOT, "policies"),
      env: environmentOfUser,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`The runner ended with code ${String(code)} before it told its port.`);
    });
    const [port] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
    ended.catch(() => undefined);
    return new Pack(child, new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = once(this.process, "exit");
    this.process.kill();
    await ended;
  }

  info(): Promise<messages.AnalyzerInfo> {
    return call((done) => this.client.getAnalyzerInfo(new Empty(), done));
  }

  /** Configures as the engine does: always with all policies. */
  async configure(
    properties: Readonly<Record<string, Record<string, JavaScriptValue>>>,
    level?: messages.EnforcementLevel,
  ): Promise<void> {
    const request = new messages.ConfigureAnalyzerRequest();
    for (const policy of (await this.info()).getPoliciesList()) {
      const config = new messages.PolicyConfig();
      config.setEnforcementlevel(level ?? policy.getEnforcementlevel());
      config.setProperties(Struct.fromJavaScript(properties[policy.getName()] ?? {}));
      request.getPolicyconfigMap().set(policy.getName(), config);
    }
    await call((done) => this.client.configure(request, done));
  }

  analyze(resource: ExampleResource): Promise<messages.AnalyzeResponse> {
    const request = new messages.AnalyzeRequest();
    describeTo(request, resource);
    return call((done) => this.client.analyze(request, done));
  }

  analyzeStack(resources: readonly ExampleResource[]): Promise<messages.AnalyzeResponse> {
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList(
      resources.map((resource) => {
        const shown = new messages.AnalyzerResource();
        describeTo(shown, resource);
        for (const [property, names] of Object.entries(resource.dependencies ?? {})) {
          const urns = new messages.AnalyzerPropertyDependencies();
          urns.setUrnsList(names.flatMap((name) => resources.find((other) => other.name === name) ?? []).map(urnOf));
          shown.getPropertydependenciesMap().set(property, urns);
        }
        return shown;
      }),
    );
    return call((done) => this.client.analyzeStack(request, done));
  }
}

function call<T>(body: (done: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    body((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

function urnOf(resource: ExampleResource): string {
  return `urn:pulumi:dev::customization::${resource.type}::${resource.name}`;
}

function describeTo(target: messages.AnalyzeRequest | messages.AnalyzerResource, resource: ExampleResource): void {
  target.setType(resource.type);
  target.setName(resource.name);
  target.setUrn(urnOf(resource));
  target.setOptions(new messages.AnalyzerResourceOptions());
  target.setProperties(Struct.fromJavaScript(structuredClone(resource.properties) as Record<string, JavaScriptValue>));
}

function lines(response: messages.AnalyzeResponse): string[] {
  return response.getDiagnosticsList().map((item) => `${item.getPolicyname()} ${item.getUrn().split("::").at(-1)}`);
}

describe("policies: the pack in the SDK's runner", function () {
  this.timeout(60_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
  });
  after(() => pack.stop());

  it("tells name, version, and every policy with its level, severity and parameters", async () => {
    const info = await pack.info();
    assert.equal(info.getName(), "secure-model-customization");
    assert.equal(info.getVersion(), "0.1.0");
    const names = info.getPoliciesList().map((policy) => policy.getName());
    assert.deepEqual(names, [
      "exemptions-are-approved",
      ...catalogue.map(({ id }) => id),
      "exemptions-fit-what-they-exempt",
      "exempted-findings-are-shown",
      "every-judgement-is-made",
    ]);
    const regions = info.getPoliciesList().find((policy) => policy.getName() === "base-model-is-approved");
    assert.deepEqual(Object.keys(regions?.getConfigschema()?.getProperties()?.toJavaScript() ?? {}), [
      "allowedBaseModels",
    ]);
    const levels = { advisory: messages.EnforcementLevel.ADVISORY, mandatory: messages.EnforcementLevel.MANDATORY };
    for (const rule of catalogue) {
      const told = info.getPoliciesList().find((policy) => policy.getName() === rule.id);
      assert.equal(told?.getEnforcementlevel(), levels[rule.level === "advisory" ? "advisory" : "mandatory"], rule.id);
    }
  });

  it("is content with the clean environment", async () => {
    for (const resource of environment) assert.deepEqual(lines(await pack.analyze(resource)), []);
    assert.deepEqual(lines(await pack.analyzeStack(environment)), []);
  });

  it("stops a weakened resource before it is created, and a weakened join with the stack", async () => {
    const weak = changed(environment, "key", "enableKeyRotation", false);
    for (const resource of weak) {
      const expected = resource.name === "key" ? ["kms-key-rotates key"] : [];
      const found = (await pack.analyze(resource)).getDiagnosticsList().map((item) => item.getPolicyname());
      assert.deepEqual(
        found,
        expected.map((line) => line.split(" ")[0]),
      );
    }
    const broken = changed(weak, "training-access", "blockPublicAcls", false);
    assert.deepEqual(lines(await pack.analyzeStack(broken)), ["bucket-blocks-public-access training"]);
  });

  it("reports what it cannot judge as one finding, also when the policies concerned are mandatory", async () => {
    const open = changed(environment, "training-policy", "policy", UNKNOWN);
    for (const resource of open) assert.deepEqual(lines(await pack.analyze(resource)), []);
    const found = (await pack.analyzeStack(open)).getDiagnosticsList();
    assert.deepEqual(
      found.map((item) => item.getPolicyname()),
      ["every-judgement-is-made"],
    );
    assert.equal(found[0]?.getEnforcementlevel(), messages.EnforcementLevel.ADVISORY);
    assert.match(found[0]?.getMessage() ?? "", /bucket-requires-tls on training \(aws:s3\/bucket:Bucket\)/);
  });

  it("starts each operation anew: an open judgement of the last one is not reported again", async () => {
    assert.deepEqual(lines(await pack.analyzeStack(environment)), []);
  });

  it("judges by the parameters that the platform team set", async () => {
    await pack.configure({ "base-model-is-approved": { allowedBaseModels: ["amazon.*"] } });
    const job = environment.filter(({ name }) => name === "job");
    const found = (await Promise.all(job.map((item) => pack.analyze(item)))).flatMap(lines);
    assert.deepEqual(
      found.map((line) => line.split(" ")[0]),
      ["base-model-is-approved"],
    );
    await pack.configure({});
  });

  it("lets an approved exemption pass a mandatory finding, and shows it with its reason", async () => {
    const exemption = {
      resource: "key",
      policy: "kms-key-rotates",
      finding: "enableKeyRotation*",
      reason: "The key is imported.",
      approver: "security@example.com",
      expires: new Date(Date.now() + 30 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10),
    };
    const weak = changed(environment, "key", "enableKeyRotation", false);
    const config = { "exemptions-are-approved": { exemptions: [exemption] } };
    await pack.configure(config, messages.EnforcementLevel.MANDATORY);
    for (const resource of weak) assert.deepEqual(lines(await pack.analyze(resource)), []);
    const [shown, ...rest] = (await pack.analyzeStack(weak)).getDiagnosticsList();
    assert.deepEqual(rest, []);
    assert.equal(shown?.getPolicyname(), "exempted-findings-are-shown");
    assert.equal(shown.getEnforcementlevel(), messages.EnforcementLevel.ADVISORY);
    assert.match(shown.getMessage(), /security@example.com until .*: The key is imported\./);
    await pack.configure({});
    const again = await Promise.all(weak.map((resource) => pack.analyze(resource)));
    assert.equal(again.flatMap((response) => response.getDiagnosticsList()).length, 1);
    await pack.analyzeStack(weak);
  });

  it("refuses a parameter of the wrong type with the policy, the parameter, the value and what is allowed", async () => {
    await pack.configure({ "kms-key-rotates": { maxRotationDays: "often" } });
    const key = environment.filter(({ name }) => name === "key");
    await assert.rejects(
      Promise.all(key.map((item) => pack.analyze(item))),
      /kms-key-rotates: parameter maxRotationDays is "often"; it must be a whole number, at least 90/,
    );
    await pack.configure({});
  });
});
