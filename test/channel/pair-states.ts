import type { BudgetView } from '../../src/channel/budget.ts'
import type { ChainSnapshot, OpenChannel } from '../../src/channel/channel-state.ts'
import { newPayeePair, type PayeePair } from '../../src/channel/payee-state.ts'
import { newPayerPair, type PayerPair } from '../../src/channel/payer-state.ts'
import { type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { type ChannelId, parseAddress, parseChannelId, parseFileHash } from '../../src/domain/ids.ts'

export const PAYER = parseAddress('0x70997970C51812dc3A010C7d01b50e0d17dc79C8')
export const PAYEE = parseAddress('0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC')
export const CHANNEL = parseChannelId('01'.repeat(32))
export interface ModelVoucher {
  readonly channelId: ChannelId
  readonly cumulativeAmount: Wei
}
export type Message =
  | { readonly to: 'payee'; readonly type: 'want'; readonly chunk: number; readonly voucher?: ModelVoucher }
  | { readonly to: 'payee'; readonly type: 'pay'; readonly voucher: ModelVoucher }
  | { readonly to: 'payer'; readonly type: 'block'; readonly chunk: number }

/** What makes a channel of the model an allocation. */
export const ALLOCATION = { escrow: { fileHash: parseFileHash('ab'.repeat(32)), deadline: 2_000_000_000 } }
export const PLENTY: BudgetView = {
  share: { signed: ZERO_WEI, verified: ZERO_WEI, vouchers: 0 },
  ceiling: wei(10n ** 30n),
  owedElsewhere: ZERO_WEI,
}
export const POOL = { atRisk: ZERO_WEI, strangersAtRisk: ZERO_WEI, cap: wei(10n ** 30n), splitSuspected: false }

export function openChannel(changes: Partial<OpenChannel> = {}): OpenChannel {
  const deposit = wei(10_000n)
  return {
    phase: 'open',
    channelId: CHANNEL,
    salt: 1n,
    confirmations: 3,
    deposit,
    confirmed: changes.deposit ?? deposit,
    settled: ZERO_WEI,
    best: ZERO_WEI,
    ...changes,
  }
}

export function payerPair(changes: Partial<PayerPair> = {}): PayerPair {
  return { ...newPayerPair(PAYEE), channels: [openChannel()], ...changes }
}

export function payeePair(changes: Partial<PayeePair> = {}): PayeePair {
  return { ...newPayeePair(PAYER), channels: [openChannel()], ...changes }
}

/** A snapshot of a channel that is on chain, confirmed. */
export function present(
  deposit: Wei,
  changes: { settled?: Wei; closeAt?: number; confirmed?: Wei } = {},
): ChainSnapshot {
  const head = { deposit, settled: changes.settled ?? ZERO_WEI, closeAt: changes.closeAt ?? 0, closeBlock: 0 }
  return { headNumber: 100, head, confirmed: changes.confirmed ?? deposit }
}

/** A snapshot of an allocation of which nothing is left: the rest was released. */
export function spent(settled: Wei, headNumber: number): ChainSnapshot {
  const head = { deposit: settled, settled, closeAt: 0, closeBlock: 0 }
  return { headNumber, head, confirmed: settled }
}

/** A snapshot after the end of a channel. */
export function ended(settled: Wei, headNumber = 100): ChainSnapshot {
  return { headNumber, head: undefined, confirmed: ZERO_WEI, closed: { settled, blockNumber: 90 } }
}
