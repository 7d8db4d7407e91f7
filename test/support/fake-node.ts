import { parseCoins, type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { parseAddress, parseChannelId, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import { filePrice } from '../../src/domain/price.ts'
import type {
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
    },
  ]
  historyEntries: HistoryEntry[] = []
  channelViews: ChannelView[] = []
  peerViews: PeerView[] = []
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
    const view = fakeShare(request)
    this.#shares.set(view.fileHash, view)
    this.emit({ kind: 'share', share: view })
    return view
  }

  shares(): ShareView[] {
    return [...this.#shares.values()]
  }

  async unshare(fileHash: string): Promise<void> {
    this.#called('unshare', fileHash)
    if (!this.#shares.delete(fileHash)) throw new ChiralError('SHARE_UNKNOWN', `${fileHash} is not being shared.`)
  }

  async find(reference: string) {
    this.#called('find', reference)
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

  async withdrawChannel(channelId: string) {
    this.#called('withdrawChannel', channelId)
    return { transactionHash: TRANSACTION }
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
    sizeBytes: SIZE,
    chunks: 4,
    chunksHeld: 0,
    totalPrice: filePrice(PRICE, SIZE),
    cheapest: fakeSeeder(),
    dearest: fakeSeeder(),
    deposit: parseCoins('0.01'),
    maxLoss: parseCoins('0.00025'),
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
    sizeBytes: SIZE,
    chunks: 4,
    verifiedChunks: 0,
    verifiedBytes: 0,
    bytesPerSecond: 0,
    spent: ZERO_WEI,
    gasSpent: ZERO_WEI,
    seconds: 0,
    transferSeconds: 0,
    sources: [],
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
    totalPrice: filePrice(request.pricePerMiB, SIZE),
    announced: true,
  }
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

function unknownItem(id: string): never {
  throw new ChiralError('CHAIN_ITEM_UNKNOWN', `The chain has no ${id}.`)
}
