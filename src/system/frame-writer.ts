import { Uint8ArrayList } from 'uint8arraylist'
import { ChiralError } from '../domain/errors.ts'
import type { Clock } from './clock.ts'
import type { DuplexStream } from './duplex-stream.ts'

/** A large frame that is made only when the stream can take it. */
export interface BulkFrame {
  readonly frame: Uint8ArrayList
  /** Called when the stream has taken it. */
  readonly sent: () => void
}

export interface FrameWriterOptions {
  readonly stream: DuplexStream
  readonly clock: Clock
  /** A peer that takes nothing for so long ends the stream. */
  readonly sendTimeoutMs: number
  /** The next large frame, if any. Asked after everything pushed has left. */
  readonly pull?: () => BulkFrame | undefined
  /** Called once, with `SEND_TIMEOUT` or what the stream threw. */
  readonly onFailure: (error: unknown) => void
}

/** Above so many queued bytes a reader should stop taking requests whose answers would queue up too. */
const HIGH_WATER_BYTES = 65_536

/**
 * Sends frames in order, never two sends at once. What is pushed in one turn of the event loop leaves together, and small
 * frames overtake large ones.
 */
export class FrameWriter {
  readonly #options: FrameWriterOptions
  #queue = new Uint8ArrayList()
  #callbacks: (() => void)[] = []
  #running: Promise<void> | undefined
  #stopped = false
  #waiting: (() => void)[] = []

  constructor(options: FrameWriterOptions) {
    this.#options = options
  }

  /** @param sent Called when the stream has taken the frame. */
  push(frame: Uint8ArrayList, sent?: () => void): void {
    if (this.#stopped) return
    this.#queue.append(frame)
    if (sent !== undefined) this.#callbacks.push(sent)
    this.kick()
  }

  /** `pull` has something. */
  kick(): void {
    if (this.#stopped) return
    this.#running ??= this.#run()
  }

  /** Resolves when fewer than 64 KiB are queued, or nothing more will be sent. */
  async ready(): Promise<void> {
    while (!this.#stopped && this.#queue.byteLength > HIGH_WATER_BYTES)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Sends nothing more; what the stream has taken is not called back. */
  stop(): void {
    this.#stopped = true
    this.#queue = new Uint8ArrayList()
    this.#wake()
  }

  /**
   * Sends what is queued and `last`, closes our side, and tears the stream down with `reason` if that takes longer than
   * `timeoutMs`. Never rejects.
   */
  async finish(options: { last?: Uint8ArrayList | undefined; timeoutMs: number; reason: Error }): Promise<void> {
    if (options.last !== undefined) this.#queue.append(options.last)
    const queued = this.#queue
    const before = this.#running
    this.stop()
    const { stream, clock } = this.#options
    const polite = (async () => {
      await before
      if (queued.byteLength > 0) await stream.send(queued)
      await stream.close()
    })()
    let cancel = (): void => {}
    const late = new Promise<'late'>((resolve) => {
      cancel = clock.schedule(options.timeoutMs, () => resolve('late'))
    })
    const outcome = await Promise.race([polite.catch(() => 'failed' as const), late])
    cancel()
    if (outcome !== undefined) stream.abort(options.reason)
  }

  async #run(): Promise<void> {
    try {
      await Promise.resolve() // lets the rest of this turn push
      for (;;) {
        if (this.#stopped) return
        const batch = this.#queue
        const callbacks = this.#callbacks.splice(0)
        this.#queue = new Uint8ArrayList()
        const bulk = this.#options.pull?.()
        if (bulk !== undefined) batch.append(bulk.frame)
        if (batch.byteLength === 0) return
        await this.#send(batch)
        this.#wake()
        for (const sent of callbacks) sent()
        bulk?.sent()
      }
    } catch (error) {
      if (this.#stopped) return
      this.stop()
      this.#options.onFailure(error)
    } finally {
      this.#running = undefined
    }
  }

  async #send(batch: Uint8ArrayList): Promise<void> {
    const { stream, clock, sendTimeoutMs } = this.#options
    let cancel = (): void => {}
    const late = new Promise<never>((_, reject) => {
      cancel = clock.schedule(sendTimeoutMs, () =>
        reject(new ChiralError('SEND_TIMEOUT', `A peer has taken no bytes for ${sendTimeoutMs} ms.`)),
      )
    })
    try {
      await Promise.race([stream.send(batch), late])
    } finally {
      cancel()
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
