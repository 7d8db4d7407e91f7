import { addWei, maxWei, minWei, subtractWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import { type ConfirmationRule, confirmationRuleOf } from '../domain/confirmation-rule.ts'
import type { ChannelId } from '../domain/ids.ts'
import {
  findChannel,
  spendable,
  vouchered,
  voucheredElsewhere,
  withChannel,
  withoutChannel,
  withSnapshot,
  withTransfer,
} from './books.ts'
import type { BudgetView } from './budget.ts'
import { beginClosing, type ChainSnapshot, contribution, type EscrowTerms } from './channel-state.ts'
import { type Outcome, rejection, transition } from './outcome.ts'
import {
  forgottenChannel,
  type LostPurchases,
  liveChannel,
  type PayerPair,
  speakingChannel,
  spendingChannel,
} from './payer-state.ts'

/** What happens to a payer's pair. Amounts of `authorize` are in the pair's V, D, R: over its life, not of one channel. */
export type PayerEvent =
  /** A request of `price`, for which the payee wants V ≥ `required`. */
  | {
      readonly type: 'authorize'
      readonly price: Wei
      readonly required: Wei
      readonly budget: BudgetView
      /** Sources of this download, other than this one, that hold a prepayment and never delivered. */
      readonly unprovenElsewhere: number
      readonly prepaymentCap: number
      /** False where nothing is paid before it verified. */
      readonly prepays?: boolean
      /** Where it is to be paid from an escrow. */
      readonly allocationId?: ChannelId | undefined
    }
  | { readonly type: 'settle'; readonly budget: BudgetView; readonly allocationId?: ChannelId | undefined }
  /** A chunk verified and is stored, in this very transaction; `resent`: the payee had it in D before. */
  | { readonly type: 'verified'; readonly price: Wei; readonly resent?: boolean }
  | ({
      readonly type: 'openDecided'
      readonly channelId: ChannelId
      readonly salt: bigint
      readonly deposit: Wei
      readonly escrow?: EscrowTerms
    } & ConfirmationRule)
  /** The transaction that was to open it can never be mined. */
  | { readonly type: 'openFailed'; readonly channelId: ChannelId }
  | { readonly type: 'topUpDecided'; readonly channelId: ChannelId; readonly target: Wei }
  | { readonly type: 'topUpFailed'; readonly channelId: ChannelId }
  | { readonly type: 'closeDecided'; readonly channelId: ChannelId }
  /** The chain shows a channel of ours that this database does not know: it was lost, or another copy of the wallet opened it. */
  | { readonly type: 'recovered'; readonly channelId: ChannelId; readonly salt: bigint; readonly confirmations: number }
  /** The payee of such a channel returned our voucher, whose signature was checked, or said that it has none; and what it counts as D. */
  | {
      readonly type: 'returned'
      readonly channelId: ChannelId
      readonly cumulativeAmount: Wei
      readonly committed: Wei
    }
  /** The payee's offer says how deep a deposit must lie: of a channel that came back that was lost too. */
  | ({ readonly type: 'ruleKnown'; readonly channelId: ChannelId } & ConfirmationRule)
  /** A coin transfer to the payee lies as deep as the payee asks. */
  | { readonly type: 'transferCounted'; readonly amount: Wei }
  /** What the payee counts of our coin transfers and as D, told to an account that knows of none. */
  | { readonly type: 'transfersReturned'; readonly transferred: Wei; readonly committed: Wei }
  | { readonly type: 'observed'; readonly channelId: ChannelId; readonly snapshot: ChainSnapshot }

/** To do once the state is durable: sign this voucher, by which V grows by `increment`. */
export interface SignEffect {
  readonly kind: 'sign'
  readonly channelId: ChannelId
  readonly cumulativeAmount: Wei
  readonly increment: Wei
}

export type PayerRejectionCode =
  | 'VERIFY_FIRST' // signing now would risk more than one chunk
  | 'BUDGET_EXHAUSTED'
  | 'DEPOSIT_EXHAUSTED'
  | 'PREPAYMENT_CAP'
  | 'CHANNEL_CLOSING'
  | 'CHANNEL_UNKNOWN'
  | 'CHANNEL_EXISTS' // a pair spends on one channel at a time

export type PayerOutcome = Outcome<PayerPair, SignEffect, PayerRejectionCode>

/** Decides one event. Pure: the shell stores the state before it acts on an effect. */
export function stepPayer(pair: PayerPair, event: PayerEvent): PayerOutcome {
  switch (event.type) {
    case 'authorize':
      return authorize(pair, event)
    case 'settle':
      return settle(pair, event)
    case 'verified':
      return transition(verified(pair, event))
    case 'openDecided': {
      const { channelId, salt, deposit, escrow } = event
      const allocation = escrow === undefined ? {} : { escrow }
      if (liveChannel(pair, escrow && channelId) !== undefined) return rejection('CHANNEL_EXISTS')
      const named = { channelId, salt, deposit, ...confirmationRuleOf(event), ...allocation }
      return transition(withChannel(pair, { phase: 'opening', ...named, best: ZERO_WEI }))
    }
    case 'openFailed':
      if (findChannel(pair, event.channelId)?.phase !== 'opening') return transition(pair)
      return transition(withoutChannel(pair, event.channelId))
    case 'topUpDecided':
      return decideTopUp(pair, event.channelId, event.target)
    case 'topUpFailed': {
      const channel = findChannel(pair, event.channelId)
      if (channel?.phase !== 'open') return transition(pair)
      const { topUp: _, ...rest } = channel
      return transition(withChannel(pair, rest))
    }
    case 'closeDecided': {
      const channel = findChannel(pair, event.channelId)
      if (channel === undefined || channel.phase === 'opening') return rejection('CHANNEL_UNKNOWN')
      return transition(channel.phase === 'open' ? withChannel(pair, beginClosing(channel)) : pair)
    }
    case 'recovered':
      return recover(pair, event)
    case 'returned':
      return transition(takeBack(pair, event))
    case 'ruleKnown': {
      const channel = findChannel(pair, event.channelId)
      if (channel?.phase !== 'open' || channel.recovered === undefined) return transition(pair)
      const { small: _, ...rest } = channel
      return transition(withChannel(pair, { ...rest, ...confirmationRuleOf(event) }))
    }
    case 'transferCounted':
      return transition(withTransfer(pair, event.amount))
    case 'transfersReturned':
      return transition(takeTransfersBack(pair, event))
    case 'observed':
      return transition(observed(pair, event.channelId, event.snapshot))
  }
}

type Authorize = Extract<PayerEvent, { type: 'authorize' }>

function authorize(pair: PayerPair, event: Authorize): PayerOutcome {
  const { allocationId } = event
  const channel = spendingChannel(pair, allocationId)
  if (channel === undefined)
    return rejection(speakingChannel(pair, allocationId) === undefined ? 'CHANNEL_UNKNOWN' : 'CHANNEL_CLOSING')
  const before = vouchered(pair)
  // SPEC 01 §5.1: "The payer MUST raise V no further than the larger of what is required and R".
  const target = event.required > before ? maxWei(event.required, pair.verified) : before
  // SPEC 01 §5.1: "The payer MUST NOT sign a voucher by which V exceeds R by more than the price of one requested chunk".
  const ahead = event.prepays === false ? ZERO_WEI : event.price
  if (target > before && target > pair.verified + ahead) return rejection('VERIFY_FIRST')

  const most = spendable(pair, channel.channelId)
  if (target > most || pair.verified + event.price > most) return rejection('DEPOSIT_EXHAUSTED')

  const increment = wei(target - before)
  const { share, ceiling, owedElsewhere } = event.budget
  const own = subtractWei(increment, owedElsewhere)
  if (maxWei(addWei(share.signed, own), addWei(share.verified, event.price)) > ceiling)
    return rejection('BUDGET_EXHAUSTED')

  if (increment === 0n) return transition(pair)
  // SPEC 01 §5.1: "The payer MUST NOT have more prepayments outstanding to payees that never delivered than its cap".
  const isNewlyUnproven = pair.verified === 0n && share.signed === 0n
  if (isNewlyUnproven && event.unprovenElsewhere >= event.prepaymentCap) return rejection('PREPAYMENT_CAP')
  return raise(pair, channel.channelId, target)
}

function settle(pair: PayerPair, { budget, allocationId }: Extract<PayerEvent, { type: 'settle' }>): PayerOutcome {
  const channel = speakingChannel(pair, allocationId)
  if (channel === undefined) return transition(pair)
  const before = vouchered(pair)
  const debt = subtractWei(minWei(pair.verified, spendable(pair, channel.channelId)), before)
  const allowed = addWei(budget.owedElsewhere, subtractWei(budget.ceiling, budget.share.signed))
  const increment = minWei(debt, allowed)
  return increment === 0n ? transition(pair) : raise(pair, channel.channelId, addWei(before, increment))
}

/** Raises V to `target` by a voucher on this channel. */
function raise(pair: PayerPair, channelId: ChannelId, target: Wei): PayerOutcome {
  const channel = findChannel(pair, channelId)
  if (channel === undefined) return rejection('CHANNEL_UNKNOWN')
  const increment = wei(target - vouchered(pair))
  const cumulativeAmount = wei(target - voucheredElsewhere(pair, channelId))
  const state = withChannel(pair, { ...channel, best: cumulativeAmount })
  return transition(state, { kind: 'sign', channelId, cumulativeAmount, increment })
}

function verified(pair: PayerPair, event: Extract<PayerEvent, { type: 'verified' }>): PayerPair {
  const { price, resent } = event
  const counted = countedPrice(pair, event)
  const after = { ...pair, verified: addWei(pair.verified, counted) }
  if (resent !== true || pair.lost === undefined) return after
  const { paid, owed } = pair.lost
  return withLost(after, { paid: subtractWei(paid, wei(price - counted)), owed: subtractWei(owed, price) })
}

/**
 * What a chunk adds to R. SPEC 01 §5.8: "A chunk that is sent again adds to R what was owed, and then only what exceeds the part of R
 * that was lost".
 */
export function countedPrice(
  { lost }: PayerPair,
  { price, resent }: { readonly price: Wei; readonly resent?: boolean },
): Wei {
  if (resent !== true || lost === undefined) return price
  const owed = minWei(price, lost.owed)
  return addWei(owed, subtractWei(subtractWei(price, owed), lost.paid))
}

function withLost({ lost: _, ...pair }: PayerPair, lost: LostPurchases): PayerPair {
  return lost.paid === 0n && lost.owed === 0n ? pair : { ...pair, lost }
}

/** R with what was verified before the books were lost, and what was owed then. */
function recall(pair: PayerPair, verifiedBefore: Wei, owed = pair.lost?.owed ?? ZERO_WEI): PayerPair {
  const grown = subtractWei(verifiedBefore, pair.verified)
  const paid = addWei(pair.lost?.paid ?? ZERO_WEI, grown)
  return withLost({ ...pair, verified: addWei(pair.verified, grown) }, { paid, owed })
}

function decideTopUp(pair: PayerPair, channelId: ChannelId, target: Wei): PayerOutcome {
  const channel = findChannel(pair, channelId)
  if (channel?.phase !== 'open') return rejection('CHANNEL_CLOSING')
  // One top-up at a time, so that after a crash it is known which amount was meant.
  if (channel.topUp !== undefined) return rejection('CHANNEL_EXISTS')
  if (target <= channel.deposit) return transition(pair)
  return transition(withChannel(pair, { ...channel, topUp: { base: channel.deposit, target } }))
}

function recover(pair: PayerPair, event: Extract<PayerEvent, { type: 'recovered' }>): PayerOutcome {
  if (findChannel(pair, event.channelId) !== undefined) return transition(pair)
  const { channelId, salt, confirmations } = event
  // Vouchers of unknown height are out there: until the payee returned the best of them it can only be closed.
  return transition(
    withChannel(pair, {
      phase: 'closing',
      channelId,
      salt,
      confirmations,
      best: ZERO_WEI,
      deposit: ZERO_WEI,
      confirmed: ZERO_WEI,
      settled: ZERO_WEI,
      closeAt: 0,
      closeBlock: 0,
      recovered: true,
    }),
  )
}

/**
 * Goes on with a forgotten channel. A payee that returns less than was signed only takes less: what it redeems in the end counts as
 * delivered. What it says of D makes R no higher than V, so it is owed nothing by that.
 */
function takeBack(pair: PayerPair, event: Extract<PayerEvent, { type: 'returned' }>): PayerPair {
  const channel = forgottenChannel(pair)
  if (channel === undefined || channel.channelId !== event.channelId) return pair
  const { closeAt: _at, closeBlock: _block, agreed: _agreed, ...rest } = channel
  const best = maxWei(channel.best, event.cumulativeAmount)
  const after = withChannel(pair, { ...rest, phase: 'open', best })
  // SPEC 01 §5.8: "The payer MUST count as R the lesser of V and the D that the payee tells, and never less than before".
  const total = vouchered(after)
  return recall(after, minWei(total, event.committed), subtractWei(event.committed, total))
}

/**
 * Only of books that know of no transfer: a payee could otherwise say of what it was paid ahead that it was delivered, again and again.
 * What it tells too much makes V and R alike higher.
 */
function takeTransfersBack(
  pair: PayerPair,
  { transferred, committed }: Extract<PayerEvent, { type: 'transfersReturned' }>,
): PayerPair {
  if (pair.transferred !== undefined || transferred === 0n) return pair
  const after = withTransfer(pair, transferred)
  const total = vouchered(after)
  return recall(after, minWei(total, committed), subtractWei(committed, total))
}

function observed(pair: PayerPair, channelId: ChannelId, snapshot: ChainSnapshot): PayerPair {
  const channel = findChannel(pair, channelId)
  if (channel === undefined) return pair
  const after = withSnapshot(pair, channelId, snapshot)
  if (!('recovered' in channel)) return after
  // What was paid on a forgotten channel counts as delivered, or V would stay above R for ever.
  const paid = wei(voucheredElsewhere(after, channelId) - voucheredElsewhere(pair, channelId))
  const now = findChannel(after, channelId)
  const grown = subtractWei(now === undefined ? paid : contribution(now), contribution(channel))
  return recall(after, addWei(after.verified, grown))
}
