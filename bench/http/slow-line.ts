import { connect, createServer, type Server } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Sent at once before the rate counts: more than a timer can be late. */
const BURST_MS = 20

/**
 * One line of so many bytes a second, which several ports lead over. The limits of a node are no stand-in: they let a burst through first, which a
 * short measurement would count, and hold back a seeder where here its line does.
 */
export class SlowLine {
  readonly #bytesPerMs: number
  readonly #servers: Server[] = []
  /** When what was let through will have been sent. */
  #busyUntil = 0

  constructor(bytesPerSecond: number) {
    this.#bytesPerMs = bytesPerSecond / 1_000
  }

  /** A port of this machine that leads to another of it; what comes back takes its time. Resolves with its number. */
  async leadTo(port: number): Promise<number> {
    const server = createServer((near) => {
      const far = connect({ host: '127.0.0.1', port })
      const both = [
        pipeline(near, far),
        pipeline(far, (parts: AsyncIterable<Uint8Array>) => this.#paced(parts), near),
      ] as const
      for (const direction of both) direction.catch(() => {}) // a connection that broke is over on both sides
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#servers.push(server)
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('it listens on no port')
    return address.port
  }

  /** The connections end with what they lead to. */
  stop(): void {
    for (const server of this.#servers) server.close()
  }

  async *#paced(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of parts) {
      const now = performance.now()
      this.#busyUntil = Math.max(this.#busyUntil, now - BURST_MS) + part.byteLength / this.#bytesPerMs
      if (this.#busyUntil > now) await delay(this.#busyUntil - now)
      yield part
    }
  }
}
