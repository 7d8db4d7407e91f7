/**
 * Mocha's usual report on the terminal, and its counts and failures as JSON in the file that CHIRAL_TEST_SUMMARY names.
 */
const { writeFileSync } = require('node:fs')
const { reporters, Runner } = require('mocha')

/** What a failed test left running may go on for ever, and would hide what failed behind a suite that hangs. A run that passed ends by itself or hangs. */
const LEFT_OVER_MS = 20_000

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants

class SummaryReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const pending = []
    const failures = []
    const files = {}
    // A hook has no file of its own.
    const fileOf = (runnable) => runnable.file ?? runnable.parent?.file
    const countsOf = (runnable) => {
      const file = fileOf(runnable) ?? ''
      files[file] ??= { passed: 0, skipped: [] }
      return files[file]
    }
    runner.on(EVENT_TEST_PASS, (test) => {
      countsOf(test).passed++
    })
    runner.on(EVENT_TEST_PENDING, (test) => {
      pending.push(test.fullTitle())
      countsOf(test).skipped.push(test.fullTitle())
    })
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      countsOf(test)
      failures.push({ title: test.fullTitle(), message: String(error?.message ?? error), file: fileOf(test) })
    })
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures: failed } = runner.stats
      writeFileSync(
        process.env.CHIRAL_TEST_SUMMARY,
        JSON.stringify({ passed: passes, failed, skipped: pending, failures, files }),
      )
      if (failed > 0) setTimeout(() => process.exit(1), LEFT_OVER_MS).unref()
    })
  }
}

module.exports = SummaryReporter
