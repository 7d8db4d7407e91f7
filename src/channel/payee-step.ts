import { addWei, maxWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { type ConfirmationRule, confirmationRuleOf } from '../domain/confirmation-rule.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { Delivered } from '../domain/receipt.ts'
import {
  findChannel,
  spendable,
  vouchered,
  voucheredElsewhere,
  withChannel,
  withSnapshot,
  withTransfer,
} from './books.ts'
import type { AgreedEnd, ChainSnapshot, EscrowTerms, OpenChannel } from './channel-state.ts'
import { type Outcome, rejection, type Transition, transition } from './outcome.ts'
import { decideClose } from './payee-close.ts'
import {
  atRisk,
  CHUNKS_TO_FORGIVE,
  type CreditPool,
  creditOf,
  DEFAULT_AFTER_MS,
  type Delivery,
  MAX_RESENDS,
  type PayeePair,
  RESEND_WINDOW_MS,
  withHeldSince,
  withOpening,
  withoutDefault,
  withWriteOff,
} from './payee-state.ts'

/** What happens to a payee's pair. `at` is milliseconds since 1970. */
export type PayeeEvent =
  | { readonly type: 'connected'; readonly at: number }
  /** The last connection ended. */
  | { readonly type: 'ended'; readonly at: number }
  | { readonly type: 'looked'; readonly at: number }
  /** The payer proved that this channel is its own. */
  | ({
      readonly type: 'channelShown'
      readonly channelId: ChannelId
      readonly salt: bigint
      readonly snapshot: ChainSnapshot
      /** Where it is an allocation. */
      readonly escrow?: EscrowTerms
    } & ConfirmationRule)
  /** A voucher, or a receipt, whose signature was checked. */
  | {
      readonly type: 'voucher'
      readonly channelId: ChannelId
      readonly cumulativeAmount: Wei
      readonly signature: Uint8Array
      readonly delivered?: Delivered | undefined
      readonly splitSuspected: boolean
      readonly at: number
    }
  /** A chunk of `price` is asked for; `delivery` when it is in D already. */
  | {
      readonly type: 'request'
      /** Absent: of a payer that pays by coin transfers. */
      readonly channelId?: ChannelId | undefined
      readonly price: Wei
      readonly delivery?: Delivery
      readonly pool: CreditPool
      readonly at: number
    }
  /** A committed chunk was not sent and never will be. */
  | { readonly type: 'released'; readonly delivery: Delivery }
  /** A committed chunk was sent, but the payer had it from elsewhere. */
  | { readonly type: 'writtenOff'; readonly delivery: Delivery }
  /** `agreed`: what the payer signed that the channel may end with; its signature was checked. */
  | { readonly type: 'closeDecided'; readonly channelId: ChannelId; readonly agreed?: AgreedEnd }
  /** The first look of new books shows a channel that was opened before there were any: what was paid on it is lost to them. */
  | ({ readonly type: 'recovered'; readonly channelId: ChannelId; readonly salt: bigint } & ConfirmationRule)
  /** A coin transfer that was checked counts; `isOld`: it is from before there were these books. */
  | { readonly type: 'transferProved'; readonly amount: Wei; readonly isOld: boolean }
  | { readonly type: 'observed'; readonly channelId: ChannelId; readonly snapshot: ChainSnapshot }

/** To do in the same transaction: what becomes of the chunk's record. */
export type PayeeEffect = { readonly kind: 'record'; readonly delivery: Delivery } | { readonly kind: 'forget' }

export type VoucherRejectionCode =
  | 'VOUCHER_WRONG_CHANNEL'
  | 'VOUCHER_OVER_DEPOSIT'
  | 'SPLIT_SUSPECTED'
  | 'CHANNEL_UNKNOWN'
  | 'CHANNEL_CLOSING'
export type RequestRejectionCode =
  | 'VOUCHER_TOO_LOW'
  | 'VOUCHER_OVER_DEPOSIT' // no voucher could cover it: the deposit is too small
  | 'SPLIT_SUSPECTED' // the deposit would do, but is not counted while the chain may be split
  | 'CHANNEL_UNKNOWN'
  | 'CHANNEL_CLOSING'
  | 'RESEND_LIMIT'
/** `WRITE_OFF_LIMIT`: the chunk stays in D. */
export type PayeeRejectionCode = VoucherRejectionCode | RequestRejectionCode | 'WRITE_OFF_LIMIT'

export type PayeeOutcome<Code extends string = PayeeRejectionCode> = Outcome<PayeePair, PayeeEffect, Code>

/** Decides one event. Pure: the shell stores the state before anything is sent. */
export function stepPayee(pair: PayeePair, event: PayeeEvent): PayeeOutcome {
  switch (event.type) {
    case 'connected': {
      // Without a remembered end the payee itself went down: the last activity stands for it.
      const judged = judgeDefault(pair, pair.endedAt ?? pair.activeAt, event.at)
      const { endedAt: _, ...rest } = judged
      return transition(rest)
    }
    case 'ended':
      return transition({ ...pair, endedAt: event.at })
    case 'looked':
      return transition(pair.endedAt === undefined ? pair : judgeDefault(pair, pair.endedAt, event.at))
    case 'channelShown': {
      const { channelId, salt, snapshot, escrow } = event
      const known = findChannel(pair, channelId)
      const named = { channelId, salt, ...confirmationRuleOf(event), ...(escrow === undefined ? {} : { escrow }) }
      const shown = withChannel(pair, known ?? { phase: 'opening', ...named, best: ZERO_WEI, deposit: ZERO_WEI })
      return transition(withoutDefault(withSnapshot(shown, channelId, snapshot)))
    }
    case 'voucher':
      return takeVoucher(pair, event)
    case 'request':
      return requestChunk(pair, event)
    case 'released':
      return release(pair, event.delivery)
    case 'writtenOff':
      return writeOff(pair, event.delivery)
    case 'closeDecided': {
      const state = decideClose(pair, event.channelId, event.agreed)
      return state === undefined ? rejection('CHANNEL_UNKNOWN') : transition(state)
    }
    case 'recovered':
      return transition(recover(pair, event))
    case 'transferProved':
      return transition(withoutDefault(countTransfer(pair, event)))
    case 'observed':
      return transition(withoutDefault(withHeldSince(pair, withSnapshot(pair, event.channelId, event.snapshot))))
  }
}

function recover(pair: PayeePair, event: Extract<PayeeEvent, { type: 'recovered' }>): PayeePair {
  const { channelId, salt } = event
  if (findChannel(pair, channelId) !== undefined) return pair
  const nothing = { best: ZERO_WEI, deposit: ZERO_WEI, confirmed: ZERO_WEI, settled: ZERO_WEI }
  const channel: OpenChannel = { phase: 'open', channelId, salt, ...confirmationRuleOf(event), ...nothing }
  return { ...withChannel(pair, channel), recovered: true }
}

function countTransfer(pair: PayeePair, { amount, isOld }: Extract<PayeeEvent, { type: 'transferProved' }>): PayeePair {
  const counted = withTransfer(pair, amount)
  if (!isOld || pair.recovered === true) return counted
  // SPEC 01 §10.5: "What a transfer from before the payee's books paid for counts as delivered".
  if (vouchered(pair) === 0n && pair.committed === 0n) return { ...counted, recovered: true }
  return { ...counted, committed: addWei(pair.committed, amount) }
}

/** Takes a voucher whose signature was checked. */
export function takeVoucher(
  pair: PayeePair,
  event: Extract<PayeeEvent, { type: 'voucher' }>,
): PayeeOutcome<VoucherRejectionCode> {
  const channel = findChannel(pair, event.channelId)
  if (channel === undefined) return rejection('VOUCHER_WRONG_CHANNEL')
  if (channel.phase === 'opening') return rejection(event.splitSuspected ? 'SPLIT_SUSPECTED' : 'CHANNEL_UNKNOWN')
  if (channel.phase === 'closed') return rejection('CHANNEL_CLOSING')
  // The close that is on its way pays the best voucher of then: a later one would be worth nothing.
  if (channel.phase === 'closing' && (channel.closeAt === 0 || channel.released === true))
    return rejection('CHANNEL_CLOSING')
  // SPEC 01 §5.2: "A valid voucher not above the best held changes nothing".
  if (event.cumulativeAmount <= maxWei(channel.best, channel.settled)) return transition(pair)
  if (event.cumulativeAmount > channel.confirmed) {
    const held = event.splitSuspected && event.cumulativeAmount <= channel.deposit
    return rejection(held ? 'SPLIT_SUSPECTED' : 'VOUCHER_OVER_DEPOSIT')
  }
  const { cumulativeAmount: best, signature, delivered, at } = event
  const held = { best, signature, ...(delivered === undefined ? {} : { delivered }) }
  const raised = { ...channel, ...held, heldSince: channel.heldSince ?? at }
  return transition(withoutDefault(withChannel(pair, raised)))
}

/** Why nothing is served on the channel, whatever is paid. */
function whyUnusable(pair: PayeePair, channelId: ChannelId, pool: CreditPool): RequestRejectionCode | undefined {
  const channel = findChannel(pair, channelId)
  const notThere = pool.splitSuspected ? 'SPLIT_SUSPECTED' : 'CHANNEL_UNKNOWN'
  if (channel === undefined || channel.phase === 'opening') return notThere
  // SPEC 01 §5.2: "The payee MUST stop serving when a close request is first seen".
  if (channel.phase !== 'open') return 'CHANNEL_CLOSING'
  return channel.confirmed === 0n ? notThere : undefined
}

/** Why no voucher on the channel could bring V to `after`. */
function whyOverDeposit(
  pair: PayeePair,
  channelId: ChannelId,
  { after, pool }: { readonly after: Wei; readonly pool: CreditPool },
): RequestRejectionCode | undefined {
  if (after <= spendable(pair, channelId)) return undefined
  const channel = findChannel(pair, channelId)
  const paidIn = channel === undefined ? ZERO_WEI : channel.deposit
  const held = pool.splitSuspected && after <= addWei(voucheredElsewhere(pair, channelId), paidIn)
  return held ? 'SPLIT_SUSPECTED' : 'VOUCHER_OVER_DEPOSIT'
}

/** Commits a chunk, if what is paid and credit cover it. */
export function requestChunk(
  pair: PayeePair,
  event: Extract<PayeeEvent, { type: 'request' }>,
): PayeeOutcome<RequestRejectionCode> {
  const { channelId, price, delivery, pool, at } = event
  if (pair.recovered === true) return requestChunk(withReturned(pair, price), event)
  const unusable = channelId === undefined ? undefined : whyUnusable(pair, channelId, pool)
  if (unusable !== undefined) return rejection(unusable)

  if (delivery !== undefined) {
    const resent = resend(pair, delivery, at)
    if (resent !== undefined) return resent
    // Asked for once more, and paid for ahead: a new purchase. Otherwise too often.
    if (addWei(pair.committed, price) > vouchered(pair)) return rejection('RESEND_LIMIT')
  }

  const after = addWei(pair.committed, price)
  const overDeposit = channelId === undefined ? undefined : whyOverDeposit(pair, channelId, { after, pool })
  if (overDeposit !== undefined) return rejection(overDeposit)
  // SPEC 01 §5.2: "The payee MUST NOT send a chunk unless D + p ≤ min(V + C, …)".
  if (after > vouchered(pair) + creditOf(pair, pool, price)) return rejection('VOUCHER_TOO_LOW')

  const forgiven = pair.cleanChunks + 1 >= CHUNKS_TO_FORGIVE
  return transition(
    {
      ...withOpening(pair, pool),
      committed: after,
      chunkPrice: maxWei(pair.chunkPrice, price),
      cleanChunks: forgiven ? 0 : pair.cleanChunks + 1,
      penalty: forgiven ? Math.max(0, pair.penalty - 1) : pair.penalty,
      activeAt: at,
    },
    { kind: 'record', delivery: { price, resends: 0, resentAt: at } },
  )
}

/** SPEC 01 §5.8: "With the first request after that, D becomes V less the price of the chunk, where it is lower". */
export function withReturned({ recovered: _, ...pair }: PayeePair, price: Wei): PayeePair {
  return { ...pair, committed: maxWei(pair.committed, subtractWei(vouchered(pair), price)) }
}

/** Sends again what is in D, without raising D; `undefined` when that was done too often. */
export function resend(pair: PayeePair, delivery: Delivery, at: number): PayeeOutcome<never> | undefined {
  const sameWindow = delivery.resends > 0 && at - delivery.resentAt < RESEND_WINDOW_MS
  const resends = sameWindow ? delivery.resends + 1 : 1
  if (resends > MAX_RESENDS) return undefined
  const resentAt = sameWindow ? delivery.resentAt : at
  return transition({ ...pair, activeAt: at }, { kind: 'record', delivery: { ...delivery, resends, resentAt } })
}

function release(pair: PayeePair, delivery: Delivery): PayeeOutcome {
  // It was in D before this request: taking it out would pay back what was delivered.
  if (delivery.resends > 0)
    return transition(pair, { kind: 'record', delivery: { ...delivery, resends: delivery.resends - 1 } })
  return transition(withoutDefault({ ...pair, committed: subtractWei(pair.committed, delivery.price) }), {
    kind: 'forget',
  })
}

function writeOff(pair: PayeePair, delivery: Delivery): PayeeOutcome {
  // An agreed end wrote off what it fell short by, without saying which chunks: this one is out of D already.
  if (delivery.price > pair.committed) return transition(pair, { kind: 'forget' })
  const state = withWriteOff(pair, delivery.price, delivery.price)
  return state === undefined ? rejection('WRITE_OFF_LIMIT') : transition(state, { kind: 'forget' })
}

/** A default, if D is still above V so long after `since`. */
function judgeDefault(pair: PayeePair, since: number, at: number): PayeePair {
  if (at - since < DEFAULT_AFTER_MS || atRisk(pair) === 0n) return pair
  return { ...pair, defaulted: true }
}

/** The transition of an event that is never refused. */
export function stepPayeeSurely(
  pair: PayeePair,
  event: Extract<
    PayeeEvent,
    { type: 'connected' | 'ended' | 'looked' | 'channelShown' | 'recovered' | 'transferProved' | 'observed' }
  >,
): Transition<PayeePair, PayeeEffect> {
  const outcome = stepPayee(pair, event)
  if (outcome.kind === 'rejection') throw new Error(`${event.type} was refused: ${outcome.code}`)
  return outcome
}
