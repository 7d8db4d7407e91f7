import type { BatchPayer } from '../channel/batches/batch-payer.ts'
import type { Payee } from '../channel/payee.ts'
import type { Payer } from '../channel/payer.ts'
import { encodeReceipts, type ReceiptsFormat } from '../channel/receipts/document.ts'
import type { Receipts } from '../channel/receipts/receipts.ts'
import type { FoundSeeder, Lookup } from '../discovery/lookup.ts'
import { summarise } from '../discovery/summary.ts'
import type { Wei } from '../domain/amount.ts'
import { toHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, ChannelId, FileHash, PeerIdText } from '../domain/ids.ts'
import type { Network } from '../network/network.ts'
import type { PortMappingView } from '../network/port-mapping/port-mapper.ts'
import type { Reputation } from '../reputation/reputation.ts'
import type { Metrics } from '../system/metrics.ts'
import type { RateLimit } from '../system/rate-limit.ts'
import type { BanList } from './ban-list.ts'
import type { BatchUseCases } from './batch-types.ts'
import type { BittorrentStack } from './bittorrent-stack.ts'
import type { ChainStack } from './chain-stack.ts'
import { channelViewOf, requireChannel } from './channel-view.ts'
import { type ChannelsClosed, closeAllChannels, closeChannel } from './close-channels.ts'
import { connectToPeers } from './connect-to-peers.ts'
import type { Downloads } from './download/downloads.ts'
import { termsOf } from './download/prepare.ts'
import type { NodeEscrowSite } from './escrow-site.ts'
import type { EventBus } from './event-bus.ts'
import { createExplorer, type Explorer } from './explorer.ts'
import { explainBalance, ownTransactionOf } from './history.ts'
import type { HttpStack } from './http-stack.ts'
import type { NodeSystem } from './node-system.ts'
import { connectedPeers } from './peer-book.ts'
import type { PeerBook, PeerView } from './peer-types.ts'
import type { ReceiptsRequest, ReceiptView } from './receipt-types.ts'
import { seederViewOf } from './seeder-view.ts'
import type { Shares } from './shares.ts'
import { statusOf } from './status.ts'
import type { StorageView } from './storage-stack.ts'
import type { TorrentView } from './torrent-view.ts'
import type {
  ChainHealthView,
  ChannelView,
  ChiralNode,
  DownloadPlan,
  DownloadRequest,
  DownloadView,
  HistoryEntry,
  Limits,
  NodeEvent,
  NodeStatus,
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
  readonly portMapping: () => PortMappingView
  readonly shares: Shares
  readonly http: HttpStack
  readonly bittorrent: Pick<BittorrentStack, 'torrentOf'>
  readonly lookup: Lookup
  readonly downloads: Downloads
  readonly batches: BatchUseCases
  readonly payer: Payer
  readonly payee: Payee
  readonly batchPayer: Pick<BatchPayer, 'returned'>
  readonly receipts: Receipts
  readonly escrowSite: Pick<NodeEscrowSite, 'income'>
  readonly chainHealth: () => ChainHealthView
  readonly storage: () => StorageView
  readonly metrics: Metrics
  readonly bans: BanList
  readonly reputation: Reputation
  readonly limits: Readonly<Record<keyof Limits, RateLimit>>
  readonly peerBook: PeerBook
  readonly events: EventBus
  readonly findSeeders: (
    reference: string,
    options: { listing: string | undefined; signal: AbortSignal },
  ) => Promise<FoundSeeder[]>
  /** Stops everything, in reverse order of starting. */
  readonly stack: AsyncDisposableStack
}

/** The use cases of a node that runs. */
export class RunningNode implements ChiralNode {
  readonly explorer: Explorer
  readonly batches: BatchUseCases
  readonly peerBook: PeerBook
  readonly #parts: RunningNodeParts

  constructor(parts: RunningNodeParts) {
    this.#parts = parts
    this.explorer = createExplorer(parts.chain)
    this.batches = parts.batches
    this.peerBook = parts.peerBook
  }

  status(): Promise<NodeStatus> {
    return statusOf(this.#parts, this)
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

  torrent(fileHash: FileHash): TorrentView {
    return this.#parts.bittorrent.torrentOf(fileHash)
  }

  unshare(fileHash: FileHash): Promise<void> {
    return this.#parts.shares.unshare(fileHash)
  }

  async find(
    reference: string,
    { listing, signal = NEVER }: { listing?: string | undefined; signal?: AbortSignal } = {},
  ): Promise<{ fileHash: FileHash; json: unknown; seeders: SeederView[] }> {
    const found = await this.#parts.findSeeders(reference, { listing, signal })
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
    await this.#parts.downloads.resume(downloadId)
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
    const [balance, escrowed, events] = await Promise.all([
      client.balance(signer.address, head.number),
      this.#parts.escrowSite.income(head.number),
      contract.events({ fromBlock: chain.contractBlock, toBlock: head.number }),
    ])
    const times = new Map<number, number>()
    const received = this.#parts.payee.received()
    for (const blockNumber of new Set([...events, ...received, ...escrowed].map((seen) => seen.blockNumber))) {
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
      received,
      escrowed,
      returned: this.#parts.batchPayer.returned(),
      timeOf: (blockNumber) => times.get(blockNumber) ?? 0,
    })
  }

  receipts(request: ReceiptsRequest): Promise<readonly ReceiptView[]> {
    return this.#parts.receipts.list(request)
  }

  async exportReceipts({ format, ...filter }: ReceiptsRequest & { format: ReceiptsFormat }): Promise<{ text: string }> {
    return { text: encodeReceipts(await this.#parts.receipts.export(filter), format) }
  }

  channels(): ChannelView[] {
    const { payer, payee } = this.#parts
    return [...payer.list(), ...payee.list(), ...payer.allocations(), ...payee.allocations()].map(channelViewOf)
  }

  async closeChannel(channelId: ChannelId): Promise<{ transactionHash: string; closesAt?: number }> {
    requireChannel(this.channels(), channelId)
    return closeChannel(this.#parts, channelId)
  }

  closeChannels(): Promise<readonly ChannelsClosed[]> {
    return closeAllChannels(this.#parts)
  }

  async withdrawChannel(channelId: ChannelId): Promise<{ transactionHash: string }> {
    requireChannel(this.channels(), channelId)
    return { transactionHash: await this.#parts.payer.withdraw(channelId) }
  }

  peers(): PeerView[] {
    return connectedPeers(this.#parts)
  }

  limits(): Limits {
    const { downloads, uploads } = this.#parts.limits
    return { downloads: downloads.bytesPerSecond, uploads: uploads.bytesPerSecond }
  }

  setLimits({ downloads, uploads }: Parameters<ChiralNode['setLimits']>[0]): Limits {
    if (downloads !== undefined) this.#parts.limits.downloads.set(downloads)
    if (uploads !== undefined) this.#parts.limits.uploads.set(uploads)
    return this.limits()
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
