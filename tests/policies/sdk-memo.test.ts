/** What the SDK does for each policy, counted on a stack that the SDK itself shows. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import type { Policies } from "@pulumi/policy";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { catalogue } from "../../policies/catalogue";
import { environment } from "../../policies/examples/environment";
import { changed, type ExampleResource } from "../../policies/examples/example";
import { toSdkPolicies } from "../../policies/sdk";
import { convertOnce, showOnce } from "../../policies/sdk-memo";

const urnOf = ({ type, name }: ExampleResource): string => `urn:pulumi:dev::customization::${type}::${name}`;

/** A stack as the engine sends it, whose resources count how often the SDK asks them for their options. */
function requestOf(resources: readonly ExampleResource[]) {
  let looks = 0;
  const request = new messages.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map((resource) => {
      const shown = new messages.AnalyzerResource();
      shown.setType(resource.type);
      shown.setName(resource.name);
      shown.setUrn(urnOf(resource));
      shown.setProperties(
        Struct.fromJavaScript(structuredClone(resource.properties) as Record<string, JavaScriptValue>),
      );
      for (const [property, names] of Object.entries(resource.dependencies ?? {})) {
        const urns = new messages.AnalyzerPropertyDependencies();
        urns.setUrnsList(resources.filter(({ name }) => names.includes(name)).map(urnOf));
        shown.getPropertydependenciesMap().set(property, urns);
      }
      shown.getOptions = () => {
        looks++;
        return new messages.AnalyzerResourceOptions();
      };
      return shown;
    }),
  );
  return { request, looks: () => looks };
}

type Analyze = (
  call: { request: messages.AnalyzeStackRequest },
  done: (error: unknown, response: messages.AnalyzeResponse) => void,
) => void;

/** What answers the engine; the SDK's types do not tell of it. */
const { makeAnalyzeStackRpcFun } = createRequire(__filename)("@pulumi/policy/server") as {
  makeAnalyzeStackRpcFun(pack: string, version: string, level: string, policies: Policies): Analyze;
};

describe("policies: the view of a stack that the SDK makes", () => {
  let shareView = false;
  const share = (): void => {
    if (!shareView) {
      convertOnce();
      showOnce();
    }
    shareView = true;
  };

  /** Each finding with its resource, and how often the SDK looked at a resource. */
  async function judged(resources: readonly ExampleResource[], policies = toSdkPolicies(catalogue)) {
    const analyze = makeAnalyzeStackRpcFun("pack", "1.0.0", "advisory", policies);
    const { request, looks } = requestOf(resources);
    const response = await new Promise<messages.AnalyzeResponse>((resolve, reject) => {
      analyze({ request }, (error, answer) => (error ? reject(error as Error) : resolve(answer)));
    });
    // The session ends with an immediate.
    await new Promise(setImmediate);
    return {
      findings: response.getDiagnosticsList().map((item) => item.toObject()),
      skipped: response.getNotApplicableList().map((item) => item.getPolicyName()),
      looks: looks() / resources.length,
    };
  }

  it("is made once for all policies, which find what they found when each had its own", async () => {
    const weak = changed(
      changed(environment, "training-access", "blockPublicAcls", false),
      "key",
      "enableKeyRotation",
      false,
    );
    const apart = await judged(weak);
    assert.ok(apart.looks > 10, `${apart.looks} looks at each resource`);
    assert.ok(apart.findings.length > 0);
    share();
    const together = await judged(weak);
    assert.deepEqual([together.findings, together.skipped], [apart.findings, apart.skipped]);
    assert.equal(together.looks, 1);
  });

  it("is made anew for the next stack", async () => {
    share();
    const broken = changed(environment, "training-access", "blockPublicAcls", false);
    const policies = toSdkPolicies(catalogue);
    for (const expected of [["bucket-blocks-public-access"], [], ["bucket-blocks-public-access"]]) {
      const { findings } = await judged(expected.length > 0 ? broken : environment, policies);
      assert.deepEqual(
        findings.map(({ policyname }) => policyname),
        expected,
      );
    }
  });

  it("is there for the policies that remain when those that come first are disabled", async () => {
    share();
    const policies = toSdkPolicies(catalogue);
    const last = policies.filter(({ name }) => name === "bucket-blocks-public-access");
    const broken = changed(environment, "training-access", "blockPublicAcls", false);
    const { findings, looks } = await judged(broken, last);
    assert.deepEqual(
      findings.map(({ policyname, urn }) => [policyname, urn.split("::").at(-1)]),
      [["bucket-blocks-public-access", "training"]],
    );
    assert.equal(looks, 1);
  });
});
