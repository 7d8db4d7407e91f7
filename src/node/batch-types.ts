import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId, FileHash, PeerIdText } from '../domain/ids.ts'
import type { BatchPayBy, PayByChoice } from '../domain/pay-by.ts'
import type { DownloadPhase, DownloadRequest } from './types.ts'

/** The most files a batch may have: their offers and manifests are in memory at once, 4 KiB a small file. */
export const MAX_BATCH_FILES = 10_000

export interface BatchItem {
  /** File hash, CID or `sha256:<hex>`; the id of a listing stands for all its files. */
  readonly reference: string
  /** Target below the batch's folder; without one the published name. For a listing: a folder. */
  readonly path?: string | undefined
}

/** Several files with one budget, one channel a seeder or one escrow for all, and one summary. */
export interface BatchRequest
  extends Pick<
    DownloadRequest,
    | 'maxTotal'
    | 'maxPrice'
    | 'bid'
    | 'overwrite'
    | 'closeChannels'
    | 'maxSources'
    | 'window'
    | 'protocol'
    | 'prefer'
    | 'maxRate'
    | 'sequential'
    | 'freeSources'
  > {
  readonly items: readonly BatchItem[]
  /** Absolute path of the folder that all targets are below. */
  readonly out: string
  /** A listing is downloaded as the file that it is, and what it lists is not. */
  readonly listingsAsFiles?: boolean | undefined
  /** Absent: as it is configured, where that is for several files; else by channels. */
  readonly payBy?: Extract<PayByChoice, BatchPayBy | 'auto'> | undefined
}

/** A seeder that would be used, over all files that it offers. */
export interface BatchSeederView {
  readonly peerId: PeerIdText
  readonly payee: Address
  readonly files: number
  readonly lowestPrice: Wei
  readonly highestPrice: Wei
}

export interface BatchFailure {
  readonly reference: string
  readonly path?: string | undefined
  readonly code: string
  readonly message: string
}

/** A listing that was resolved to its files. */
export interface ListingView {
  readonly fileHash: FileHash
  readonly name: string
  /** Whose signature it bears. */
  readonly publisher: Address
  readonly files: number
  readonly sizeBytes: number
}

/** What a person must know before the first voucher of a batch. */
export interface BatchPlan {
  readonly batchId: string
  readonly files: number
  readonly sizeBytes: number
  /** Files that are at their targets already. */
  readonly filesHeld: number
  /** What the missing chunks cost at the dearest seeders that would be used. */
  readonly totalPrice: Wei
  /** The same at the cheapest. */
  readonly leastPrice: Wei
  readonly payBy: BatchPayBy
  readonly deposit: Wei
  /** See `DownloadPlan`. */
  readonly maxLoss: Wei
  readonly lostBefore: Wei
  readonly gas: Wei
  readonly walletBalance: Wei
  readonly seeders: readonly BatchSeederView[]
  readonly listings: readonly ListingView[]
  /** Files that cannot be had as things are, at most 100 of them. */
  readonly failures: readonly BatchFailure[]
  readonly filesFailed: number
}

export interface BatchSourceView {
  readonly peerId: PeerIdText
  readonly payee: Address
  readonly channelId?: ChannelId | undefined
  readonly chunks: number
  readonly bytes: number
  readonly paid: Wei
  readonly vouchers: number
  /** Blocks that the deposit still waits for. */
  readonly blocksLeft?: number | undefined
}

export interface BatchView {
  readonly batchId: string
  readonly out: string
  readonly phase: DownloadPhase
  readonly payBy: BatchPayBy
  readonly files: number
  /** At their targets, whole, whenever they came. */
  readonly filesDone: number
  readonly filesFailed: number
  readonly sizeBytes: number
  readonly verifiedBytes: number
  readonly bytesPerSecond: number
  readonly spent: Wei
  readonly gasSpent: Wei
  readonly seconds: number
  /** From the first chunk that was stored to the last. */
  readonly transferSeconds: number
  /** What came in that time, without what was here before and what was copied. */
  readonly transferBytes: number
  readonly sources: readonly BatchSourceView[]
  readonly listings: readonly ListingView[]
  /** The first 100 files that failed. */
  readonly failures: readonly BatchFailure[]
  readonly error?: { readonly code: string; readonly message: string } | undefined
}

/** One file of a batch. */
export interface BatchFileView {
  readonly reference: string
  readonly fileHash?: FileHash | undefined
  readonly path: string
  readonly sizeBytes: number
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly error?: { readonly code: string; readonly message: string } | undefined
}

/** Every method throws ChiralError with a stable code; for a batch that is not there `BATCH_UNKNOWN`. */
export interface BatchUseCases {
  /** What a batch would cost; nothing is spent, but listings are fetched. */
  plan(request: BatchRequest, signal: AbortSignal): Promise<BatchPlan>
  /** Starts, or resumes by files and folder, and returns at once; progress comes as events. */
  start(request: BatchRequest): Promise<BatchView>
  list(): BatchView[]
  get(batchId: string): BatchView
  filesOf(batchId: string): BatchFileView[]
  pause(batchId: string): Promise<void>
  resume(batchId: string): Promise<void>
  cancel(batchId: string): Promise<void>
}
