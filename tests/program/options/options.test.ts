import assert from "node:assert/strict";
import fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import { presetNames } from "../../../components/presets";
import { stackSchema } from "../../../config";
import { describedAt, optionsOf } from "./schema";
import { cases, type OptionCase } from "./cases";
import { deploy, failures, objections, proofOf } from "./deploy";

/** Options of other parts of the program, which have tests of their own. */
const elsewhere = /^(?:customization|dataset|serving|acceptedFindings)\b/u;
/** Parts that exist are looked at first; tests/rehearsal/existing does that on the engine. */
const existing = /existing/iu;

const nameOf = ({ options, config, stack }: OptionCase) =>
  `${options.join(", ")}: ${JSON.stringify(stack ?? config).slice(0, 110)}`;

describe("options of an environment", function () {
  this.timeout(60_000);

  it("are all tried", () => {
    const tried = new Set(cases.flatMap(({ options }) => options));
    const untried = optionsOf(stackSchema)
      .filter((option) => !elsewhere.test(option) && !existing.test(option))
      .filter((option) => ![...tried].some((one) => option === one || option.startsWith(`${one}.`)));
    assert.deepEqual(untried, []);
  });

  for (const [index, one] of cases.entries()) {
    // Each value in one preset; which one goes round, so that all three meet every kind of value. EVERY_PRESET tries all.
    const tried =
      process.env.EVERY_PRESET === undefined ? [presetNames[index % presetNames.length] ?? "dev"] : presetNames;
    for (const preset of tried) {
      const { config, stack = "dev", region, objecting = [], contradictsIn = [] } = one;
      const wanted = { name: stack, region, config: { preset, ...config } };

      if (contradictsIn.includes(preset)) {
        it(`contradict each other in ${preset}, which is said: ${nameOf(one)}`, async () => {
          await assert.rejects(
            deploy(wanted),
            (error) => error instanceof pulumi.RunError && /Add|Set/u.test(error.message),
          );
        });
        continue;
      }

      it(`hold in ${preset}: ${nameOf(one)}`, async () => {
        const made = await deploy(wanted);
        assert.deepEqual(failures(proofOf(made)), [], "the proof does not hold");
        const found = objections(stack, made).filter(
          ({ level, policy }) => level !== "advisory" || objecting.includes(policy),
        );
        const policies = new Set(found.map(({ policy }) => policy));
        const unexpected = found.filter(({ policy }) => !objecting.includes(policy)).map(({ message }) => message);
        assert.deepEqual(unexpected, [], "the pack objects");
        const missing = objecting.filter((policy) => !policies.has(policy) && preset !== "minimal");
        assert.deepEqual(missing, [], "the pack does not object");
      });
    }
    for (const policy of one.objecting ?? []) {
      it(`say that ${policy} objects: ${nameOf(one)}`, () => {
        const texts = one.options.map((option) => describedAt(stackSchema, option));
        assert.ok(
          texts.some((text) => text.includes(policy)),
          texts.join("\n"),
        );
      });
    }
  }

  it("of an advisory are met in no preset that switches nothing off", async () => {
    for (const preset of ["dev", "prod"]) {
      assert.deepEqual(objections("dev", await deploy({ name: "dev", config: { preset } })), []);
    }
  });

  it("hold in every combination that is not refused", async () => {
    const compatible = cases.filter(
      ({ objecting, contradictsIn }) => objecting === undefined && contradictsIn === undefined,
    );
    const combinations = fc.tuple(
      fc.constantFrom(...presetNames),
      fc.shuffledSubarray(compatible, { minLength: 3, maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(combinations, async ([preset, chosen]) => {
        const sections = [...new Set(chosen.flatMap(({ config }) => Object.keys(config)))];
        const config = Object.fromEntries(
          sections.map((section) => {
            const values = chosen.flatMap((one) => (section in one.config ? [one.config[section]] : []));
            return [
              section,
              typeof values[0] === "object" && !Array.isArray(values[0]) ? Object.assign({}, ...values) : values.at(-1),
            ];
          }),
        ) as Record<string, unknown>;
        const name = chosen.findLast(({ stack }) => stack !== undefined)?.stack ?? "dev";
        let made;
        try {
          made = await deploy({ name, config: { ...config, preset } });
        } catch (error) {
          if (error instanceof pulumi.RunError) return;
          throw error;
        }
        assert.deepEqual(failures(proofOf(made)), []);
        assert.deepEqual(
          objections(name, made).filter(({ level }) => level !== "advisory"),
          [],
        );
      }),
      { numRuns: Number(process.env.COMBINATIONS ?? 5) },
    );
  });
});
