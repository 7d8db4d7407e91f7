import type {
  ChainHead,
  ChannelContract,
  ChannelEvent,
  ChannelReceipt,
  ChannelTransaction,
  OnChainChannel,
  RedeemItem,
} from '../../src/channel/channel-contract.ts'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { maxWei, minWei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { type Address, type ChannelId, parseAddress } from '../../src/domain/ids.ts'

export const CONTRACT_ADDRESS = parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3')
export const CHAIN_ID = 98767
/** What every transaction costs here. */
export const FEE = wei(5n)
const WINDOW_SECONDS = 3600
const WINDOW_BLOCKS = 240
const BLOCK_SECONDS = 15

type Action = (
  chain: State,
  block: number,
) => Omit<ChannelEvent, 'blockNumber' | 'blockHash' | 'transactionHash' | 'logIndex'>[]
type State = Map<ChannelId, OnChainChannel>
interface Transaction {
  readonly hash: string
  readonly run: Action
  receipt?: ChannelReceipt
}
interface Block {
  /** Of this block and no other, on whatever branch. */
  readonly hash: string
  readonly state: State
  readonly events: readonly ChannelEvent[]
  readonly mined: readonly Transaction[]
}

/** A chain in memory with the rules of PaymentChannel.sol. Nothing is mined until `mine`; `reorg` undoes blocks. */
export class FakeChain {
  readonly #blocks: Block[] = [{ hash: '0x0', state: new Map(), events: [], mined: [] }]
  #made = 0
  readonly #byKey = new Map<string, Transaction>()
  #pending: Transaction[] = []
  #reorgedFrom: number | undefined
  readonly #listeners = new Set<(head: ChainHead) => void>()
  readonly #waiting = new Set<() => void>()
  readonly contracts = new Set<Address>()
  /** What the contract wallets say to a signature. */
  judgeSignature: (wallet: Address, digest: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean> = () =>
    false
  /** Every transaction that was broadcast, by key. */
  readonly sent: string[] = []
  /** Fails the next send with this code, before anything is durable. */
  failNext: string | undefined
  /** The most that a transaction may cost now. */
  fee = wei(FEE * 2n)
  /** How often a channel was looked up. */
  lookUps = 0
  /** The next transaction that is mined reverts. */
  revertNext = false

  get head(): ChainHead {
    const number = this.#blocks.length - 1
    return { number, hash: this.#blocks.at(-1)?.hash ?? '', timestamp: 1_800_000_000 + number * BLOCK_SECONDS }
  }

  /** Mines blocks; the first holds all pending transactions. Resolves when listeners and waiters were told. */
  async mine(count = 1): Promise<void> {
    for (let i = 0; i < count; i++) {
      const state: State = new Map(this.#blocks.at(-1)?.state)
      const number = this.#blocks.length
      const hash = `0x${++this.#made}`
      const events: ChannelEvent[] = []
      const mined = this.#pending
      for (const transaction of mined) {
        try {
          if (this.revertNext) {
            this.revertNext = false
            throw new Error('reverted')
          }
          for (const event of transaction.run(state, number))
            events.push({
              ...event,
              blockNumber: number,
              blockHash: hash,
              transactionHash: transaction.hash,
              logIndex: events.length,
            } as ChannelEvent)
          transaction.receipt = { blockNumber: number, status: 'success', fee: FEE }
        } catch {
          transaction.receipt = { blockNumber: number, status: 'reverted', fee: FEE }
        }
      }
      this.#pending = []
      this.#blocks.push({ hash, state, events, mined })
    }
    await this.#announce()
  }

  /** Undoes the newest `depth` blocks and mines as many empty ones and one more. Their transactions are lost unless `remine`. */
  async reorg(depth: number, options: { readonly remine?: boolean } = {}): Promise<void> {
    const undone = this.#blocks.splice(this.#blocks.length - depth, depth)
    if (options.remine === true) this.#pending = [...undone.flatMap((block) => block.mined), ...this.#pending]
    this.#reorgedFrom = this.#blocks.length
    await this.mine(depth + 1)
  }

  async #announce(): Promise<void> {
    const head = this.#reorgedFrom === undefined ? this.head : { ...this.head, reorgedFrom: this.#reorgedFrom }
    this.#reorgedFrom = undefined
    for (const listener of this.#listeners) listener(head)
    for (const wake of this.#waiting) wake()
    await settle()
  }

  /** The contract as `sender` uses it. */
  as(sender: Address): ChannelContract {
    const at = (block?: number): Block | undefined => this.#blocks.at(block ?? -1)
    const send = (key: string, run: Action): Promise<ChannelTransaction> => this.#send(key, run)
    const change = (
      key: { payer: Address; payee: Address; salt: bigint },
      decide: (
        channel: OnChainChannel,
        id: ChannelId,
        block: number,
      ) => [OnChainChannel | undefined, ...Partial<ChannelEvent>[]],
    ): Action => {
      const id = channelIdOf(key)
      return (state, block) => {
        const before = state.get(id)
        if (before === undefined) throw new Error('unknown')
        const [after, ...events] = decide(before, id, block)
        if (after === undefined) state.delete(id)
        else state.set(id, after)
        return events.map((event) => ({ ...event, channelId: id }) as ChannelEvent)
      }
    }
    const redeemed = (payee: Address, item: RedeemItem): Action =>
      change({ payer: item.payer, payee, salt: item.salt }, (channel) => {
        const settled = minWei(item.cumulativeAmount, channel.deposit)
        if (settled <= channel.settled) throw new Error('not increasing')
        return [
          { ...channel, settled },
          { kind: 'redeemed', settled, amount: wei(settled - channel.settled) },
        ]
      })
    const isThere = (state: ReadonlyMap<ChannelId, OnChainChannel>, { payer, salt }: RedeemItem): boolean =>
      state.has(channelIdOf({ payer, payee: sender, salt }))
    const closed = (item: RedeemItem): Action =>
      change({ payer: item.payer, payee: sender, salt: item.salt }, (channel) => {
        const settled = maxWei(minWei(item.cumulativeAmount, channel.deposit), channel.settled)
        return [undefined, { kind: 'closed', settled, refund: wei(channel.deposit - settled) }]
      })
    return {
      chainId: CHAIN_ID,
      address: CONTRACT_ADDRESS,
      head: async () => this.head,
      onHead: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      blockHash: async (number) => this.#blocks[number]?.hash,
      hasCode: async (account) => this.contracts.has(account),
      isValidSignature: async (wallet, digest, signature) => this.judgeSignature(wallet, digest, signature),
      channel: async (channelId, block) => {
        this.lookUps++
        return at(block)?.state.get(channelId)
      },
      events: async ({ fromBlock, toBlock }) =>
        this.#blocks.slice(fromBlock, toBlock + 1).flatMap((block) => [...block.events]),
      feeCeiling: async () => this.fee,
      open: ({ payee, salt, deposit, key }) =>
        send(key, (state) => {
          const id = channelIdOf({ payer: sender, payee, salt })
          if (state.has(id)) throw new Error('exists')
          state.set(id, { deposit, settled: ZERO_WEI, closeAt: 0, closeBlock: 0 })
          return [{ kind: 'opened', channelId: id, payer: sender, payee, salt, deposit } as ChannelEvent]
        }),
      topUp: ({ payee, salt, amount, key }) =>
        send(
          key,
          change({ payer: sender, payee, salt }, (channel) => {
            const deposit = wei(channel.deposit + amount)
            return [
              { ...channel, deposit },
              { kind: 'toppedUp', deposit },
            ]
          }),
        ),
      requestClose: ({ payee, salt, key }) =>
        send(
          key,
          change({ payer: sender, payee, salt }, (channel, _, block) => {
            const closeAt = 1_800_000_000 + block * BLOCK_SECONDS + WINDOW_SECONDS
            const closeBlock = block + WINDOW_BLOCKS
            return [
              { ...channel, closeAt, closeBlock },
              { kind: 'closeRequested', closeAt, closeBlock },
            ]
          }),
        ),
      withdraw: ({ payer, payee, salt, key }) =>
        send(
          key,
          change({ payer, payee, salt }, ({ deposit, settled }) => [
            undefined,
            { kind: 'closed', settled, refund: wei(deposit - settled) },
          ]),
        ),
      redeem: ({ payee, item, key }) => send(key, redeemed(payee, item)),
      redeemMany: ({ payee, items, key }) =>
        send(key, (state, block) => items.flatMap((item) => redeemed(payee, item)(state, block))),
      close: ({ item, key }) => send(key, closed(item)),
      closeMany: ({ items, key }) =>
        send(key, (state, block) => items.flatMap((item) => (isThere(state, item) ? closed(item)(state, block) : []))),
      closeAgreed: ({ settled, key, ...names }) =>
        send(
          key,
          change(names, (channel) => {
            if (settled < channel.settled || settled > channel.deposit) throw new Error('out of range')
            return [undefined, { kind: 'closed', settled, refund: wei(channel.deposit - settled) }]
          }),
        ),
    }
  }

  async #send(key: string, run: Action): Promise<ChannelTransaction> {
    if (this.failNext !== undefined) {
      const code = this.failNext
      this.failNext = undefined
      throw new ChiralError(code, 'The chain refused.')
    }
    let transaction = this.#byKey.get(key)
    if (transaction === undefined) {
      transaction = { hash: `0x${this.#byKey.size + 1}`.padEnd(66, '0'), run }
      this.#byKey.set(key, transaction)
      this.#pending.push(transaction)
      this.sent.push(key)
    }
    const own = transaction
    return {
      hash: own.hash,
      wait: (confirmations, signal) =>
        new Promise((resolve, reject) => {
          const check = (): void => {
            if (own.receipt === undefined || this.head.number < own.receipt.blockNumber + confirmations) return
            this.#waiting.delete(check)
            resolve(own.receipt)
          }
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
          this.#waiting.add(check)
          check()
        }),
    }
  }
}

/** Lets promises and group commits finish. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve))
}
