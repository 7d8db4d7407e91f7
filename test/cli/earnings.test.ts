import { expect } from 'chai'
import type { Channel, HistoryEntry } from '../../src/api/schema.ts'
import { earnedSince, earningsOf } from '../../src/cli/earnings.ts'
import { parseWei, ZERO_WEI } from '../../src/domain/amount.ts'
import { CHANNEL_ID, PAYEE } from '../support/fake-node.ts'

function channel(role: 'payer' | 'payee', vouchered: string, settled: string): Channel {
  const deposit = parseWei('1000')
  const [v, s] = [parseWei(vouchered), parseWei(settled)]
  return { channelId: CHANNEL_ID, role, peer: PAYEE, phase: 'open', deposit, vouchered: v, settled: s }
}

function entry(kind: string, change: bigint): HistoryEntry {
  return { at: 0, kind, change, fee: ZERO_WEI, note: '' }
}

describe('cli/earnings', () => {
  const history = [
    entry('fund', 500n),
    entry('transaction', -3n),
    entry('redeemed', 10n),
    entry('closed', 5n),
    entry('refund', 90n),
  ]

  it('counts what channels paid and what is vouchered beyond it, once', () => {
    const channels = [channel('payee', '30', '10'), channel('payer', '400', '0')]
    expect(earningsOf(channels, history)).to.deep.equal({ earned: 35n, redeemed: 15n, payers: 1 })
  })

  it('does not lose a channel that is closed', () => {
    const before = earningsOf([], history)
    expect(before).to.deep.equal({ earned: 15n, redeemed: 15n, payers: 0 })
    const open = earningsOf([channel('payee', '7', '0')], history)
    const closed = earningsOf([], [...history, entry('closed', 7n)])
    expect(earnedSince(before, open)).to.deep.equal({ earned: 7n, redeemed: 0n, payers: 1 })
    expect(earnedSince(before, closed)).to.deep.equal({ earned: 7n, redeemed: 7n, payers: 0 })
  })
})
