import assert from "node:assert/strict";
import fc from "fast-check";
import { environment } from "../../policies/examples/environment";
import { changed, pick } from "../../policies/examples/example";
import { counts } from "../../policies/metric-filter";
import { runPack } from "./harness";

const POLICY = "changes-of-safeguards-raise-an-alarm";
const disable = { eventName: "DisableKey", eventSource: "kms.amazonaws.com", errorCode: undefined };
const denied = { eventName: "AnyCall", errorCode: "Client.UnauthorizedOperation" };

describe("policies: metric filters", () => {
  it("count an event by name, service, wildcard or expression, however they are written", () => {
    for (const pattern of [
      "{ $.eventName = DisableKey }",
      '{($.eventName="DisableKey")||($.eventName="ScheduleKeyDeletion")}',
      "{ $.eventName = Disable* }",
      '{ ($.eventSource = kms.amazonaws.com) && (($.eventName = "X") || ($.eventName = "DisableKey")) }',
      "{ $.eventSource = kms.amazonaws.com && $.errorCode NOT EXISTS && $.eventName = %DisableKey|Schedule% }",
      '{ $.eventName = "DisableKey" && $.userIdentity.type != "AWSService" }',
      "?DisableKey ?ScheduleKeyDeletion",
    ]) {
      assert.equal(counts(pattern, disable), true, pattern);
    }
    for (const pattern of ["{ $.errorCode = *UnauthorizedOperation }", '{ ($.errorCode = "*Unauthorized*") }']) {
      assert.equal(counts(pattern, denied), true, pattern);
    }
  });

  it("do not count it when they name another one, exclude it, ask for both at once, or name no event at all", () => {
    for (const pattern of [
      "{ $.eventName = DisableKeyRotation }",
      "{ $.eventName != DisableKey }",
      "{ $.eventName = DisableKey && $.eventName = ScheduleKeyDeletion }",
      '{ ($.eventSource = "s3.amazonaws.com") && ($.eventName = "DisableKey") }',
      "{ $.eventName = DisableKey && $.errorCode = AccessDenied }",
      "{ $.eventName = DisableKey && $.errorCode EXISTS }",
      '{ $.userIdentity.type = "Root" }',
      "{ $.eventName = EnableKey || $.eventName != DisableKey }",
      "ERROR",
      "",
      "{",
    ]) {
      assert.equal(counts(pattern, disable), false, pattern);
    }
  });

  it("are read to their end, whatever they are made of (property)", () => {
    const part = fc.constantFrom(
      "{",
      "}",
      "(",
      ")",
      "&&",
      "||",
      "=",
      "!=",
      "$.eventName",
      "DisableKey",
      '"',
      "%",
      "EXISTS",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        assert.equal(typeof counts(parts.join(" "), disable), "boolean");
      }),
    );
  });

  it("must count every call of a change, and into the metric of the alarm", async () => {
    const stack = pick(environment, "changes", "changes-alarm", "job");
    const messages = async (resources: typeof stack) =>
      (await runPack(resources)).reports.filter(({ policy }) => policy === POLICY).map(({ message }) => message);
    const pattern = String(stack[0]?.properties["pattern"]);
    const mute = changed(stack, "changes", "pattern", pattern.replace("ScheduleKeyDeletion", "SchedulKeyDeletion"));
    const elsewhere = changed(stack, "changes-alarm", "namespace", "Elsewhere");
    assert.deepEqual(await messages(stack), []);
    const [message = ""] = await messages(mute);
    assert.match(message, /keys that are disabled or deleted \(ScheduleKeyDeletion\)\./);
    assert.equal((await messages(elsewhere)).length, 1);
  });
});
