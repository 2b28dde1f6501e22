import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findResource, resourceTokens } from "../../../local/aws/registry";

const packageFolder = dirname(require.resolve("@pulumi/aws/package.json"));

/** Output properties of a type as `@pulumi/aws` declares them. */
function declared(token: string): Set<string> {
  const [, path = ""] = token.split(":");
  const text = readFileSync(join(packageFolder, `${path}.d.ts`), "utf8");
  return new Set([...text.matchAll(/^ {4}readonly (\w+): pulumi\.Output</gmu)].map(([, name = ""]) => name));
}

describe("the types of the aws provider", () => {
  it("are types of @pulumi/aws, with no property that it does not have", () => {
    for (const token of resourceTokens()) {
      const { definition } = findResource(token);
      const real = declared(token);
      const inputs = Object.entries(definition.inputs).filter(([, spec]) => spec.kind !== "unsupported");
      const extra = [...inputs.map(([name]) => name), ...definition.outputs].filter((name) => !real.has(name));
      assert.deepEqual(extra, [], token);
      assert.equal(definition.tags, real.has("tagsAll"), `${token} has tags exactly when the real type has`);
      assert.equal(
        definition.global !== true,
        real.has("region"),
        `${token} has a region exactly when the real type has`,
      );
    }
  });
});
