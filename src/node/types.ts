import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId, FileHash, PeerIdText } from '../domain/ids.ts'
import type { PayBy, PayByChoice } from '../domain/pay-by.ts'
import type { Preference } from '../domain/preference.ts'
import type { WantedProtocol } from '../domain/transfer.ts'
import type { PortMappingView } from '../network/port-mapping/port-mapper.ts'
import type { BatchUseCases, BatchView } from './batch-types.ts'
import type { ChannelsClosed } from './close-channels.ts'
import type { Explorer } from './explorer.ts'
import type { SkippedFile } from './folder-scan.ts'
import type { PeerBook, PeerView } from './peer-types.ts'
import type { ReceiptsRequest, ReceiptView } from './receipt-types.ts'
import type { SourceView } from './source-view.ts'
import type { StorageView } from './storage-stack.ts'
import type { TorrentView } from './torrent-view.ts'

export interface ShareRequest {
  /** Absolute path of a file, or of a folder: all its files, and a listing of them. They are seeded in place. */
  readonly path: string
  readonly pricePerMiB: Wei
  /** A bid from here up to the price is taken; absent: none is. Told to nobody. */
  readonly lowestPricePerMiB?: Wei | undefined
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
  readonly lowestPricePerMiB?: Wei | undefined
  /** Price of the whole file. */
  readonly totalPrice: Wei
  /** True once a peer has stored our provider record, or when there is no other peer yet to store it. */
  readonly announced: boolean
  /** Where it is served over HTTP, if it is. */
  readonly httpUrl?: string | undefined
  /** Names the file and this node to other ed2k clients, where it is served that way. */
  readonly ed2kLink?: string | undefined
  /** Of a folder, whose listing this is: what is sold by it. Prices and sizes beside it are those of the files together. */
  readonly folder?:
    | {
        readonly files: number
        /** So many of them, the largest, are found by their own ids; the others by the listing. */
        readonly ownRecords: number
        readonly skipped: readonly SkippedFile[]
        readonly skippedCount: number
      }
    | undefined
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
  /** Offered per MiB, once, to each seeder that asks more; who does not take it is paid what it asks. */
  readonly bid?: Wei | undefined
  /** Replace a different file at the target. */
  readonly overwrite?: boolean | undefined
  /** Ask the payees to close the channels at the end, so that unspent deposits return at once. */
  readonly closeChannels: boolean
  readonly maxSources?: number | undefined
  readonly window?: number | undefined
  readonly protocol?: WantedProtocol | undefined
  readonly prefer?: Preference | undefined
  /** Bytes a second; 0 is no limit of its own. */
  readonly maxRate?: number | undefined
  /** In the order of the file. */
  readonly sequential?: boolean | undefined
  readonly freeSources?: boolean | undefined
  readonly payBy?: PayByChoice | undefined
  /** Most that one coin transfer pays ahead; default: a chunk. */
  readonly prepay?: Wei | undefined
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
  /** It is a listing, by its header record: what it lists is downloaded as a batch. */
  readonly isListing: boolean
  readonly sizeBytes: number
  readonly chunks: number
  /** Chunks already here from an earlier run. */
  readonly chunksHeld: number
  /** What the missing chunks cost at the dearest seeder that would be used. */
  readonly totalPrice: Wei
  /** The same at the cheapest if it takes the bid. */
  readonly bidPrice?: Wei | undefined
  readonly cheapest: SeederView | undefined
  readonly dearest: SeederView | undefined
  /** How the seeders would be paid. */
  readonly payBy: PayBy
  /** Locked in channels during the download; what is not spent returns. */
  readonly deposit: Wei
  /** Highest sum that cheating seeders together could keep, `lostBefore` included. */
  readonly maxLoss: Wei
  /** What seeders that never delivered anything keep of earlier starts of this download. */
  readonly lostBefore: Wei
  /** The most that our transactions may cost. */
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

export interface DownloadView {
  readonly downloadId: string
  readonly reference: string
  readonly fileHash: FileHash | undefined
  readonly name: string
  readonly out: string
  readonly phase: DownloadPhase
  readonly payBy: PayBy
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
  /** What came in that time: less than what is verified where a download was resumed. */
  readonly transferBytes: number
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
  /** What a router in front of this node forwards, or why none does. */
  readonly portMapping: PortMappingView
  /** Where files are served over HTTP, if they are. */
  readonly http?: { readonly url: string; readonly tlsFingerprint?: string | undefined } | undefined
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
  readonly storage: StorageView
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
  /** Of a part of an escrow: the file that coin was locked for, and when it ends (milliseconds since 1970). */
  readonly escrow?: { readonly fileHash: FileHash; readonly endsAt: number } | undefined
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

export type NodeEvent =
  | { readonly kind: 'download'; readonly download: DownloadView }
  | { readonly kind: 'batch'; readonly batch: BatchView }
  | { readonly kind: 'share'; readonly share: ShareView }
  | { readonly kind: 'hashing'; readonly path: string; readonly hashedBytes: number; readonly sizeBytes: number }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly message: string }

/** Bytes a second over all transfers; 0 is no limit. */
export interface Limits {
  readonly downloads: number
  readonly uploads: number
}

/** The use cases of a running node. `api/` is their only remote face. Every method throws ChiralError with a stable code. */
export interface ChiralNode {
  readonly status: () => Promise<NodeStatus>
  /** What Prometheus reads, in its text format. */
  metrics(): string
  /** The chain as anybody sees it. */
  readonly explorer: Explorer
  /** Several files at once. */
  readonly batches: BatchUseCases
  share(request: ShareRequest, options?: { signal?: AbortSignal }): Promise<ShareView>
  shares(): ShareView[]
  unshare(fileHash: FileHash): Promise<void>
  /** Of a file that is shared here. @throws ChiralError `TORRENT_UNKNOWN` */
  torrent(fileHash: FileHash): TorrentView
  /** With `listing`, the id of a folder, those are asked who have that: small files of folders are not in the DHT. */
  find(
    reference: string,
    options?: { listing?: string | undefined; signal?: AbortSignal },
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
  receipts(request: ReceiptsRequest): Promise<readonly ReceiptView[]>
  /** A document that anybody can check without a node. */
  exportReceipts(request: ReceiptsRequest & { readonly format: 'csv' | 'json' }): Promise<{ readonly text: string }>
  channels(): ChannelView[]
  closeChannel(channelId: ChannelId): Promise<{ transactionHash: string; closesAt?: number }>
  /** Ends all channels that pay this wallet, with as few transactions as it takes, and begins the dispute window of those it pays on. */
  closeChannels(): Promise<readonly ChannelsClosed[]>
  withdrawChannel(channelId: ChannelId): Promise<{ transactionHash: string }>
  peers(): PeerView[]
  readonly peerBook: PeerBook
  limits(): Limits
  /** Until the node stops; what is left out stays. */
  setLimits(limits: { readonly [Name in keyof Limits]?: number | undefined }): Limits
  /**
   * Connects to peers the user named, each a multiaddr that ends in its peer id; resolves with those that answered.
   * @throws ChiralError `BOOTSTRAP_UNREACHABLE` when none did
   */
  connect(addresses: readonly string[], options?: { signal?: AbortSignal }): Promise<PeerIdText[]>
  subscribe(listener: (event: NodeEvent) => void): () => void
  stop(): Promise<void>
}
