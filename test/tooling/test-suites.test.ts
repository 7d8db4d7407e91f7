import { expect } from 'chai'
import { describeFailures, findUnexcused, parseHardhatOutput, parseMochaSummary } from '../../scripts/test-suites.ts'

describe('tooling/test-suites', () => {
  it("reads Hardhat's closing lines, colors and all", () => {
    const output = [
      '  3 passing (2s)',
      '  1 pending',
      '\u001b[32m111 passing\u001b[39m (108 solidity, 3 mocha)',
      '\u001b[31m2 failing\u001b[39m (2 solidity)',
    ].join('\n')
    expect(parseHardhatOutput(output)).to.deep.equal({ passed: 110, failed: 2, skipped: [''] })
  })

  it('reads a run of Hardhat in which everything failed', () => {
    expect(parseHardhatOutput('2 failing (1 solidity, 1 mocha)\n')).to.deep.equal({ passed: 0, failed: 2, skipped: [] })
  })

  it('has no counts for a run that ended before its tests', () => {
    expect(parseHardhatOutput('Error HHE905: the compiler is missing\n3 passing things')).to.equal(undefined)
    expect(parseMochaSummary('')).to.equal(undefined)
    expect(parseMochaSummary('{"passed":1}')).to.equal(undefined)
  })

  it('repeats what failed, and not all of a long message', () => {
    const failures = [{ title: 'a page pays', message: `\u001b[31mwrong\u001b[39m\n${'x'.repeat(2000)}` }]
    const [told, ...rest] = describeFailures('browser', failures)
    expect(rest).to.deep.equal([])
    expect(told).to.match(/^browser: a page pays\n {4}wrong\n {4}x{794} \[…\]$/)
    expect(describeFailures('contracts')).to.deep.equal([])
  })

  it('excuses a skipped test only for what cannot be installed', () => {
    const titles = ['chain [needs geth] mines', 'content [needs python3] agrees', 'node waits', '']
    expect(findUnexcused(titles)).to.deep.equal(titles.slice(1))
  })
})
