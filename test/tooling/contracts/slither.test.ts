import { expect } from 'chai'
import { judgeFindings, parseFindings } from '../../../scripts/contracts/slither.ts'

describe('tooling/contracts/slither', () => {
  const finding = { check: 'reentrancy', impact: 'High', where: 'Escrow.redeem' }
  const explanation = { check: 'reentrancy', where: ['Escrow.redeem'], reason: 'paid last' }

  it('names a finding by contract and function', () => {
    const element = { name: 'redeem', type_specific_fields: { parent: { name: 'Escrow' } } }
    const detectors = [{ check: 'reentrancy', impact: 'High', elements: [element] }]
    expect(parseFindings(JSON.stringify({ success: true, results: { detectors } }))).to.deep.equal([finding])
    expect(parseFindings('{"success":true,"results":{}}')).to.deep.equal([])
  })

  it('leaves over what nobody explained, wherever it was explained before', () => {
    const other = { ...finding, where: 'Escrow.reclaim' }
    expect(judgeFindings([finding, other], [explanation]).unexplained).to.deep.equal([other])
    expect(judgeFindings([finding, other], [{ ...explanation, where: 'everywhere' }]).unexplained).to.deep.equal([])
    expect(judgeFindings([finding], [{ ...explanation, check: 'timestamp' }]).unexplained).to.deep.equal([finding])
  })

  it('finds explanations of what is no longer there', () => {
    expect(judgeFindings([finding], [explanation]).stale).to.deep.equal([])
    expect(judgeFindings([], [explanation]).stale).to.deep.equal(['reentrancy Escrow.redeem'])
    expect(judgeFindings([], [{ ...explanation, where: 'everywhere' }]).stale).to.deep.equal(['reentrancy everywhere'])
  })
})
