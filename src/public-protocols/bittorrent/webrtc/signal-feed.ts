import { messageOf } from '../../../domain/errors.ts'
import { delay } from '../../../system/clock.ts'
import type { Logger } from '../../../system/logger.ts'
import { binary, type SessionDescription, type SignalNotice } from '../signal-messages.ts'
import {
  ANNOUNCES_AT_ONCE,
  DEFAULT_INTERVAL_MS,
  MAX_INTERVAL_MS,
  MAX_RETRY_MS,
  MIN_INTERVAL_MS,
  RETRY_MS,
} from './limits.ts'
import { openSignalSocket, type SignalSocket, type SignalSocketParts } from './signal-socket.ts'

/** An offer that came through a tracker. */
export interface ReceivedOffer {
  /** 40 hex digits, as all ids here. */
  readonly infohash: string
  /** Who says to have made it. */
  readonly peerId: string
  readonly description: SessionDescription
  /** Sends the answer back the way the offer came. */
  reply(answer: SessionDescription): void
}

export interface SignalFeedParts extends Pick<SignalSocketParts, 'clock' | 'reach'> {
  readonly log: Logger
  readonly href: string
  /** As this node is known in swarms. */
  readonly peerId: string
  offered(offer: ReceivedOffer): void
}

/** Stays in the torrents of a WebSocket tracker as a seeder that makes no offers and answers those of others; comes back when the connection breaks. */
export class SignalFeed {
  readonly #parts: SignalFeedParts
  readonly #torrents = new Set<string>()
  readonly #stopping = new AbortController()
  #socket: SignalSocket | undefined
  #intervalMs = DEFAULT_INTERVAL_MS
  #running: Promise<void> | undefined

  constructor(parts: SignalFeedParts) {
    this.#parts = parts
  }

  add(infohash: string): void {
    if (this.#torrents.has(infohash) || this.#stopping.signal.aborted) return
    this.#torrents.add(infohash)
    if (this.#running === undefined) this.#running = this.#run()
    else this.#say(infohash, 'started')
  }

  remove(infohash: string): void {
    if (this.#torrents.delete(infohash)) this.#say(infohash, 'stopped')
  }

  /** The tracker forgets this node with the connection. Stopping twice is fine. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#socket?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock, reach, log, href } = this.#parts
    let retryMs = RETRY_MS
    let isFailing = false
    while (!this.#stopping.signal.aborted) {
      try {
        const socket = await openSignalSocket(href, {
          ...{ clock, reach },
          heard: (notice) => this.#heard(notice),
          nonsense: (error) =>
            log.debug({ tracker: href, reason: messageOf(error) }, 'A tracker said what makes no sense'),
        })
        if (isFailing) log.info({ tracker: href }, 'A tracker answers again')
        isFailing = false
        retryMs = RETRY_MS
        await this.#stay(socket)
      } catch (error) {
        if (!isFailing) log.warn({ tracker: href, reason: messageOf(error) }, 'A tracker of WebTorrent cannot be used')
        isFailing = true
      }
      await delay(clock, retryMs, this.#stopping.signal).catch(() => {})
      retryMs = Math.min(MAX_RETRY_MS, 2 * retryMs)
    }
  }

  /** Until the connection ends. */
  async #stay(socket: SignalSocket): Promise<void> {
    this.#socket = socket
    const over = new AbortController()
    const announcing = this.#announceAgainAndAgain(over.signal)
    if (this.#stopping.signal.aborted) socket.close()
    await socket.ended
    this.#socket = undefined
    over.abort()
    await announcing
  }

  async #announceAgainAndAgain(over: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    const pause = (ms: number): Promise<void> => delay(clock, ms, over).catch(() => {})
    for (let event: 'started' | undefined = 'started'; !over.aborted; event = undefined) {
      let inARow = 0
      for (const infohash of [...this.#torrents]) {
        if (over.aborted) return
        if (++inARow % ANNOUNCES_AT_ONCE === 0) await pause(1_000)
        if (this.#torrents.has(infohash)) this.#say(infohash, event)
      }
      await pause(this.#intervalMs)
    }
  }

  #say(infohash: string, event: 'started' | 'stopped' | undefined): void {
    const { peerId } = this.#parts
    this.#socket?.send({
      action: 'announce',
      info_hash: binary(infohash),
      peer_id: binary(peerId),
      left: 0,
      uploaded: 0,
      downloaded: 0,
      numwant: 0,
      offers: [],
      ...(event === undefined ? {} : { event }),
    })
  }

  #heard(notice: SignalNotice): void {
    const { log, href, peerId: own } = this.#parts
    const { info_hash: infohash, peer_id: peerId, offer, offer_id: offerId, interval } = notice
    const failure = notice['failure reason']
    if (failure) log.debug({ tracker: href, reason: failure }, 'A tracker refuses an announce')
    if (interval) this.#intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, interval * 1_000))
    if (!infohash || !peerId || !offer || !offerId || peerId === own || !this.#torrents.has(infohash)) return
    const socket = this.#socket
    const head = { action: 'announce', info_hash: binary(infohash), peer_id: binary(own), to_peer_id: binary(peerId) }
    const reply = (answer: SessionDescription): void => socket?.send({ ...head, offer_id: binary(offerId), answer })
    this.#parts.offered({ infohash, peerId, description: offer, reply })
  }
}
