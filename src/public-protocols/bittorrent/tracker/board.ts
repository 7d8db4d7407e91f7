import { ChiralError } from '../../../domain/errors.ts'
import type { RequestLimit } from './address-limits.ts'
import type { Endpoint } from './compact.ts'
import type { TrackerMetrics } from './metrics.ts'
import type { Announce } from './request.ts'
import type { Counts, Peer, Swarms } from './swarms.ts'

/** What all faces of the tracker share. */
export interface Board<Line> {
  readonly swarms: Swarms<Line>
  readonly requests: RequestLimit
  readonly metrics: TrackerMetrics
  readonly intervalMs: number
}

export interface AnnounceAnswer extends Counts {
  readonly peers: readonly (Endpoint & { readonly peerId: string })[]
}

/**
 * Takes the announce of a peer that listens on TCP. Its address is the one the request came from: what a request says of itself could be anybody's.
 * @throws ChiralError `RATE_LIMITED`
 */
export function takeAnnounce<Line>(
  { swarms, metrics }: Board<Line>,
  announce: Announce,
  address: string,
): AnnounceAnswer {
  const { infohash, peerId, port, event, isSeeder, wanted } = announce
  const peer = { peerId, reach: { kind: 'address', address, port }, isSeeder } as const satisfies Peer<Line>
  metrics.announces.inc()
  if (event === 'stopped') {
    swarms.leave(infohash, peer)
    return { ...swarms.counts(infohash), peers: [] }
  }
  swarms.join(infohash, peer)
  const peers = swarms
    .others(infohash, peer, wanted)
    .flatMap(({ peerId: id, reach }) =>
      reach.kind === 'address' ? [{ address: reach.address, port: reach.port, peerId: id }] : [],
    )
  return { ...swarms.counts(infohash), peers }
}

/** @throws ChiralError `RATE_LIMITED` when the address has asked too much */
export function countRequest<Line>({ requests }: Board<Line>, address: string): void {
  if (!requests.take(address)) throw new ChiralError('RATE_LIMITED', 'Too many requests: ask again later.')
}

/** As it is told to others: an IPv4 address that came in over IPv6 is one of IPv4, and no zone of this machine. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
}
