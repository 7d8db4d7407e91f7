import { isIP } from 'node:net'
import type { PeerIdText } from '../../domain/ids.ts'
import { formatPeerAddress } from '../../public-protocols/bittorrent/endpoint.ts'
import { type StrangersProtocol, strangerId } from '../download/stranger.ts'
import {
  EARLY_ASKS_AT_ED2K,
  ED2K_ASK_AGAIN_MS,
  LEAST_PORT,
  MAX_AT_ONCE,
  MAX_AT_ONE_HOST,
  MAX_CANDIDATES,
  MAX_LIARS,
  MAX_TRIES,
  RETRY_MS,
  RETURN_MS,
} from './limits.ts'

/** Somebody who may have the file. */
export type Candidate = AddressedCandidate | SignalledCandidate

/** A peer of which somebody says so. */
export interface AddressedCandidate {
  readonly protocol: Exclude<StrangersProtocol, 'webtorrent'>
  /** What its swarm knows the file by: an infohash, or an ed2k hash. */
  readonly name: string
  /** An IP address. */
  readonly host: string
  readonly port: number
}

/** A place for whoever answers through a tracker on a WebSocket: one peer after another. */
export interface SignalledCandidate {
  readonly protocol: 'webtorrent'
  /** An infohash. */
  readonly name: string
  /** Its URL. */
  readonly tracker: string
  /** From 1. */
  readonly place: number
}

/** Of an infohash, where a place is shown: a download has two of them at the most. */
const SHOWN_DIGITS = 8

interface Known {
  readonly candidate: Candidate
  isInUse: boolean
  /** In a row, in which it brought nothing. */
  tries: number
  asks: number
  /** Not asked before. */
  from: number
}

/** Which strangers a download uses, and when. Pure: time comes as an argument, in milliseconds. */
export class Candidates {
  readonly #known = new Map<PeerIdText, Known>()
  /** Liars by protocol and name: who has no address to be banned under must not end the swarm of those who have. */
  readonly #liars = new Map<string, number>()
  readonly #isAllowed: (candidate: AddressedCandidate) => boolean

  /** `isAllowed`: may it be connected to, and is it neither banned nor a seller? */
  constructor(isAllowed: (candidate: AddressedCandidate) => boolean) {
    this.#isAllowed = isAllowed
  }

  /** Takes what was found. Who was known already, and who is one too many, is passed over. */
  add(found: Iterable<Candidate>): void {
    for (const candidate of found) {
      const id = idOf(candidate)
      if (this.#known.size >= MAX_CANDIDATES || this.#known.has(id)) continue
      if (candidate.protocol !== 'webtorrent' && !this.#mayBeDialled(candidate)) continue
      this.#known.set(id, { candidate, isInUse: false, tries: 0, asks: 0, from: 0 })
    }
  }

  /** The next to be connected to, in use from now on; `undefined` while there is none. */
  next(now: number): Candidate | undefined {
    const used = [...this.#known.values()].filter(({ isInUse }) => isInUse)
    if (used.length >= MAX_AT_ONCE) return undefined
    const free = [...this.#known.values()].filter((known) => this.#isReady(known, now, used))
    // Each swarm has its turn: a tracker names fifty peers where Kad names two.
    const inUse = ({ candidate: { protocol } }: Known): number =>
      used.filter(({ candidate }) => candidate.protocol === protocol).length
    const [first] = free.toSorted((a, b) => a.tries - b.tries || inUse(a) - inUse(b))
    if (first === undefined) return undefined
    first.isInUse = true
    return first.candidate
  }

  /** It is not used any more. */
  ended(
    candidate: Candidate,
    now: number,
    { brought, lied }: { readonly brought: boolean; readonly lied: boolean },
  ): void {
    const known = this.#known.get(idOf(candidate))
    if (known === undefined) return
    known.isInUse = false
    known.tries = brought ? 0 : known.tries + 1
    known.asks++
    known.from = now + pauseMs(known, brought)
    if (!lied) return
    known.from = Number.POSITIVE_INFINITY
    this.#liars.set(swarmOf(candidate), (this.#liars.get(swarmOf(candidate)) ?? 0) + 1)
  }

  /** When somebody who waits may be asked again; `undefined` when nobody waits. */
  wakesAt(): number | undefined {
    const waiting = [...this.#known.values()].filter((known) => !known.isInUse && this.#isOfUse(known))
    return waiting.length === 0 ? undefined : Math.min(...waiting.map(({ from }) => from))
  }

  /** How many would be connected to, were there places. */
  waiting(now: number): number {
    return [...this.#known.values()].filter((known) => !known.isInUse && known.from <= now && this.#isOfUse(known))
      .length
  }

  /** So many of its swarm lied that its name cannot be the file's. */
  isWrong(candidate: Pick<Candidate, 'protocol' | 'name'>): boolean {
    return (this.#liars.get(swarmOf(candidate)) ?? 0) >= MAX_LIARS
  }

  #mayBeDialled(candidate: AddressedCandidate): boolean {
    return isIP(candidate.host) !== 0 && candidate.port >= LEAST_PORT && this.#isAllowed(candidate)
  }

  #isReady(known: Known, now: number, used: readonly Known[]): boolean {
    const host = hostOf(known.candidate)
    const atHost = used.filter(({ candidate }) => hostOf(candidate) === host).length
    return !known.isInUse && known.from <= now && this.#isOfUse(known) && atHost < MAX_AT_ONE_HOST
  }

  #isOfUse({ candidate, tries, from }: Known): boolean {
    // In a queue of ed2k one waits for hours.
    const isWorthIt = tries < MAX_TRIES || candidate.protocol === 'ed2k'
    return isWorthIt && Number.isFinite(from) && !this.isWrong(candidate)
  }
}

export function idOf(candidate: Candidate): PeerIdText {
  if (candidate.protocol !== 'webtorrent') return strangerId(candidate.protocol, formatPeerAddress(candidate))
  const { name, tracker, place } = candidate
  return strangerId('webtorrent', `${name.slice(0, SHOWN_DIGITS)}@${new URL(tracker).host}/${place}`)
}

/** SPEC 14 §7: "MUST NOT ask a client that is not ours for a slot more often than twice within ten minutes of the ask before, and then every 22 minutes" */
function pauseMs({ candidate, asks }: Pick<Known, 'candidate' | 'asks'>, brought: boolean): number {
  if (candidate.protocol === 'ed2k' && asks > EARLY_ASKS_AT_ED2K) return ED2K_ASK_AGAIN_MS
  return brought ? RETURN_MS : RETRY_MS
}

function swarmOf({ protocol, name }: Pick<Candidate, 'protocol' | 'name'>): string {
  return `${protocol}:${name}`
}

/** Of which there are not to be too many at once: all by WebRTC, where nobody says who is there before it answers, count as one address. */
function hostOf(candidate: Candidate): string {
  return candidate.protocol === 'webtorrent' ? '' : candidate.host
}
