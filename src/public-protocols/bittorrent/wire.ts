import { ChiralError, DecodeError, messageOf } from '../../domain/errors.ts'
import { type Clock, within } from '../../system/clock.ts'
import { FrameReader } from './frame-reader.ts'
import { HANDSHAKE_TIMEOUT_MS, IDLE_TIMEOUT_MS, MAX_BACKLOG_BYTES, SEND_TIMEOUT_MS } from './limits.ts'
import { decodeHandshake, decodeMessage, encodeMessage, type Handshake, type WireMessage } from './wire-message.ts'

/** A connection on which bytes go both ways and in order: a socket of TCP, or a data channel of WebRTC. */
export interface ByteDuplex {
  /** False when what was written waits: then `drain` comes. */
  write(bytes: Uint8Array): boolean
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end' | 'close' | 'drain', listener: () => void): unknown
  /** Ends it at once; `close` comes after that. */
  destroy(): unknown
}

export interface WireEvents {
  /** Once, before all messages. */
  handshake(handshake: Handshake): void
  message(message: WireMessage): void
  /** Once; nothing comes after it. */
  ended(reason: Error): void
}

/**
 * BitTorrent's peer protocol on one connection: whole, decoded messages come out of it, and what goes in waits where the peer does not read.
 * An event that throws ends the wire with what it threw.
 */
export class Wire {
  readonly #duplex: ByteDuplex
  readonly #clock: Clock
  readonly #events: WireEvents
  readonly #reader = new FrameReader()
  #hasHandshake = false
  #ended = false
  #backlogBytes = 0
  #drain: PromiseWithResolvers<void> | undefined
  #cancelIdle: () => void

  constructor(duplex: ByteDuplex, clock: Clock, events: WireEvents) {
    this.#duplex = duplex
    this.#clock = clock
    this.#events = events
    this.#cancelIdle = clock.schedule(HANDSHAKE_TIMEOUT_MS, () => this.end(failed('no handshake came')))
    duplex.on('data', (bytes) => this.#received(bytes))
    // What the connection itself could not read is the peer's fault, as a message is that cannot be.
    duplex.on('error', (error) => this.end(error instanceof DecodeError ? error : failed(messageOf(error), error)))
    duplex.on('end', () => this.end(failed('the peer closed the connection')))
    duplex.on('close', () => this.end(failed('the connection was closed')))
    duplex.on('drain', () => this.#drained())
  }

  get isOver(): boolean {
    return this.#ended
  }

  /** Lets a bitfield of so many bytes come. */
  allowBitfield(bytes: number): void {
    this.#reader.allow(bytes)
  }

  /** Sends at once, or after what waits already. @returns false when the peer does not keep up: `whenDrained` says when it did */
  send(...messages: readonly Exclude<WireMessage, { kind: 'unknown' }>[]): boolean {
    let goesOn = true
    for (const message of messages) goesOn = this.sendBytes(encodeMessage(message))
    return goesOn
  }

  /** As `send`, for what is encoded already. */
  sendBytes(bytes: Uint8Array): boolean {
    if (this.#ended) return false
    if (this.#duplex.write(bytes)) return true
    this.#drain ??= Promise.withResolvers()
    this.#backlogBytes += bytes.byteLength
    if (this.#backlogBytes > MAX_BACKLOG_BYTES) this.end(failed('the peer does not read what it is sent'))
    return false
  }

  /** Resolves when nothing waits: false when the wire ended before, also because the peer took too long. */
  async whenDrained(): Promise<boolean> {
    if (this.#drain !== undefined && !this.#ended) {
      const late = (): Error => failed('the peer takes what it is sent too slowly')
      await within(this.#clock, SEND_TIMEOUT_MS, late, this.#drain.promise).catch((error: Error) => this.end(error))
    }
    return !this.#ended
  }

  /** Ends the connection. Ending twice is fine: the first reason counts. */
  end(reason: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelIdle()
    this.#duplex.destroy()
    this.#drained()
    this.#events.ended(reason)
  }

  #received(bytes: Uint8Array): void {
    if (this.#ended) return
    try {
      for (const frame of this.#reader.read(bytes)) {
        if (this.#hasHandshake) this.#events.message(decodeMessage(frame))
        else {
          this.#hasHandshake = true
          this.#events.handshake(decodeHandshake(frame))
        }
        if (this.#ended) return
      }
    } catch (error) {
      return void this.end(error instanceof Error ? error : failed(String(error)))
    }
    if (!this.#hasHandshake) return // who sends it byte by byte has no longer for it
    this.#cancelIdle()
    this.#cancelIdle = this.#clock.schedule(IDLE_TIMEOUT_MS, () => this.end(failed('nothing came for too long')))
  }

  #drained(): void {
    this.#backlogBytes = 0
    this.#drain?.resolve()
    this.#drain = undefined
  }
}

function failed(why: string, cause?: unknown): ChiralError {
  const message = `A connection over BitTorrent ended: ${why}.`
  return new ChiralError('TRANSFER_FAILED', message, cause === undefined ? {} : { cause })
}
