import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId, FileHash, PeerIdText } from '../domain/ids.ts'
import type { InBandProtocol } from '../domain/in-band-protocol.ts'
import type { Explorer } from './explorer.ts'

export interface ShareRequest {
  /** Absolute path. The file is seeded in place. */
  readonly path: string
  readonly pricePerMiB: Wei
}

export interface ShareView {
  readonly fileHash: FileHash
  readonly cid: string
  readonly sha256: string
  readonly name: string
  readonly path: string
  readonly sizeBytes: number
  readonly chunks: number
  readonly pricePerMiB: Wei
  /** Price of the whole file. */
  readonly totalPrice: Wei
  /** True once a peer has stored our provider record, or when there is no other peer yet to store it. */
  readonly announced: boolean
}

export interface DownloadRequest {
  /** File hash, CID or `sha256:<hex>`. */
  readonly reference: string
  /** Absolute target path; a folder means: the published name inside it. */
  readonly out: string
  /** Most that may be spent on chunks in this download. */
  readonly maxTotal?: Wei | undefined
  /** Most per MiB; dearer seeders are not used. */
  readonly maxPrice?: Wei | undefined
  /** Replace a different file at the target. */
  readonly overwrite?: boolean | undefined
  /** Ask the payees to close the channels at the end, so that unspent deposits return at once. */
  readonly closeChannels: boolean
  readonly maxSources?: number | undefined
  readonly window?: number | undefined
  readonly protocol?: InBandProtocol | undefined
}

export interface SeederView {
  readonly peerId: PeerIdText
  readonly payee: Address
  readonly pricePerMiB: Wei
  readonly totalPrice: Wei
  readonly chunks: number
  readonly protocols: readonly string[]
  readonly endpoint: string
}

/** What a person must know before the first voucher. */
export interface DownloadPlan {
  readonly fileHash: FileHash
  /** The publisher an alias resolved through; only for `sha256:` references. */
  readonly publisher?: Address | undefined
  readonly name: string
  readonly sizeBytes: number
  readonly chunks: number
  /** Chunks already here from an earlier run. */
  readonly chunksHeld: number
  /** What the missing chunks cost at the dearest seeder that would be used. */
  readonly totalPrice: Wei
  readonly cheapest: SeederView | undefined
  readonly dearest: SeederView | undefined
  /** Locked in channels during the download; what is not spent returns. */
  readonly deposit: Wei
  /** Highest sum that cheating seeders together could keep. */
  readonly maxLoss: Wei
  /** The most that the channels' transactions may cost us. */
  readonly gas: Wei
  readonly walletBalance: Wei
  readonly seeders: readonly SeederView[]
}

export type DownloadPhase =
  | 'finding'
  | 'opening'
  | 'downloading'
  | 'settling'
  | 'done'
  | 'failed'
  | 'paused'
  | 'cancelled'

export interface SourceView {
  readonly peerId: PeerIdText
  readonly payee: Address
  readonly phase: 'connecting' | 'confirming' | 'active' | 'idle' | 'failed' | 'banned'
  /** What it was last spoken to with. */
  readonly protocol?: InBandProtocol | undefined
  /** Blocks until the channel's deposit is confirmed. */
  readonly blocksLeft?: number | undefined
  readonly channelId?: ChannelId | undefined
  readonly chunks: number
  readonly bytes: number
  /** Price of the chunks this source delivered and that verified. */
  readonly verified: Wei
  /** What was vouchered to it in this download. */
  readonly paid: Wei
  readonly vouchers: number
  readonly bytesPerSecond: number
  readonly error?: { readonly code: string; readonly message: string } | undefined
}

export interface DownloadView {
  readonly downloadId: string
  readonly reference: string
  readonly fileHash: FileHash | undefined
  readonly name: string
  readonly out: string
  readonly phase: DownloadPhase
  readonly sizeBytes: number
  readonly chunks: number
  readonly verifiedChunks: number
  readonly verifiedBytes: number
  readonly bytesPerSecond: number
  /** SHA-256 of the finished file. */
  readonly sha256?: string | undefined
  readonly spent: Wei
  readonly gasSpent: Wei
  readonly seconds: number
  /** From the first request for a chunk to the last chunk stored. */
  readonly transferSeconds: number
  readonly sources: readonly SourceView[]
  readonly error?: { readonly code: string; readonly message: string } | undefined
}

/** How the chain is doing, as far as its node tells. */
export interface ChainHealthView {
  readonly peers?: number | undefined
  readonly headAgeSeconds: number
  /** Each with a code of docs/reference/errors.md. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  /** While the chain may be split: since when (milliseconds since 1970), and by what signs. */
  readonly split?: { readonly since: number; readonly signs: readonly string[]; readonly message: string } | undefined
}

export interface NodeStatus {
  readonly version: string
  readonly address: Address
  readonly peerId: PeerIdText
  readonly addresses: readonly string[]
  readonly chain: {
    readonly chainId: number
    readonly name: string
    readonly testCoin: boolean
    readonly genesisHash: string
    readonly rpcUrl: string
    readonly blockNumber: number
    readonly contract: Address
    readonly health: ChainHealthView
  }
  readonly balance: Wei
  readonly peers: number
  readonly shares: number
  readonly downloads: number
}

export interface ChannelView {
  readonly channelId: ChannelId
  readonly role: 'payer' | 'payee'
  readonly peer: Address
  readonly phase: string
  readonly deposit: Wei
  readonly settled: Wei
  readonly vouchered: Wei
  /** Milliseconds since 1970 when the dispute window ends, while closing. */
  readonly closesAt?: number | undefined
}

export interface HistoryEntry {
  readonly at: number
  readonly kind: string
  /** What this did to the wallet's balance, in wei; negative when money left. */
  readonly change: bigint
  /** Part of `change` that was gas. */
  readonly fee: Wei
  readonly transactionHash?: string | undefined
  readonly blockNumber?: number | undefined
  readonly channelId?: ChannelId | undefined
  readonly peer?: Address | undefined
  readonly note: string
}

export interface PeerView {
  readonly peerId: PeerIdText
  readonly address: string
  readonly direction: 'inbound' | 'outbound'
  readonly latencyMs?: number | undefined
  /** Milliseconds since 1970 until which the peer is banned. */
  readonly bannedUntil?: number | undefined
}

export type NodeEvent =
  | { readonly kind: 'download'; readonly download: DownloadView }
  | { readonly kind: 'share'; readonly share: ShareView }
  | { readonly kind: 'hashing'; readonly path: string; readonly hashedBytes: number; readonly sizeBytes: number }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly message: string }

/** The use cases of a running node. `api/` is their only remote face. Every method throws ChiralError with a stable code. */
export interface ChiralNode {
  readonly status: () => Promise<NodeStatus>
  /** What Prometheus reads, in its text format. */
  metrics(): string
  /** The chain as anybody sees it. */
  readonly explorer: Explorer
  share(request: ShareRequest, options?: { signal?: AbortSignal }): Promise<ShareView>
  shares(): ShareView[]
  unshare(fileHash: FileHash): Promise<void>
  find(
    reference: string,
    options?: { signal?: AbortSignal },
  ): Promise<{ readonly fileHash: FileHash; readonly json: unknown; readonly seeders: SeederView[] }>
  plan(request: DownloadRequest, options?: { signal?: AbortSignal }): Promise<DownloadPlan>
  /** Starts, or resumes by file and target, and returns at once; progress comes as events. */
  download(request: DownloadRequest): Promise<DownloadView>
  downloads(): DownloadView[]
  downloadOf(downloadId: string): DownloadView | undefined
  pause(downloadId: string): Promise<void>
  resume(downloadId: string): Promise<void>
  cancel(downloadId: string): Promise<void>
  balance(): Promise<Wei>
  send(to: Address, amount: Wei): Promise<{ transactionHash: string }>
  /** Test chains only. @throws ChiralError `FUND_REFUSED` */
  fund(amount: Wei): Promise<{ balance: Wei }>
  history(): Promise<HistoryEntry[]>
  channels(): ChannelView[]
  closeChannel(channelId: ChannelId): Promise<{ transactionHash: string; closesAt?: number }>
  withdrawChannel(channelId: ChannelId): Promise<{ transactionHash: string }>
  peers(): PeerView[]
  /**
   * Connects to peers the user named, each a multiaddr that ends in its peer id; resolves with those that answered.
   * @throws ChiralError `BOOTSTRAP_UNREACHABLE` when none did
   */
  connect(addresses: readonly string[], options?: { signal?: AbortSignal }): Promise<PeerIdText[]>
  subscribe(listener: (event: NodeEvent) => void): () => void
  stop(): Promise<void>
}
