/**
 * Mocha's usual report on the terminal, and its counts as JSON in the file that CHIRAL_TEST_SUMMARY names.
 */
const { writeFileSync } = require('node:fs')
const { reporters, Runner } = require('mocha')

const { EVENT_RUN_END } = Runner.constants

class SummaryReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const pending = []
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => pending.push(test.fullTitle()))
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures } = runner.stats
      writeFileSync(
        process.env.CHIRAL_TEST_SUMMARY,
        JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
      )
    })
  }
}

module.exports = SummaryReporter
