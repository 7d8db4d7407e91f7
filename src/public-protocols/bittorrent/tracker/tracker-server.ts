import type { Socket } from 'node:dgram'
import type { Server } from 'node:http'
import { ChiralError, codeOf, messageOf } from '../../../domain/errors.ts'
import type { Clock } from '../../../system/clock.ts'
import type { Logger } from '../../../system/logger.ts'
import type { Random } from '../../../system/random.ts'
import { RequestLimit } from './address-limits.ts'
import type { Board } from './board.ts'
import { createTrackerHttp, type TrackerTls } from './http-server.ts'
import { ANNOUNCE_INTERVAL_MS } from './limits.ts'
import type { TrackerMetrics } from './metrics.ts'
import type { SignalLine } from './signal-line.ts'
import { Swarms } from './swarms.ts'
import { createTrackerUdp } from './udp-server.ts'
import { attachSignalling } from './websocket-server.ts'

export interface TrackerParts {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly metrics: TrackerMetrics
}

export interface TrackerOptions {
  /** An IP address. */
  readonly host: string
  /** Of HTTP and WebSocket, and the same number of UDP; 0 lets the operating system choose. */
  readonly port: number
  /** How often peers are asked to announce, ms. */
  readonly intervalMs?: number
  /** For HTTPS and WSS in place of HTTP and WebSocket; a pair that belongs together. */
  readonly tls?: TrackerTls | undefined
}

export interface Tracker {
  readonly port: number
  /** Peers in all torrents. */
  peers(): number
  /** Ends all connections. Stopping twice is fine. */
  stop(): Promise<void>
}

/** Starts a tracker for whoever asks: HTTP and WebSocket on a port of TCP, and the same of UDP. @throws ChiralError `LISTEN_FAILED` */
export async function startTracker(parts: TrackerParts, options: TrackerOptions): Promise<Tracker> {
  const { clock, random, log, metrics } = parts
  const { host, intervalMs = ANNOUNCE_INTERVAL_MS, tls } = options
  const swarms = new Swarms<SignalLine>({ clock, random, intervalMs })
  const board: Board<SignalLine> = { swarms, requests: new RequestLimit(clock), metrics, intervalMs }
  const stopping = new AbortController()
  const http = createTrackerHttp(board, { tls, signal: stopping.signal })
  const signalling = attachSignalling(http, { board, clock, log })
  const port = await listen(http, options)
  const udp = createTrackerUdp(host, { board, clock, random, log })
  try {
    await bind(udp, host, port)
  } catch (error) {
    http.close()
    throw error
  }
  udp.on('error', (error) => log.warn({ reason: messageOf(error) }, 'The tracker has trouble with UDP'))
  let cancel = (): void => {}
  const sweep = (): void => {
    swarms.sweep()
    cancel = clock.schedule(intervalMs, sweep)
  }
  sweep()
  let stopped: Promise<void> | undefined
  return {
    port,
    peers: () => swarms.entries,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }

  async function stop(): Promise<void> {
    cancel()
    signalling.stop()
    const closed = [new Promise<void>((done) => http.close(() => done())), new Promise<void>((done) => udp.close(done))]
    stopping.abort()
    await Promise.all(closed)
  }
}

function listen(http: Server, { host, port }: TrackerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) => reject(cannotListen('TCP', host, port, error)))
    http.listen(port, host, () => {
      const address = http.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function bind(udp: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(cannotListen('UDP', host, port, error))
    udp.once('error', failed)
    udp.bind(port, host, () => {
      udp.off('error', failed)
      resolve()
    })
  })
}

function cannotListen(what: string, host: string, port: number, error: Error): ChiralError {
  const why = codeOf(error) === 'EADDRINUSE' ? 'something else listens there' : messageOf(error)
  const message = `The tracker cannot listen at ${what} port ${port} of ${host} (${why}): choose another with bittorrent.tracker_listen.`
  return new ChiralError('LISTEN_FAILED', message, { details: { taken: codeOf(error) === 'EADDRINUSE' }, cause: error })
}
