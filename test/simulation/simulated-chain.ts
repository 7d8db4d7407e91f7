import type { ChainHead, ChannelEvent, ChannelReceipt, OnChainChannel } from '../../src/channel/channel-contract.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { allocationIdOf } from '../../src/channel/escrow/allocation.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { type Address, type ChannelId, type EscrowId, parseAddress } from '../../src/domain/ids.ts'
import { escrowDomain } from '../../src/settlement/receipt.ts'
import type { Chance } from './chance.ts'
import {
  type CallContext,
  type ContractCall,
  type ContractEvent,
  type ContractRules,
  callContract,
} from './channel-contract-model.ts'
import {
  callEscrow,
  type EscrowCall,
  type EscrowEffect,
  type EscrowRules,
  type Escrows,
  heldIn,
  type ModelEscrow,
  type RedeemReceipts,
} from './escrow-contract-model.ts'
import type { Scheduler } from './scheduler.ts'

export const CHAIN_ID = 98767
export const CONTRACT = parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3')

export const ESCROW_CONTRACT = parseAddress('0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512')

/** How long what nobody redeems waits after its deadline: as long as a dispute, so that a run comes to it. */
const GRACE_SECONDS = 90
const GRACE_BLOCKS = 10

/** A call of one of the two contracts, or a plain transfer of coin. */
export type ChainCall = ContractCall | EscrowCall | RedeemReceipts

interface ChainState {
  readonly channels: ReadonlyMap<ChannelId, OnChainChannel>
  readonly escrows: Escrows
}

/** What a call changes. */
interface ChainEffect extends ChainState, Pick<EscrowEffect, 'value' | 'payouts' | 'redeemed'> {
  readonly events: readonly ContractEvent[]
}

export interface ChainRules {
  readonly blockSeconds: number
  readonly windowSeconds: number
  readonly windowBlocks: number
  /** What every transaction costs its sender; nobody gets it. */
  readonly fee: Wei
  /** A broadcast transaction reaches the miners, or the next time it is sent again. */
  readonly dropProbability: number
}

export interface Transaction {
  readonly hash: string
  readonly sender: Address
  readonly nonce: number
  readonly call: ChainCall
}

interface Block {
  readonly head: ChainHead
  readonly channels: ChainState['channels']
  readonly escrows: Escrows
  /** What receipts paid, in this block. */
  readonly redeemed: EscrowEffect['redeemed']
  readonly balances: ReadonlyMap<Address, bigint>
  readonly nonces: ReadonlyMap<Address, number>
  readonly burned: bigint
  readonly events: readonly ChannelEvent[]
  readonly receipts: ReadonlyMap<string, ChannelReceipt>
  readonly transactions: readonly Transaction[]
}

/** One chain that all nodes see: blocks at the seed's times, a mempool that forgets, reorganisations. */
export class SimulatedChain {
  readonly rules: ContractRules & ChainRules
  readonly #escrowRules: EscrowRules
  readonly #scheduler: Scheduler
  readonly #chance: Chance
  readonly #blocks: Block[] = []
  #pending: Transaction[] = []
  readonly #listeners = new Set<(head: ChainHead) => void>()
  readonly #funded: bigint
  /** Transactions are lost on their way while faults go on. */
  #losesTransactions = true
  #branch = 0
  /** By how much the time of blocks is ahead of everybody's clock: no block came for so long. */
  #skippedSeconds = 0

  constructor(
    rules: ChainRules,
    parts: { readonly scheduler: Scheduler; readonly chance: Chance; readonly balances: ReadonlyMap<Address, bigint> },
  ) {
    this.rules = { ...rules, domain: signingDomain(CHAIN_ID, CONTRACT) }
    const domain = escrowDomain(CHAIN_ID, ESCROW_CONTRACT)
    this.#escrowRules = { domain, graceSeconds: GRACE_SECONDS, graceBlocks: GRACE_BLOCKS }
    this.#scheduler = parts.scheduler
    this.#chance = parts.chance
    this.#funded = [...parts.balances.values()].reduce((sum, balance) => sum + balance, 0n)
    this.#blocks.push({
      head: { number: 0, hash: '0x0', timestamp: Math.floor(parts.scheduler.now / 1000) },
      channels: new Map(),
      escrows: new Map(),
      redeemed: [],
      balances: parts.balances,
      nonces: new Map(),
      burned: 0n,
      events: [],
      receipts: new Map(),
      transactions: [],
    })
  }

  start(): void {
    const delayMs = this.rules.blockSeconds * 1000 * this.#chance.between(0.2, 1.8)
    this.#scheduler.after(delayMs, () => {
      this.mine()
      this.start()
    })
  }

  get head(): ChainHead {
    return this.#top.head
  }

  blockHash(number: number): string | undefined {
    return this.#blocks[number]?.head.hash
  }

  /** Every channel that is open at the head. */
  get channels(): ReadonlyMap<ChannelId, OnChainChannel> {
    return this.#top.channels
  }

  balance(account: Address): Wei {
    return wei(this.#top.balances.get(account) ?? 0n)
  }

  /** The nonce after all that the account has sent and the chain knows of. */
  nextNonce(account: Address): number {
    const pending = this.#pending.filter(({ sender }) => sender === account).map(({ nonce }) => nonce + 1)
    return Math.max(this.#top.nonces.get(account) ?? 0, ...pending)
  }

  channelAt(channelId: ChannelId, blockNumber: number | undefined): OnChainChannel | undefined {
    return this.#blocks[blockNumber ?? this.head.number]?.channels.get(channelId)
  }

  escrowsAt(blockNumber: number | undefined): Escrows {
    return this.#blocks[blockNumber ?? this.head.number]?.escrows ?? new Map()
  }

  escrowAt(escrowId: EscrowId, blockNumber: number | undefined): ModelEscrow | undefined {
    return this.escrowsAt(blockNumber).get(escrowId)
  }

  /** What lies in a channel, or in an allocation, after that block. */
  depositAt(channelId: ChannelId, blockNumber: number): bigint | undefined {
    const channel = this.channelAt(channelId, blockNumber)
    if (channel !== undefined) return channel.deposit
    for (const [escrowId, { allocations }] of this.escrowsAt(blockNumber))
      for (const [seeder, { allocated }] of allocations)
        if (allocationIdOf(escrowId, seeder) === channelId) return allocated
    return undefined
  }

  /** What receipts brought the one from the other. */
  redeemed({ payer, payee }: { readonly payer: Address; readonly payee: Address }): bigint {
    return this.#blocks
      .flatMap(({ redeemed }) => redeemed)
      .reduce((sum, one) => (one.payer === payer && one.seeder === payee ? sum + one.amount : sum), 0n)
  }

  /** No block comes for so long. */
  skip(seconds: number): void {
    this.#skippedSeconds += seconds
  }

  events(range: { readonly fromBlock: number; readonly toBlock: number }): ChannelEvent[] {
    return this.#blocks.slice(range.fromBlock, range.toBlock + 1).flatMap(({ events }) => [...events])
  }

  receipt(hash: string): ChannelReceipt | undefined {
    return this.#blocks.findLast(({ receipts }) => receipts.has(hash))?.receipts.get(hash)
  }

  /** Mined or not; what was forgotten is not there. */
  transaction(hash: string): Transaction | undefined {
    const mined = this.#blocks.flatMap(({ transactions }) => transactions)
    return [...mined, ...this.#pending].find((transaction) => transaction.hash === hash)
  }

  /** What the one sent the other by transfers, alone or with others, that lie on the block, or below it. */
  transferred({ payer, payee }: { readonly payer: Address; readonly payee: Address }, blockNumber: number): bigint {
    return this.#blocks
      .slice(0, Math.max(0, blockNumber + 1))
      .flatMap(({ transactions, receipts }) =>
        transactions.filter(({ hash }) => receipts.get(hash)?.status === 'success'),
      )
      .reduce((sum, { sender, call }) => {
        if (sender !== payer) return sum
        if (call.kind === 'transfer') return call.payee === payee ? sum + call.value : sum
        if (call.kind !== 'payBatch') return sum
        const own = call.payments.filter((payment) => payment.payee === payee)
        return own.reduce((batch, { amount }) => batch + amount, sum)
      }, 0n)
  }

  onHead(listener: (head: ChainHead) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Would it succeed in the next block, after what the account has sent before? */
  estimate(sender: Address, call: ChainCall, before: readonly ChainCall[]): ChainEffect | undefined {
    let state: ChainState = this.#top
    const context = { sender, blockNumber: this.head.number + 1, timestamp: this.#timestamp() }
    for (const earlier of before) state = this.#call(state, earlier, context) ?? state
    return this.#call(state, call, context)
  }

  #call({ channels, escrows }: ChainState, call: ChainCall, context: CallContext): ChainEffect | undefined {
    switch (call.kind) {
      case 'lock':
      case 'addToEscrow':
      case 'allocate':
      case 'refund':
      case 'requestReclaim':
      case 'reclaim':
      case 'redeemReceipts': {
        const effect = callEscrow(this.#escrowRules, escrows, call, context)
        return effect && { ...effect, channels, events: [] }
      }
      default: {
        const effect = callContract(this.rules, channels, call, context)
        return effect && { ...effect, escrows, redeemed: [] }
      }
    }
  }

  /** Takes a transaction, unless it is lost on its way or known. */
  broadcast(transaction: Transaction): void {
    const isKnown = this.#pending.some(({ hash }) => hash === transaction.hash)
    if (isKnown || this.receipt(transaction.hash) !== undefined) return
    if (this.#losesTransactions && this.#chance.happens(this.rules.dropProbability)) {
      this.#scheduler.faults.count('a transaction was dropped')
      return
    }
    this.#pending.push(transaction)
  }

  mine(): void {
    const ready = this.#pending
    this.#pending = []
    this.#append(ready)
    this.#announce()
  }

  /** Undoes `depth` blocks and mines as many and one more; each of their transactions is mined again, waits, or is forgotten. */
  reorganise(depth: number): void {
    const undone = this.#blocks.splice(Math.max(1, this.#blocks.length - depth)).flatMap((block) => block.transactions)
    this.#branch++
    this.#scheduler.note(`chain: reorganised by ${depth}, ${undone.length} transactions undone`)
    this.#scheduler.faults.count('the chain was reorganised')
    this.#scheduler.faults.count('a transaction was undone', undone.length)
    const [again, later]: Transaction[][] = [[], []]
    for (const transaction of undone) {
      const fate = this.#chance.unit()
      if (fate < 0.5) again?.push(transaction)
      else if (fate < 0.8) later?.push(transaction)
    }
    this.#append(again ?? [])
    for (let i = 0; i < depth; i++) this.#append([])
    this.#pending = [...(later ?? []), ...this.#pending]
    this.#announce()
  }

  endFaults(): void {
    this.#losesTransactions = false
  }

  /** Throws unless every wei is accounted for. */
  checkConservation(): void {
    const { balances, burned, channels, escrows } = this.#top
    const inChannels = [...channels.values()].reduce((sum, { deposit, settled }) => sum + deposit - settled, 0n)
    const held = [...escrows.values()].reduce((sum, escrow) => sum + heldIn(escrow), inChannels)
    const owned = [...balances.values()].reduce((sum, balance) => sum + balance, 0n)
    if (owned + held + burned !== this.#funded)
      throw new Error(`money was made or lost: ${owned} + ${held} + ${burned} is not ${this.#funded}`)
    for (const [account, balance] of balances) if (balance < 0n) throw new Error(`${account} has ${balance}`)
  }

  get #top(): Block {
    const top = this.#blocks.at(-1)
    if (top === undefined) throw new Error('the chain has no blocks')
    return top
  }

  #timestamp(): number {
    return Math.max(this.head.timestamp + 1, Math.floor(this.#scheduler.now / 1000) + this.#skippedSeconds)
  }

  /** Mines what is next in each account's order; the rest waits on. */
  #append(offered: readonly Transaction[]): void {
    const number = this.head.number + 1
    const head = { number, hash: `0x${number}.${this.#branch}`, timestamp: this.#timestamp() }
    const balances = new Map(this.#top.balances)
    const nonces = new Map(this.#top.nonces)
    let state: ChainState = this.#top
    let { burned } = this.#top
    const redeemed: EscrowEffect['redeemed'][number][] = []
    const events: ChannelEvent[] = []
    const receipts = new Map<string, ChannelReceipt>()
    const transactions: Transaction[] = []
    for (const transaction of offered.toSorted((a, b) => a.nonce - b.nonce)) {
      const { sender, nonce, call, hash } = transaction
      const next = nonces.get(sender) ?? 0
      if (nonce < next) continue
      const move = (account: Address, amount: bigint) => balances.set(account, (balances.get(account) ?? 0n) + amount)
      if (nonce > next || (balances.get(sender) ?? 0n) < this.rules.fee) {
        this.#pending.push(transaction)
        continue
      }
      nonces.set(sender, nonce + 1)
      move(sender, -this.rules.fee)
      burned += this.rules.fee
      const context = { sender, blockNumber: number, timestamp: head.timestamp }
      const found = this.#call(state, call, context)
      const effect = found !== undefined && (balances.get(sender) ?? 0n) >= found.value ? found : undefined
      receipts.set(hash, {
        blockNumber: number,
        status: effect === undefined ? 'reverted' : 'success',
        fee: this.rules.fee,
      })
      transactions.push(transaction)
      this.#scheduler.note(
        `chain: block ${number} ${call.kind} of ${sender.slice(0, 6)} ${effect === undefined ? 'reverted' : 'mined'}`,
      )
      if (effect === undefined) continue
      if (call.kind === 'reclaim') this.#scheduler.faults.count('locked coin was reclaimed after its deadline')
      state = effect
      redeemed.push(...effect.redeemed)
      move(sender, -effect.value)
      for (const { to, amount } of effect.payouts) move(to, amount)
      const position = { blockNumber: number, blockHash: head.hash, transactionHash: hash }
      for (const event of effect.events) events.push({ ...event, ...position, logIndex: events.length })
    }
    const { channels, escrows } = state
    this.#blocks.push({ head, channels, escrows, redeemed, balances, nonces, burned, events, receipts, transactions })
  }

  #announce(): void {
    this.checkConservation()
    const { head } = this
    for (const listener of [...this.#listeners]) listener(head)
  }
}
