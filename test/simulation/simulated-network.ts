import { Uint8ArrayList } from 'uint8arraylist'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import type { PeerIdText } from '../../src/domain/ids.ts'
import type { Network, StreamHandler } from '../../src/network/network.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import type { Chance } from './chance.ts'
import { type Life, never } from './life.ts'
import type { Scheduler } from './scheduler.ts'

interface Listener {
  readonly life: Life
  readonly handlers: Map<string, StreamHandler>
}

/** What the in-band protocols need of libp2p, for one life of a machine. */
export type PeerNetwork = Pick<Network, 'peerId' | 'handle' | 'connect' | 'openStream'>

/** A line between two peers. */
export interface LineQuality {
  readonly latencyMs: number
  readonly jitterMs: number
  readonly bytesPerMs: number
}

/** Bytes in flight on one direction before a sender waits: two chunks, as a window of yamux. */
const WINDOW_BYTES = 512 * 1024
/** How long the other end of a stream needs, at most, to notice that a machine died. */
const MAX_DETECTION_MS = 8_000

/**
 * Streams between peers. Bytes of one stream arrive in order or not at all, as TCP has it; they are late, cut into pieces, held up,
 * or lost with the stream. Two streams of a pair overtake each other.
 */
export class SimulatedNetwork {
  readonly #scheduler: Scheduler
  readonly #chance: Chance
  readonly #quality: LineQuality
  readonly #listeners = new Map<PeerIdText, Listener>()
  readonly #streams = new Set<SimulatedStream>()
  /** Nothing arrives on a line before this instant, by its two peers. */
  readonly #heldUntil = new Map<string, number>()
  /** How many chunks are still to be lost, by sender and receiver. */
  readonly #toLose = new Map<string, number>()
  readonly #order = new ArrivalOrder()

  constructor(parts: { readonly scheduler: Scheduler; readonly chance: Chance; readonly quality: LineQuality }) {
    this.#scheduler = parts.scheduler
    this.#chance = parts.chance
    this.#quality = parts.quality
  }

  /** The network as a peer has it while it lives. */
  join(peerId: PeerIdText, life: Life): PeerNetwork {
    const listener: Listener = { life, handlers: new Map() }
    this.#listeners.set(peerId, listener)
    life.onEnd(() => {
      if (this.#listeners.get(peerId) === listener) this.#listeners.delete(peerId)
    })
    return {
      peerId,
      handle: async (protocol, handler) => void listener.handlers.set(protocol, handler),
      connect: async ({ peerId: to }) => to ?? peerId, // a stream finds its own way
      openStream: (to, protocol) => life.outside(() => this.#dial({ from: peerId, to, protocol }, life)),
    }
  }

  async #dial(
    { from, to, protocol }: { from: PeerIdText; to: PeerIdText; protocol: string },
    life: Life,
  ): Promise<DuplexStream> {
    await life.wait(this.delayTo(from, to) * 2)
    const listener = this.#listeners.get(to)
    if (listener === undefined)
      throw new ChiralError('PEER_UNREACHABLE', `The peer ${to} cannot be reached: nobody answers.`)
    const handler = listener.handlers.get(protocol)
    if (handler === undefined)
      throw new ChiralError('PROTOCOL_UNSUPPORTED', `The peer ${to} does not speak ${protocol}.`)
    const stream = new SimulatedStream({
      scheduler: this.#scheduler,
      chance: this.#chance,
      ends: [
        { peerId: from, life },
        { peerId: to, life: listener.life },
      ],
      delayMs: () => this.delayTo(from, to),
      order: this.#order,
      loses: (sender, receiver, byteLength) => this.#loses(sender, receiver, byteLength),
      bytesPerMs: this.#quality.bytesPerMs,
      onOver: () => this.#streams.delete(stream),
    })
    this.#streams.add(stream)
    void handler(stream.listener, from)
    return stream.dialer
  }

  /** How long a byte sent now is on its way. */
  delayTo(from: PeerIdText, to: PeerIdText): number {
    const held = Math.max(0, (this.#heldUntil.get(lineOf(from, to)) ?? 0) - this.#scheduler.elapsed)
    return held + this.#quality.latencyMs + this.#chance.between(0, this.#quality.jitterMs)
  }

  /** Nothing passes between the two for a while; then all of it does. */
  hold(a: PeerIdText, b: PeerIdText, forMs: number): void {
    this.#scheduler.note(`network: nothing passes between ${a} and ${b} for ${Math.round(forMs)} ms`)
    this.#scheduler.faults.count('a line held everything up')
    this.#heldUntil.set(lineOf(a, b), this.#scheduler.elapsed + forMs)
  }

  /** So many chunks from here on do not arrive. */
  lose(from: PeerIdText, to: PeerIdText, chunks: number): void {
    this.#scheduler.note(`network: ${chunks} chunks from ${from} to ${to} are about to be lost`)
    this.#toLose.set(`${from} ${to}`, chunks)
  }

  endFaults(): void {
    this.#toLose.clear()
  }

  #loses(from: PeerIdText, to: PeerIdText, byteLength: number): boolean {
    const way = `${from} ${to}`
    const left = this.#toLose.get(way) ?? 0
    if (left === 0 || byteLength < CHUNK_SIZE_BYTES) return false
    this.#toLose.set(way, left - 1)
    this.#scheduler.faults.count('a chunk was lost on its way')
    return true
  }

  /** Breaks one stream of those that are open; what is on its way is lost. */
  cutOne(): void {
    const streams = [...this.#streams]
    if (streams.length > 0) this.#chance.pick(streams).cut()
  }
}

/** In which order bytes leave, and in which they arrive, from one peer to another. */
class ArrivalOrder {
  #sent = 0
  readonly #newest = new Map<string, number>()

  /** Returns what is to be called when they arrive. */
  send(from: PeerIdText, to: PeerIdText): () => { readonly isOvertaken: boolean } {
    const way = `${from} ${to}`
    const number = ++this.#sent
    return () => {
      const newest = this.#newest.get(way) ?? 0
      this.#newest.set(way, Math.max(newest, number))
      return { isOvertaken: number < newest }
    }
  }
}

function lineOf(a: PeerIdText, b: PeerIdText): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}

interface StreamParts {
  readonly scheduler: Scheduler
  readonly chance: Chance
  readonly ends: readonly [StreamEnd, StreamEnd]
  readonly delayMs: () => number
  readonly order: ArrivalOrder
  /** Is what arrives lost? Then the stream breaks. */
  readonly loses: (from: PeerIdText, to: PeerIdText, byteLength: number) => boolean
  readonly bytesPerMs: number
  readonly onOver: () => void
}

interface StreamEnd {
  readonly peerId: PeerIdText
  readonly life: Life
}

class SimulatedStream {
  readonly dialer: DuplexStream
  readonly listener: DuplexStream
  readonly #parts: StreamParts
  readonly #there: Direction
  readonly #back: Direction

  constructor(parts: StreamParts) {
    this.#parts = parts
    const [dialer, listener] = parts.ends
    const cut = (): void => this.cut()
    this.#there = new Direction(parts, { from: dialer, to: listener, cut })
    this.#back = new Direction(parts, { from: listener, to: dialer, cut })
    this.dialer = this.#end(dialer, this.#there, this.#back)
    this.listener = this.#end(listener, this.#back, this.#there)
    // A dead machine says nothing; the other finds out by itself.
    for (const { life } of parts.ends)
      life.onEnd(() => parts.scheduler.after(parts.chance.between(1, MAX_DETECTION_MS), () => this.#reset(broken())))
  }

  cut(): void {
    const [dialer, listener] = this.#parts.ends
    this.#parts.scheduler.note(`network: the stream of ${dialer.peerId} to ${listener.peerId} breaks`)
    const { chance, scheduler } = this.#parts
    scheduler.faults.count('a stream broke')
    // The two ends notice one after the other.
    scheduler.after(chance.between(0, 100), () => this.#resetEnd(this.#there, this.#back))
    scheduler.after(chance.between(0, 100), () => this.#resetEnd(this.#back, this.#there))
  }

  #end({ life }: StreamEnd, out: Direction, into: Direction): DuplexStream {
    return {
      source: into.read(),
      send: (data) => (life.alive ? out.send(data) : never()),
      async close() {
        if (life.alive) out.close()
      },
      abort: (reason) => {
        if (!life.alive) return
        out.failSender(reason)
        into.failReader(reason)
        this.#parts.scheduler.after(this.#parts.delayMs(), () => this.#reset(broken()))
      },
    }
  }

  #resetEnd(out: Direction, into: Direction): void {
    out.failSender(broken())
    into.failReader(broken())
    this.#parts.onOver()
  }

  #reset(reason: Error): void {
    this.#there.fail(reason)
    this.#back.fail(reason)
    this.#parts.onOver()
  }
}

function broken(): Error {
  return new ChiralError('STREAM_RESET', 'The connection broke.')
}

/** One direction of a stream. */
class Direction {
  readonly #parts: StreamParts
  readonly #from: StreamEnd
  readonly #to: StreamEnd
  readonly #cut: () => void
  readonly #arrived: Uint8Array[] = []
  #inFlight = 0
  #lastArrival = 0
  #closed = false
  #ended = false
  /** What comes after bytes that were lost is lost as well. */
  #isLost = false
  #senderFailure: Error | undefined
  #readerFailure: Error | undefined
  #waiting: (() => void)[] = []

  constructor(parts: StreamParts, way: { from: StreamEnd; to: StreamEnd; cut: () => void }) {
    this.#parts = parts
    this.#from = way.from
    this.#to = way.to
    this.#cut = way.cut
  }

  async send(data: Uint8Array | Uint8ArrayList): Promise<void> {
    if (this.#senderFailure !== undefined) throw this.#senderFailure
    if (this.#closed) throw new ChiralError('STREAM_CLOSED', 'This side of the stream is closed.')
    const bytes = data instanceof Uint8ArrayList ? data.slice() : data.slice()
    this.#inFlight += bytes.byteLength
    const arrived = this.#parts.order.send(this.#from.peerId, this.#to.peerId)
    this.#arriveLater(bytes.byteLength, () => {
      if (arrived().isOvertaken) this.#parts.scheduler.faults.count('bytes were overtaken by later ones')
      this.#inFlight -= bytes.byteLength
      this.#parts.scheduler.note(`${this.#from.peerId} > ${this.#to.peerId} ${bytes.byteLength} bytes`)
      if (this.#isLost) return
      this.#isLost = this.#parts.loses(this.#from.peerId, this.#to.peerId, bytes.byteLength)
      if (this.#isLost) this.#cut()
      else this.#take(bytes)
    })
    while (this.#inFlight > WINDOW_BYTES) {
      await this.#wait()
      if (this.#senderFailure !== undefined) throw this.#senderFailure
    }
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#arrived.shift()
      if (piece !== undefined) yield piece
      else if (this.#readerFailure !== undefined) throw this.#readerFailure
      else if (this.#ended) return
      else await this.#wait()
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#arriveLater(0, () => {
      this.#ended = true
      this.#wake()
    })
  }

  fail(reason: Error): void {
    this.failSender(reason)
    this.failReader(reason)
  }

  failSender(reason: Error): void {
    this.#senderFailure ??= reason
    this.#wake()
  }

  /** What was not read is lost. */
  failReader(reason: Error): void {
    this.#readerFailure ??= reason
    this.#arrived.length = 0
    this.#wake()
  }

  #arriveLater(byteLength: number, arrive: () => void): void {
    const { scheduler, delayMs, bytesPerMs } = this.#parts
    this.#lastArrival = Math.max(scheduler.elapsed + delayMs(), this.#lastArrival) + byteLength / bytesPerMs
    scheduler.after(this.#lastArrival - scheduler.elapsed, () => {
      if (this.#to.life.alive && this.#readerFailure === undefined) arrive()
    })
  }

  /** Frames do not end where sends do. */
  #take(bytes: Uint8Array): void {
    const cut = this.#parts.chance.integer(0, bytes.byteLength)
    for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)])
      if (piece.byteLength > 0) this.#arrived.push(piece)
    this.#wake()
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
