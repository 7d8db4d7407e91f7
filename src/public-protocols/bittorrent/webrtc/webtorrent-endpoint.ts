import { isIP } from 'node:net'
import { ChiralError } from '../../../domain/errors.ts'
import { parseTrackerUrl } from '../announce/tracker-url.ts'
import { MAX_TRACKERS_TRIED } from './limits.ts'

/** Where a seeder says it serves a file by WebRTC, in its signed offer. */
export interface WebtorrentEndpoint {
  /** Of the torrent; `x.chiral.peer` and `x.chiral.cert` say who of its swarm the seeder is. */
  readonly magnet: string
  /** WebSocket trackers where it answers. */
  readonly trackers: readonly string[]
}

/** Who of a swarm is meant. */
export interface NamedSeeder {
  /** 40 hex digits. */
  readonly infohash: string
  /** By which trackers know it: 40 hex digits. Anybody may call himself so. */
  readonly peerId: string
  /** SHA-256 of the certificate it shows, 64 hex digits: nobody else can. */
  readonly fingerprint: string
}

export interface MeantSeeder extends NamedSeeder {
  readonly trackers: readonly string[]
}

const PEER = 'x.chiral.peer'
const CERTIFICATE = 'x.chiral.cert'

/** A magnet of the torrent that says who this node is. Stock clients do not look at what they do not know. */
export function nameSeeder(magnet: string, { peerId, fingerprint }: Omit<NamedSeeder, 'infohash'>): string {
  return `${magnet}&${PEER}=${peerId}&${CERTIFICATE}=${fingerprint}`
}

/** @throws ChiralError `ENDPOINT_REFUSED` for what names no seeder, or no tracker this node goes to */
export function readEndpoint(endpoint: WebtorrentEndpoint, allows: (address: string) => boolean): MeantSeeder {
  const seeder = seederIn(endpoint.magnet)
  // SPEC 13 §4.3: "The leecher MUST NOT use an endpoint that does not name the seeder's certificate."
  if (seeder === undefined) throw refused('its magnet does not say who the seeder is')
  const trackers = endpoint.trackers.flatMap((text) => hrefOf(text, allows)).slice(0, MAX_TRACKERS_TRIED)
  if (trackers.length === 0) throw refused('it has no tracker where this node connects to')
  return { ...seeder, trackers }
}

/** Whom a magnet of an offer names; `undefined` where it does not say all of it. */
export function seederIn(magnet: string): NamedSeeder | undefined {
  const query = new URLSearchParams(/^magnet:\?(.*)$/s.exec(magnet)?.[1] ?? '')
  const infohash = /^urn:btih:([0-9a-f]{40})$/i.exec(query.get('xt') ?? '')?.[1]?.toLowerCase()
  const peerId = /^[0-9a-f]{40}$/.exec(query.get(PEER) ?? '')?.[0]
  const fingerprint = /^[0-9a-f]{64}$/.exec(query.get(CERTIFICATE) ?? '')?.[0]
  return infohash === undefined || peerId === undefined || fingerprint === undefined
    ? undefined
    : { infohash, peerId, fingerprint }
}

function hrefOf(text: string, allows: (address: string) => boolean): string[] {
  try {
    const { kind, href, hostname } = parseTrackerUrl(text)
    return kind === 'websocket' && (isIP(hostname) === 0 || allows(hostname)) ? [href] : []
  } catch {
    return [] // others of the offer may be good
  }
}

function refused(why: string): ChiralError {
  return new ChiralError('ENDPOINT_REFUSED', `The WebTorrent address of an offer is not used: ${why}.`)
}
