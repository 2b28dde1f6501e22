import assert from "node:assert/strict";
import { commandNames, parseCommandLine } from "../../../local/command-line";
import { RehearsalError } from "../../../local/failure";

function refusal(...args: string[]): RehearsalError {
  try {
    parseCommandLine(args);
  } catch (error) {
    assert.ok(error instanceof RehearsalError, "a wrong command line is shown without a stack trace");
    return error;
  }
  return assert.fail(`"${args.join(" ")}" was accepted`);
}

describe("command line of the rehearsal", () => {
  it("works with stack dev unless another one is named", () => {
    assert.deepEqual(parseCommandLine(["start"]), {
      command: "start",
      options: {
        stack: "dev",
        datasets: undefined,
        namedStack: undefined,
        output: undefined,
        speed: undefined,
        unit: false,
      },
    });
    assert.deepEqual(parseCommandLine(["destroy", "--stack", "nova"]).options.stack, "nova");
    assert.deepEqual(parseCommandLine(["--unit", "test", "--speed=0.5"]), {
      command: "test",
      options: { stack: "dev", datasets: undefined, namedStack: undefined, output: undefined, speed: 0.5, unit: true },
    });
  });

  it("lists every command to whoever names none, or one that does not exist", () => {
    for (const [args, what] of [
      [[], "No command was given."],
      [["begin"], '"begin" is not a command.'],
      [["toString"], '"toString" is not a command.'],
      [["start", "dev"], '"start dev" is not a command.'],
    ] as const) {
      const error = refusal(...args);
      assert.equal(error.message, what);
      for (const name of commandNames) {
        assert.match(error.next, new RegExp(`^  ${name}(?: |$)`, "mu"));
      }
    }
  });

  it("refuses a speed at which no time would pass", () => {
    for (const speed of ["0", "-3", "fast", "Infinity", "NaN", ""]) {
      const error = refusal("start", `--speed=${speed}`);
      assert.equal(error.message, `--speed is "${speed}"; a number above 0 is allowed.`);
    }
  });

  it("explains an unknown option, and one without its value", () => {
    assert.match(refusal("start", "--stak", "dev").message, /--stak/u);
    assert.match(refusal("start", "--stack").message, /--stack/u);
    assert.match(refusal("start", "--stack").next, /^Usage: /u);
  });
});
