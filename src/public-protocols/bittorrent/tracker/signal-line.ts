import { WebSocket } from 'ws'
import type { Clock } from '../../../system/clock.ts'
import { MAX_BUFFERED_BYTES, PING_INTERVAL_MS } from './limits.ts'

/** One client of the tracker on a WebSocket. */
export class SignalLine {
  readonly address: string
  /** The torrents it is in, with its peer id in each. */
  readonly torrents = new Map<string, string>()
  readonly #socket: WebSocket
  readonly #clock: Clock
  #isAlive = true
  #cancel = (): void => {}

  constructor(socket: WebSocket, address: string, clock: Clock) {
    this.address = address
    this.#socket = socket
    this.#clock = clock
    socket.on('pong', () => {
      this.#isAlive = true
    })
    socket.on('close', () => this.#cancel())
    this.#watch()
  }

  send(message: Readonly<Record<string, unknown>>): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) this.end()
    else this.#socket.send(JSON.stringify(message))
  }

  end(): void {
    this.#socket.terminate()
  }

  /** Ends it when a ping was not answered before the next is due. */
  #watch(): void {
    this.#cancel = this.#clock.schedule(PING_INTERVAL_MS, () => {
      if (!this.#isAlive) return this.end()
      this.#isAlive = false
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping()
      this.#watch()
    })
  }
}
