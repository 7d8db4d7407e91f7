import type { MessageStream, StreamCloseEvent } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'
import { ChiralError } from '../domain/errors.ts'
import { type Clock, deadline } from '../system/clock.ts'
import type { DuplexStream } from '../system/duplex-stream.ts'
import {
  CLOSE_STREAM_TIMEOUT_MS,
  MAX_READ_BUFFER_BYTES,
  READ_HIGH_WATER_BYTES,
  READ_LOW_WATER_BYTES,
} from './limits.ts'

type Piece = Uint8Array | Uint8ArrayList

/**
 * A libp2p stream as a {@link DuplexStream}. Must be called in the turn of the event loop in which the stream was got:
 * libp2p tells of a close only once.
 *
 * libp2p's own iterator is not used: it ends at the remote's close even when paused bytes are unread, and never pauses.
 * Its `onDrain` is not used either: the promise behind it resolves once and for all, so from the second full window on it
 * would let a writer fill memory.
 */
export function toDuplexStream(stream: MessageStream, clock: Clock): DuplexStream {
  return new MessageStreamDuplex(stream, clock)
}

class MessageStreamDuplex implements DuplexStream {
  readonly #stream: MessageStream
  readonly #clock: Clock
  readonly #queue: Piece[] = []
  #queuedBytes = 0
  #remoteClosed = false
  #ended = false
  #failure: ChiralError | undefined
  #wakeReader: (() => void) | undefined
  #wakeWriters: (() => void)[] = []

  constructor(stream: MessageStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
    stream.maxReadBufferLength = MAX_READ_BUFFER_BYTES
    stream.addEventListener('message', (event) => this.#onMessage(event.data))
    stream.addEventListener('remoteCloseWrite', () => {
      this.#remoteClosed = true
    })
    // a reset emits `end` too, before `close`: only a remote that closed its side has ended
    stream.addEventListener('end', () => this.#onEnd())
    stream.addEventListener('close', (event) => this.#onClose(event))
    stream.addEventListener('drain', () => this.#releaseWriters())
    if (stream.status !== 'open') this.#fail(stream.status === 'reset' ? 'remote' : 'local')
    if ('remoteWriteStatus' in stream && stream.remoteWriteStatus === 'closed') this.#remoteClosed = true
    if (stream.readableEnded) this.#onEnd()
  }

  get source(): AsyncIterable<Piece> {
    return { [Symbol.asyncIterator]: () => this.#read() }
  }

  async *#read(): AsyncGenerator<Piece> {
    for (;;) {
      const piece = this.#queue.shift()
      if (piece !== undefined) {
        this.#queuedBytes -= piece.byteLength
        if (this.#queuedBytes <= READ_LOW_WATER_BYTES) this.#resume()
        yield piece
      } else if (this.#failure !== undefined) throw this.#failure
      else if (this.#ended) return
      else {
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve
        })
      }
    }
  }

  async send(data: Piece): Promise<void> {
    let mayGoOn: boolean
    try {
      mayGoOn = this.#stream.send(data)
    } catch (error) {
      throw this.#failure ?? streamClosed(error)
    }
    while (!mayGoOn && this.#stream.writableNeedsDrain && this.#stream.status === 'open')
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve))
    if (this.#failure !== undefined) throw this.#failure
  }

  async close(): Promise<void> {
    if (this.#stream.status !== 'open') return
    const late = new ChiralError('STREAM_CLOSED', 'The peer did not take the last bytes of a stream in time.')
    const limit = deadline(this.#clock, CLOSE_STREAM_TIMEOUT_MS, late)
    try {
      await this.#stream.close({ signal: limit.signal })
    } catch {
      // the peer is gone or does not read: nobody is left to tell
      this.#stream.abort(late)
    } finally {
      limit.done()
    }
  }

  abort(reason: Error): void {
    this.#stream.abort(reason)
  }

  #onMessage(data: Piece): void {
    this.#queue.push(data)
    this.#queuedBytes += data.byteLength
    if (this.#queuedBytes >= READ_HIGH_WATER_BYTES && this.#readStatus() === 'readable') this.#stream.pause()
    this.#releaseReader()
  }

  #resume(): void {
    if (this.#readStatus() !== 'paused') return
    try {
      this.#stream.resume()
    } catch {
      // the connection closed under a paused stream: its buffered bytes were delivered before the window update failed
    }
  }

  /** Only streams of a muxer tell; the type of a message stream in general does not have it. */
  #readStatus(): unknown {
    return 'readStatus' in this.#stream ? this.#stream.readStatus : 'readable'
  }

  #onEnd(): void {
    if (!this.#remoteClosed) return
    this.#ended = true
    this.#releaseReader()
  }

  #onClose(event: StreamCloseEvent): void {
    // without an error and with the remote's close seen this is the regular end; paused bytes may still be on their way
    if (event.error !== undefined || !this.#remoteClosed) this.#fail(event.local ? 'local' : 'remote', event.error)
    else if (this.#stream.readBufferLength === 0) this.#onEnd()
    this.#releaseWriters()
  }

  #fail(side: 'local' | 'remote', cause?: Error): void {
    this.#failure ??= new ChiralError(
      'STREAM_RESET',
      side === 'remote' ? 'The peer or its connection ended a stream early.' : 'A stream was ended early.',
      { details: { side }, cause },
    )
    this.#releaseReader()
  }

  #releaseReader(): void {
    this.#wakeReader?.()
    this.#wakeReader = undefined
  }

  #releaseWriters(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake()
  }
}

function streamClosed(cause: unknown): ChiralError {
  return new ChiralError('STREAM_CLOSED', 'Nothing more can be sent: the stream is closed.', { cause })
}
