import { expect } from 'chai'
import type { ChannelEvent } from '../../src/channel/channel-contract.ts'
import { wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { parseAddress, parseChannelId, parseFileHash } from '../../src/domain/ids.ts'
import { explainBalance } from '../../src/node/history.ts'

const PAYER = parseAddress(`0x${'11'.repeat(20)}`)
const PAYEE = parseAddress(`0x${'22'.repeat(20)}`)
const CHANNEL = parseChannelId('ab'.repeat(32))

const position = (blockNumber: number) => ({
  channelId: CHANNEL,
  blockNumber,
  blockHash: '0x',
  transactionHash: `0x${blockNumber}`,
  logIndex: 0,
})
const EVENTS: ChannelEvent[] = [
  { ...position(1), kind: 'opened', payer: PAYER, payee: PAYEE, salt: 1n, deposit: wei(100n) },
  { ...position(2), kind: 'redeemed', settled: wei(30n), amount: wei(30n) },
  { ...position(3), kind: 'closed', settled: wei(45n), refund: wei(55n) },
]
const facts = { now: 9000, events: EVENTS, received: [], returned: [], timeOf: (block: number) => block * 1000 }

describe('node/history', () => {
  it('explains a payer: test coin, deposit, gas, what came back', () => {
    const open = {
      at: 900,
      purpose: 'open',
      hash: '0xa',
      value: wei(100n),
      fee: wei(2n),
      blockNumber: 1,
      reverted: false,
    }
    const entries = explainBalance({
      ...facts,
      account: PAYER,
      balance: wei(953n),
      transactions: [open],
      fundings: [{ at: 0, amount: wei(1000n) }],
    })
    expect(entries.map(({ kind, change }) => [kind, change])).to.deep.equal([
      ['fund', 1000n],
      ['transaction', -102n],
      ['refund', 55n],
    ])
  })

  it('explains a payee: what was redeemed, then what the close settled beyond it', () => {
    const entries = explainBalance({ ...facts, account: PAYEE, balance: wei(45n), transactions: [], fundings: [] })
    expect(entries.map(({ kind, change }) => [kind, change])).to.deep.equal([
      ['redeemed', 30n],
      ['closed', 15n],
    ])
  })

  it('counts the gas but not the value of what reverted, and nothing that is not mined', () => {
    const sent = { at: 1, purpose: 'open', hash: '0xa', value: wei(100n), fee: wei(2n), blockNumber: 1, reverted: true }
    const pending = { ...sent, blockNumber: undefined, fee: ZERO_WEI }
    const entries = explainBalance({
      ...facts,
      events: [],
      account: PAYER,
      balance: ZERO_WEI,
      transactions: [sent, pending],
      fundings: [],
    })
    expect(entries.map(({ kind, change }) => [kind, change])).to.deep.equal([
      ['transaction', -2n],
      ['other', 2n],
    ])
  })

  it('explains a payee: what came by coin transfers', () => {
    const received = {
      transactionHash: `0x${'7a'.repeat(32)}`,
      payer: PAYER,
      fileHash: parseFileHash('cd'.repeat(32)),
      amount: wei(12n),
      blockNumber: 4,
    }
    const entries = explainBalance({
      ...facts,
      account: PAYEE,
      balance: wei(57n),
      transactions: [],
      fundings: [],
      received: [received],
    })
    expect(entries.map(({ kind, change }) => [kind, change])).to.deep.equal([
      ['redeemed', 30n],
      ['closed', 15n],
      ['transfer', 12n],
    ])
    expect(entries.at(-1)).to.include({ peer: PAYER, at: 4000, transactionHash: received.transactionHash })
  })
})
