/**
 * Mocha's usual report on the terminal, and its counts and failures as JSON in the file that CHIRAL_TEST_SUMMARY names.
 */
const { writeFileSync } = require('node:fs')
const { reporters, Runner } = require('mocha')

const { EVENT_RUN_END } = Runner.constants

class SummaryReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const pending = []
    const failures = []
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => pending.push(test.fullTitle()))
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) =>
      failures.push({ title: test.fullTitle(), message: String(error?.message ?? error) }),
    )
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures: failed } = runner.stats
      writeFileSync(
        process.env.CHIRAL_TEST_SUMMARY,
        JSON.stringify({ passed: passes, failed, skipped: pending, failures }),
      )
    })
  }
}

module.exports = SummaryReporter
