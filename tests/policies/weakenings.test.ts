import assert from "node:assert/strict";
import type { ExampleResource } from "../../policies/examples/example";
import { FIRST_PREVIEW, WEAKENINGS } from "../../policies/score";
import { compiled, type Compiled } from "./compiled";
import { open, runPack } from "./harness";
import { findings, findingsIn, type Finding } from "./judging";
import { documentWeakenings } from "./weakenings/documents";
import { outsidersWeakenings } from "./weakenings/outsiders";
import { propertyWeakenings } from "./weakenings/properties";
import { watcherWeakenings } from "./weakenings/watchers";
import { wayWeakenings } from "./weakenings/ways";
import type { Weakening } from "./weakenings/weakening";

/** Every so many weakenings one is tried: `EVERY=1` tries all, which takes minutes. */
const EVERY = Number(process.env["EVERY"] ?? 7);

describe("policies: single weakenings of the environment", function () {
  this.timeout(900_000);

  for (const [index, { stack, tried }] of WEAKENINGS.entries()) {
    describe(`of stack ${stack}`, () => {
      let environment: Compiled;
      before(async () => {
        environment = await compiled(stack, "update");
      });

      const judged = (resources: readonly ExampleResource[]) => findingsIn(resources, environment.outputs, stack);

      it("are found on the resource that was weakened, or proved to weaken nothing", () => {
        const { resources } = environment;
        const before = new Set(judged(resources).map(textOf));
        const isFound = (weakening: Weakening) => {
          for (const finding of findings(weakening.stack, environment.outputs, stack, weakening.resource)) {
            if (!before.has(textOf(finding)) && isAbout(finding, weakening)) return true;
          }
          return false;
        };
        const all = [
          ...documentWeakenings(resources),
          ...propertyWeakenings(resources),
          ...outsidersWeakenings(resources),
          ...wayWeakenings(resources),
          ...watcherWeakenings(resources),
        ];
        const missed = all.filter((_, at) => at % EVERY === index % EVERY).filter((weakening) => !isFound(weakening));
        const names = missed.flatMap((weakening) => (weakening.isEquivalent?.() ? [] : nameOf(weakening)));
        assert.deepEqual(names, [], "these are not found");
        assert.equal(all.length, tried, `policies/score.ts says otherwise; try them all with EVERY=1`);
      });

      it("would have been found by nobody: without them, no policy that can block finds anything", () => {
        const blocking = judged(environment.resources).filter(({ level }) => level !== "advisory");
        assert.deepEqual(blocking, []);
      });
    });
  }

  it("stay open nowhere for want of a value: at the first preview every judgement is made", async () => {
    const { stack } = FIRST_PREVIEW;
    const { resources, outputs } = await compiled(stack, "preview");
    const outcome = await runPack(resources, { outputs, stack });
    assert.deepEqual({ stack, judgements: outcome.verdicts.length, open: open(outcome).length }, FIRST_PREVIEW);
  });
});

function textOf({ policy, resource, message }: Finding): string {
  return `${policy} ${resource} ${message}`;
}

function nameOf({ resource, what }: Weakening): string {
  return `${resource}: ${what}`;
}

/** Whether a finding names the weakened resource, or one of those that were protected by what is gone. */
function isAbout({ resource, message }: Finding, weakening: Weakening): boolean {
  return (
    resource === weakening.resource ||
    message.includes(weakening.resource) ||
    weakening.instead?.includes(resource) === true
  );
}
