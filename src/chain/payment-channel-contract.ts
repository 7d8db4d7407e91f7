import { formatCoins, type Wei, wei } from '../domain/amount.ts'
import { toHex } from '../domain/bytes.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { ChannelKey } from '../domain/voucher.ts'
import type { ChainClient } from './client.ts'
import { isValidSignature } from './erc1271.ts'
import type { Head } from './head-tracker.ts'
import {
  channelOfEvents,
  decodeChannelEvent,
  type PaymentChannelEvent,
  type PaymentChannelState,
} from './payment-channel-events.ts'
import { paymentChannelInterface as abi } from './payment-channel-interface.ts'
import { RpcAnswerError } from './rpc.ts'
import { isStateUnavailable } from './rpc-error.ts'
import { encodeSaltedAddress as salted } from './salted-words.ts'
import type { SentTransaction, TransactionQueue } from './transaction-queue.ts'

/**
 * Most gas a call uses, rounded up generously: from test/contracts/gas.json, and 25,000 more where the coin may reach an account that
 * does not exist yet, 50,000 where a payer's wallet may run code of its own (the contract's stipend for a refund).
 */
const GAS_CEILINGS = {
  open: 60_000n,
  topUp: 40_000n,
  requestClose: 45_000n,
  withdraw: 110_000n,
  redeem: 80_000n,
  close: 150_000n,
} as const satisfies Record<string, bigint>

export type PaymentChannelTransactionKind = keyof typeof GAS_CEILINGS

export interface Keyed {
  /** Names the intention: see TransactionQueue.send. */
  readonly key: string
}

/** A voucher of one channel, as `redeem`, `close` and those for many take it. */
export interface VoucherItem {
  readonly payer: Address
  readonly salt: bigint
  readonly cumulativeAmount: Wei
  /** 64 bytes, EIP-2098; empty where nothing is paid. */
  readonly signature: Uint8Array
}

/** contracts/PaymentChannel.sol at one address. Reads as ChainClient, writes as TransactionQueue; both throw what those throw. */
export interface PaymentChannelContract {
  readonly chainId: number
  readonly address: Address
  head(): Promise<Head>
  onHead(listener: (head: Head) => void): () => void
  blockHash(number: number): Promise<string | undefined>
  hasCode(account: Address): Promise<boolean>
  /** See erc1271.ts. */
  isValidSignature(wallet: Address, digest: Uint8Array, signature: Uint8Array): Promise<boolean>
  /** After block `atBlock` (default: the head). Where the node has dropped that state, from the events up to there. */
  channel(channelId: ChannelId, atBlock?: number): Promise<PaymentChannelState | undefined>
  /** Both ends included, in chain order. */
  events(range: { readonly fromBlock: number; readonly toBlock: number }): Promise<PaymentChannelEvent[]>
  feeCeiling(kind: PaymentChannelTransactionKind): Promise<Wei>
  open(
    args: { readonly payee: Address; readonly salt: bigint; readonly deposit: Wei } & Keyed,
  ): Promise<SentTransaction>
  topUp(
    args: { readonly payee: Address; readonly salt: bigint; readonly amount: Wei } & Keyed,
  ): Promise<SentTransaction>
  requestClose(args: { readonly payee: Address; readonly salt: bigint } & Keyed): Promise<SentTransaction>
  withdraw(args: ChannelKey & Keyed): Promise<SentTransaction>
  redeem(args: { readonly payee: Address; readonly item: VoucherItem } & Keyed): Promise<SentTransaction>
  redeemMany(
    args: { readonly payee: Address; readonly items: readonly VoucherItem[] } & Keyed,
  ): Promise<SentTransaction>
  close(args: { readonly item: VoucherItem } & Keyed): Promise<SentTransaction>
  closeMany(args: { readonly items: readonly VoucherItem[] } & Keyed): Promise<SentTransaction>
  /** Sent by the payee, with the payer's signature over `Close`. */
  closeAgreed(
    args: ChannelKey & { readonly settled: Wei; readonly signature: Uint8Array } & Keyed,
  ): Promise<SentTransaction>
}

/** Verify the code at `address` with contract-identity.ts before anything is paid into it. */
export function createPaymentChannelContract(
  dependencies: { readonly client: ChainClient; readonly queue: TransactionQueue },
  /** `deployedAt`: no event is older than this block; 0 when unknown. */
  options: { readonly address: Address; readonly deployedAt: number },
): PaymentChannelContract {
  const { client, queue } = dependencies
  const { address, deployedAt } = options

  async function read(
    range: { fromBlock: number; toBlock: number },
    topics?: (string | null)[],
  ): Promise<PaymentChannelEvent[]> {
    const fromBlock = Math.max(range.fromBlock, deployedAt)
    const logs = await client.logs({
      address,
      fromBlock,
      toBlock: range.toBlock,
      ...(topics === undefined ? {} : { topics }),
    })
    return logs.map(decodeChannelEvent).filter((event) => event !== undefined)
  }

  /** `Opened` is indexed by its parties, all later events by channel. */
  async function history(channelId: ChannelId, toBlock: number): Promise<PaymentChannelEvent[]> {
    const range = { fromBlock: 0, toBlock }
    const opened = await read(range, [abi.getEvent('Opened').topicHash])
    const later = await read(range, [null, channelId])
    return [...opened.filter((event) => event.channelId === channelId), ...later].toSorted(
      (a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex,
    )
  }

  async function channel(channelId: ChannelId, atBlock?: number): Promise<PaymentChannelState | undefined> {
    const data = abi.encodeFunctionData('channel', [channelId])
    try {
      return decodeState(await client.call({ to: address, data }, atBlock ?? 'latest'))
    } catch (error) {
      const dropped = error instanceof RpcAnswerError && isStateUnavailable(error.answer)
      if (!dropped || atBlock === undefined || atBlock > (await client.head()).number) throw error
      return channelOfEvents(await history(channelId, atBlock))
    }
  }

  function send(key: string, purpose: string, data: string, value: Wei = wei(0n)): Promise<SentTransaction> {
    return queue.send({ key, purpose, to: address, data, value })
  }

  return {
    chainId: client.identity.chainId,
    address,
    head: () => client.head(),
    onHead: (listener) => client.onHead(listener),
    blockHash: async (number) => (await client.block(number))?.hash,
    hasCode: async (account) => (await client.code(account)).byteLength > 0,
    isValidSignature: (wallet, digest, signature) => isValidSignature(client, wallet, digest, signature),
    channel,
    events: (range) => read(range),
    feeCeiling: (kind) => queue.feeCeiling(GAS_CEILINGS[kind]),
    open({ payee, salt, deposit, key }) {
      const purpose = `open a channel to ${payee} with ${formatCoins(deposit)} coins`
      return send(key, purpose, abi.encodeFunctionData('open', [salted(payee, salt)]), deposit)
    },
    topUp({ payee, salt, amount, key }) {
      const purpose = `add ${formatCoins(amount)} coins to the channel to ${payee}`
      return send(key, purpose, abi.encodeFunctionData('topUp', [salted(payee, salt)]), amount)
    },
    requestClose({ payee, salt, key }) {
      const data = abi.encodeFunctionData('requestClose', [salted(payee, salt)])
      return send(key, `ask to close the channel to ${payee}`, data)
    },
    withdraw({ payer, payee, salt, key }) {
      const data = abi.encodeFunctionData('withdraw', [payer, salted(payee, salt)])
      return send(key, `withdraw what is left in the channel to ${payee}`, data)
    },
    redeem({ payee, item, key }) {
      const { payer, salt, cumulativeAmount, signature } = item
      const data = abi.encodeFunctionData('redeem', [payer, salted(payee, salt), cumulativeAmount, signature])
      return send(key, `redeem a voucher of ${payer} up to ${formatCoins(cumulativeAmount)} coins`, data)
    },
    redeemMany({ payee, items, key }) {
      const data = abi.encodeFunctionData('redeemMany', [payee, items.map(encodeItem)])
      return send(key, `redeem vouchers of ${items.length} channels`, data)
    },
    close({ item, key }) {
      const { payer, salt, cumulativeAmount, signature } = item
      const data = abi.encodeFunctionData('close', [salted(payer, salt), signature, cumulativeAmount])
      return send(key, `close the channel of ${payer} at ${formatCoins(cumulativeAmount)} coins`, data)
    },
    closeMany({ items, key }) {
      const data = abi.encodeFunctionData('closeMany', [items.map(encodeItem)])
      return send(key, `close ${items.length} channels`, data)
    },
    closeAgreed({ payer, payee, salt, settled, signature, key }) {
      const data = abi.encodeFunctionData('closeAgreed', [payer, salted(payee, salt), settled, signature])
      return send(key, `close the channel of ${payer} at ${formatCoins(settled)} coins, as agreed`, data)
    },
  }
}

/** As the calls take it that have many. */
function encodeItem({ payer, salt, cumulativeAmount, signature }: VoucherItem) {
  return { saltAndPayer: salted(payer, salt), cumulativeAmount, signature: `0x${toHex(signature)}` }
}

function decodeState(data: string): PaymentChannelState | undefined {
  if (data === '0x') return undefined // a block from before the contract
  const [deposit, settled, closeAt, closeBlock] = abi.decodeFunctionResult('channel', data)
  if (BigInt(deposit) === 0n) return undefined
  return {
    deposit: wei(BigInt(deposit)),
    settled: wei(BigInt(settled)),
    closeAt: Number(closeAt),
    closeBlock: Number(closeBlock),
  }
}
