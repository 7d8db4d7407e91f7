import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { SwarmPeers } from '../../public-protocols/bittorrent/announce/swarm-peers.ts'
import { parseKadId } from '../../public-protocols/ed2k/kad/kad-id.ts'
import type { KadNode } from '../../public-protocols/ed2k/kad/udp-node.ts'
import { type Clock, deadline } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { Candidate, SignalledCandidate } from './candidates.ts'
import { PLACES_AT_A_TRACKER, SEARCH_TIMEOUT_MS } from './limits.ts'
import type { SwarmNames } from './names.ts'

/** Who may know peers that have a file. */
export interface SwarmsToAsk {
  /** Of BitTorrent: trackers, the DHT. */
  readonly torrents: readonly SwarmPeers[]
  /** URLs of trackers on WebSockets, through which peers of WebRTC are met. */
  readonly signalling: readonly string[]
  /** Absent where this node takes no part in Kad. */
  readonly kad: Pick<KadNode, 'findSources'> | undefined
}

/** Asks all of them at once, and tells of each answer as it comes. Resolves when all answered, or time is over; never rejects. */
export async function searchSwarms(
  { torrents, links }: SwarmNames,
  {
    ask,
    found,
    clock,
    log,
    signal,
  }: {
    readonly ask: SwarmsToAsk
    readonly found: (candidates: readonly Candidate[]) => void
    readonly clock: Clock
    readonly log: Logger
    readonly signal: AbortSignal
  },
): Promise<void> {
  const late = new ChiralError('CANCELLED', 'The search took too long.')
  const limit = deadline(clock, SEARCH_TIMEOUT_MS, late, signal)
  const tell = async (search: Promise<readonly Candidate[]>): Promise<void> => {
    try {
      found(await search)
    } catch (error) {
      log.info({ code: codeOf(error), reason: messageOf(error) }, 'a swarm could not be asked')
    }
  }
  for (const { hash: name, sources } of links)
    found(sources.map(({ host, port }) => ({ protocol: 'ed2k', name, host, port })))
  // Who is there shows when somebody answers.
  found(torrents.flatMap((name) => ask.signalling.flatMap((tracker) => placesAt(tracker, name))))
  const { kad } = ask
  const inKad = kad === undefined ? [] : links.map((link) => tell(askKad(kad, link, limit.signal)))
  const inSwarms = torrents.flatMap((name) => ask.torrents.map((peers) => tell(askPeers(peers, name, limit.signal))))
  await Promise.all([...inKad, ...inSwarms])
  limit.done()
}

function placesAt(tracker: string, name: string): SignalledCandidate[] {
  return Array.from({ length: PLACES_AT_A_TRACKER }, (_, index) => ({
    protocol: 'webtorrent',
    name,
    tracker,
    place: index + 1,
  }))
}

async function askPeers(peers: SwarmPeers, name: string, signal: AbortSignal): Promise<Candidate[]> {
  const found = await peers.findPeers(name, signal)
  return found.map(({ address, port }) => ({ protocol: 'bittorrent', name, host: address, port }))
}

async function askKad(
  kad: Pick<KadNode, 'findSources'>,
  { hash: name, sizeBytes }: SwarmNames['links'][number],
  signal: AbortSignal,
): Promise<Candidate[]> {
  const found = await kad.findSources(parseKadId(name), sizeBytes, signal)
  return found.map(({ address, tcpPort }) => ({ protocol: 'ed2k', name, host: address, port: tcpPort }))
}
