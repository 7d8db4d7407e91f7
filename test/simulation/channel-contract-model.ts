import type { ChannelEvent, OnChainChannel, RedeemItem } from '../../src/channel/channel-contract.ts'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signedByKey } from '../../src/channel/signed-by.ts'
import { isCloseSigned, isVoucherSigned } from '../../src/channel/voucher.ts'
import { MAX_CHANNEL_AMOUNT, maxWei, minWei, type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import type { Address, ChannelId, FileHash } from '../../src/domain/ids.ts'
import type { ChannelKey } from '../../src/domain/voucher.ts'
import type { SigningDomain } from '../../src/system/eip712.ts'

/** A call of contracts/PaymentChannel.sol, `payBatch` of contracts/Escrow.sol to payees that take their coin, or a plain transfer of coin with a file hash. */
export type ContractCall =
  | { readonly kind: 'transfer'; readonly payee: Address; readonly fileHash: FileHash; readonly value: Wei }
  | {
      readonly kind: 'payBatch'
      readonly payments: readonly { readonly payee: Address; readonly fileHash: FileHash; readonly amount: Wei }[]
      readonly value: Wei
    }
  | { readonly kind: 'open' | 'topUp'; readonly payee: Address; readonly salt: bigint; readonly value: Wei }
  | { readonly kind: 'requestClose'; readonly payee: Address; readonly salt: bigint }
  | ({ readonly kind: 'withdraw' } & ChannelKey)
  | { readonly kind: 'redeem'; readonly payee: Address; readonly item: RedeemItem }
  | { readonly kind: 'redeemMany'; readonly payee: Address; readonly items: readonly RedeemItem[] }
  | { readonly kind: 'close'; readonly item: RedeemItem }
  | { readonly kind: 'closeMany'; readonly items: readonly RedeemItem[] }
  | ({ readonly kind: 'closeAgreed'; readonly settled: Wei; readonly signature: Uint8Array } & ChannelKey)

export interface CallContext {
  readonly sender: Address
  readonly blockNumber: number
  /** Unix seconds. */
  readonly timestamp: number
}

export interface ContractRules {
  readonly domain: SigningDomain
  readonly windowSeconds: number
  readonly windowBlocks: number
}

type WithoutPosition<T> = T extends unknown
  ? Omit<T, 'blockNumber' | 'blockHash' | 'transactionHash' | 'logIndex'>
  : never
export type ContractEvent = WithoutPosition<ChannelEvent>

export interface ContractState {
  readonly channels: ReadonlyMap<ChannelId, OnChainChannel>
}

/** What a call does; `undefined` where it reverts. Coin moves: `value` from the sender, `payouts` to the accounts. */
export interface CallEffect {
  readonly channels: ReadonlyMap<ChannelId, OnChainChannel>
  readonly value: Wei
  readonly payouts: readonly { readonly to: Address; readonly amount: Wei }[]
  readonly events: readonly ContractEvent[]
}

/** The contract's rules once more, pure: channel-contract-model.test.ts holds them against the bytecode. */
export function callContract(
  rules: ContractRules,
  channels: ContractState['channels'],
  call: ContractCall,
  context: CallContext,
): CallEffect | undefined {
  return new Call(rules, channels, context).run(call)
}

class Call {
  readonly #rules: ContractRules
  readonly #context: CallContext
  readonly #channels: Map<ChannelId, OnChainChannel>
  readonly #payouts: { to: Address; amount: Wei }[] = []
  readonly #events: ContractEvent[] = []

  constructor(rules: ContractRules, channels: ContractState['channels'], context: CallContext) {
    this.#rules = rules
    this.#context = context
    this.#channels = new Map(channels)
  }

  run(call: ContractCall): CallEffect | undefined {
    if (!this.#apply(call)) return undefined
    const value = 'value' in call ? call.value : ZERO_WEI
    return { channels: this.#channels, value, payouts: this.#payouts, events: this.#events }
  }

  /** False: reverted. */
  #apply(call: ContractCall): boolean {
    const { sender } = this.#context
    switch (call.kind) {
      case 'transfer':
        this.#payouts.push({ to: call.payee, amount: call.value })
        return true
      case 'payBatch':
        for (const { payee, amount } of call.payments) this.#payouts.push({ to: payee, amount })
        return true
      case 'open':
        return this.#open({ payer: sender, payee: call.payee, salt: call.salt }, call.value)
      case 'topUp':
        return this.#topUp({ payer: sender, payee: call.payee, salt: call.salt }, call.value)
      case 'requestClose':
        return this.#requestClose({ payer: sender, payee: call.payee, salt: call.salt })
      case 'withdraw':
        return this.#withdraw(call)
      case 'redeem':
        return this.#redeem(call.payee, call.item)
      case 'redeemMany':
        for (const item of call.items) this.#redeem(call.payee, item)
        return true
      case 'close':
        return this.#close(call.item)
      case 'closeMany':
        for (const item of call.items) this.#close(item)
        return true
      case 'closeAgreed':
        return this.#closeAgreed(call)
    }
  }

  #open(key: ChannelKey, deposit: Wei): boolean {
    const channelId = channelIdOf(key)
    if (deposit === 0n || deposit > MAX_CHANNEL_AMOUNT || this.#channels.has(channelId)) return false
    this.#channels.set(channelId, { deposit, settled: ZERO_WEI, closeAt: 0, closeBlock: 0 })
    this.#events.push({ kind: 'opened', channelId, ...key, deposit })
    return true
  }

  #topUp(key: ChannelKey, value: Wei): boolean {
    const channelId = channelIdOf(key)
    const channel = this.#channels.get(channelId)
    if (channel === undefined || channel.closeAt !== 0 || value === 0n) return false
    const deposit = wei(channel.deposit + value)
    if (deposit > MAX_CHANNEL_AMOUNT) return false
    this.#channels.set(channelId, { ...channel, deposit })
    this.#events.push({ kind: 'toppedUp', channelId, deposit })
    return true
  }

  #requestClose(key: ChannelKey): boolean {
    const channelId = channelIdOf(key)
    const channel = this.#channels.get(channelId)
    if (channel === undefined || channel.closeAt !== 0) return false
    const closeAt = this.#context.timestamp + this.#rules.windowSeconds
    const closeBlock = this.#context.blockNumber + this.#rules.windowBlocks
    this.#channels.set(channelId, { ...channel, closeAt, closeBlock })
    this.#events.push({ kind: 'closeRequested', channelId, closeAt, closeBlock })
    return true
  }

  #withdraw(key: ChannelKey): boolean {
    const channelId = channelIdOf(key)
    const channel = this.#channels.get(channelId)
    if (channel === undefined || channel.closeAt === 0) return false
    const { timestamp, blockNumber } = this.#context
    if (timestamp < channel.closeAt || blockNumber < channel.closeBlock) return false
    this.#end(key, channel, channel.settled)
    return true
  }

  #redeem(payee: Address, item: RedeemItem): boolean {
    const channelId = channelIdOf({ payer: item.payer, payee, salt: item.salt })
    const channel = this.#channels.get(channelId)
    if (channel === undefined) return false
    const settled = minWei(item.cumulativeAmount, channel.deposit)
    if (settled <= channel.settled || !this.#isSigned(channelId, item)) return false
    const amount = wei(settled - channel.settled)
    this.#channels.set(channelId, { ...channel, settled })
    this.#events.push({ kind: 'redeemed', channelId, settled, amount })
    this.#payouts.push({ to: payee, amount })
    return true
  }

  #close(item: RedeemItem): boolean {
    const key = { payer: item.payer, payee: this.#context.sender, salt: item.salt }
    const channelId = channelIdOf(key)
    const channel = this.#channels.get(channelId)
    if (channel === undefined) return false
    const settled = minWei(item.cumulativeAmount, channel.deposit)
    if (settled > channel.settled && !this.#isSigned(channelId, item)) return false
    this.#end(key, channel, maxWei(settled, channel.settled))
    return true
  }

  #closeAgreed(call: ContractCall & { kind: 'closeAgreed' }): boolean {
    const { payer, payee, salt, settled, signature } = call
    const { sender } = this.#context
    if (sender !== payer && sender !== payee) return false
    const channelId = channelIdOf({ payer, payee, salt })
    const channel = this.#channels.get(channelId)
    if (channel === undefined || settled < channel.settled || settled > channel.deposit) return false
    const other = signedByKey(sender === payer ? payee : payer)
    if (isCloseSigned(this.#rules.domain, { channelId, settled, signature }, other) !== true) return false
    this.#end({ payer, payee, salt }, channel, settled)
    return true
  }

  /** Pays both, and clears the channel. */
  #end({ payer, payee, salt }: ChannelKey, channel: OnChainChannel, settled: Wei): void {
    const channelId = channelIdOf({ payer, payee, salt })
    const refund = wei(channel.deposit - settled)
    this.#channels.delete(channelId)
    this.#payouts.push({ to: payer, amount: refund }, { to: payee, amount: wei(settled - channel.settled) })
    this.#events.push({ kind: 'closed', channelId, settled, refund })
  }

  #isSigned(channelId: ChannelId, { payer, cumulativeAmount, signature }: RedeemItem): boolean {
    const voucher = { channelId, cumulativeAmount, signature }
    return isVoucherSigned(this.#rules.domain, voucher, signedByKey(payer)) === true
  }
}
