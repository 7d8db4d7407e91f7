/**
 * Mocha's usual report on the terminal, and its counts and failures as JSON in the file that CHIRAL_TEST_SUMMARY names. Of a process that
 * its tests left running it also says by what, and ends it after CHIRAL_TEST_LEFT_OVER_MS.
 */
const { writeFileSync } = require('node:fs')
const { reporters, Runner } = require('mocha')
const { LeftOver } = require('./left-over.cjs')

const { EVENT_RUN_END, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants

class SummaryReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const pending = []
    const failures = []
    const files = {}
    const leftOver = new LeftOver()
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
    runner.on(EVENT_SUITE_END, (suite) => {
      if (suite.parent?.root && suite.file !== undefined) leftOver.see(suite.file)
    })
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures: failed } = runner.stats
      const summary = { passed: passes, failed, skipped: pending, failures, files }
      const write = (text) => writeFileSync(process.env.CHIRAL_TEST_SUMMARY, JSON.stringify(text))
      write(summary)
      setTimeout(() => {
        write({ ...summary, heldBy: leftOver.describe() })
        process.exit(1)
      }, Number(process.env.CHIRAL_TEST_LEFT_OVER_MS)).unref()
    })
  }
}

module.exports = SummaryReporter
