import { ChiralError } from '../../../domain/errors.ts'
import type { Clock } from '../../../system/clock.ts'
import type { Random } from '../../../system/random.ts'
import { addressKey } from '../../address-key.ts'
import {
  KEPT_INTERVALS,
  MAX_ENTRIES,
  MAX_ENTRIES_PER_ADDRESS,
  MAX_PEERS_PER_TORRENT,
  MAX_PEERS_PER_TORRENT_AND_ADDRESS,
} from './limits.ts'

/** How a peer is reached: by TCP at its address, or through what it holds open (a WebSocket that carries offers). */
export type Reach<Line> =
  | { readonly kind: 'address'; readonly address: string; readonly port: number }
  | { readonly kind: 'line'; readonly address: string; readonly line: Line }

export interface Peer<Line> {
  /** 40 hex digits. */
  readonly peerId: string
  readonly reach: Reach<Line>
  /** Has all of it. */
  readonly isSeeder: boolean
}

interface Entry<Line> extends Peer<Line> {
  /** Monotonic ms; never, for a line, which says itself when it ends. */
  readonly expiresAt: number
}

export interface Counts {
  readonly seeders: number
  readonly leechers: number
}

export interface SwarmsOptions {
  readonly clock: Clock
  readonly random: Random
  readonly intervalMs: number
}

/**
 * Who is in which torrent, as the peers say themselves. Nobody's word is checked here, so everything is bounded by the address it came from, and a
 * peer is told to others with that address alone. In memory: after a restart the peers announce again.
 */
export class Swarms<Line> {
  readonly #options: SwarmsOptions
  /** By infohash (40 hex digits), then by who it is. Maps keep the order of the last announce: the first entry is the oldest. */
  readonly #torrents = new Map<string, Map<string, Entry<Line>>>()
  readonly #entriesOf = new Map<string, number>()
  #entries = 0

  constructor(options: SwarmsOptions) {
    this.#options = options
  }

  get entries(): number {
    return this.#entries
  }

  get torrents(): number {
    return this.#torrents.size
  }

  /** Adds a peer, or notes that it is still there. @throws ChiralError `RATE_LIMITED` when there is no room for it */
  join(infohash: string, peer: Peer<Line>): void {
    this.#expire(infohash)
    const swarm = this.#torrents.get(infohash) ?? new Map<string, Entry<Line>>()
    const key = keyOf(peer)
    const known = swarm.get(key)
    if (known === undefined) this.#refuseBeyondLimits(swarm, peer)
    else if (isTakeover(known, peer))
      // SPEC 13 §3: "The tracker MUST NOT let one connection take the place of another's peer id from another address."
      throw new ChiralError('RATE_LIMITED', 'Somebody else is in this torrent under that peer id.')
    const { clock, intervalMs } = this.#options
    const expiresAt =
      peer.reach.kind === 'line' ? Number.POSITIVE_INFINITY : clock.monotonic() + KEPT_INTERVALS * intervalMs
    swarm.delete(key)
    swarm.set(key, { ...peer, expiresAt })
    if (known !== undefined) return
    this.#torrents.set(infohash, swarm)
    this.#count(peer, 1)
  }

  /** Takes a peer out; nothing happens when it is not in, or somebody else holds its place. */
  leave(infohash: string, peer: Pick<Peer<Line>, 'peerId' | 'reach'>): void {
    const swarm = this.#torrents.get(infohash)
    const known = swarm?.get(keyOf(peer))
    if (swarm === undefined || known === undefined) return
    const { reach } = peer
    if (reach.kind === 'line' && (known.reach.kind !== 'line' || known.reach.line !== reach.line)) return
    this.#remove(infohash, swarm, known)
  }

  /** Up to `most` others of the same kind, by chance; never `self`. */
  others(infohash: string, self: Pick<Peer<Line>, 'peerId' | 'reach'>, most: number): Peer<Line>[] {
    this.#expire(infohash)
    const own = keyOf(self)
    const candidates = [...(this.#torrents.get(infohash) ?? [])]
      .filter(([key, { reach }]) => key !== own && reach.kind === self.reach.kind)
      .map(([, entry]) => entry)
    return pickSome(candidates, most, this.#options.random)
  }

  /** The peer of that id that holds a line open. */
  onLine(infohash: string, peerId: string): Line | undefined {
    const entry = this.#torrents.get(infohash)?.get(`line:${peerId}`)
    return entry?.reach.kind === 'line' ? entry.reach.line : undefined
  }

  counts(infohash: string): Counts {
    this.#expire(infohash)
    const entries = [...(this.#torrents.get(infohash)?.values() ?? [])]
    const seeders = entries.filter(({ isSeeder }) => isSeeder).length
    return { seeders, leechers: entries.length - seeders }
  }

  /** Forgets everybody who has not announced for long; to be called now and then, for torrents nobody asks about. */
  sweep(): void {
    for (const infohash of [...this.#torrents.keys()]) this.#expire(infohash)
  }

  #refuseBeyondLimits(swarm: ReadonlyMap<string, Entry<Line>>, { reach }: Peer<Line>): void {
    const address = addressKey(reach.address)
    const ofAddress = [...swarm.values()].filter((entry) => addressKey(entry.reach.address) === address)
    if ((this.#entriesOf.get(address) ?? 0) >= MAX_ENTRIES_PER_ADDRESS)
      throw new ChiralError('RATE_LIMITED', `One address may be in ${MAX_ENTRIES_PER_ADDRESS} torrents.`)
    if (ofAddress.length >= MAX_PEERS_PER_TORRENT_AND_ADDRESS || swarm.size >= MAX_PEERS_PER_TORRENT)
      throw new ChiralError('RATE_LIMITED', 'The torrent has as many peers as it may have.')
    if (this.#entries >= MAX_ENTRIES)
      throw new ChiralError('RATE_LIMITED', 'The tracker is full: announce again later.')
  }

  /** The oldest stand first, those on a line aside: so it ends at the first that is still good. */
  #expire(infohash: string): void {
    const swarm = this.#torrents.get(infohash)
    if (swarm === undefined) return
    const now = this.#options.clock.monotonic()
    for (const entry of swarm.values()) {
      if (entry.reach.kind === 'line') continue
      if (entry.expiresAt > now) break
      this.#remove(infohash, swarm, entry)
    }
  }

  #remove(infohash: string, swarm: Map<string, Entry<Line>>, entry: Entry<Line>): void {
    swarm.delete(keyOf(entry))
    if (swarm.size === 0) this.#torrents.delete(infohash)
    this.#count(entry, -1)
  }

  #count({ reach }: Peer<Line>, by: 1 | -1): void {
    const address = addressKey(reach.address)
    const count = (this.#entriesOf.get(address) ?? 0) + by
    if (count === 0) this.#entriesOf.delete(address)
    else this.#entriesOf.set(address, count)
    this.#entries += by
  }
}

/** On TCP a peer is where it listens, whatever it calls itself: an id is not proof of anything. */
function keyOf<Line>({ peerId, reach }: Pick<Peer<Line>, 'peerId' | 'reach'>): string {
  return reach.kind === 'line' ? `line:${peerId}` : `${reach.address} ${reach.port}`
}

/** A peer that reconnects from where it was takes its place again, even while the old connection seems to live. */
function isTakeover<Line>(known: Peer<Line>, { reach }: Peer<Line>): boolean {
  if (reach.kind !== 'line' || known.reach.kind !== 'line' || known.reach.line === reach.line) return false
  return addressKey(known.reach.address) !== addressKey(reach.address)
}

/** `most` of `items`, each set of them as likely as any other. */
function pickSome<T>(items: T[], most: number, random: Random): T[] {
  if (items.length <= most) return items
  const numbers = new DataView(random.bytes(4 * most).buffer)
  for (let at = 0; at < most; at++) {
    // The remainder favours some by less than one in four million.
    const other = at + (numbers.getUint32(4 * at) % (items.length - at))
    const chosen = items[other] as T // both indices are within the list
    items[other] = items[at] as T
    items[at] = chosen
  }
  return items.slice(0, most)
}
