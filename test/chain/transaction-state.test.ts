import { expect } from 'chai'
import {
  MAX_REPLACEMENTS,
  type MinedOutcome,
  nextNonce,
  nextTransactionAction,
  REBROADCAST_AFTER_MS,
  STUCK_AFTER_BLOCKS,
  STUCK_AFTER_MS,
  type TransactionObservation,
  type TransactionOutcome,
  type TransactionRecord,
} from '../../src/chain/transaction-state.ts'
import { wei } from '../../src/domain/amount.ts'

const attempt = { hash: '0xh', raw: '0xr', fees: { kind: 'legacy', gasPrice: 1n }, signedAt: 0 } as const
const mined: MinedOutcome = {
  phase: 'mined',
  hash: '0xh',
  status: 'success',
  blockNumber: 5,
  blockHash: '0xb5',
  fee: wei(1n),
  contractAddress: undefined,
}

function record(outcome: TransactionOutcome, attempts = 1): TransactionRecord {
  return {
    nonce: 3,
    key: 'k',
    purpose: 'p',
    to: undefined,
    data: '0x',
    value: wei(0n),
    gasLimit: 1n,
    createdAt: 0,
    attempts: Array.from({ length: attempts }, () => attempt),
    outcome,
  }
}

const quiet: TransactionObservation = {
  mined: undefined,
  settledNonce: 3,
  blocksSinceOffered: 0,
  msSinceSigned: 0,
  msSinceOffered: 0,
}
const stuck = { ...quiet, blocksSinceOffered: STUCK_AFTER_BLOCKS, msSinceSigned: STUCK_AFTER_MS }

describe('chain/transaction-state', () => {
  it('waits for what was just sent', () => {
    expect(nextTransactionAction(record({ phase: 'pending' }), quiet)).to.deep.equal({ kind: 'none' })
  })

  it('records a receipt, once, and anew when a reorg moved it', () => {
    const seen = { ...quiet, mined, settledNonce: 4 }
    expect(nextTransactionAction(record({ phase: 'pending' }), seen)).to.deep.equal({ kind: 'record', outcome: mined })
    expect(nextTransactionAction(record(mined), seen)).to.deep.equal({ kind: 'none' })
    const moved = { ...mined, blockHash: '0xc6', blockNumber: 6 }
    expect(nextTransactionAction(record(mined), { ...seen, mined: moved })).to.deep.equal({
      kind: 'record',
      outcome: moved,
    })
  })

  it('takes a transaction that a reorg removed for pending again', () => {
    expect(nextTransactionAction(record(mined), quiet)).to.deep.equal({ kind: 'record', outcome: { phase: 'pending' } })
  })

  it('sees that somebody else used the nonce', () => {
    const action = nextTransactionAction(record({ phase: 'pending' }), { ...quiet, settledNonce: 4 })
    expect(action).to.deep.equal({ kind: 'record', outcome: { phase: 'superseded' } })
  })

  it('sends the same bytes again after a while', () => {
    const action = nextTransactionAction(record({ phase: 'pending' }), {
      ...quiet,
      msSinceOffered: REBROADCAST_AFTER_MS,
    })
    expect(action).to.deep.equal({ kind: 'rebroadcast' })
  })

  it('offers more when blocks pass it by, but not for ever', () => {
    expect(nextTransactionAction(record({ phase: 'pending' }), stuck)).to.deep.equal({ kind: 'replace' })
    const last = record({ phase: 'pending' }, MAX_REPLACEMENTS + 1)
    const patient = { ...stuck, msSinceOffered: REBROADCAST_AFTER_MS }
    expect(nextTransactionAction(last, patient)).to.deep.equal({ kind: 'rebroadcast' })
  })

  it('needs blocks and time to call a transaction stuck', () => {
    for (const half of [
      { ...stuck, blocksSinceOffered: STUCK_AFTER_BLOCKS - 1 },
      { ...stuck, msSinceSigned: STUCK_AFTER_MS - 1 },
    ])
      expect(nextTransactionAction(record({ phase: 'pending' }), half).kind).to.not.equal('replace')
  })

  it('leaves what is over alone', () => {
    for (const outcome of [{ phase: 'superseded' }, { phase: 'refused', code: 'X' }] as const)
      expect(nextTransactionAction(record(outcome), { ...stuck, settledNonce: 9 })).to.deep.equal({ kind: 'none' })
  })

  it('gives out the nonce after all that are known', () => {
    expect(nextNonce(0, undefined)).to.equal(0)
    expect(nextNonce(7, undefined)).to.equal(7)
    expect(nextNonce(7, 9)).to.equal(10)
    expect(nextNonce(12, 9)).to.equal(12)
  })
})
