import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { subnetCidrs } from "../../components/cidr";

/** First and last address of a block. */
function range(cidr: string): { first: number; last: number } {
  const [address = "", bits = ""] = cidr.split("/");
  const first = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
}

/** Blocks of every size that AWS takes, with nothing behind the mask, and numbers of subnets that they hold. */
const blocks = fc.tuple(fc.integer({ min: 16, max: 28 }), fc.nat(2 ** 32 - 1)).map(([bits, address]) => {
  const size = 2 ** (32 - bits);
  const base = Math.floor(address / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${bits}`;
});
const fitting = blocks.chain((block) => {
  const counts = fc.integer({ min: 1, max: Math.min(8, 2 ** (28 - Number(block.split("/")[1]))) });
  return fc.tuple(fc.constant(block), counts, counts);
});

describe("subnets of a block", () => {
  it("lie inside it", () => {
    fc.assert(
      fc.property(fitting, ([block, count]) => {
        const whole = range(block);
        for (const subnet of subnetCidrs(block, count).map(range)) {
          assert.ok(subnet.first >= whole.first && subnet.last <= whole.last);
        }
      }),
    );
  });

  it("do not overlap, and none lacks", () => {
    fc.assert(
      fc.property(fitting, ([block, count]) => {
        const subnets = subnetCidrs(block, count).map(range);
        assert.equal(subnets.length, count);
        subnets.slice(1).forEach((subnet, index) => assert.ok(subnet.first > (subnets[index]?.last ?? Infinity)));
      }),
    );
  });

  it("stay where they are when zones are added", () => {
    fc.assert(
      fc.property(fitting, ([block, one, other]) => {
        const [few, many] = one < other ? [one, other] : [other, one];
        assert.deepEqual(subnetCidrs(block, many).slice(0, few), subnetCidrs(block, few));
      }),
    );
  });

  it("are of a size that AWS takes", () => {
    fc.assert(
      fc.property(fitting, ([block, count]) => {
        for (const subnet of subnetCidrs(block, count)) {
          const bits = Number(subnet.split("/")[1]);
          assert.ok(bits >= 16 && bits <= 28, subnet);
        }
      }),
    );
  });

  it("of the default block are /19", () => {
    assert.deepEqual(subnetCidrs("10.40.0.0/16", 3), ["10.40.0.0/19", "10.40.32.0/19", "10.40.64.0/19"]);
  });
});

describe("a block that cannot be used", () => {
  for (const malformed of ["10.0.0.0", "10.0.0.256/16", "10.0.0/16", "ten/16", "10.0.0.0/16 ", "2001:db8::/32"]) {
    it(`${JSON.stringify(malformed)} is named, with an example`, () => {
      assert.throws(
        () => subnetCidrs(malformed, 2),
        (error: Error) => {
          assert.ok(error instanceof pulumi.RunError);
          assert.equal(
            error.message,
            `network.cidrBlock is "${malformed}", which is no IPv4 CIDR block. Use for example "10.40.0.0/16".`,
          );
          return true;
        },
      );
    });
  }

  it("is larger or smaller than AWS takes", () => {
    assert.throws(
      () => subnetCidrs("10.0.0.0/15", 2),
      /network\.cidrBlock is "10\.0\.0\.0\/15", which cannot be a VPC: AWS takes \/16 to \/28\./u,
    );
    assert.throws(() => subnetCidrs("10.0.0.0/29", 2), /AWS takes \/16 to \/28\./u);
  });

  it("has bits behind its mask: the block that was meant is named", () => {
    assert.throws(() => subnetCidrs("10.40.7.0/16", 2), /bits set behind its mask.*"10\.40\.0\.0\/16"/u);
  });

  it("is too small for the zones: the smallest that would do is named, and does", () => {
    assert.throws(
      () => subnetCidrs("10.40.0.0/27", 3),
      (error: Error) => {
        const wide = /block of \/(?<bits>\d+) or larger/u.exec(error.message)?.groups?.bits;
        assert.equal(subnetCidrs(`10.40.0.0/${wide}`, 3).length, 3);
        assert.throws(() => subnetCidrs(`10.40.0.0/${Number(wide) + 1}`, 3));
        return true;
      },
    );
  });
});
