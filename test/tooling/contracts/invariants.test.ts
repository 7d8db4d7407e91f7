import { expect } from 'chai'
import { type CampaignOutput, formatInvariants, makeReport } from '../../../scripts/contracts/invariant-report.ts'
import { planCampaigns } from '../../../scripts/contracts/invariants.ts'

describe('tooling/contracts/invariants', () => {
  const campaign = (name: string, steps: Readonly<Record<string, readonly [calls: number, reverts: number]>>) => {
    const metrics = Object.entries(steps).map(([step, [calls, reverts]]) => [
      `test/Handler.sol:Handler.${step}`,
      { calls, reverts },
    ])
    return { name, status: 'Success', kind: { Invariant: { metrics: Object.fromEntries(metrics) } } }
  }

  it('counts the calls of all campaigns, and those that did something', () => {
    const report = makeReport(1, [campaign('a', { open: [10, 4] }), campaign('b', { open: [5, 0], close: [9, 1] })])
    expect([report.invariants, report.allCalls, report.successfulCalls]).to.deep.equal([2, 24, 19])
    expect(report.handlers.get('Handler')?.get('open')).to.deep.equal({ calls: 15, reverts: 4 })
    expect([report.violations, report.rare]).to.deep.equal([[], []])
  })

  it('counts apart the calls that changed a contract', () => {
    const report = makeReport(1, [
      campaign('a', { open: [10, 4], passTime: [5, 0], intrude: [7, 0], setAccepts: [3, 0] }),
    ])
    expect([report.successfulCalls, report.stateCalls]).to.deep.equal([21, 6])
  })

  it('finds the steps below 2 % of what succeeded in their handler, however often they were tried', () => {
    const report = makeReport(1, [campaign('a', { open: [98, 0], close: [2, 0], withdraw: [500, 499], topUp: [9, 9] })])
    expect(report.rare).to.deep.equal(['Handler.close', 'Handler.withdraw', 'Handler.topUp'])
  })

  it('names an invariant that was broken, also by a test that could not begin', () => {
    const broken: CampaignOutput = { name: 'A.invariant_1', status: 'Failure', reason: 'balance held', kind: {} }
    const report = makeReport(1, [broken])
    expect(report.violations).to.deep.equal(['A.invariant_1: balance held'])
    expect(formatInvariants(report)).to.contain('BROKEN  A.invariant_1: balance held')
  })

  it('shares the runs of a contract among its invariants, or gives each all of them', () => {
    const invariants = new Map([['A', ['a', 'b', 'c']]])
    const runsOf = (shared: boolean) =>
      planCampaigns(invariants, { runs: 256, depth: 1, shared }).map(({ runs }) => runs)
    expect(runsOf(true)).to.deep.equal([86, 86, 86])
    expect(runsOf(false)).to.deep.equal([256, 256, 256])
  })
})
