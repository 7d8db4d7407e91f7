import { expect } from 'chai'
import { afterSecondTry, countHeld, filesToTryAgain } from '../../scripts/second-try.ts'
import type { Counts } from '../../scripts/test-suites.ts'

const failure = (file: string | undefined, title: string) => ({ title, message: 'x', ...(file && { file }) })

/** Two files: three passed in the one, one passed and one failed in the other. */
const FIRST: Counts = {
  passed: 4,
  failed: 1,
  skipped: ['one skipped'],
  failures: [failure('two.test.ts', 'two fails')],
  files: { 'one.test.ts': { passed: 3, skipped: ['one skipped'] }, 'two.test.ts': { passed: 1, skipped: [] } },
}

describe('tooling/second-try', () => {
  it('runs the files of what failed once more', () => {
    expect(filesToTryAgain(FIRST)).to.deep.equal(['two.test.ts'])
    expect(filesToTryAgain({ ...FIRST, failures: [] })).to.deep.equal([])
  })

  it('does not when much failed, or something that belongs to no file', () => {
    const names = ['a', 'b', 'c', 'd']
    const files = Object.fromEntries(names.map((name) => [name, { passed: 0, skipped: [] }]))
    const failures = names.map((name) => failure(name, name))
    expect(filesToTryAgain({ ...FIRST, files, failures })).to.deep.equal([])
    expect(filesToTryAgain({ ...FIRST, files, failures: failures.slice(1) })).to.deep.equal(['b', 'c', 'd'])
    expect(filesToTryAgain({ ...FIRST, failures: [failure(undefined, 'a hook')] })).to.deep.equal([])
    expect(filesToTryAgain({ passed: 1, failed: 1, skipped: [] })).to.deep.equal([])
  })

  it('counts each file as it ran last, and tells what passed only then', () => {
    const passes: Counts = {
      passed: 2,
      failed: 0,
      skipped: [],
      failures: [],
      files: { 'two.test.ts': { passed: 2, skipped: [] } },
    }
    const { counts, unsteady } = afterSecondTry(FIRST, passes)
    expect(counts).to.include({ passed: 5, failed: 0 })
    expect(counts.skipped).to.deep.equal(['one skipped'])
    expect(unsteady.map(({ title }) => title)).to.deep.equal(['two fails'])
  })

  it('keeps what failed twice, and what failed only then', () => {
    const failures = [failure('two.test.ts', 'two fails'), failure('two.test.ts', 'two fails as well')]
    const fails: Counts = {
      passed: 0,
      failed: 2,
      skipped: [],
      failures,
      files: { 'two.test.ts': { passed: 0, skipped: [] } },
    }
    const { counts, unsteady } = afterSecondTry(FIRST, fails)
    expect(counts).to.include({ passed: 3, failed: 2 })
    expect(counts.failures).to.deep.equal(failures)
    expect(unsteady).to.deep.equal([])
  })

  it('runs all files of a process that did not end, which counts where nothing else failed', () => {
    const passed: Counts = { ...FIRST, passed: 5, failed: 0, failures: [] }
    const held = countHeld(passed, 'tcp 127.0.0.1:1')
    expect(held.failed).to.equal(1)
    expect(held.failures?.[0]?.message).to.contain('tcp 127.0.0.1:1')
    expect(filesToTryAgain(held)).to.deep.equal(Object.keys(FIRST.files ?? {}))
    const { counts, unsteady } = afterSecondTry(held, passed)
    expect(counts).to.include({ failed: 0 })
    expect(unsteady).to.deep.equal(held.failures)
    expect(afterSecondTry(held, held)).to.deep.include({ unsteady: [] })
    expect(afterSecondTry(held, held).counts.failed).to.equal(1)
    expect(countHeld(FIRST, 'anything')).to.equal(FIRST)
  })
})
