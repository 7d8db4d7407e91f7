import type { Wei } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import type { NodeConfig } from '../node/node-config.ts'
import type { ChiralNode } from '../node/types.ts'
import type { Logger } from '../system/logger.ts'
import type { GethParts } from './geth-parts.ts'
import type { SwarmProgress } from './progress.ts'
import type { RpcProxyHandle, RpcProxyRequest } from './rpc-proxy-parts.ts'

/** What the command line needs of a terminal or pipe. */
export interface TextSink {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export interface HashResult {
  readonly fileHash: string
  readonly piecesRoot: string
  readonly sha256: string
  readonly cid: string
  readonly sizeBytes: number
}

export interface HashOptions {
  readonly onProgress?: (progress: { readonly hashedBytes: number; readonly sizeBytes: number }) => void
  readonly signal?: AbortSignal
}

/** How a torrent is fetched from its swarm; rates in bytes a second, 0 for none. */
export interface TorrentOptions {
  readonly folder: string
  readonly trackers: readonly string[]
  readonly sequential: boolean
  readonly overwrite: boolean
  readonly loopbackOnly: boolean
  /** `undefined`: where everybody enters; `false`: not at all. */
  readonly dhtBootstrap: readonly string[] | undefined | false
  readonly iceServers: readonly string[]
  readonly maxDownloadRate: number
  readonly maxUploadRate: number
  readonly onProgress: (progress: SwarmProgress) => void
  readonly onNotice: (message: string) => void
  readonly signal: AbortSignal
}

export interface TorrentResult {
  readonly infohash: string
  readonly path: string
  readonly files: number
  readonly sizeBytes: number
}

export interface VerifiedReceipts {
  readonly wallet: Address | undefined
  readonly entries: number
  readonly filter: string
  readonly signed: Wei
  readonly received: Wei
  readonly deposited: Wei
  readonly refunded: Wei
  readonly earned: Wei
  readonly unchecked: number
}

export interface DevChain {
  readonly rpcUrl: string
  /** Resolves when the chain ends by itself. */
  readonly exited: Promise<unknown>
  stop(): Promise<void>
}

/** The parts of `node/` that commands start themselves; loaded when first used, so that `--help` is quick. */
export interface NodeParts {
  startNode(config: NodeConfig, log: Logger): Promise<ChiralNode>
  hashFile(path: string, options: HashOptions): Promise<HashResult>
  createWallet(options: {
    readonly dataDirectory: string
    readonly password: string
    readonly phrase?: string
  }): Promise<{ readonly address: string; readonly phrase: string }>
  /** Writes a copy of the keystore. @throws ChiralError `KEYSTORE_EXISTS`, `KEYSTORE_PASSWORD`, `WALLET_MISSING` */
  backupWallet(options: {
    readonly dataDirectory: string
    readonly password: string
    readonly path: string
  }): Promise<unknown>
  /** What the chain says the accounts got after a block, and whether their balances agree. */
  auditAccounts(options: {
    readonly rpcUrl: string
    readonly contract: Address
    readonly accounts: readonly Address[]
    readonly fromBlock: number
  }): Promise<readonly { readonly address: Address; readonly received: Wei; readonly agrees: boolean }[]>
  /** @throws ChiralError `RECEIPTS_INVALID` */
  verifyReceipts(text: string): Promise<VerifiedReceipts>
  /** A magnet link, or the content of a .torrent. @throws ChiralError `TORRENT_INVALID`, `SWARM_FAILED`, `TARGET_EXISTS` */
  downloadTorrent(reference: string | Uint8Array, options: TorrentOptions): Promise<TorrentResult>
  runDevChain(options: {
    readonly dataDirectory: string
    readonly port?: number
    readonly blockTimeSeconds?: number
  }): Promise<DevChain>
  geth(): Promise<GethParts>
  startRpcProxy(request: RpcProxyRequest): Promise<RpcProxyHandle>
}

/** Everything a command touches outside itself. */
export interface Io {
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homeDirectory: string
  readonly workingDirectory: string
  /** Aborts at the first Ctrl-C, with `INTERRUPTED`; the second one ends the process. */
  readonly interrupt: AbortSignal
  readonly node: NodeParts
}
