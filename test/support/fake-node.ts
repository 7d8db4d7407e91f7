import { parseCoins, type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { type FileHash, parseAddress, parseChannelId, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import { filePrice } from '../../src/domain/price.ts'
import { type Ban, FOR_EVER } from '../../src/node/ban-list.ts'
import type { BatchFileView, BatchPlan, BatchView } from '../../src/node/batch-types.ts'
import type { PeerBook, PeerDetails, PeerView } from '../../src/node/peer-types.ts'
import type { ReceiptsRequest, ReceiptView } from '../../src/node/receipt-types.ts'
import type { TorrentView } from '../../src/node/torrent-view.ts'
import type {
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
} from '../../src/node/types.ts'

export const FILE_HASH = parseFileHash('ab'.repeat(32))
export const CHANNEL_ID = parseChannelId(`0x${'cd'.repeat(32)}`)
export const WALLET = parseAddress('0x52908400098527886E0F7030069857D2E4169EE7')
export const PAYEE = parseAddress('0x8617E340B3D01FA5F11F306F4090FD50E238070D')
export const PEER = peerIdText('12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA')
export const TRANSACTION = `0x${'ef'.repeat(32)}`
const SIZE = 3 * 262_144 + 7
const PRICE = parseCoins('0.001')

/** How the next download goes: each step is told to subscribers, in a turn of its own. */
export type DownloadScript = readonly Partial<DownloadView>[]

/** A ChiralNode of scripted behaviour: state is public, calls are recorded, events come when told. */
export class FakeNode implements ChiralNode {
  readonly calls: (readonly [name: string, ...args: readonly unknown[]])[] = []
  readonly listeners = new Set<(event: NodeEvent) => void>()
  statusView: NodeStatus = fakeStatus()
  planView: DownloadPlan = fakePlan()
  /** What the next share is of, when it is a folder. */
  folderView: ShareView['folder']
  script: DownloadScript = [
    { phase: 'opening' },
    { phase: 'downloading', verifiedChunks: 2, verifiedBytes: 524_288, bytesPerSecond: 1_048_576 },
    {
      phase: 'done',
      verifiedChunks: 4,
      verifiedBytes: SIZE,
      spent: filePrice(PRICE, SIZE),
      seconds: 2,
      transferSeconds: 1,
      transferBytes: SIZE,
    },
  ]
  historyEntries: HistoryEntry[] = []
  receiptViews: ReceiptView[] = []
  /** What an export is. */
  receiptsText = ''
  channelViews: ChannelView[] = []
  peerViews: PeerView[] = []
  peerDetails: PeerDetails[] = []
  limitsView: Limits = { downloads: 0, uploads: 0 }
  readonly peerBook: PeerBook = fakePeerBook(this)
  /** Thrown by the method of that name. */
  readonly failures = new Map<string, unknown>()
  metricsText = ''
  stopped = false
  /** An empty chain; tests of the explorer put another in its place. */
  explorer: ChiralNode['explorer'] = {
    blocks: async () => [],
    block: async (id) => unknownItem(id),
    transaction: async (hash) => unknownItem(hash),
    account: async (address) => ({ address, balance: ZERO_WEI, transactionCount: 0, isContract: false }),
    channels: async () => [],
  }
  planOfBatch: BatchPlan = fakeBatchPlan()
  /** How the next batch goes. */
  batchScript: readonly Partial<BatchView>[] = [
    { phase: 'downloading', filesDone: 1, verifiedBytes: 300_000 },
    {
      phase: 'done',
      filesDone: 2,
      verifiedBytes: 2 * SIZE,
      spent: parseCoins('0.0015'),
      seconds: 2,
      transferSeconds: 1,
      transferBytes: 2 * SIZE,
    },
  ]
  batchFileViews: readonly BatchFileView[] = []
  readonly batches: ChiralNode['batches'] = {
    plan: async (request) => {
      this.#called('planBatch', request)
      return this.planOfBatch
    },
    start: async (request) => {
      this.#called('batch', request)
      const view = fakeBatch({ out: request.out })
      this.#updateBatch(view)
      void this.#playBatch(view)
      return view
    },
    list: () => [...this.#batches.values()],
    get: (batchId) => this.#batches.get(batchId) ?? unknownBatch(batchId),
    filesOf: () => [...this.batchFileViews],
    pause: async (batchId) => {
      this.#called('pauseBatch', batchId)
      const view = this.#batches.get(batchId)
      if (view !== undefined) this.#updateBatch({ ...view, phase: 'paused' })
    },
    resume: async (batchId) => this.#called('resumeBatch', batchId),
    cancel: async (batchId) => this.#called('cancelBatch', batchId),
  }
  readonly #batches = new Map<string, BatchView>()
  readonly #shares = new Map<string, ShareView>()
  readonly #downloads = new Map<string, DownloadView>()

  readonly status = async (): Promise<NodeStatus> => {
    this.#called('status')
    return { ...this.statusView, shares: this.#shares.size, downloads: this.#downloads.size }
  }

  metrics(): string {
    return this.metricsText
  }

  async share(request: ShareRequest, options?: { signal?: AbortSignal }): Promise<ShareView> {
    this.#called('share', request)
    this.emit({ kind: 'hashing', path: request.path, hashedBytes: 262_144, sizeBytes: SIZE })
    if (request.path.endsWith('hang')) await untilAborted(options?.signal)
    const view = { ...fakeShare(request), folder: this.folderView }
    this.#shares.set(view.fileHash, view)
    this.emit({ kind: 'share', share: view })
    return view
  }

  shares(): ShareView[] {
    return [...this.#shares.values()]
  }

  torrent(fileHash: FileHash): TorrentView {
    this.#called('torrent', fileHash)
    if (!this.#shares.has(fileHash)) throw new ChiralError('TORRENT_UNKNOWN', `${fileHash} has no torrent here.`)
    const infohash = '77'.repeat(20)
    const common = { fileHash, infohash, name: 'a file.bin', sizeBytes: SIZE, peers: ['127.0.0.1:6881'] }
    return { ...common, magnet: `magnet:?xt=urn:btih:${infohash}`, torrent: Uint8Array.of(0x64, 0x65) }
  }

  async unshare(fileHash: string): Promise<void> {
    this.#called('unshare', fileHash)
    if (!this.#shares.delete(fileHash)) throw new ChiralError('SHARE_UNKNOWN', `${fileHash} is not being shared.`)
  }

  async find(reference: string, { listing }: { listing?: string | undefined } = {}) {
    this.#called('find', listing === undefined ? reference : { reference, listing })
    const seeders = [...this.planView.seeders]
    return { fileHash: FILE_HASH, json: { file_hash: FILE_HASH, seeders: [], total_seeders: seeders.length }, seeders }
  }

  async plan(request: DownloadRequest): Promise<DownloadPlan> {
    this.#called('plan', request)
    return this.planView
  }

  async download(request: DownloadRequest): Promise<DownloadView> {
    this.#called('download', request)
    const view = fakeDownload({ reference: request.reference, out: request.out, phase: 'finding' })
    this.#update(view)
    void this.#play(view)
    return view
  }

  downloads(): DownloadView[] {
    return [...this.#downloads.values()]
  }

  downloadOf(downloadId: string): DownloadView | undefined {
    return this.#downloads.get(downloadId)
  }

  async pause(downloadId: string): Promise<void> {
    this.#called('pause', downloadId)
    const view = this.#downloads.get(downloadId)
    if (view !== undefined) this.#update({ ...view, phase: 'paused' })
  }

  async resume(downloadId: string): Promise<void> {
    this.#called('resume', downloadId)
  }

  async cancel(downloadId: string): Promise<void> {
    this.#called('cancel', downloadId)
  }

  async balance(): Promise<Wei> {
    this.#called('balance')
    return this.statusView.balance
  }

  async send(to: string, amount: Wei) {
    this.#called('send', to, amount)
    return { transactionHash: TRANSACTION }
  }

  async fund(amount: Wei) {
    this.#called('fund', amount)
    return { balance: wei(this.statusView.balance + amount) }
  }

  async receipts(request: ReceiptsRequest): Promise<ReceiptView[]> {
    this.#called('receipts', request)
    return this.receiptViews
  }

  async exportReceipts(request: ReceiptsRequest & { format: 'csv' | 'json' }): Promise<{ text: string }> {
    this.#called('exportReceipts', request)
    return { text: this.receiptsText }
  }

  async history(): Promise<HistoryEntry[]> {
    this.#called('history')
    return this.historyEntries
  }

  channels(): ChannelView[] {
    return this.channelViews
  }

  async closeChannel(channelId: string) {
    this.#called('closeChannel', channelId)
    return { transactionHash: TRANSACTION, closesAt: 1_800_000_000_000 }
  }

  async closeChannels() {
    this.#called('closeChannels')
    return this.channelViews.map(({ channelId }) => ({ channelIds: [channelId], transactionHash: TRANSACTION }))
  }

  async withdrawChannel(channelId: string) {
    this.#called('withdrawChannel', channelId)
    return { transactionHash: TRANSACTION }
  }

  limits(): Limits {
    return this.limitsView
  }

  setLimits(limits: { readonly [Name in keyof Limits]?: number | undefined }): Limits {
    const { downloads = this.limitsView.downloads, uploads = this.limitsView.uploads } = limits
    this.limitsView = { downloads, uploads }
    return this.limitsView
  }

  peers(): PeerView[] {
    return this.peerViews
  }

  async connect(addresses: readonly string[]) {
    this.#called('connect', addresses)
    return addresses.map(() => PEER)
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.stopped = true
  }

  emit(event: NodeEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  #called(name: string, ...args: readonly unknown[]): void {
    this.calls.push([name, ...args])
    if (this.failures.has(name)) throw this.failures.get(name)
  }

  #update(download: DownloadView): void {
    this.#downloads.set(download.downloadId, download)
    this.emit({ kind: 'download', download })
  }

  #updateBatch(batch: BatchView): void {
    this.#batches.set(batch.batchId, batch)
    this.emit({ kind: 'batch', batch })
  }

  async #playBatch(first: BatchView): Promise<void> {
    let view = first
    for (const step of this.batchScript) {
      await new Promise((resolve) => setImmediate(resolve))
      view = { ...view, ...step }
      this.#updateBatch(view)
    }
  }

  async #play(first: DownloadView): Promise<void> {
    let view = first
    for (const step of this.script) {
      await new Promise((resolve) => setImmediate(resolve))
      view = { ...view, ...step }
      this.#update(view)
    }
  }
}

export function fakeStatus(over: Partial<NodeStatus> = {}): NodeStatus {
  return {
    version: '0.1.0',
    address: WALLET,
    peerId: PEER,
    addresses: ['/ip4/127.0.0.1/udp/5000/webrtc-direct', `/ip4/127.0.0.1/tcp/4001/p2p/${PEER}`],
    portMapping: { isAsked: false, ports: [], reason: 'no router is asked in scope loopback' },
    chain: {
      chainId: 98767,
      name: 'chiral-development',
      testCoin: true,
      genesisHash: `0x${'11'.repeat(32)}`,
      rpcUrl: 'http://127.0.0.1:8545',
      blockNumber: 12,
      contract: PAYEE,
      health: { peers: 3, headAgeSeconds: 7, warnings: [] },
    },
    balance: parseCoins('100'),
    peers: 1,
    shares: 0,
    downloads: 0,
    storage: { used: 3 * 2 ** 20, capacity: 2 ** 40, memoryUsed: 2 ** 20, memoryLimit: 2 ** 26 },
    ...over,
  }
}

/** Knows the peers of `peerDetails`, and every peer that was banned. */
function fakePeerBook(node: Pick<FakeNode, 'peerDetails'>): PeerBook {
  const bans = new Map<string, Ban>()
  return {
    async show(peer) {
      const found = node.peerDetails.filter(({ peerId, account }) => peerId === peer || account === peer)
      if (found.length === 0) throw new ChiralError('PEER_UNKNOWN', `Nothing was ever seen of ${peer}.`)
      return found
    },
    bans: () => [...bans.values()],
    async ban(subject, reason) {
      const ban = { subject, until: FOR_EVER, reason, isManual: true }
      bans.set(subject, ban)
      return ban
    },
    async unban(peer) {
      if (!bans.delete(peer)) throw new ChiralError('PEER_NOT_BANNED', `${peer} is not banned.`)
    },
  }
}

export function fakePeerDetails(over: Partial<PeerDetails> = {}): PeerDetails {
  return {
    peerId: PEER,
    account: PAYEE,
    score: 4.25,
    terms: [
      {
        kind: 'paidChunk',
        isGood: true,
        weight: 140.4,
        count: 150,
        firstAt: 1_700_000_000_000,
        lastAt: 1_700_600_000_000,
      },
      { kind: 'earned', isGood: true, weight: 29.6 },
    ],
    priorFailures: 20,
    firstSeenAt: 1_700_000_000_000,
    uptime: 0.995,
    latencyMs: 12.5,
    speeds: [{ protocol: 'bitswap', bytesPerSecond: 2_097_152 }],
    paidTo: parseCoins('0.15'),
    paidBy: ZERO_WEI,
    isInDefault: false,
    bans: [],
    ...over,
  }
}

export function fakeSeeder(over: Partial<SeederView> = {}): SeederView {
  return {
    peerId: PEER,
    payee: PAYEE,
    pricePerMiB: PRICE,
    totalPrice: filePrice(PRICE, SIZE),
    chunks: 4,
    protocols: ['chiral-private'],
    endpoint: `/ip4/127.0.0.1/tcp/4001/p2p/${PEER}`,
    ...over,
  }
}

export function fakePlan(over: Partial<DownloadPlan> = {}): DownloadPlan {
  return {
    fileHash: FILE_HASH,
    name: 'a file.bin',
    isListing: false,
    sizeBytes: SIZE,
    chunks: 4,
    chunksHeld: 0,
    totalPrice: filePrice(PRICE, SIZE),
    cheapest: fakeSeeder(),
    dearest: fakeSeeder(),
    payBy: 'channel',
    deposit: parseCoins('0.01'),
    maxLoss: parseCoins('0.00025'),
    lostBefore: ZERO_WEI,
    gas: parseCoins('0.0003'),
    walletBalance: parseCoins('100'),
    seeders: [fakeSeeder()],
    ...over,
  }
}

export function fakeDownload(over: Partial<DownloadView> = {}): DownloadView {
  return {
    downloadId: 'd1',
    reference: FILE_HASH,
    fileHash: FILE_HASH,
    name: 'a file.bin',
    out: '/tmp/a file.bin',
    phase: 'downloading',
    payBy: 'channel',
    sizeBytes: SIZE,
    chunks: 4,
    verifiedChunks: 0,
    verifiedBytes: 0,
    bytesPerSecond: 0,
    spent: ZERO_WEI,
    gasSpent: ZERO_WEI,
    seconds: 0,
    transferSeconds: 0,
    transferBytes: 0,
    sources: [],
    ...over,
  }
}

export function fakeBatchPlan(over: Partial<BatchPlan> = {}): BatchPlan {
  return {
    batchId: 'b1',
    files: 2,
    sizeBytes: 2 * SIZE,
    filesHeld: 0,
    totalPrice: parseCoins('0.0015'),
    leastPrice: parseCoins('0.0015'),
    payBy: 'channel',
    deposit: parseCoins('0.0015'),
    maxLoss: parseCoins('0.00025'),
    lostBefore: ZERO_WEI,
    gas: parseCoins('0.0003'),
    walletBalance: parseCoins('100'),
    seeders: [{ peerId: PEER, payee: PAYEE, files: 2, lowestPrice: PRICE, highestPrice: PRICE }],
    listings: [],
    failures: [],
    filesFailed: 0,
    ...over,
  }
}

export function fakeBatch(over: Partial<BatchView> = {}): BatchView {
  return {
    batchId: 'b1',
    out: '/tmp',
    phase: 'finding',
    payBy: 'channel',
    files: 2,
    filesDone: 0,
    filesFailed: 0,
    sizeBytes: 2 * SIZE,
    verifiedBytes: 0,
    bytesPerSecond: 0,
    spent: ZERO_WEI,
    gasSpent: ZERO_WEI,
    seconds: 0,
    transferSeconds: 0,
    transferBytes: 0,
    sources: [],
    listings: [],
    failures: [],
    ...over,
  }
}

export function fakeShare(request: ShareRequest): ShareView {
  return {
    fileHash: FILE_HASH,
    cid: 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
    sha256: '99'.repeat(32),
    name: request.path.slice(request.path.lastIndexOf('/') + 1),
    path: request.path,
    sizeBytes: SIZE,
    chunks: 4,
    pricePerMiB: request.pricePerMiB,
    ...(request.lowestPricePerMiB === undefined ? {} : { lowestPricePerMiB: request.lowestPricePerMiB }),
    totalPrice: filePrice(request.pricePerMiB, SIZE),
    announced: true,
  }
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

function unknownBatch(batchId: string): never {
  throw new ChiralError('BATCH_UNKNOWN', `There is no batch ${batchId}.`)
}

function unknownItem(id: string): never {
  throw new ChiralError('CHAIN_ITEM_UNKNOWN', `The chain has no ${id}.`)
}
