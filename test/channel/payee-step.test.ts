import { expect } from 'chai'
import { findChannel, vouchered } from '../../src/channel/books.ts'
import { agreedEndOf } from '../../src/channel/channel-state.ts'
import {
  CHUNKS_TO_FORGIVE,
  creditOf,
  DEFAULT_AFTER_MS,
  type Delivery,
  type PayeePair,
  RESEND_WINDOW_MS,
} from '../../src/channel/payee-state.ts'
import { type PayeeEvent, type PayeeOutcome, stepPayee } from '../../src/channel/payee-step.ts'
import { wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { parseChannelId } from '../../src/domain/ids.ts'
import { ALLOCATION, CHANNEL, ended, openChannel, POOL, payeePair, present } from './pair-states.ts'

const SIGNATURE = new Uint8Array(64).fill(1)
const PRICE = wei(100n)

function voucher(
  pair: PayeePair,
  amount: bigint,
  channelId = CHANNEL,
  { splitSuspected } = { splitSuspected: false },
): PayeeOutcome {
  const cumulativeAmount = wei(amount)
  return stepPayee(pair, {
    type: 'voucher',
    channelId,
    cumulativeAmount,
    signature: SIGNATURE,
    splitSuspected,
    at: 1000,
  })
}

function request(pair: PayeePair, more: Partial<Extract<PayeeEvent, { type: 'request' }>> = {}): PayeeOutcome {
  return stepPayee(pair, { type: 'request', channelId: CHANNEL, price: PRICE, pool: POOL, at: 1000, ...more })
}

function stateOf(outcome: PayeeOutcome): PayeePair {
  if (outcome.kind === 'rejection') throw new Error(`refused: ${outcome.code}`)
  return outcome.state
}

const code = (outcome: PayeeOutcome): string | undefined => (outcome.kind === 'rejection' ? outcome.code : undefined)
const paid = (amount: bigint, changes: Partial<PayeePair> = {}): PayeePair =>
  payeePair({ channels: [openChannel({ best: wei(amount), signature: SIGNATURE })], chunkPrice: PRICE, ...changes })

describe('channel/payee-step', () => {
  it('gives a new payer nothing before it paid (VOUCHER_TOO_LOW)', () => {
    expect(code(request(payeePair()))).to.equal('VOUCHER_TOO_LOW')
    expect(code(request(stateOf(voucher(payeePair(), 88n))))).to.equal('VOUCHER_TOO_LOW')
    expect(stateOf(request(stateOf(voucher(payeePair(), 100n)))).committed).to.equal(100n)
  })

  it('gives credit of an eighth of what was paid, and of 64 chunks at most', () => {
    expect(creditOf(paid(800n), POOL)).to.equal(100n)
    expect(creditOf(paid(10_000n, { chunkPrice: wei(1n) }), POOL)).to.equal(64n)
    expect(creditOf(paid(10_000n, { chunkPrice: wei(1n) }), POOL, wei(10n))).to.equal(640n)
  })

  it('gives a payer that pays after it verified an opening credit, less what was written off, until its own is more', () => {
    const pool = { ...POOL, opening: wei(400n) }
    expect(creditOf(payeePair({ channels: [] }), pool)).to.equal(400n)
    expect(creditOf(paid(800n), pool)).to.equal(400n)
    expect(creditOf(paid(8_000n), pool)).to.equal(1_000n)
    expect(creditOf(paid(800n, { writtenOff: wei(100n), penalty: 1 }), pool)).to.equal(150n)
    expect(creditOf(payeePair({ channels: [], defaulted: true }), pool)).to.equal(0n)
    expect(creditOf(payeePair({ channels: [] }), { ...pool, splitSuspected: true })).to.equal(0n)
    expect(creditOf(paid(800n), { ...pool, cap: wei(70n) })).to.equal(70n)
  })

  it('gives strangers together a tenth of the cap: who never paid and has no channel', () => {
    const pool = { ...POOL, opening: wei(400n), cap: wei(1_000n), atRisk: wei(60n), strangersAtRisk: wei(60n) }
    const stranger = payeePair({ channels: [] })
    expect(creditOf(stranger, pool)).to.equal(40n)
    expect(creditOf({ ...stranger, committed: wei(20n) }, pool), 'its own debt is among it').to.equal(60n)
    expect(creditOf(payeePair(), pool), 'a channel stands behind it').to.equal(400n)
    expect(creditOf({ ...stranger, transferred: wei(1n) }, pool), 'it paid').to.equal(400n)
  })

  it('gives no more credit than the cap over all payers leaves', () => {
    const pool = { ...POOL, atRisk: wei(70n), cap: wei(100n) }
    expect(creditOf(paid(8000n, { committed: wei(8000n) }), pool)).to.equal(30n)
    // What this payer owes itself is part of the sum.
    expect(creditOf(paid(8000n, { committed: wei(8050n) }), pool)).to.equal(80n)
  })

  it('takes a voucher not above the best for nothing new, and judges by the best', () => {
    const pair = paid(300n, { committed: wei(200n) })
    expect(voucher(pair, 300n)).to.deep.equal({ kind: 'transition', state: pair, effects: [] })
    expect(voucher(pair, 7n)).to.deep.equal({ kind: 'transition', state: pair, effects: [] })
    expect(code(request(pair))).to.equal(undefined)
  })

  it('refuses a voucher above the confirmed deposit (VOUCHER_OVER_DEPOSIT)', () => {
    const unconfirmed = payeePair({ channels: [openChannel({ deposit: wei(500n), confirmed: wei(400n) })] })
    expect(code(voucher(unconfirmed, 401n))).to.equal('VOUCHER_OVER_DEPOSIT')
    expect(vouchered(stateOf(voucher(unconfirmed, 400n)))).to.equal(400n)
  })

  it('refuses a voucher for a channel of another pair (VOUCHER_WRONG_CHANNEL)', () => {
    expect(code(voucher(payeePair(), 1n, parseChannelId('07'.repeat(32))))).to.equal('VOUCHER_WRONG_CHANNEL')
  })

  describe('while a split is suspected', () => {
    const pool = { ...POOL, splitSuspected: true }
    const suspected = { splitSuspected: true }

    it('gives no credit to anybody, and goes on within what is paid', () => {
      const pair = paid(800n, { committed: wei(750n) })
      expect(creditOf(pair, POOL)).to.equal(100n)
      expect(creditOf(pair, pool)).to.equal(0n)
      expect(code(request(pair, { pool }))).to.equal('VOUCHER_TOO_LOW')
      expect(stateOf(request(stateOf(voucher(pair, 850n)), { pool })).committed).to.equal(850n)
    })

    it('lets a payer that used its credit pay that first', () => {
      const pair = paid(800n, { committed: wei(900n) })
      expect(code(request(stateOf(voucher(pair, 900n, CHANNEL, suspected)), { pool }))).to.equal('VOUCHER_TOO_LOW')
      expect(stateOf(request(stateOf(voucher(pair, 1000n, CHANNEL, suspected)), { pool })).committed).to.equal(1000n)
    })

    it('says that a deposit is not counted yet, and not that it is too small (SPLIT_SUSPECTED)', () => {
      const held = payeePair({
        channels: [openChannel({ deposit: wei(500n), confirmed: wei(400n), best: wei(400n) })],
        committed: wei(400n),
      })
      expect(code(voucher(held, 401n, CHANNEL, suspected))).to.equal('SPLIT_SUSPECTED')
      expect(code(voucher(held, 501n, CHANNEL, suspected))).to.equal('VOUCHER_OVER_DEPOSIT')
      expect(code(request(held, { pool }))).to.equal('SPLIT_SUSPECTED')
      expect(code(request(held, { pool, price: wei(101n) }))).to.equal('VOUCHER_OVER_DEPOSIT')
      const none = payeePair({ channels: [openChannel({ deposit: wei(500n), confirmed: wei(0n) })] })
      expect(code(request(none, { pool }))).to.equal('SPLIT_SUSPECTED')
      expect(code(request(none))).to.equal('CHANNEL_UNKNOWN')
    })
  })

  it('sends nothing that the deposit cannot pay, on credit neither (VOUCHER_OVER_DEPOSIT)', () => {
    const full = payeePair({
      channels: [openChannel({ deposit: wei(1000n), best: wei(1000n) })],
      committed: wei(1000n),
    })
    expect(code(request(full))).to.equal('VOUCHER_OVER_DEPOSIT')
  })

  it('serves nothing while the deposit is not confirmed, or no longer (CHANNEL_UNKNOWN)', () => {
    const reorged = stateOf(
      stepPayee(paid(500n), {
        type: 'observed',
        channelId: CHANNEL,
        snapshot: { headNumber: 9, head: undefined, confirmed: ZERO_WEI },
      }),
    )
    expect(code(request(reorged))).to.equal('CHANNEL_UNKNOWN')
    expect(code(request(payeePair({ channels: [] })))).to.equal('CHANNEL_UNKNOWN')
  })

  it('serves nothing more once a close request is seen, but takes what is still owed (CHANNEL_CLOSING)', () => {
    const seen = stateOf(
      stepPayee(paid(500n), {
        type: 'observed',
        channelId: CHANNEL,
        snapshot: present(wei(10_000n), { closeAt: 1234 }),
      }),
    )
    expect(code(request(seen))).to.equal('CHANNEL_CLOSING')
    expect(vouchered(stateOf(voucher(seen, 700n)))).to.equal(700n)
    const undone = stateOf(stepPayee(seen, { type: 'observed', channelId: CHANNEL, snapshot: present(wei(10_000n)) }))
    expect(code(request(undone))).to.equal('CHANNEL_CLOSING')
  })

  it('takes no voucher once its own close, or the end, would not pay it (CHANNEL_CLOSING)', () => {
    const own = stateOf(stepPayee(paid(500n), { type: 'closeDecided', channelId: CHANNEL }))
    expect(code(voucher(own, 600n))).to.equal('CHANNEL_CLOSING')
    const gone = stateOf(
      stepPayee(paid(500n), { type: 'observed', channelId: CHANNEL, snapshot: ended(wei(500n), 91) }),
    )
    expect(code(voucher(gone, 600n))).to.equal('CHANNEL_CLOSING')
  })

  describe('an end that the payer agreed to', () => {
    const agreedEnd = (pair: PayeePair, settled: bigint): PayeePair =>
      stateOf(stepPayee(pair, { type: 'closeDecided', channelId: CHANNEL, agreed: end(settled) }))
    const end = (settled: bigint) => ({ settled: wei(settled), signature: new Uint8Array(64) })
    const presented = (pair: PayeePair): bigint | undefined => {
      const channel = findChannel(pair, CHANNEL)
      return channel?.phase === 'closing' ? agreedEndOf(channel)?.settled : undefined
    }

    it('is taken when it covers D, and V stays until the chain shows it', () => {
      const pair = agreedEnd(paid(500n, { committed: wei(400n) }), 400n)
      expect(presented(pair)).to.equal(400n)
      expect([vouchered(pair), pair.committed, pair.writtenOff]).to.deep.equal([500n, 400n, 0n])
    })

    it('is taken as a write-off when it falls short of D by no more than that allows', () => {
      const pair = agreedEnd(paid(500n, { committed: wei(500n), chunkPrice: PRICE }), 400n)
      expect(presented(pair)).to.equal(400n)
      expect([pair.committed, pair.writtenOff, pair.penalty]).to.deep.equal([400n, 100n, 1])
    })

    it('is left for the best voucher when it falls short by more, promises more or was paid already', () => {
      const pair = paid(500n, { committed: wei(500n), chunkPrice: PRICE })
      expect(presented(agreedEnd(pair, 399n))).to.equal(undefined)
      expect(presented(agreedEnd({ ...pair, writtenOff: wei(1n) }, 400n))).to.equal(undefined)
      expect(presented(agreedEnd(pair, 501n))).to.equal(undefined)
      const redeemed = payeePair({ channels: [openChannel({ best: wei(500n), settled: wei(500n) })] })
      expect(presented(agreedEnd(redeemed, 400n))).to.equal(undefined)
      expect(findChannel(agreedEnd(pair, 399n), CHANNEL)?.phase).to.equal('closing')
    })

    it('changes nothing about a close that is on its way', () => {
      const own = stateOf(stepPayee(paid(500n), { type: 'closeDecided', channelId: CHANNEL }))
      expect(agreedEnd(own, 400n)).to.equal(own)
    })

    it('counts at once where it is a release: what was given back was not paid, before the chain has it and after', () => {
      const released = (deposit: bigint, settled = 0n): bigint =>
        vouchered(
          payeePair({
            channels: [
              {
                ...openChannel({ best: wei(500n), deposit: wei(deposit), settled: wei(settled) }),
                ...{ phase: 'closing' as const, closeAt: 0, closeBlock: 0, released: true as const },
                agreed: end(400n),
                ...ALLOCATION,
              },
            ],
          }),
        )
      expect([released(1000n), released(400n), released(400n, 400n)]).to.deep.equal([400n, 400n, 400n])
      expect(released(1000n, 450n), 'void, for more was redeemed').to.equal(500n)
    })

    it('is void once more was redeemed', () => {
      const snapshot = present(wei(10_000n), { settled: wei(500n) })
      const pair = agreedEnd(paid(500n, { committed: wei(400n) }), 400n)
      expect(presented(stateOf(stepPayee(pair, { type: 'observed', channelId: CHANNEL, snapshot })))).to.equal(
        undefined,
      )
    })
  })

  it('sends a chunk again three times in 24 hours without raising D (RESEND_LIMIT)', () => {
    const pair = paid(100n, { committed: wei(100n) })
    let delivery: Delivery = { price: PRICE, resends: 0, resentAt: 0 }
    for (let time = 1; time <= 3; time++) {
      const outcome = request(pair, { delivery, at: time })
      expect(stateOf(outcome).committed).to.equal(100n)
      const effect = outcome.kind === 'transition' ? outcome.effects[0] : undefined
      if (effect?.kind !== 'record') throw new Error('no record')
      delivery = effect.delivery
    }
    expect(code(request(pair, { delivery, at: 4 }))).to.equal('RESEND_LIMIT')
    expect(code(request(pair, { delivery, at: 1 + RESEND_WINDOW_MS }))).to.equal(undefined)
  })

  it('sells a chunk anew when it is paid for ahead', () => {
    const delivery: Delivery = { price: PRICE, resends: 3, resentAt: 900 }
    const outcome = request(paid(200n, { committed: wei(100n) }), { delivery })
    expect(stateOf(outcome).committed).to.equal(200n)
  })

  it('sells a chunk anew for what was paid ahead, once it is written off', () => {
    const pair = paid(100n, { committed: wei(100n) })
    const delivery: Delivery = { price: PRICE, resends: 3, resentAt: 900 }
    expect(code(request(pair, { delivery, at: 1000 }))).to.equal('RESEND_LIMIT')
    const without = stateOf(stepPayee(pair, { type: 'writtenOff', delivery }))
    const again = stateOf(request(without, { at: 1000 }))
    expect([again.committed, again.writtenOff]).to.deep.equal([100n, 100n])
    // Who loses it for good gets no second one.
    expect(code(stepPayee(again, { type: 'writtenOff', delivery }))).to.equal('WRITE_OFF_LIMIT')
  })

  it('takes a chunk that was never sent out of D, but not one that was delivered before', () => {
    const pair = paid(100n, { committed: wei(100n) })
    const first: Delivery = { price: PRICE, resends: 0, resentAt: 0 }
    expect(stateOf(stepPayee(pair, { type: 'released', delivery: first })).committed).to.equal(0n)
    const again: Delivery = { price: PRICE, resends: 1, resentAt: 0 }
    const outcome = stepPayee(pair, { type: 'released', delivery: again })
    expect(stateOf(outcome).committed).to.equal(100n)
    expect(outcome).to.deep.include({ effects: [{ kind: 'record', delivery: { ...again, resends: 0 } }] })
  })

  it('writes nothing off twice: what an agreed end took out of D is out of it', () => {
    const pair = paid(8_000n, { committed: wei(0n), writtenOff: wei(100n) })
    const delivery: Delivery = { price: PRICE, resends: 0, resentAt: 0 }
    const outcome = stepPayee(pair, { type: 'writtenOff', delivery })
    expect(outcome).to.deep.equal({ kind: 'transition', state: pair, effects: [{ kind: 'forget' }] })
  })

  it('halves the credit at each write-off, and forgives one after enough good chunks', () => {
    const pair = paid(8000n, { committed: wei(8000n) })
    const delivery: Delivery = { price: PRICE, resends: 0, resentAt: 0 }
    const once = stateOf(stepPayee(pair, { type: 'writtenOff', delivery }))
    expect(once.committed).to.equal(7900n)
    expect(creditOf(once, POOL)).to.equal((1000n - 100n) / 2n)
    let good = { ...once, cleanChunks: CHUNKS_TO_FORGIVE - 1 }
    good = stateOf(request(good)) as typeof good
    expect(good.penalty).to.equal(0)
  })

  it('writes off no more than an eighth of V, or one chunk (WRITE_OFF_LIMIT)', () => {
    const delivery: Delivery = { price: PRICE, resends: 0, resentAt: 0 }
    const one = stateOf(stepPayee(paid(100n, { committed: wei(100n) }), { type: 'writtenOff', delivery }))
    const again = stateOf(request(one))
    expect(code(stepPayee(again, { type: 'writtenOff', delivery }))).to.equal('WRITE_OFF_LIMIT')
  })

  it('writes off as much as the opening credit under which it committed chunks, and not what it might have granted', () => {
    const opening = wei(4n * PRICE)
    const delivery: Delivery = { price: PRICE, resends: 0, resentAt: 0 }
    const writeOff = (pair: PayeePair) => stepPayee(pair, { type: 'writtenOff', delivery })
    let pair = paid(0n)
    for (let chunk = 0; chunk < 4; chunk++) pair = stateOf(request(pair, { pool: { ...POOL, opening } }))
    expect(code(request(pair, { pool: { ...POOL, opening } }))).to.equal('VOUCHER_TOO_LOW')
    for (let chunk = 0; chunk < 4; chunk++) pair = stateOf(writeOff(pair))
    expect(pair).to.include({ committed: 0n, writtenOff: opening })
    expect(creditOf(pair, { ...POOL, opening }), 'it was given once').to.equal(0n)
    const bought = stateOf(request(stateOf(voucher(pair, PRICE))))
    expect(code(writeOff(bought))).to.equal('WRITE_OFF_LIMIT')
    expect(code(writeOff(stateOf(request(stateOf(writeOff(paid(PRICE, { committed: PRICE })))))))).to.equal(
      'WRITE_OFF_LIMIT',
    )
  })

  it('takes D > V a minute after the last connection for a default, until it is made good', () => {
    const owing = paid(800n, { committed: wei(850n), activeAt: 5 })
    const left = stateOf(stepPayee(owing, { type: 'ended', at: 1000 }))
    const early = stateOf(stepPayee(left, { type: 'looked', at: 1000 + DEFAULT_AFTER_MS - 1 }))
    expect(early.defaulted).to.equal(false)
    const late = stateOf(stepPayee(left, { type: 'looked', at: 1000 + DEFAULT_AFTER_MS }))
    expect(creditOf(late, POOL)).to.equal(0n)
    expect(creditOf(stateOf(voucher(late, 849n)), POOL)).to.equal(0n)
    expect(creditOf(stateOf(voucher(late, 850n)), POOL)).to.equal(106n)
  })

  it('judges a payer that was left by a crash of the payee by its last chunk', () => {
    const owing = paid(800n, { committed: wei(850n), activeAt: 1000 })
    const back = (at: number): PayeePair => stateOf(stepPayee(owing, { type: 'connected', at }))
    expect(back(1000 + DEFAULT_AFTER_MS - 1).defaulted).to.equal(false)
    expect(back(1000 + DEFAULT_AFTER_MS).defaulted).to.equal(true)
  })

  it('forgets nothing that was paid when the payer moves to another channel', () => {
    const gone = stateOf(stepPayee(paid(500n), { type: 'observed', channelId: CHANNEL, snapshot: ended(wei(500n)) }))
    expect(gone.channels).to.deep.equal([])
    const next = stateOf(
      stepPayee(gone, {
        type: 'channelShown',
        channelId: parseChannelId('02'.repeat(32)),
        salt: 2n,
        confirmations: 3,
        snapshot: present(wei(1000n)),
      }),
    )
    expect(vouchered(next)).to.equal(500n)
  })
})
