import assert from "node:assert/strict";
import { catalogue } from "../../policies/catalogue";
import { open, runPack, violations, type Outcome } from "./harness";
import { documentOddities } from "./oddities/documents";
import { networkOddities } from "./oddities/network";
import { storageOddities } from "./oddities/storage";
import { trustOddities } from "./oddities/trust";

const advisory = new Set(catalogue.flatMap(({ id, level }) => (level === "advisory" ? [id] : [])));
const stopping = (outcome: Outcome) => violations(outcome).filter((line) => !advisory.has(line.split(" on ")[0] ?? ""));

const families = {
  "documents that are written in unusual ways": documentOddities,
  "roles that are taken on": trustOddities,
  "buckets, keys and queues": storageOddities,
  networks: networkOddities,
};

describe("policies: what programs of others have that ours has not", () => {
  for (const [family, oddities] of Object.entries(families)) {
    describe(family, () => {
      for (const [what, resources, finds] of oddities) {
        it(`${finds.length > 0 ? "find" : "accept"}: ${what}`, async () => {
          const outcome = await runPack(resources);
          assert.deepEqual(stopping(outcome), [...finds].sort());
          assert.deepEqual(open(outcome), []);
        });
      }
    });
  }
});
