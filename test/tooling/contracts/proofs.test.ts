import { expect } from 'chai'
import { formatProofs, parseProofs } from '../../../scripts/contracts/proofs.ts'

describe('tooling/contracts/proofs', () => {
  it('counts a claim as shown only when nothing broke it and nothing stayed open', () => {
    const claims = [
      { name: 'check_a()', exitcode: 0 },
      { name: 'check_b()', exitcode: 1 },
      { name: 'check_c()', exitcode: 2 },
    ]
    const proofs = parseProofs(JSON.stringify({ exitcode: 1, test_results: { 'test/A.sol:A': claims } }))
    expect(proofs.map(({ shown }) => shown)).to.deep.equal([true, false, false])
    expect(formatProofs(proofs)).to.contain('NOT SHOWN A.check_b()').and.contain('3 claims, 1 shown')
  })

  it('refuses a run without claims', () => {
    expect(() => parseProofs('{"test_results":{}}')).to.throw('no claim')
  })
})
