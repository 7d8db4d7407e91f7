import { z } from 'zod'
import type { Wei } from '../domain/amount.ts'
import { PAY_BY_CHOICES } from '../domain/pay-by.ts'
import { PREFERENCES } from '../domain/preference.ts'
import { WANTED_PROTOCOLS } from '../domain/transfer.ts'
import { ACCEPT_SETTINGS } from './config-accept-settings.ts'
import { BITTORRENT_SETTINGS } from './config-bittorrent.ts'
import { CACHE_SETTINGS } from './config-cache-settings.ts'
import { ED2K_SETTINGS } from './config-ed2k.ts'
import { HTTP_SETTINGS } from './config-http.ts'
import { NETWORK_SETTINGS } from './config-network-settings.ts'
import { setting } from './config-setting.ts'
import { UPLOAD_SETTINGS } from './config-upload-settings.ts'
import { address, amount, byteCount, enodes, number, onOrOff, rate, rpcUrl } from './config-values.ts'

/** Every setting. The reference (docs/reference/config.md) is made from this table. */
export const SETTINGS = {
  rpcUrl: setting({
    key: 'chain.rpc_url',
    env: 'CHIRAL_RPC',
    flag: 'rpc',
    option: '--rpc',
    schema: rpcUrl,
    description:
      'JSON-RPC address of the chain; without it the one the data directory was used with before, else the embedded development chain.',
  }),
  blockTimeSeconds: setting({
    key: 'chain.block_time_seconds',
    env: 'CHIRAL_BLOCK_TIME',
    schema: number(1, 3600),
    description: 'Seconds between blocks of the embedded chain; without it each transaction makes a block.',
  }),
  contract: setting({
    key: 'chain.contract',
    env: 'CHIRAL_CONTRACT',
    schema: address,
    description: 'Address of the payment channel contract when no deployment record names it.',
  }),
  escrow: setting({
    key: 'chain.escrow',
    env: 'CHIRAL_ESCROW',
    schema: address,
    description:
      'Address of the escrow contract, which pays many seeders at once and holds coin that is locked for a file, when no deployment record names it.',
  }),
  gethIpc: setting({
    key: 'chain.geth_ipc',
    env: 'CHIRAL_GETH_IPC',
    schema: z.string().min(1, { error: 'a file name is needed' }),
    description:
      'Socket of the geth behind rpc_url (its geth.ipc), which tells where its peers stand; the geth of the data directory is found without it.',
  }),
  chainBootnodes: setting({
    key: 'chain.bootnodes',
    env: 'CHIRAL_CHAIN_BOOTNODES',
    schema: enodes,
    description: 'Enodes through which "chiral chain start" enters the chain, after those of --bootnodes.',
  }),
  chainStaticNodes: setting({
    key: 'chain.static_nodes',
    env: 'CHIRAL_CHAIN_STATIC_NODES',
    schema: enodes,
    description: 'Enodes "chiral chain start" is always connected with, beside those of --static-nodes.',
  }),
  ...NETWORK_SETTINGS,
  ...HTTP_SETTINGS,
  ...BITTORRENT_SETTINGS,
  ...ED2K_SETTINGS,
  confirmations: setting({
    key: 'payments.confirmations',
    env: 'CHIRAL_CONFIRMATIONS',
    schema: number(0, 1000),
    description: 'Blocks on a deposit before it is served against.',
    standard: 'by chain: 6; none on 98767, 1 on 98768',
  }),
  smallDeposit: setting({
    key: 'payments.small_deposit',
    env: 'CHIRAL_SMALL_DEPOSIT',
    schema: amount,
    description: 'So much of a deposit is served against sooner, after small_confirmations; 0 turns that off.',
    standard: 'by chain: 0.1; 0 on 98767 and 98768',
  }),
  smallConfirmations: setting({
    key: 'payments.small_confirmations',
    env: 'CHIRAL_SMALL_CONFIRMATIONS',
    schema: number(0, 1000),
    description: 'Blocks on a deposit before small_deposit of it is served against.',
    standard: '1',
  }),
  redeemAbove: setting({
    key: 'payments.redeem_above',
    env: 'CHIRAL_REDEEM_ABOVE',
    schema: amount,
    description: 'A channel is redeemed when it owes more than this.',
    standard: '0.1',
  }),
  redeemAfterHours: setting({
    key: 'payments.redeem_after_hours',
    env: 'CHIRAL_REDEEM_AFTER_HOURS',
    schema: number(1, 8760),
    description: 'A channel is redeemed also when it owes something for so long.',
    standard: '168',
  }),
  redeemFeePercent: setting({
    key: 'payments.redeem_fee_percent',
    env: 'CHIRAL_REDEEM_FEE_PERCENT',
    schema: number(1, 100),
    description:
      'Redeeming waits for cheaper gas while it would cost more than this part of what it brings; not when four times redeem_above is owed, or half of the dispute window is over.',
    standard: '10',
  }),
  creditCapTotal: setting({
    key: 'payments.credit_cap_total',
    env: 'CHIRAL_CREDIT_CAP_TOTAL',
    schema: amount,
    description: 'Most that all payers together may owe.',
    standard: '1',
  }),
  ...ACCEPT_SETTINGS,
  payBy: setting({
    key: 'payments.pay_by',
    env: 'CHIRAL_PAY_BY',
    schema: z.enum(PAY_BY_CHOICES),
    description:
      'How a download pays: "channel"; "transfer", a coin transfer a chunk, each of which waits for its confirmations; "batch", afterwards and all seeders in one transaction, as far as they give credit; "escrow", coin that is locked for a day, once for all seeders, and comes back at the end as far as it was not spent; "auto", a batch where that credit is enough, an escrow where one lock for all seeders is less gas than a channel to each, and else channels, as where the chain has no Escrow. Several files at once use channels or one escrow.',
    standard: 'channel',
  }),
  window: setting({
    key: 'downloads.window',
    env: 'CHIRAL_WINDOW',
    schema: number(1, 64),
    description: 'Requests outstanding per seeder.',
    standard: '32',
  }),
  maxSources: setting({
    key: 'downloads.max_sources',
    env: 'CHIRAL_MAX_SOURCES',
    schema: number(1, 256),
    description: 'Seeders used at once.',
    standard: '8',
  }),
  stallMs: setting({
    key: 'downloads.stall_ms',
    env: 'CHIRAL_STALL_MS',
    schema: number(100, 600_000),
    description: 'A chunk that has not come in this time is asked for elsewhere as well.',
    standard: '5000',
  }),
  protocol: setting({
    key: 'downloads.protocol',
    env: 'CHIRAL_PROTOCOL',
    schema: z.enum(WANTED_PROTOCOLS),
    description:
      'What is used with seeders that speak it: "bitswap" buys chunks one by one, "webrpc" in sessions that pay for several at once, "http", "bittorrent" and "ed2k" bring them that way and pay beside it; "mixed" is another with each seeder.',
    standard: 'http for what costs nothing, else bitswap',
  }),
  prefer: setting({
    key: 'downloads.prefer',
    env: 'CHIRAL_PREFER',
    schema: z.enum(PREFERENCES),
    description:
      'Who is asked first: the "cheapest", the "fastest", or by price, speed and reputation together, "balanced". It only orders them.',
    standard: 'balanced',
  }),
  maxDownloadRate: setting({
    key: 'downloads.max_rate',
    env: 'CHIRAL_MAX_DOWNLOAD_RATE',
    schema: rate,
    description: 'Most bytes a second over all downloads; 0 is no limit.',
    standard: '0',
  }),
  freeSources: setting({
    key: 'downloads.free_sources',
    env: 'CHIRAL_FREE_SOURCES',
    schema: onOrOff,
    description:
      'Ask the trackers of bittorrent.trackers (those on WebSockets for peers of WebTorrent), and Kad where ed2k.kad_bootstrap is set, for peers that have what is downloaded, and get chunks from them for nothing. They learn what this node wants.',
    standard: 'false',
  }),
  ...UPLOAD_SETTINGS,
  maxTotal: setting({
    key: 'downloads.max_total',
    env: 'CHIRAL_MAX_TOTAL',
    schema: amount,
    description: 'Budget of one download: "get" then does not ask.',
  }),
  maxPrice: setting({
    key: 'downloads.max_price',
    env: 'CHIRAL_MAX_PRICE',
    schema: amount,
    description: 'Highest price per MiB: "get" then does not ask.',
  }),
  capacity: setting({
    key: 'downloads.capacity',
    env: 'CHIRAL_CAPACITY',
    schema: byteCount,
    description: 'Disk that downloads may take together, such as 500GiB; files shared in place do not count.',
    standard: 'what the disk has',
  }),
  ...CACHE_SETTINGS,
  passwordFile: setting({
    key: 'wallet.password_file',
    env: 'CHIRAL_PASSWORD_FILE',
    flag: 'passwordFile',
    option: '--password-file',
    schema: z.string().min(1, { error: 'a file name is needed' }),
    description: 'File whose first line is the wallet password.',
  }),
  logLevel: setting({
    key: 'log_level',
    env: 'CHIRAL_LOG_LEVEL',
    flag: 'logLevel',
    option: '--log-level',
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']),
    description: 'How much is logged on standard error.',
    standard: 'warn; info for "chiral daemon"',
  }),
  walletPassword: setting({
    env: 'CHIRAL_PASSWORD',
    schema: z.string(),
    description: 'The wallet password itself; a file is safer.',
  }),
  failPoint: setting({
    env: 'CHIRAL_FAIL_POINT',
    schema: z.string(),
    description: 'For crash tests: where the process kills itself.',
  }),
} as const

export type SettingName = keyof typeof SETTINGS
/** What the settings parse to, each present only when somebody set it. */
export type SettingValues = { readonly [Name in SettingName]?: z.output<(typeof SETTINGS)[Name]['schema']> | undefined }

export type Budget = { readonly maxTotal?: Wei | undefined; readonly maxPrice?: Wei | undefined }
