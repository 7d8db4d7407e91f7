import { fromHex, toHex } from '../domain/bytes.ts'
import { boundedList, boundedText, exactBytes } from './fields.ts'
import type { Offer as OfferMessage } from './messages.js'
import { MAX_MULTIADDRS, MAX_TEXT_BYTES } from './protocol.ts'

/** Where and how a seeder serves a file; at most one endpoint a protocol, named as the offer and the CLI name them. */
export interface Endpoints {
  readonly 'chiral-private'?: {
    readonly multiaddrs: readonly string[]
    /** Protocol ids, absent where not served. */
    readonly bitswap?: string
    readonly webrpc?: string
  }
  readonly http?: {
    readonly url: string
    /** SHA-256 of the certificate, hex. */
    readonly tlsFingerprint?: string
  }
  readonly bittorrent?: { readonly infohash: string; readonly addresses: readonly string[] }
  readonly webtorrent?: { readonly magnet: string; readonly trackers: readonly string[] }
  readonly ed2k?: { readonly link: string; readonly address: string }
}

export type ProtocolName = keyof Endpoints
export const PROTOCOL_NAMES: readonly ProtocolName[] = ['chiral-private', 'http', 'bittorrent', 'webtorrent', 'ed2k']

export function protocolsOf(endpoints: Endpoints): ProtocolName[] {
  return PROTOCOL_NAMES.filter((name) => endpoints[name] !== undefined)
}

type EndpointFields = Pick<OfferMessage.$Properties, 'chiralPrivate' | 'http' | 'bittorrent' | 'webtorrent' | 'ed2k'>

export function encodeEndpoints(endpoints: Endpoints): EndpointFields {
  const { 'chiral-private': chiralPrivate, http, bittorrent, webtorrent, ed2k } = endpoints
  return {
    ...(chiralPrivate && { chiralPrivate: { ...chiralPrivate, multiaddrs: [...chiralPrivate.multiaddrs] } }),
    ...(http && {
      http: { url: http.url, ...(http.tlsFingerprint && { tlsFingerprint: fromHex(http.tlsFingerprint) }) },
    }),
    ...(bittorrent && {
      bittorrent: { infohash: fromHex(bittorrent.infohash), addresses: [...bittorrent.addresses] },
    }),
    ...(webtorrent && { webtorrent: { magnet: webtorrent.magnet, trackers: [...webtorrent.trackers] } }),
    ...(ed2k && { ed2k }),
  }
}

/** @throws DecodeError */
export function decodeEndpoints(offer: EndpointFields): Endpoints {
  const { chiralPrivate, http, bittorrent, webtorrent, ed2k } = offer
  return {
    ...(chiralPrivate && {
      'chiral-private': {
        multiaddrs: list(chiralPrivate.multiaddrs, 'multiaddrs'),
        ...(chiralPrivate.bitswap && { bitswap: text(chiralPrivate.bitswap, 'bitswap') }),
        ...(chiralPrivate.webrpc && { webrpc: text(chiralPrivate.webrpc, 'webrpc') }),
      },
    }),
    ...(http && {
      http: {
        url: text(http.url, 'http.url'),
        ...(http.tlsFingerprint?.byteLength && {
          tlsFingerprint: toHex(exactBytes(http.tlsFingerprint, 32, 'http.tls_fingerprint')),
        }),
      },
    }),
    ...(bittorrent && {
      bittorrent: {
        infohash: toHex(exactBytes(bittorrent.infohash ?? new Uint8Array(0), 20, 'bittorrent.infohash')),
        addresses: list(bittorrent.addresses, 'bittorrent.addresses'),
      },
    }),
    ...(webtorrent && {
      webtorrent: { magnet: text(webtorrent.magnet, 'magnet'), trackers: list(webtorrent.trackers, 'trackers') },
    }),
    ...(ed2k && { ed2k: { link: text(ed2k.link, 'ed2k.link'), address: text(ed2k.address, 'ed2k.address') } }),
  }
}

function text(value: string | null | undefined, name: string): string {
  return boundedText(value ?? '', MAX_TEXT_BYTES, name)
}

function list(values: readonly string[] | null | undefined, name: string): string[] {
  return boundedList(values ?? [], { count: MAX_MULTIADDRS, bytes: MAX_TEXT_BYTES }, name)
}
