// An environment in China and in GovCloud is proven like any other, and nothing is asked in a partition that is not its own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { neededOf, probesOf, prove } from "../../proof/prove";
import { readExport } from "../../proof/read-export";
import { fixturePath } from "./support";

/** In China the services that KMS sees have names of their own. */
const partitions = [
  ["aws-cn", "cn-north-1", "amazonaws.com.cn"],
  ["aws-us-gov", "us-gov-west-1", "amazonaws.com"],
] as const;

describe("the proof in another partition", () => {
  for (const [partition, region, suffix] of partitions) {
    for (const stack of ["dev", "prod", "minimal"] as const) {
      const text = readFileSync(fixturePath(stack), "utf8")
        .replaceAll("arn:aws:", `arn:${partition}:`)
        .replace(/\b(bedrock|s3|logs|sqs)\.us-west-2\.amazonaws\.com\b/gu, `$1.us-west-2.${suffix}`)
        .replaceAll("us-west-2", region);
      const model = readExport(text);

      it(`holds for ${stack} in ${partition}`, () => {
        const { mustAllow, mustDeny, passed } = prove(model);
        const wrong = [...mustAllow, ...mustDeny].filter(({ asExpected }) => !asExpected);
        assert.deepEqual(
          wrong.map(({ name }) => name),
          [],
        );
        assert.ok(passed);
      });

      it(`asks of ${stack} nothing outside ${partition}`, () => {
        const foreign = [...neededOf(model), ...probesOf(model)].filter(({ calls }) =>
          /"arn:aws:/u.test(JSON.stringify(calls)),
        );
        assert.deepEqual(
          foreign.map(({ name }) => name),
          [],
        );
      });
    }
  }
});
