import { addAbortListener } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { messageOf } from '../../../domain/errors.ts'
import { encodeBencode } from '../bencode.ts'
import { ConnectionCount } from './address-limits.ts'
import { type Board, countRequest, plainAddress, takeAnnounce } from './board.ts'
import { encodeCompact } from './compact.ts'
import { parseTrackerRequest, type TrackerRequest } from './http-request.ts'
import { IDLE_TIMEOUT_MS, MAX_CONNECTIONS, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts'

/** Certificate chain and key, in PEM. */
export interface TrackerTls {
  readonly certificate: string
  readonly key: string
}

export interface TrackerHttpOptions {
  /** Without it nothing is encrypted. */
  readonly tls?: TrackerTls | undefined
  /** Ends all connections, also those that are no more than a half of a handshake. */
  readonly signal: AbortSignal
}

/** The tracker over HTTP or HTTPS (BEP 3); WebSockets are accepted on the same port. Not listening yet. */
export function createTrackerHttp<Line>(board: Board<Line>, { tls, signal }: TrackerHttpOptions): Server {
  const server = createServer(tls)
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(IDLE_TIMEOUT_MS)
  const connections = new ConnectionCount()
  server.on('connection', (socket) => {
    const release = connections.take(socket.remoteAddress ?? '')
    if (release === undefined) {
      board.metrics.connectionsRefused.inc()
      socket.destroy()
      return
    }
    const stopped = addAbortListener(signal, () => socket.destroy())
    socket.once('close', () => {
      stopped[Symbol.dispose]()
      release()
    })
  })
  server.on('request', (request, response) => answer(board, request, response))
  return server
}

function createServer(tls: TrackerTls | undefined): Server {
  const limits: ServerOptions = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
    noDelay: true,
  }
  if (tls === undefined) return createHttpServer(limits)
  const { certificate, key } = tls
  return createHttpsServer({
    ...limits,
    cert: certificate,
    key,
    minVersion: 'TLSv1.2', // clients of BitTorrent are older than our own
    handshakeTimeout: REQUEST_TIMEOUT_MS,
    ALPNProtocols: ['http/1.1'],
  })
}

function answer<Line>(board: Board<Line>, request: IncomingMessage, response: ServerResponse): void {
  request.resume() // a body is read and forgotten; the time for it is limited
  const address = plainAddress(request.socket.remoteAddress)
  try {
    if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end()
    const asked = parseTrackerRequest(request.url ?? '')
    if (asked === undefined) return void response.writeHead(404).end()
    countRequest(board, address)
    send(response, encodeAnswer(board, asked, address))
  } catch (error) {
    board.metrics.requestsRefused.inc()
    // BEP 3: "If a tracker response has a key failure reason, then that maps to a human readable string"
    send(response, encodeBencode({ 'failure reason': messageOf(error) }))
  }
}

function send(response: ServerResponse, body: Uint8Array): void {
  response
    .writeHead(200, { 'content-type': 'text/plain', 'content-length': body.byteLength, 'cache-control': 'no-store' })
    .end(body)
}

function encodeAnswer<Line>(board: Board<Line>, asked: TrackerRequest, address: string): Uint8Array {
  if (asked.kind === 'scrape') {
    const files = asked.infohashes.map((infohash) => {
      const { seeders, leechers } = board.swarms.counts(infohash)
      return [
        Buffer.from(infohash, 'hex').toString('latin1'),
        { complete: seeders, downloaded: seeders, incomplete: leechers },
      ]
    })
    return encodeBencode({ files: Object.fromEntries(files) })
  }
  const { announce, isCompact } = asked
  const { seeders, leechers, peers } = takeAnnounce(board, announce, address)
  const counts = { complete: seeders, incomplete: leechers, interval: board.intervalMs / 1_000 }
  if (!isCompact) {
    const named = peers.map((peer) => ({
      'peer id': Buffer.from(peer.peerId, 'hex'),
      ip: peer.address,
      port: peer.port,
    }))
    return encodeBencode({ ...counts, peers: named })
  }
  const peers6 = encodeCompact(peers, 'ipv6')
  return encodeBencode({ ...counts, peers: encodeCompact(peers, 'ipv4'), ...(peers6.byteLength > 0 && { peers6 }) })
}
