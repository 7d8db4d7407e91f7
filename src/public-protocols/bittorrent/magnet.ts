import { toHex } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import { MAX_ADDRESSES, MAX_MAGNET_LENGTH, MAX_TRACKERS } from './limits.ts'

/** A torrent by its hash alone: BEP 9. */
export interface Magnet {
  /** Hex. */
  readonly infohash: string
  readonly name: string | undefined
  readonly sizeBytes: number | undefined
  readonly trackers: readonly string[]
  /** Peers that have it, as `host:port`. */
  readonly peers: readonly string[]
}

export function formatMagnet({ infohash, name, sizeBytes, trackers, peers }: Magnet): string {
  const parts = [
    `xt=urn:btih:${infohash}`,
    ...(name === undefined ? [] : [`dn=${encodeURIComponent(name)}`]),
    ...(sizeBytes === undefined ? [] : [`xl=${sizeBytes}`]),
    ...trackers.map((tracker) => `tr=${encodeURIComponent(tracker)}`),
    ...peers.map((peer) => `x.pe=${peer}`), // an address and a port: other clients take them as they are
  ]
  return `magnet:?${parts.join('&')}`
}

/** @throws DecodeError for what is no magnet of a torrent of version 1 */
export function parseMagnet(text: string): Magnet {
  if (text.length > MAX_MAGNET_LENGTH || !/^magnet:\?/i.test(text))
    throw new DecodeError(`"${text.slice(0, 80)}" is no magnet link.`)
  const parameters = new URLSearchParams(text.slice(text.indexOf('?')))
  const topics = parameters.getAll('xt').map((topic) => infohashIn(topic))
  const infohash = topics.find((topic) => topic !== undefined)
  if (infohash === undefined) throw new DecodeError('A magnet link names no torrent of version 1.')
  const size = parameters.get('xl') ?? ''
  return {
    infohash,
    name: parameters.get('dn') ?? undefined,
    sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : undefined,
    trackers: [...new Set(parameters.getAll('tr'))].slice(0, MAX_TRACKERS),
    peers: [...new Set(parameters.getAll('x.pe'))].slice(0, MAX_ADDRESSES),
  }
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

function infohashIn(topic: string): string | undefined {
  const hash = /^urn:btih:([0-9a-z]+)$/i.exec(topic)?.[1] ?? ''
  if (/^[0-9a-f]{40}$/i.test(hash)) return hash.toLowerCase()
  return /^[a-z2-7]{32}$/i.test(hash) ? fromBase32(hash.toLowerCase()) : undefined
}

/** As old clients write it. */
function fromBase32(text: string): string {
  let bits = 0n
  for (const digit of text) bits = (bits << 5n) | BigInt(BASE32.indexOf(digit))
  return toHex(Buffer.from(bits.toString(16).padStart(40, '0'), 'hex'))
}
