import type { TiersOptions } from '../content/tiers.ts'
import type { Wei } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import type { PayByChoice } from '../domain/pay-by.ts'
import type { Preference } from '../domain/preference.ts'
import type { TransferProtocol, WantedProtocol } from '../domain/transfer.ts'
import type { NatDefault } from './select-protocol.ts'

/** Everything a node is told from outside. Built by config.ts from flags, environment and the TOML file. */
export interface NodeConfig {
  /** Absolute folder of wallet, database, logs and deployment records. */
  readonly dataDirectory: string
  readonly chain: ChainConfig
  readonly network: NetworkConfig
  /** Serving files over HTTP; absent: as its defaults say. */
  readonly http?: HttpConfig | undefined
  /** Serving files over BitTorrent; absent: as its defaults say. */
  readonly bittorrent?: BittorrentConfig | undefined
  /** Serving files over ed2k; absent: as its defaults say. */
  readonly ed2k?: Ed2kConfig | undefined
  readonly payments: PaymentsConfig
  readonly downloads: DownloadsConfig
  readonly storage: StorageConfig
  readonly uploads?: UploadsConfig | undefined
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
  /** The escrow contract, when no deployment record names it. */
  readonly escrow?: Address | undefined
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
  /** Have the router in front of this node forward its ports, in scope public; default false. */
  readonly portMapping?: boolean
}

export interface HttpConfig {
  /** Absent: where the scope makes it of use. */
  readonly listen?: HttpListen | 'off' | undefined
  /** With the certificate of the data directory; absent: everywhere but in scope loopback. */
  readonly tls?: boolean | undefined
  /** Where others reach this server, when that is not where it listens. */
  readonly announceUrl?: string | undefined
  /** MiB per second that are given away. */
  readonly freeRate?: number | undefined
  /** The same to one address. */
  readonly freeRateEach?: number | undefined
  /** Sell for vouchers that come with requests; default true. */
  readonly vouchers?: boolean | undefined
}

export interface BittorrentConfig {
  /** Absent: where the scope makes it of use. */
  readonly listen?: HttpListen | 'off' | undefined
  /** Where others reach this node, when that is not where it listens. */
  readonly announce?: HttpListen | undefined
  /** URLs of http, https, udp, ws and wss. */
  readonly trackers?: readonly string[] | undefined
  /** Use the trackers of bootstrap peers where none are given; default true. */
  readonly bootstrapTrackers?: boolean | undefined
  /** Be a tracker; default false. */
  readonly serveTracker?: boolean | undefined
  readonly trackerListen?: HttpListen | undefined
  /** The tracker speaks TLS with these. */
  readonly trackerTls?: TlsFiles | undefined
  /** Whom to meet in the BitTorrent DHT: an IPv4 address or a name, and a UDP port. None: it is off. */
  readonly dhtBootstrap?: readonly HttpListen[] | undefined
}

/** Absolute paths of PEM files. */
export interface TlsFiles {
  /** The server's certificate first, then those above it. */
  readonly certificate: string
  readonly key: string
}

export interface Ed2kConfig {
  /** Absent: where the scope makes it of use. */
  readonly listen?: HttpListen | 'off' | undefined
  /** Whom to meet in Kad; absent: Kad is off. */
  readonly kadBootstrap?: KadBootstrap | undefined
}

export type KadBootstrap =
  /** An absolute path. */
  | { readonly kind: 'file'; readonly path: string }
  /** An IPv4 address and a UDP port. */
  | { readonly kind: 'node'; readonly address: string; readonly port: number }

export interface HttpListen {
  /** An IP address. */
  readonly host: string
  readonly port: number
}

export interface PaymentsConfig {
  /** Blocks on a deposit before we serve against it; default by chain. */
  readonly confirmations?: number | undefined
  /** So much of a deposit counts after `smallConfirmations`; default by chain. */
  readonly smallDeposit?: Wei | undefined
  readonly smallConfirmations?: number | undefined
  /** Redeem a channel when more than this is unredeemed. */
  readonly redeemAbove: Wei
  /** Redeem what was held unredeemed for so long; default a week. */
  readonly redeemAfterHours?: number | undefined
  /** Not while the fee is more than this part of what it brings; default 10. */
  readonly redeemFeePercent?: number | undefined
  /** ΣC: most that may be owed to us by all payers together. */
  readonly creditCapTotal: Wei
  /** Serve payers that are contracts, whose owner can take a voucher back after delivery. */
  readonly contractWallets: boolean
  /** Take coin transfers from payers without a channel; default true. */
  readonly acceptTransfers?: boolean | undefined
  /** Take payment from coin that is locked in an escrow; default true. */
  readonly acceptEscrows?: boolean | undefined
}

export interface DownloadsConfig {
  /** Requests outstanding per seeder. */
  readonly window: number
  /** Seeders used at once. */
  readonly maxSources: number
  /** A chunk that has not come in this time is asked for elsewhere as well. */
  readonly stallMs: number
  /** Absent: HTTP for what costs nothing, else bitswap. */
  readonly protocol: WantedProtocol | undefined
  /** Default: by channels. */
  readonly payBy?: PayByChoice | undefined
  readonly prefer: Preference
  /** Bytes a second over all downloads; none without it. */
  readonly maxRate?: number | undefined
  /** Ask public swarms for peers that have what is downloaded; default false. */
  readonly freeSources?: boolean | undefined
  /** The most that free files may take which are fetched before anybody asks for them; none without it. */
  readonly prefetchBytes?: number | undefined
}

export interface UploadsConfig {
  /** Bytes a second to all who get files; none without it. */
  readonly maxRate?: number | undefined
  /** What files are served by; all without it. */
  readonly protocols?: readonly TransferProtocol[] | undefined
  /** What a node serves by that nobody can dial; absent: both. */
  readonly natDefault?: NatDefault | undefined
}

export interface StorageConfig {
  /** The most that downloads may take on disk; without it what the disk has. */
  readonly capacityBytes?: number | undefined
  /** The most that chunks in memory may take. */
  readonly memoryBytes: number
  /** The folders between which downloads are moved; without them nothing is. */
  readonly tiers?: TiersOptions
}
