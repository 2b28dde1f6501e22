// Mocha's own report, and one last line with the numbers that a person or a script looks for.
const { reporters, Runner } = require("mocha");

/**
 * The last line of a run: `12 passed, 0 failed`, with `, 1 skipped` only when something was.
 *
 * @param {{ passes?: number, failures?: number, pending?: number }} stats what mocha has counted
 */
function totals({ passes = 0, failures = 0, pending = 0 }) {
  return `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`;
}

class TotalsReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    // Spec prints its epilogue on the same event and was registered first, so this line is the last one.
    runner.once(Runner.constants.EVENT_RUN_END, () => console.log(totals(runner.stats ?? {})));
  }
}

module.exports = TotalsReporter;
module.exports.totals = totals;
