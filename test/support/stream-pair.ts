import { Uint8ArrayList } from 'uint8arraylist'
import { ChiralError } from '../../src/domain/errors.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'

/** What may go wrong on the way, per direction. Bytes never change order. */
export interface Faults {
  /** Bytes in flight before `send` waits for the reader. */
  readonly capacityBytes?: number
  /** Pieces the reader gets are no longer than this. */
  readonly pieceBytes?: number
  /** The stream is reset when the sender's `cutAtSend`-th send (from 1) is about to leave. */
  readonly cutAtSend?: number
  /** Called for every send: the bytes that arrive instead. */
  readonly corrupt?: (bytes: Uint8Array, send: number) => Uint8Array
}

/** One end of a pair, with what a test wants to see. */
export interface TestStream extends DuplexStream {
  /** Everything this end sent, send by send. */
  readonly sent: readonly Uint8Array[]
  /** Why the stream was reset, if it was. */
  readonly resetBy: Error | undefined
  /** Whether this end closed its side. */
  readonly closed: boolean
  /** Stops what this end reads: the other end's sends wait as soon as the capacity is used up. */
  pauseReading(): void
  resumeReading(): void
  /** Holds back what this end sends until released; it counts as in flight. */
  holdSends(): void
  releaseSends(): void
}

export interface StreamPair {
  readonly dialer: TestStream
  readonly listener: TestStream
  /** Resets both ends, as a broken connection does. */
  cut(): void
}

const DEFAULT_CAPACITY_BYTES = 1 << 20

/** Two ends of one in-memory stream with back-pressure. */
export function streamPair(faults: { fromDialer?: Faults; fromListener?: Faults } = {}): StreamPair {
  const pair: { reset?: (reason: Error) => void } = {}
  const reset = (reason: Error): void => pair.reset?.(reason)
  const there = new Pipe(faults.fromDialer ?? {}, reset)
  const back = new Pipe(faults.fromListener ?? {}, reset)
  let resetBy: Error | undefined
  pair.reset = (reason) => {
    resetBy ??= reason
    there.reset(reason)
    back.reset(reason)
  }
  const end = (out: Pipe, into: Pipe): TestStream => ({
    source: into.read(),
    send: (data) => out.send(data),
    async close() {
      out.close()
    },
    abort: reset,
    get sent() {
      return out.sent
    },
    get closed() {
      return out.closed
    },
    get resetBy() {
      return resetBy
    },
    pauseReading: () => into.pause(),
    resumeReading: () => into.resume(),
    holdSends: () => out.hold(),
    releaseSends: () => out.release(),
  })
  return {
    dialer: end(there, back),
    listener: end(back, there),
    cut: () => reset(new ChiralError('STREAM_RESET', 'The connection broke.')),
  }
}

class Pipe {
  readonly sent: Uint8Array[] = []
  closed = false
  readonly #faults: Faults
  readonly #resetBoth: (reason: Error) => void
  readonly #pieces: Uint8Array[] = []
  #inFlight = 0
  #paused = false
  #held = false
  #failure: Error | undefined
  #waiting: (() => void)[] = []

  constructor(faults: Faults, resetBoth: (reason: Error) => void) {
    this.#faults = faults
    this.#resetBoth = resetBoth
  }

  async send(data: Uint8Array | Uint8ArrayList): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.closed) throw new ChiralError('STREAM_CLOSED', 'This side of the stream is closed.')
    let bytes: Uint8Array = data instanceof Uint8ArrayList ? data.slice() : data.slice()
    this.sent.push(bytes)
    if (this.sent.length === this.#faults.cutAtSend) {
      this.#resetBoth(new ChiralError('STREAM_RESET', 'The connection broke.'))
      throw this.#failure ?? new Error('unreachable')
    }
    bytes = this.#faults.corrupt?.(bytes, this.sent.length) ?? bytes
    const step = this.#faults.pieceBytes ?? bytes.byteLength
    for (let at = 0; at < bytes.byteLength; at += step) this.#pieces.push(bytes.slice(at, at + step))
    this.#inFlight += bytes.byteLength
    this.#wake()
    while (this.#inFlight > (this.#faults.capacityBytes ?? DEFAULT_CAPACITY_BYTES)) {
      await this.#wait()
      if (this.#failure !== undefined) throw this.#failure
    }
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#paused || this.#held ? undefined : this.#pieces.shift()
      if (piece !== undefined) {
        this.#inFlight -= piece.byteLength
        this.#wake()
        yield piece
      } else if (this.#failure !== undefined) throw this.#failure
      else if (this.closed && this.#pieces.length === 0) return
      else await this.#wait()
    }
  }

  close(): void {
    this.closed = true
    this.#wake()
  }

  reset(reason: Error): void {
    this.#failure ??= reason
    this.#pieces.length = 0
    this.#wake()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#wake()
  }

  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.#wake()
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
