import type { NetworkConfig } from '../node/node-config.ts'
import type { Logger } from '../system/logger.ts'

/** What the `chain` commands need of geth. */
export interface GethParts {
  install(options: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly geth?: string | undefined
    readonly dag: boolean
    readonly onStep: (text: string) => void
    readonly onDag: (progress: DagProgress) => void
    readonly signal?: AbortSignal | undefined
  }): Promise<{ readonly path: string; readonly client: string; readonly version: string; readonly origin: string }>
  start(options: ChainStartOptions): Promise<ChainHandle>
  /** A mining chain of its own, for the demo. */
  startDemoChain(options: {
    readonly directory: string
    readonly env: Readonly<Record<string, string | undefined>>
    readonly geth?: string | undefined
    readonly onStep: (text: string) => void
    readonly onDag: (progress: DagProgress) => void
    readonly signal?: AbortSignal | undefined
  }): Promise<{ readonly rpcUrl: string; mined(): Promise<MinedChainView>; stop(): Promise<void> }>
  control(dataDirectory: string): {
    status(): Promise<ChainAnswerView>
    restart(): Promise<boolean>
    /** Whether blocks and states were seen on disk. */
    stop(): Promise<boolean>
  }
  /** One data directory after the other. */
  restartRolling(
    dataDirectories: readonly string[],
    options: { readonly onStep: (text: string) => void; readonly signal?: AbortSignal },
  ): Promise<void>
  remoteHealth(rpcUrl: string): Promise<ChainHealthView>
  logFile(dataDirectory: string): string
}

export interface MinedChainView {
  readonly client: string
  readonly chainId: number
  readonly genesisHash: string
  readonly firstBlock: number
  readonly lastBlock: number
  /** Of the last block, as are the two below. */
  readonly difficulty: string
  readonly mixHash: string
  readonly nonce: string
}

export interface DagProgress {
  readonly epoch: number
  readonly percent: number
}

export interface ChainStartOptions {
  readonly dataDirectory: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly geth?: string | undefined
  readonly genesisFile?: string | undefined
  readonly bootnodes: { readonly commandLine: readonly string[]; readonly settings: readonly string[] }
  /** Always connected with. */
  readonly staticNodes: { readonly commandLine: readonly string[]; readonly settings: readonly string[] }
  readonly mine: boolean
  readonly minerThreads: number
  readonly etherbase?: string | undefined
  readonly nat: string
  readonly discovery: boolean
  readonly p2pPort?: number | undefined
  readonly rpcPort?: number | undefined
  readonly wsPort?: number | undefined
  readonly dagFolder?: string | undefined
  /** Where the DHT is entered and served. */
  readonly network?: NetworkConfig | undefined
  readonly onDag?: ((progress: DagProgress) => void) | undefined
  readonly log: Logger
}

export interface ChainHandle {
  status(): ChainStatusView
  stop(): Promise<{ readonly saved: boolean }>
  /** Resolves when it was stopped; rejects when geth ended for good. */
  readonly ended: Promise<void>
}

export interface ChainStatusView {
  readonly phase: string
  readonly supervisorPid: number
  readonly gethPid?: number | undefined
  readonly client?: string | undefined
  readonly chainId: number
  readonly genesisHash?: string | undefined
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly enode?: string | undefined
  readonly bootnodes: readonly string[]
  readonly staticNodes: readonly string[]
  /** Where others enter the DHT through this node; absent while it is not there yet. */
  readonly peerAddresses?: readonly string[] | undefined
  readonly mining: boolean
  readonly dag?: DagProgress | undefined
  readonly restarts: number
  readonly lastFailure?: { readonly code: string; readonly message: string } | undefined
  readonly logFile: string
}

export interface ChainAnswerView {
  readonly status: ChainStatusView
  readonly health?: ChainHealthView | undefined
  /** Why geth does not tell how it is doing. */
  readonly healthFailure?: string | undefined
}

export interface ChainHealthView {
  readonly chainId: number
  readonly genesisHash: string
  readonly height: number
  readonly headHash: string
  readonly headAgeSeconds: number
  readonly difficulty: string
  readonly peers?: number | undefined
  readonly syncingTo?: number | undefined
  readonly mining: boolean
  readonly hashRate: number
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
}
