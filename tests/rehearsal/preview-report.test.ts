import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printed, Rehearsal } from "./rehearsal";

interface DatasetJson {
  reports: { role: string; ok: boolean }[];
}

describe("preview report of a rehearsal", function () {
  this.timeout(180_000);
  const rehearsal = new Rehearsal();
  const folder = mkdtempSync(join(tmpdir(), "preview-report-"));
  after(async () => {
    await rehearsal.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it("says of a stack that is not deployed what would be created, what the policies and the proof say, and that it was rehearsed", async () => {
    const output = join(folder, "report.md");
    const datasets = join(folder, "datasets");
    const result = await rehearsal.local(
      ...["preview-report", "--stack", "dev", "--output", output, "--datasets", datasets],
    );
    assert.equal(result.code, 0, printed(result));
    const text = readFileSync(output, "utf8");
    assert.match(text, /> Previewed on the rehearsal/u);
    assert.match(text, /\| `dev` \| may be updated \| 0 \| 0 \| \d+ \| 0 \| 0 \| No policy has a finding\./u);
    assert.match(text, /Created \(\d+\)<\/summary>[^#]*\(aws:kms\/key:Key\)/u);
    assert.match(text, /train\.jsonl is ready for Llama 3\.1: 945 records/u);
    assert.match(readFileSync(join(datasets, "dev", "dataset.html"), "utf8"), /train\.jsonl/u);
    const data = JSON.parse(readFileSync(join(datasets, "dev", "dataset.json"), "utf8")) as DatasetJson;
    assert.deepEqual(
      data.reports.map(({ role, ok }) => [role, ok]),
      [
        ["train", true],
        ["validation", true],
      ],
    );
    assert.match(text, /The access proof holds: /u);
    assert.match(text, /Nothing is deployed yet to compare with\./u);
  });
});
