import type { TransactionRecord } from '../chain/transaction-state.ts'
import type { ChannelSummary } from '../channel/channel-summary.ts'
import type { Payee } from '../channel/payee.ts'
import type { Payer } from '../channel/payer.ts'
import type { FoundSeeder, Lookup } from '../discovery/lookup.ts'
import { summarise } from '../discovery/summary.ts'
import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import { toHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, ChannelId, FileHash, PeerIdText } from '../domain/ids.ts'
import { VERSION } from '../domain/version.ts'
import type { Network } from '../network/network.ts'
import type { Metrics } from '../system/metrics.ts'
import type { BanList } from './ban-list.ts'
import type { ChainStack } from './chain-stack.ts'
import { connectToPeers } from './connect-to-peers.ts'
import type { Downloads } from './download/downloads.ts'
import { termsOf } from './download/prepare.ts'
import type { EventBus } from './event-bus.ts'
import { createExplorer, type Explorer } from './explorer.ts'
import { explainBalance, type OwnTransaction } from './history.ts'
import type { NodeSystem } from './node-system.ts'
import { seederViewOf } from './seeder-view.ts'
import type { Shares } from './shares.ts'
import type {
  ChainHealthView,
  ChannelView,
  ChiralNode,
  DownloadPlan,
  DownloadRequest,
  DownloadView,
  HistoryEntry,
  NodeEvent,
  NodeStatus,
  PeerView,
  SeederView,
  ShareRequest,
  ShareView,
} from './types.ts'

/** A call without a signal of its own still ends some time. */
const NEVER = new AbortController().signal
/** Bytes of a transfer's idempotency key. */
const KEY_BYTES = 16

export interface RunningNodeParts {
  readonly system: NodeSystem
  readonly chain: ChainStack
  readonly network: Network
  readonly shares: Shares
  readonly lookup: Lookup
  readonly downloads: Downloads
  readonly payer: Payer
  readonly payee: Payee
  readonly chainHealth: () => ChainHealthView
  readonly metrics: Metrics
  readonly bans: BanList
  readonly events: EventBus
  readonly findSeeders: (reference: string, signal: AbortSignal) => Promise<FoundSeeder[]>
  /** Stops everything, in reverse order of starting. */
  readonly stack: AsyncDisposableStack
}

/** The use cases of a node that runs. */
export class RunningNode implements ChiralNode {
  readonly explorer: Explorer
  readonly #parts: RunningNodeParts

  constructor(parts: RunningNodeParts) {
    this.#parts = parts
    this.explorer = createExplorer(parts.chain)
  }

  async status(): Promise<NodeStatus> {
    const { chain, network, shares, downloads } = this.#parts
    const { client, signer, contract, rpcUrl } = chain
    const [head, balance] = await Promise.all([client.head(), this.balance()])
    return {
      version: VERSION,
      address: signer.address,
      peerId: network.peerId,
      addresses: network.addresses(),
      chain: {
        chainId: client.identity.chainId,
        name: client.parameters.name,
        testCoin: client.parameters.testCoin,
        genesisHash: client.identity.genesisHash,
        rpcUrl,
        blockNumber: head.number,
        contract: contract.address,
        health: this.#parts.chainHealth(),
      },
      balance,
      peers: new Set(network.connections().map(({ peerId }) => peerId)).size,
      shares: shares.list().length,
      downloads: downloads.list().length,
    }
  }

  metrics(): string {
    return this.#parts.metrics.render()
  }

  share(request: ShareRequest, options: { signal?: AbortSignal } = {}): Promise<ShareView> {
    return this.#parts.shares.share(request, options.signal)
  }

  shares(): ShareView[] {
    return this.#parts.shares.list()
  }

  unshare(fileHash: FileHash): Promise<void> {
    return this.#parts.shares.unshare(fileHash)
  }

  async find(
    reference: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<{ fileHash: FileHash; json: unknown; seeders: SeederView[] }> {
    const found = await this.#parts.findSeeders(reference, options.signal ?? NEVER)
    const first = found[0]
    if (first === undefined)
      throw new ChiralError('NO_SEEDERS', `Nobody who can be reached offers ${reference} on this chain.`)
    const { fileHash } = first.offer
    const sizeBytes = found.find((seeder) => seeder.header !== undefined)?.header?.sizeBytes ?? 0
    const seeders = found.map((seeder) => seederViewOf(termsOf(seeder), sizeBytes))
    return { fileHash, json: summarise(fileHash, found), seeders }
  }

  plan(request: DownloadRequest, options: { signal?: AbortSignal } = {}): Promise<DownloadPlan> {
    return this.#parts.downloads.plan(request, options.signal ?? NEVER)
  }

  download(request: DownloadRequest): Promise<DownloadView> {
    return this.#parts.downloads.start(request, NEVER)
  }

  downloads(): DownloadView[] {
    return this.#parts.downloads.list()
  }

  downloadOf(downloadId: string): DownloadView | undefined {
    return this.#parts.downloads.get(downloadId)
  }

  pause(downloadId: string): Promise<void> {
    return this.#parts.downloads.pause(downloadId)
  }

  async resume(downloadId: string): Promise<void> {
    this.#parts.downloads.resume(downloadId)
  }

  cancel(downloadId: string): Promise<void> {
    return this.#parts.downloads.cancel(downloadId)
  }

  balance(): Promise<Wei> {
    const { client, signer } = this.#parts.chain
    return client.balance(signer.address)
  }

  async send(to: Address, amount: Wei): Promise<{ transactionHash: string }> {
    const { chain, system } = this.#parts
    const key = `transfer:${toHex(system.random.bytes(KEY_BYTES))}`
    const sent = await chain.queue.send({ key, purpose: `transfer to ${to}`, to, value: amount })
    const { status, hash } = await sent.wait(0)
    if (status !== 'success')
      throw new ChiralError('TRANSACTION_REVERTED', `The transfer to ${to} was refused by its recipient.`)
    return { transactionHash: hash }
  }

  async fund(amount: Wei): Promise<{ balance: Wei }> {
    await this.#parts.chain.fund(amount)
    return { balance: await this.balance() }
  }

  async history(): Promise<HistoryEntry[]> {
    const { chain, system } = this.#parts
    const { client, signer, contract, queue, incoming } = chain
    const head = await client.head()
    const [balance, events] = await Promise.all([
      client.balance(signer.address, head.number),
      contract.events({ fromBlock: chain.contractBlock, toBlock: head.number }),
    ])
    const times = new Map<number, number>()
    for (const blockNumber of new Set(events.map((event) => event.blockNumber))) {
      const block = await client.block(blockNumber)
      if (block !== undefined) times.set(blockNumber, block.timestamp * 1000)
    }
    return explainBalance({
      account: signer.address,
      balance,
      now: system.clock.now(),
      transactions: queue.history().map(ownTransactionOf),
      events,
      fundings: incoming.list().map(({ receivedAt, amount }) => ({ at: receivedAt, amount })),
      timeOf: (blockNumber) => times.get(blockNumber) ?? 0,
    })
  }

  channels(): ChannelView[] {
    const { payer, payee } = this.#parts
    return [...payer.list(), ...payee.list()].map(channelViewOf)
  }

  async closeChannel(channelId: ChannelId): Promise<{ transactionHash: string; closesAt?: number }> {
    const { payer, payee } = this.#parts
    if (payee.list().some((channel) => channel.channelId === channelId))
      return { transactionHash: await payee.close(channelId) }
    const transactionHash = await payer.requestClose(channelId)
    const closeAt = payer.list().find((channel) => channel.channelId === channelId)?.closeAt ?? 0
    return { transactionHash, ...(closeAt > 0 ? { closesAt: closeAt * 1000 } : {}) }
  }

  async withdrawChannel(channelId: ChannelId): Promise<{ transactionHash: string }> {
    return { transactionHash: await this.#parts.payer.withdraw(channelId) }
  }

  peers(): PeerView[] {
    const { network, bans } = this.#parts
    return network.connections().map(({ peerId, address, direction, latencyMs }) => {
      const bannedUntil = bans.bannedUntil(peerId)
      return { peerId, address, direction, latencyMs, ...(bannedUntil === undefined ? {} : { bannedUntil }) }
    })
  }

  connect(addresses: readonly string[], options: { signal?: AbortSignal } = {}): Promise<PeerIdText[]> {
    return connectToPeers(this.#parts.network, addresses, options.signal ?? NEVER)
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    return this.#parts.events.subscribe(listener)
  }

  async stop(): Promise<void> {
    await this.#parts.stack.disposeAsync()
  }
}

function ownTransactionOf({ createdAt, purpose, value, attempts, outcome }: TransactionRecord): OwnTransaction {
  const mined = outcome.phase === 'mined' ? outcome : undefined
  return {
    at: createdAt,
    purpose,
    hash: mined?.hash ?? attempts[0]?.hash ?? '',
    value,
    fee: mined?.fee ?? ZERO_WEI,
    blockNumber: mined?.blockNumber,
    reverted: mined?.status === 'reverted',
  }
}

function channelViewOf(channel: ChannelSummary): ChannelView {
  const { channelId, role, payer, payee, phase, deposit, settled, vouchered, closeAt } = channel
  return {
    channelId,
    role,
    peer: role === 'payer' ? payee : payer,
    phase,
    deposit,
    settled,
    vouchered,
    ...(closeAt > 0 ? { closesAt: closeAt * 1000 } : {}),
  }
}
