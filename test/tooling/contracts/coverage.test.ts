import { expect } from 'chai'
import { makeCoverageReport } from '../../../scripts/contracts/coverage.ts'

describe('tooling/contracts/coverage', () => {
  const record = (file: string, found: number, hit: number) => `SF:${file}\nBRF:${found}\nBRH:${hit}\nend_of_record\n`

  it('counts the branches of the contracts, without mocks and tests', () => {
    const lcov = [
      record('contracts/A.sol', 8, 6),
      record('contracts/mocks/B.sol', 9, 0),
      record('test/contracts/C.sol', 9, 0),
      record('contracts/libraries/D.sol', 2, 2),
    ].join('')
    expect(makeCoverageReport(lcov).percent).to.equal(80)
  })

  it('refuses a report without a branch', () => {
    expect(() => makeCoverageReport(record('contracts/types/E.sol', 0, 0))).to.throw('no branch')
  })
})
