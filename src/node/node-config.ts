import type { Wei } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import type { InBandProtocol } from '../domain/in-band-protocol.ts'

/** Everything a node is told from outside. Built by config.ts from flags, environment and the TOML file. */
export interface NodeConfig {
  /** Absolute folder of wallet, database, logs and deployment records. */
  readonly dataDirectory: string
  readonly chain: ChainConfig
  readonly network: NetworkConfig
  readonly payments: PaymentsConfig
  readonly downloads: DownloadsConfig
  /** Opens the keystore. Empty is allowed on test chains only. */
  readonly walletPassword: string
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** A fail-point specification for crash tests, as in system/fail-points.ts. */
  readonly failPoint?: string | undefined
}

export interface ChainConfig {
  /** JSON-RPC of an existing chain; without it the embedded development chain (98767) is started or attached to. */
  readonly rpcUrl?: string | undefined
  /** Nobody named `rpcUrl` this time: it stands in the data directory from an earlier run. */
  readonly rpcRemembered?: boolean | undefined
  /** Seconds between blocks of the embedded chain; without it a block is mined for each transaction. */
  readonly blockTimeSeconds?: number | undefined
  /** The payment channel contract, when it is not in a deployment record. Its code is verified in any case. */
  readonly contract?: Address | undefined
  /** Socket of the geth behind `rpcUrl`, for what it tells its owner alone; one of the data directory is found without. */
  readonly gethIpc?: string | undefined
}

export interface NetworkConfig {
  /** Multiaddrs to listen on, such as /ip4/0.0.0.0/tcp/4001. */
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly bootstrap: readonly string[]
  /** Which addresses are published and dialled. */
  readonly scope: 'public' | 'lan' | 'loopback'
  /** Where this node can be met by peers that cannot dial it. */
  readonly relays?: readonly string[]
  readonly serveAsRelay?: boolean
  /** STUN and TURN servers. */
  readonly iceServers?: readonly string[]
}

export interface PaymentsConfig {
  /** Blocks on a deposit before we serve against it; default by chain. */
  readonly confirmations?: number | undefined
  /** Redeem a channel when more than this is unredeemed. */
  readonly redeemAbove: Wei
  /** ΣC: most that may be owed to us by all payers together. */
  readonly creditCapTotal: Wei
  /** Serve payers that are contracts, whose owner can take a voucher back after delivery. */
  readonly contractWallets: boolean
}

export interface DownloadsConfig {
  /** Requests outstanding per seeder. */
  readonly window: number
  /** Seeders used at once. */
  readonly maxSources: number
  /** A chunk that has not come in this time is asked for elsewhere as well. */
  readonly stallMs: number
  /** The protocol to use with seeders that speak it; with others another. */
  readonly protocol: InBandProtocol
}
