import { addWei, maxWei, minWei, subtractWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import type { ChannelId } from '../domain/ids.ts'
import {
  findChannel,
  spendable,
  vouchered,
  voucheredElsewhere,
  withChannel,
  withoutChannel,
  withSnapshot,
} from './books.ts'
import type { BudgetView } from './budget.ts'
import { beginClosing, type ChainSnapshot, contribution } from './channel-state.ts'
import { type Outcome, rejection, transition } from './outcome.ts'
import { liveChannel, type PayerPair, speakingChannel, spendingChannel } from './payer-state.ts'

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
    }
  | { readonly type: 'settle'; readonly budget: BudgetView }
  /** A chunk verified and is stored, in this very transaction. */
  | { readonly type: 'verified'; readonly price: Wei }
  | {
      readonly type: 'openDecided'
      readonly channelId: ChannelId
      readonly salt: bigint
      readonly deposit: Wei
      readonly confirmations: number
    }
  /** The transaction that was to open it can never be mined. */
  | { readonly type: 'openFailed'; readonly channelId: ChannelId }
  | { readonly type: 'topUpDecided'; readonly channelId: ChannelId; readonly target: Wei }
  | { readonly type: 'topUpFailed'; readonly channelId: ChannelId }
  | { readonly type: 'closeDecided'; readonly channelId: ChannelId }
  /** The chain shows a channel of ours that this database does not know: it was lost, or another copy of the wallet opened it. */
  | { readonly type: 'recovered'; readonly channelId: ChannelId; readonly salt: bigint; readonly confirmations: number }
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
      return settle(pair, event.budget)
    case 'verified':
      return transition({ ...pair, verified: addWei(pair.verified, event.price) })
    case 'openDecided': {
      if (liveChannel(pair) !== undefined) return rejection('CHANNEL_EXISTS')
      const { channelId, salt, deposit, confirmations } = event
      return transition(
        withChannel(pair, { phase: 'opening', channelId, salt, deposit, confirmations, best: ZERO_WEI }),
      )
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
    case 'observed':
      return transition(observed(pair, event.channelId, event.snapshot))
  }
}

type Authorize = Extract<PayerEvent, { type: 'authorize' }>

function authorize(pair: PayerPair, event: Authorize): PayerOutcome {
  const channel = spendingChannel(pair)
  if (channel === undefined)
    return rejection(speakingChannel(pair) === undefined ? 'CHANNEL_UNKNOWN' : 'CHANNEL_CLOSING')
  const before = vouchered(pair)
  // SPEC 01 §5.1: "The payer MUST raise V no further than the larger of what is required and R".
  const target = event.required > before ? maxWei(event.required, pair.verified) : before
  // SPEC 01 §5.1: "The payer MUST NOT sign a voucher by which V exceeds R by more than the price of one requested chunk".
  if (target > before && target > pair.verified + event.price) return rejection('VERIFY_FIRST')

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

function settle(pair: PayerPair, budget: BudgetView): PayerOutcome {
  const channel = speakingChannel(pair)
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
  // Vouchers of unknown height are out there, so it is only ever closed: nothing can be signed safely on it.
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

function observed(pair: PayerPair, channelId: ChannelId, snapshot: ChainSnapshot): PayerPair {
  const channel = findChannel(pair, channelId)
  if (channel === undefined) return pair
  const after = withSnapshot(pair, channelId, snapshot)
  if (!('recovered' in channel)) return after
  // What was paid on a forgotten channel counts as delivered, or V would stay above R for ever.
  const paid = wei(voucheredElsewhere(after, channelId) - voucheredElsewhere(pair, channelId))
  const now = findChannel(after, channelId)
  const grown = subtractWei(now === undefined ? paid : contribution(now), contribution(channel))
  return { ...after, verified: addWei(after.verified, grown) }
}
