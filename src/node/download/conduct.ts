import type { Wei } from '../../domain/amount.ts'
import { codeOf } from '../../domain/errors.ts'
import { NOBODY } from '../../domain/ids.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import { slowOnes } from '../../reputation/cool-down.ts'
import type { Outcome } from '../../reputation/outcome.ts'
import type { Reputation } from '../../reputation/reputation.ts'
import type { PeerEvent } from '../../reputation/step.ts'
import type { Clock } from '../../system/clock.ts'
import type { SourceTerms } from './source-host.ts'
import { SpeedMeter } from './speed-meter.ts'
import { isNameless } from './stranger.ts'

/** Silence is not counted sooner, however soon chunks are asked for elsewhere: a busy disk or a short cut of the line is no fault. */
const LEAST_SILENCE_MS = 5_000
/** Sources are compared by what they brought in this time. */
const COMPARED_MS = 30_000
/** The streams of several files break at once, and fall silent at once: that is one event. */
const SAME_EVENT_MS = 2_000
/** Codes of a stream that broke under our hands. One that was ended with a farewell is none. */
const BROKEN = new Set(['STREAM_CLOSED', 'SEND_TIMEOUT', 'REMOTE_ERROR'])

export type Peer = Pick<SourceTerms, 'peerId' | 'payee'>

interface Behaviour {
  readonly peer: Peer
  readonly protocol: string
  /** Over the last half minute. */
  readonly meter: SpeedMeter
  readonly asked: Set<number>
  bytes: number
  busyMs: number
  /** Since when something has been asked for without a pause. */
  busySince: number | undefined
  /** Since when nothing has come of what is asked for. */
  quietSince: number
}

/** How the sources of one download behave, as far as it shows in what they bring and when. Reputation is told. */
export class Conduct {
  readonly #reputation: Reputation
  readonly #clock: Clock
  readonly #silenceMs: number
  readonly #sources = new Map<string, Behaviour>()

  constructor({ reputation, clock, stallMs }: { reputation: Reputation; clock: Clock; stallMs: number }) {
    this.#reputation = reputation
    this.#clock = clock
    this.#silenceMs = Math.max(stallMs, LEAST_SILENCE_MS)
  }

  joined(peer: Peer, protocol: string): void {
    this.left(peer.peerId)
    this.#sources.set(peer.peerId, {
      peer,
      protocol,
      meter: new SpeedMeter(this.#clock, COMPARED_MS),
      asked: new Set(),
      bytes: 0,
      busyMs: 0,
      busySince: undefined,
      quietSince: 0,
    })
  }

  asked(peerId: string, chunkIndex: number): void {
    const source = this.#sources.get(peerId)
    if (source === undefined) return
    if (source.asked.size === 0) source.quietSince = this.#clock.monotonic()
    source.busySince ??= source.quietSince
    source.asked.add(chunkIndex)
  }

  /** A chunk came, whatever is in it. */
  came(peerId: string, chunkIndex: number, bytes: number): void {
    const source = this.#sources.get(peerId)
    if (source === undefined) return
    source.quietSince = this.#clock.monotonic()
    source.bytes += bytes
    source.meter.add(bytes)
    this.#over(source, chunkIndex)
  }

  verified(peer: Peer, price: Wei): void {
    this.#note(peer, price > 0n ? 'paidChunk' : 'freeChunk', price)
  }

  /** It was paid for a chunk and sent it as often as it had to, and nothing came. */
  neverCame(peer: Peer): void {
    this.#note(peer, 'neverCame')
  }

  wrong(peer: Peer): Promise<void> {
    this.#note(peer, 'wrongChunk')
    return this.#reputation.flush()
  }

  /** The request is over without a chunk; `lacks`: the source said it had it. */
  failed(peer: Peer, chunkIndex: number, { lacks }: { readonly lacks: boolean }): void {
    if (lacks) this.#note(peer, 'refused')
    const source = this.#sources.get(peer.peerId)
    if (source !== undefined) this.#over(source, chunkIndex)
  }

  /** A stream was given up because of `error`. */
  broke(peer: Peer, error: unknown): void {
    if (BROKEN.has(codeOf(error) ?? '') && !this.#justNow(peer, 'disconnected')) this.#note(peer, 'disconnected')
  }

  left(peerId: string): void {
    const source = this.#sources.get(peerId)
    if (source === undefined) return
    this.#sources.delete(peerId)
    this.#pause(source)
    const { peer, protocol, bytes, busyMs } = source
    if (busyMs > 0) this.#remember(peer, { kind: 'carried', protocol, bytes, seconds: busyMs / 1000 })
  }

  /** These sources are let go. */
  end(isOver: (peer: Peer) => boolean = () => true): void {
    for (const { peer } of [...this.#sources.values()]) if (isOver(peer)) this.left(peer.peerId)
  }

  /** Looks at everybody, now and then; returns who has been silent so often that it is to be left alone. */
  look(): Peer[] {
    const now = this.#clock.monotonic()
    const cooling: Peer[] = []
    for (const source of this.#sources.values()) {
      if (source.asked.size === 0 || now - source.quietSince < this.#silenceMs) continue
      source.quietSince = now
      if (!this.#justNow(source.peer, 'timedOut')) this.#note(source.peer, 'timedOut')
      // Of who is not remembered nobody counts how often.
      if (isNameless(source.peer) || isCooling(this.#reputation, this.#clock, source.peer)) cooling.push(source.peer)
    }
    this.#compare(now)
    return cooling
  }

  /** Who was busy all the time, and slow all the time. */
  #compare(now: number): void {
    const compared = [...this.#sources.values()].filter(
      ({ busySince }) => busySince !== undefined && now - busySince >= COMPARED_MS,
    )
    const brought = new Map(compared.map(({ peer, meter }) => [peer.peerId as string, meter.recentBytes()]))
    for (const peerId of slowOnes(brought)) {
      const source = this.#sources.get(peerId)
      if (source === undefined) continue
      this.#remember(source.peer, { kind: 'slow' })
      this.#pause(source) // and is compared again after another half minute
      if (source.asked.size > 0) source.busySince = now
    }
  }

  #note(peer: Peer, outcome: Outcome, wei: bigint = 0n): void {
    this.#remember(peer, { kind: 'outcome', outcome, wei })
  }

  #remember(peer: Peer, event: PeerEvent): void {
    if (!isNameless(peer)) this.#reputation.note(identityOf(peer), event)
  }

  #justNow(peer: Peer, outcome: Outcome): boolean {
    const last = this.#reputation.standingOf(identityOf(peer))?.outcomes[outcome]?.lastAt
    return last !== undefined && this.#clock.now() - last < SAME_EVENT_MS
  }

  #over(source: Behaviour, chunkIndex: number): void {
    source.asked.delete(chunkIndex)
    if (source.asked.size === 0) this.#pause(source)
  }

  #pause(source: Behaviour): void {
    if (source.busySince === undefined) return
    source.busyMs += this.#clock.monotonic() - source.busySince
    source.busySince = undefined
  }
}

/** It was silent too often, a short while ago. */
export function isCooling(reputation: Reputation, clock: Clock, peer: Peer): boolean {
  return (reputation.standingOf(identityOf(peer))?.coolUntil ?? 0) > clock.now()
}

/** Notes who was paid ahead by this budget and never delivered, once everybody had the time to. */
export function noteKeptPrepayments(
  reputation: Reputation,
  sources: readonly (Peer & { readonly chunks: number })[],
  paid: ReadonlyMap<string, { readonly amount: Wei }>,
): void {
  for (const { chunks, ...peer } of sources)
    if (chunks === 0 && (paid.get(peer.payee)?.amount ?? 0n) > 0n)
      reputation.note(identityOf(peer), { kind: 'outcome', outcome: 'prepaymentKept' })
}

/** Connects, and notes whether and how soon that worked. */
export async function noteContact(
  { reputation, clock }: { readonly reputation: Reputation; readonly clock: Clock },
  peer: Peer,
  connect: () => Promise<ChunkClient>,
): Promise<ChunkClient> {
  const beganAt = clock.monotonic()
  try {
    const client = await connect()
    reputation.note(identityOf(peer), { kind: 'contact', reached: true })
    reputation.note(identityOf(peer), { kind: 'latency', ms: clock.monotonic() - beganAt })
    return client
  } catch (error) {
    if (codeOf(error) === 'PEER_UNREACHABLE') reputation.note(identityOf(peer), { kind: 'contact', reached: false })
    throw error
  }
}

/** Whose conduct it is: an account's, under this peer id; of a peer without one, that of its address. */
export function identityOf({ peerId, payee }: Peer): { account: string; peerId: string } {
  return { account: payee === NOBODY ? peerId : payee, peerId }
}
