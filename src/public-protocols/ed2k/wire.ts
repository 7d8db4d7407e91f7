import type { Socket } from 'node:net'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import { decodeMessage } from './decode-message.ts'
import { encodeMessage } from './encode-message.ts'
import { FrameReader } from './frames.ts'
import { SEND_TIMEOUT_MS } from './limits.ts'
import type { Message } from './messages.ts'

export interface WireOptions {
  readonly clock: Clock
  /** Of a frame that comes. */
  readonly maxFrameBytes: number
  /** Ends the connection when nothing came and nothing was taken for so long; it begins with `firstMs`. */
  readonly idleMs: number
  readonly firstMs: number
}

/** Messages over one connection. What cannot be read, or is not taken, ends it. */
export class Wire {
  /** Resolves with the reason when it is over, whoever ended it. */
  readonly ended: Promise<Error>
  readonly #socket: Socket
  readonly #options: WireOptions
  readonly #resolveEnded: (reason: Error) => void
  readonly #unsent = new Set<(left: boolean) => void>()
  #reason: Error | undefined
  #isSilent = false
  #cancelIdle = (): void => {}
  #cancelSend = (): void => {}

  constructor(socket: Socket, options: WireOptions) {
    this.#socket = socket
    this.#options = options
    const ended = Promise.withResolvers<Error>()
    this.ended = ended.promise
    this.#resolveEnded = ended.resolve
    socket.setNoDelay(true)
    socket.on('error', (error) => this.end(closed(messageOf(error), error)))
    socket.on('close', () => this.end(closed('the other side ended it')))
    this.#expect(options.firstMs)
  }

  get isOver(): boolean {
    return this.#reason !== undefined
  }

  /** It was ended since nothing came or nothing was taken any more. */
  get wasSilent(): boolean {
    return this.#isSilent
  }

  /** Bytes that wait to be taken. */
  get waitingBytes(): number {
    return this.#socket.writableLength
  }

  /** Hands on what comes; a handler that throws ends the connection. */
  listen(onMessage: (message: Message) => void): void {
    const frames = new FrameReader(this.#options.maxFrameBytes)
    this.#socket.on('data', (bytes: Uint8Array) => {
      try {
        for (const frame of frames.push(bytes)) {
          const message = decodeMessage(frame)
          if (message !== undefined && !this.isOver) onMessage(message)
        }
        this.#expect(this.#options.idleMs)
      } catch (error) {
        this.end(closed(messageOf(error), error))
      }
    })
  }

  send(message: Message): void {
    void this.write(encodeMessage(message))
  }

  /** Resolves when the system took the bytes; false when it never will. */
  write(...parts: readonly Uint8Array[]): Promise<boolean> {
    if (this.isOver) return Promise.resolve(false)
    return new Promise((resolve) => {
      if (this.#unsent.size === 0) this.#expectTaken()
      this.#unsent.add(resolve)
      this.#socket.cork()
      for (const part of parts.slice(0, -1)) this.#socket.write(part)
      this.#socket.write(parts.at(-1) ?? new Uint8Array(0), () => this.#taken(resolve))
      this.#socket.uncork()
    })
  }

  /** Twice is fine. */
  end(reason: Error): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#cancelIdle()
    this.#cancelSend()
    this.#socket.destroy()
    for (const resolve of this.#unsent) resolve(false)
    this.#unsent.clear()
    this.#resolveEnded(reason)
  }

  #taken(resolve: (left: boolean) => void): void {
    if (this.isOver) return
    this.#unsent.delete(resolve)
    resolve(true)
    if (this.#unsent.size > 0) this.#expectTaken()
    else this.#cancelSend()
    this.#expect(this.#options.idleMs)
  }

  #expect(idleMs: number): void {
    if (this.isOver) return
    this.#cancelIdle()
    this.#cancelIdle = this.#options.clock.schedule(idleMs, () =>
      this.#endSilent(`nothing came for ${idleMs / 1_000} s`),
    )
  }

  #expectTaken(): void {
    this.#cancelSend()
    this.#cancelSend = this.#options.clock.schedule(SEND_TIMEOUT_MS, () =>
      this.#endSilent(`nothing was taken for ${SEND_TIMEOUT_MS / 1_000} s`),
    )
  }

  #endSilent(why: string): void {
    if (!this.isOver) this.#isSilent = true
    this.end(closed(why))
  }
}

function closed(why: string, cause?: unknown): ChiralError {
  return new ChiralError(
    'STREAM_CLOSED',
    `A connection over ed2k ended: ${why.replace(/\.$/, '')}.`,
    cause === undefined ? {} : { cause },
  )
}
