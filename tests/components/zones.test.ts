import assert from "node:assert/strict";
import fc from "fast-check";
import { subnetCidrs } from "../../components/cidr";
import { chooseZones } from "../../components/context";
import { zoneIndex } from "../../components/network";

const region = ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"];

describe("the zones of an environment", () => {
  it("are all of the region when none is named", () => {
    assert.deepEqual(chooseZones(region), region);
  });

  it("are those that are named, once each and in order", () => {
    assert.deepEqual(chooseZones(region, ["us-west-2d", "us-west-2a", "us-west-2d"]), ["us-west-2a", "us-west-2d"]);
  });

  it("must be zones of the region; the message names what was asked for and what there is", () => {
    assert.throws(
      () => chooseZones(region, ["us-west-2a", "us-west-2z"]),
      /names us-west-2z, which this account does not have in the region\. Available: us-west-2a, us-west-2b/u,
    );
  });

  it("keep their address blocks when another zone is left out", () => {
    const blockOf = (zones: readonly string[], zone: string) =>
      subnetCidrs("10.40.0.0/16", Math.max(...zones.map(zoneIndex)) + 1)[zoneIndex(zone)];
    fc.assert(
      fc.property(fc.subarray(region, { minLength: 1 }), (some) => {
        for (const zone of some) {
          assert.equal(blockOf(some, zone), blockOf(region, zone));
        }
      }),
    );
  });
});
