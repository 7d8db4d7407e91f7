import { multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { parseCoins, type Wei } from '../domain/amount.ts'
import { messageOf } from '../domain/errors.ts'
import { parseAddress } from '../domain/ids.ts'
import { IN_BAND_PROTOCOLS } from '../domain/in-band-protocol.ts'

/** One thing that can be configured: where its value may stand and what it must be. */
export interface Setting<T> {
  /** `table.key` in the TOML file; settings without one (secrets, test hooks) must not stand in a file. */
  readonly key?: string
  readonly env?: string
  /** Name of the option in `ConfigFlags`, and as it is typed. */
  readonly flag?: string
  readonly option?: string
  /** Takes TOML's types and, from flags and environment, text. */
  readonly schema: z.ZodType<T>
  readonly description: string
  /** As text, for the reference; what applies is in config.ts. */
  readonly standard?: string
}

const address = z.string().transform(parsed(parseAddress))
const amount = z.union([z.string(), z.int().nonnegative()]).transform(parsed((value) => parseCoins(String(value))))
/** TOML has its own; flags and the environment are text. */
const onOrOff = z
  .union([z.boolean(), z.enum(['true', 'false'])], { error: 'true or false is needed' })
  .transform((value) => value === true || value === 'true')
const rpcUrl = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
  error: 'an http:// or https:// address is needed, such as http://127.0.0.1:8545',
})
const multiaddrs = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((list) => list.filter((text) => text !== ''))
  .transform(
    parsed((list) => {
      for (const text of list) parseMultiaddr(text)
      return list as readonly string[]
    }),
  )
const enodes = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((list) => list.filter((text) => text !== ''))
  .refine((list) => list.every((text) => text.startsWith('enode://')), {
    error: 'an enode is needed, as "chiral chain bootnode" prints it',
  })
const bootstrapAddresses = multiaddrs.refine((list) => list.every((text) => text.includes('/p2p/')), {
  error: 'a bootstrap address must end in /p2p/<peer id>, as "chiral share" prints it',
})

const iceServers = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((list) => list.filter((text) => text !== ''))
  .refine((list) => list.every((text) => /^(stun|turn)s?:./.test(text)), {
    error: 'an address of a STUN or TURN server is needed, such as stun:192.0.2.7:3478',
  })

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
  listen: setting({
    key: 'network.listen',
    env: 'CHIRAL_LISTEN',
    flag: 'listen',
    option: '--listen',
    schema: multiaddrs,
    description: 'Multiaddrs to listen on.',
    standard: 'port 4001 (TCP and WebRTC) on all interfaces; free ports on 127.0.0.1 in scope loopback',
  }),
  announce: setting({
    key: 'network.announce',
    env: 'CHIRAL_ANNOUNCE',
    schema: multiaddrs,
    description: 'Addresses told to others in place of those listened on.',
  }),
  bootstrap: setting({
    key: 'network.bootstrap',
    env: 'CHIRAL_BOOTSTRAP',
    flag: 'bootstrap',
    option: '--bootstrap',
    schema: bootstrapAddresses,
    description: 'Peers through which the network is entered.',
  }),
  relays: setting({
    key: 'network.relays',
    env: 'CHIRAL_RELAYS',
    schema: bootstrapAddresses,
    description: 'Peers at which this node can be met by others that cannot dial it; both then connect by WebRTC.',
  }),
  serveAsRelay: setting({
    key: 'network.serve_as_relay',
    env: 'CHIRAL_SERVE_AS_RELAY',
    schema: onOrOff,
    description: 'Be such a peer for others: it carries how to connect, never chunks.',
    standard: 'false',
  }),
  iceServers: setting({
    key: 'network.ice_servers',
    env: 'CHIRAL_ICE_SERVERS',
    schema: iceServers,
    description: 'STUN and TURN servers that WebRTC may ask; none are asked otherwise.',
  }),
  scope: setting({
    key: 'network.scope',
    env: 'CHIRAL_SCOPE',
    flag: 'scope',
    option: '--scope',
    schema: z.enum(['public', 'lan', 'loopback']),
    description: 'Which addresses are published and dialled.',
    standard: 'loopback with a test chain on this machine, public otherwise',
  }),
  confirmations: setting({
    key: 'payments.confirmations',
    env: 'CHIRAL_CONFIRMATIONS',
    schema: number(0, 1000),
    description: 'Blocks on a deposit before it is served against.',
    standard: 'by chain: 6; none on 98767, 1 on 98768',
  }),
  redeemAbove: setting({
    key: 'payments.redeem_above',
    env: 'CHIRAL_REDEEM_ABOVE',
    schema: amount,
    description: 'A channel is redeemed when it owes more than this.',
    standard: '0.1',
  }),
  creditCapTotal: setting({
    key: 'payments.credit_cap_total',
    env: 'CHIRAL_CREDIT_CAP_TOTAL',
    schema: amount,
    description: 'Most that all payers together may owe.',
    standard: '1',
  }),
  contractWallets: setting({
    key: 'payments.contract_wallets',
    env: 'CHIRAL_CONTRACT_WALLETS',
    schema: onOrOff,
    description:
      'Serve payers that are contracts (ERC-1271): "true" or "false". Their owner can make vouchers worthless that are not redeemed yet, so each may cost redeem_above.',
    standard: 'false',
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
    schema: z.enum(IN_BAND_PROTOCOLS),
    description:
      'How chunks are bought from seeders that speak both: "bitswap" one by one, or "webrpc" in sessions that pay for several at once.',
    standard: 'bitswap',
  }),
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

function setting<T>(definition: Setting<T>): Setting<T> {
  return definition
}

function number(min: number, max: number): z.ZodType<number> {
  const error = `a whole number from ${min} to ${max} is needed`
  return z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^[0-9]{1,15}$/, { error })
          .transform(Number),
      ],
      { error },
    )
    .pipe(z.int({ error }).min(min, { error }).max(max, { error }))
}

/** Turns a parser that throws a sentence into a zod transform that reports it. */
function parsed<From, To>(parse: (value: From) => To): (value: From, context: z.RefinementCtx<From>) => To {
  return (value, context) => {
    try {
      return parse(value)
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error).replace(/\.$/, ''), input: value })
      return z.NEVER
    }
  }
}

function parseMultiaddr(text: string): void {
  try {
    multiaddr(text)
  } catch {
    throw new Error(`"${text.slice(0, 200)}" is not a multiaddr such as /ip4/127.0.0.1/tcp/4001`)
  }
}

export type Budget = { readonly maxTotal?: Wei | undefined; readonly maxPrice?: Wei | undefined }
