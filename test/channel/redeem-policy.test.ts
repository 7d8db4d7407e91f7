import { expect } from 'chai'
import fc from 'fast-check'
import type { Channel } from '../../src/channel/channel-state.ts'
import {
  DEADLINE_BLOCKS,
  DEADLINE_SECONDS,
  type RedeemCircumstances,
  type RedeemPolicy,
  redemptionsDue,
} from '../../src/channel/redeem-policy.ts'
import { wei } from '../../src/domain/amount.ts'
import { ALLOCATION, openChannel, payeePair } from './pair-states.ts'

const POLICY: RedeemPolicy = { threshold: wei(1000n), maxAgeMs: 5000, maxFeePercent: 10 }
const NOW: RedeemCircumstances = { fee: wei(0n), now: 10_000, head: { number: 500, timestamp: 2_000_000 } }
const SIGNATURE = new Uint8Array(64)

const open = (unredeemed: bigint, heldSince = NOW.now): Channel =>
  openChannel({ best: wei(unredeemed), signature: SIGNATURE, heldSince })
const closing = (unredeemed: bigint, secondsLeft: number, blocksLeft: number): Channel => ({
  ...openChannel({ best: wei(unredeemed), signature: SIGNATURE }),
  phase: 'closing',
  closeAt: NOW.head.timestamp + secondsLeft,
  closeBlock: NOW.head.number + blocksLeft,
})
const isDue = (channel: Channel, changes: Partial<RedeemCircumstances> = {}): boolean =>
  redemptionsDue([payeePair({ channels: [channel] })], POLICY, { ...NOW, ...changes }).length > 0

const amount = fc.bigInt({ min: 0n, max: 20_000n }).map(wei)
const channels = fc.oneof(
  fc.tuple(amount, fc.integer({ min: 0, max: NOW.now })).map(([unredeemed, since]) => open(unredeemed, since)),
  fc
    .tuple(amount, fc.integer({ min: -10, max: 4000 }), fc.integer({ min: -10, max: 300 }))
    .map(([unredeemed, seconds, blocks]) => closing(unredeemed, seconds, blocks)),
)

describe('channel/redeem-policy', () => {
  it('redeems on an open channel what is above the threshold, or old', () => {
    expect(isDue(open(1000n))).to.equal(false)
    expect(isDue(open(1001n))).to.equal(true)
    expect(isDue(open(1n, NOW.now - 4999))).to.equal(false)
    expect(isDue(open(1n, NOW.now - 5000))).to.equal(true)
  })

  it('waits while the fee is more than its part of what comes in', () => {
    expect(isDue(open(2000n), { fee: wei(200n) })).to.equal(true)
    expect(isDue(open(2000n), { fee: wei(201n) })).to.equal(false)
    expect(isDue(open(10n, 0), { fee: wei(2n) })).to.equal(false)
    expect(isDue(closing(2000n, 3600, 240), { fee: wei(201n) })).to.equal(false)
  })

  it('redeems at any fee when far more than the threshold is at risk', () => {
    expect(isDue(open(4000n), { fee: wei(10n ** 18n) })).to.equal(false)
    expect(isDue(open(4001n), { fee: wei(10n ** 18n) })).to.equal(true)
  })

  it('leaves a receipt above a release until the payer has fetched the rest, or the deadline is near', () => {
    const released = (deposit: bigint, secondsLeft: number, settled = 0n): Channel => ({
      ...openChannel({ best: wei(2000n), signature: SIGNATURE }),
      ...{ phase: 'closing' as const, closeAt: 0, closeBlock: 0 },
      deposit: wei(deposit),
      settled: wei(settled),
      agreed: { settled: wei(1500n), signature: SIGNATURE },
      escrow: { ...ALLOCATION.escrow, deadline: NOW.head.timestamp + secondsLeft },
    })
    expect(isDue(released(3000n, DEADLINE_SECONDS + 1))).to.equal(false)
    expect(isDue(released(3000n, DEADLINE_SECONDS + 1), { all: true })).to.equal(false)
    expect(isDue(released(1500n, DEADLINE_SECONDS + 1)), 'the release is mined').to.equal(true)
    expect(isDue(released(3000n, DEADLINE_SECONDS + 1, 1600n)), 'void, for more was redeemed').to.equal(true)
    expect(isDue(released(3000n, DEADLINE_SECONDS), { fee: wei(10n ** 18n) })).to.equal(true)
  })

  it('redeems at any fee in the second half of the dispute window, by either clock', () => {
    const fee = wei(10n ** 18n)
    expect(isDue(closing(1n, DEADLINE_SECONDS + 1, DEADLINE_BLOCKS + 1), { fee })).to.equal(false)
    expect(isDue(closing(1n, DEADLINE_SECONDS, 240), { fee })).to.equal(true)
    expect(isDue(closing(1n, 3600, DEADLINE_BLOCKS), { fee })).to.equal(true)
    expect(isDue(closing(1n, -5, -5), { fee })).to.equal(true)
  })

  it('never asks for a transaction that pays nothing, and asks for all others when told so', () => {
    fc.assert(
      fc.property(channels, amount, (channel, fee) => {
        const pays = channel.best > 0n
        expect(isDue(channel, { fee, all: true })).to.equal(pays)
        if (!pays) expect(isDue(channel, { fee })).to.equal(false)
      }),
    )
  })

  it('wants no less when gas gets cheaper, time passes, or more is owed', () => {
    fc.assert(
      fc.property(channels, amount, amount, fc.nat(5000), (channel, fee, more, later) => {
        if (!isDue(channel, { fee })) return
        expect(isDue(channel, { fee: wei(fee > more ? fee - more : 0n) })).to.equal(true)
        const head = { number: NOW.head.number + later, timestamp: NOW.head.timestamp + later }
        expect(isDue(channel, { fee, now: NOW.now + later, head })).to.equal(true)
        expect(isDue({ ...channel, best: wei(channel.best + more) }, { fee })).to.equal(true)
      }),
    )
  })

  it('never risks more than four thresholds on an open channel, nor anything in the second half of a window', () => {
    fc.assert(
      fc.property(channels, amount, (channel, fee) => {
        if (isDue(channel, { fee })) return
        if (channel.phase === 'open') expect(channel.best <= 4n * POLICY.threshold).to.equal(true)
        else if (channel.phase === 'closing' && channel.best > 0n)
          expect(channel.closeAt - NOW.head.timestamp > DEADLINE_SECONDS).to.equal(true)
      }),
    )
  })
})
