import { isIP, isIPv4 } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { parseCoins } from '../domain/amount.ts'
import { messageOf } from '../domain/errors.ts'
import { parseAddress } from '../domain/ids.ts'
import { HIGHEST_RATE, isRate, RATE_RULE } from '../domain/rate.ts'
import { parseTransferProtocols } from '../domain/transfer.ts'
import { MAX_TRACKERS } from '../public-protocols/bittorrent/announce/limits.ts'
import { parseTrackerUrl } from '../public-protocols/bittorrent/announce/tracker-url.ts'
import type { KadBootstrap } from './node-config.ts'

/** Nodes to begin with: each is a datagram at the start. */
const MAX_DHT_NODES = 16

/** What the values of settings may be, in TOML's types or, from flags and the environment, as text; each error says what is needed. */

export const address = z.string().transform(parsed(parseAddress))
export const amount = z
  .union([z.string(), z.int().nonnegative()])
  .transform(parsed((value) => parseCoins(String(value))))
/** TOML has its own; flags and the environment are text. */
export const onOrOff = z
  .union([z.boolean(), z.enum(['true', 'false'])], { error: 'true or false is needed' })
  .transform((value) => value === true || value === 'true')
export const rpcUrl = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
  error: 'an http:// or https:// address is needed, such as http://127.0.0.1:8545',
})
export const httpUrl = rpcUrl
  .refine((text) => !/[?#@]/.test(text), { error: 'an address without a query, a fragment or a name is needed' })
  .transform((text) => (text.endsWith('/') ? text : `${text}/`))
export const httpListen = z.string().transform(parsed(parseListen))
export const listenAddress = z.string().transform(parsed(parseAddressAndPort))
export const trackerUrls = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((list) => list.filter((text) => text !== ''))
  .transform(parsed((list) => [...new Set(list.map((text) => parseTrackerUrl(text).href))] as readonly string[]))
  .refine((list) => list.length <= MAX_TRACKERS, { error: `at most ${MAX_TRACKERS} trackers can be used` })
export const dhtNodes = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((list) => list.filter((text) => text !== ''))
  .transform(parsed((list) => list.map(parseDhtNode) as readonly { readonly host: string; readonly port: number }[]))
  .refine((list) => list.length <= MAX_DHT_NODES, { error: `at most ${MAX_DHT_NODES} nodes can be given` })
export const kadBootstrap = z.string().min(1).transform(parsed(parseKadBootstrap))
export const peerAddress = z.string().transform(parsed(parsePeer))
export const multiaddrs = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((list) => list.filter((text) => text !== ''))
  .transform(
    parsed((list) => {
      for (const text of list) parseMultiaddr(text)
      return list as readonly string[]
    }),
  )
export const transferProtocols = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform(parsed(parseTransferProtocols))
export const enodes = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((list) => list.filter((text) => text !== ''))
  .refine((list) => list.every((text) => text.startsWith('enode://')), {
    error: 'an enode is needed, as "chiral chain bootnode" prints it',
  })
export const bootstrapAddresses = multiaddrs.refine((list) => list.every((text) => text.includes('/p2p/')), {
  error: 'a bootstrap address must end in /p2p/<peer id>, as "chiral share" prints it',
})

export const iceServers = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((list) => list.filter((text) => text !== ''))
  .refine((list) => list.every((text) => /^(stun|turn)s?:./.test(text)), {
    error: 'an address of a STUN or TURN server is needed, such as stun:192.0.2.7:3478',
  })

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }
/** As much as a file may have: more than any disk. */
const MAX_BYTES = 2 ** 50
const BYTES_ERROR = 'a number of bytes is needed, such as 512MiB or 20GiB'

export const byteCount = z
  .union([z.number(), z.string()], { error: BYTES_ERROR })
  .transform((value) => {
    const [, digits, unit = ''] = /^([0-9]{1,16}) ?([KMGT]iB)?$/.exec(String(value)) ?? []
    return digits === undefined ? Number.NaN : Number(digits) * (UNITS[unit] ?? Number.NaN)
  })
  .pipe(z.int({ error: BYTES_ERROR }).min(0, { error: BYTES_ERROR }).max(MAX_BYTES, { error: BYTES_ERROR }))

export function number(min: number, max: number): z.ZodType<number> {
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

/** Bytes a second. */
export const rate = number(0, HIGHEST_RATE).refine(isRate, { error: `${RATE_RULE} are needed` })

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

function parseListen(text: string): { readonly host: string; readonly port: number } | 'off' {
  if (text === 'off') return text
  try {
    return parseAddressAndPort(text)
  } catch (error) {
    throw new Error(`${messageOf(error)}, or off`)
  }
}

function parseAddressAndPort(text: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(text) ?? []
  const address = host.replace(/^\[(.*)\]$/, '$1')
  if (isIP(address) === 0 || Number(port) > 65_535)
    throw new Error('an IP address and a port are needed, such as 0.0.0.0:8080 or [::]:8080')
  return { host: address, port: Number(port) }
}

/** What is no address is a path; Kad knows IPv4 alone. */
function parseKadBootstrap(text: string): KadBootstrap {
  const [, host = '', port = ''] = /^([\d.]+):(\d{1,5})$/.exec(text) ?? []
  if (host === '') return { kind: 'file', path: text }
  if (!isIPv4(host) || Number(port) === 0 || Number(port) > 65_535)
    throw new Error('a path, or an IPv4 address and a port are needed, such as 192.0.2.7:4672')
  return { kind: 'node', address: host, port: Number(port) }
}

/** A name, or an address of the kind that BEP 5 knows. */
function parseDhtNode(text: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^([a-z0-9.-]{1,253}):([1-9]\d{0,4})$/i.exec(text) ?? []
  const isAddress = /^[\d.]+$/.test(host)
  if (host === '' || (isAddress && !isIPv4(host)) || Number(port) > 65_535)
    throw new Error('a name or an IPv4 address, and a port are needed, such as router.example:6881')
  return { host, port: Number(port) }
}

function parsePeer(text: string): { readonly host: string; readonly port: number } {
  const address = parseListen(text)
  if (address === 'off' || address.port === 0)
    throw new Error('an IP address and a port are needed, such as 203.0.113.7:6881')
  return address
}

function parseMultiaddr(text: string): void {
  try {
    multiaddr(text)
  } catch {
    throw new Error(`"${text.slice(0, 200)}" is not a multiaddr such as /ip4/127.0.0.1/tcp/4001`)
  }
}
