import { expect } from 'chai'
import { vouchered } from '../../src/channel/books.ts'
import type { BudgetView } from '../../src/channel/budget.ts'
import type { PayerPair } from '../../src/channel/payer-state.ts'
import { type PayerEvent, type PayerOutcome, stepPayer } from '../../src/channel/payer-step.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { parseChannelId } from '../../src/domain/ids.ts'
import { CHANNEL, ended, openChannel, PLENTY, payerPair, present } from './pair-states.ts'

const OTHER = parseChannelId('02'.repeat(32))
const share = (signed: bigint, verified: bigint) => ({ signed: wei(signed), verified: wei(verified), vouchers: 0 })

function authorize(
  pair: PayerPair,
  required: bigint,
  more: Partial<Extract<PayerEvent, { type: 'authorize' }>> = {},
): PayerOutcome {
  return stepPayer(pair, {
    type: 'authorize',
    price: wei(100n),
    required: wei(required),
    budget: PLENTY,
    unprovenElsewhere: 0,
    prepaymentCap: 4,
    ...more,
  })
}

function stateOf(outcome: PayerOutcome): PayerPair {
  if (outcome.kind === 'rejection') throw new Error(`refused: ${outcome.code}`)
  return outcome.state
}

const signed = (outcome: PayerOutcome): Wei | undefined =>
  outcome.kind === 'transition' ? outcome.effects[0]?.cumulativeAmount : undefined
const code = (outcome: PayerOutcome): string | undefined => (outcome.kind === 'rejection' ? outcome.code : undefined)

describe('channel/payer-step', () => {
  it('signs nothing when credit covers the request', () => {
    const pair = payerPair({ verified: wei(500n) })
    const outcome = authorize(pair, 0n)
    expect(outcome).to.deep.equal({ kind: 'transition', state: pair, effects: [] })
  })

  it('raises to what was verified when it must sign, not only to what is required', () => {
    expect(signed(authorize(payerPair({ verified: wei(500n) }), 200n))).to.equal(500n)
  })

  it('signs exactly one chunk ahead, and not a wei more (VERIFY_FIRST)', () => {
    expect(signed(authorize(payerPair({ verified: wei(500n) }), 600n))).to.equal(600n)
    expect(code(authorize(payerPair({ verified: wei(500n) }), 601n))).to.equal('VERIFY_FIRST')
  })

  it('signs nothing ahead of what verified where that is paid afterwards (VERIFY_FIRST)', () => {
    const afterwards = { prepays: false }
    expect(signed(authorize(payerPair({ verified: wei(500n) }), 500n, afterwards))).to.equal(500n)
    expect(code(authorize(payerPair({ verified: wei(500n) }), 501n, afterwards))).to.equal('VERIFY_FIRST')
    expect(code(authorize(payerPair(), 1n, afterwards))).to.equal('VERIFY_FIRST')
  })

  it('uses a prepayment for a chunk that never came for the next one', () => {
    const paid = stateOf(authorize(payerPair(), 100n))
    const next = authorize(paid, 100n)
    expect(next).to.deep.equal({ kind: 'transition', state: paid, effects: [] })
  })

  it('never signs beyond the confirmed deposit, whatever the head shows (DEPOSIT_EXHAUSTED)', () => {
    const channels = [openChannel({ deposit: wei(1000n), confirmed: wei(250n) })]
    expect(signed(authorize(payerPair({ channels, verified: wei(150n) }), 250n))).to.equal(250n)
    expect(code(authorize(payerPair({ channels, verified: wei(200n) }), 300n))).to.equal('DEPOSIT_EXHAUSTED')
  })

  it('asks for no chunk on credit that the deposit could not pay (DEPOSIT_EXHAUSTED)', () => {
    const channels = [openChannel({ deposit: wei(250n) })]
    expect(code(authorize(payerPair({ channels, verified: wei(200n) }), 0n))).to.equal('DEPOSIT_EXHAUSTED')
  })

  it('keeps within the budget when it signs and when credit covers (BUDGET_EXHAUSTED)', () => {
    const budget: BudgetView = { share: share(0n, 0n), ceiling: wei(99n), owedElsewhere: wei(0n) }
    expect(code(authorize(payerPair(), 100n, { budget }))).to.equal('BUDGET_EXHAUSTED')
    expect(code(authorize(payerPair(), 0n, { budget }))).to.equal('BUDGET_EXHAUSTED')
    expect(signed(authorize(payerPair(), 100n, { budget: { ...budget, ceiling: wei(100n) } }))).to.equal(100n)
  })

  it('caps prepayments to sources that never delivered (PREPAYMENT_CAP)', () => {
    expect(code(authorize(payerPair(), 100n, { unprovenElsewhere: 4 }))).to.equal('PREPAYMENT_CAP')
    expect(signed(authorize(payerPair(), 100n, { unprovenElsewhere: 3 }))).to.equal(100n)
  })

  it('does not count a source that delivered before against the prepayment cap', () => {
    expect(signed(authorize(payerPair({ verified: wei(1n) }), 101n, { unprovenElsewhere: 9 }))).to.equal(101n)
  })

  it('buys nothing on a channel that is being closed (CHANNEL_CLOSING), or without one (CHANNEL_UNKNOWN)', () => {
    const closing = stateOf(stepPayer(payerPair(), { type: 'closeDecided', channelId: CHANNEL }))
    expect(code(authorize(closing, 100n))).to.equal('CHANNEL_CLOSING')
    expect(code(authorize(closing, 0n))).to.equal('CHANNEL_CLOSING')
    expect(code(authorize(payerPair({ channels: [] }), 100n))).to.equal('CHANNEL_UNKNOWN')
    expect(code(stepPayer(payerPair(), { type: 'closeDecided', channelId: OTHER }))).to.equal('CHANNEL_UNKNOWN')
  })

  it('still pays what it owes on a channel that is being closed', () => {
    const pair = payerPair({ verified: wei(300n) })
    const closing = stateOf(stepPayer(pair, { type: 'closeDecided', channelId: CHANNEL }))
    expect(signed(stepPayer(closing, { type: 'settle', budget: PLENTY }))).to.equal(300n)
  })

  it('settles exactly what was verified, and nothing twice', () => {
    const outcome = stepPayer(payerPair({ verified: wei(300n) }), { type: 'settle', budget: PLENTY })
    expect(signed(outcome)).to.equal(300n)
    expect(signed(stepPayer(stateOf(outcome), { type: 'settle', budget: PLENTY }))).to.equal(undefined)
  })

  it('settles as much as the budget allows', () => {
    const budget: BudgetView = { share: share(50n, 300n), ceiling: wei(200n), owedElsewhere: wei(0n) }
    expect(signed(stepPayer(payerPair({ verified: wei(300n) }), { type: 'settle', budget }))).to.equal(150n)
  })

  it('spends on one channel at a time (CHANNEL_EXISTS)', () => {
    const event = {
      type: 'openDecided',
      channelId: OTHER,
      salt: 2n,
      deposit: wei(5n),
      confirmations: 3,
    } as const
    expect(code(stepPayer(payerPair(), event))).to.equal('CHANNEL_EXISTS')
    const opening = stateOf(stepPayer(payerPair({ channels: [] }), event))
    expect(code(stepPayer(opening, { ...event, channelId: CHANNEL }))).to.equal('CHANNEL_EXISTS')
    const given = stateOf(stepPayer(opening, { type: 'openFailed', channelId: OTHER }))
    expect(given.channels).to.deep.equal([])
  })

  it('counts on after a move to a new channel, from what the chain settled and not from what was signed', () => {
    const first = payerPair({ verified: wei(500n), channels: [openChannel({ best: wei(600n) })] })
    const closed = stateOf(stepPayer(first, { type: 'observed', channelId: CHANNEL, snapshot: ended(wei(450n)) }))
    expect(closed.settledOnClosed).to.equal(450n)
    expect(vouchered(closed)).to.equal(450n)
    const next = { ...closed, channels: [openChannel({ channelId: OTHER })] }
    // R is 500: the new channel's voucher carries only what is left of it, and one chunk.
    expect(signed(authorize(next, 600n))).to.equal(150n)
  })

  it('brings a closed channel back as closing when a reorg undoes the close', () => {
    const closed = stateOf(
      stepPayer(payerPair(), { type: 'observed', channelId: CHANNEL, snapshot: ended(wei(0n), 91) }),
    )
    expect(closed.channels[0]?.phase).to.equal('closed')
    const back = stateOf(stepPayer(closed, { type: 'observed', channelId: CHANNEL, snapshot: present(wei(10_000n)) }))
    expect(back.channels[0]?.phase).to.equal('closing')
  })

  it('only ever closes a channel it has no memory of, and counts what was paid on it as delivered', () => {
    const found = stateOf(
      stepPayer(payerPair({ channels: [] }), { type: 'recovered', channelId: CHANNEL, salt: 1n, confirmations: 3 }),
    )
    const seen = stateOf(
      stepPayer(found, {
        type: 'observed',
        channelId: CHANNEL,
        snapshot: present(wei(10_000n), { settled: wei(70n) }),
      }),
    )
    expect(code(authorize(seen, 100n))).to.equal('CHANNEL_UNKNOWN')
    const gone = stateOf(stepPayer(seen, { type: 'observed', channelId: CHANNEL, snapshot: ended(wei(90n)) }))
    expect([vouchered(gone), gone.verified]).to.deep.equal([90n, 90n])
  })
})
