import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { messageOf } from '../../../domain/errors.ts'
import type { Clock } from '../../../system/clock.ts'
import type { Logger } from '../../../system/logger.ts'
import {
  binary,
  decodeSignalRequest,
  MAX_SIGNAL_BYTES,
  type SignalAnnounce,
  type SignalRequest,
} from '../signal-messages.ts'
import { type Board, countRequest, plainAddress } from './board.ts'
import { MAX_SCRAPED, SIGNALLED_INTERVAL_MS } from './limits.ts'
import { SignalLine } from './signal-line.ts'
import type { Peer } from './swarms.ts'

export interface SignalParts {
  readonly board: Board<SignalLine>
  readonly clock: Clock
  readonly log: Logger
}

/** The tracker of WebTorrent, on WebSockets of an HTTP server: it passes offers and answers of WebRTC between the peers of a torrent. */
export function attachSignalling(server: Server, { board, clock, log }: SignalParts): { stop(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_SIGNAL_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  })
  const lines = new Set<SignalLine>()

  function accept(socket: WebSocket, request: IncomingMessage): void {
    const line = new SignalLine(socket, plainAddress(request.socket.remoteAddress), clock)
    lines.add(line)
    socket.on('error', (error) =>
      log.debug({ address: line.address, reason: messageOf(error) }, 'A WebSocket of the tracker failed'),
    )
    socket.on('close', () => {
      lines.delete(line)
      for (const [infohash, peerId] of line.torrents) board.swarms.leave(infohash, peerOf(line, peerId))
    })
    socket.on('message', (data) => take(line, data))
  }

  function take(line: SignalLine, data: Buffer): void {
    let asked: SignalRequest | undefined
    try {
      countRequest(board, line.address)
      asked = decodeSignalRequest(data.toString('utf8'))
      if (asked.action === 'scrape') scrape(board, line, [asked.info_hash].flat())
      else announce(board, line, asked)
    } catch (error) {
      board.metrics.requestsRefused.inc()
      const about = asked?.action === 'announce' ? { action: 'announce', info_hash: binary(asked.info_hash) } : {}
      line.send({ ...about, 'failure reason': messageOf(error) })
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {}) // until the WebSocket has it
    sockets.handleUpgrade(request, socket, head, accept)
  })
  return {
    stop() {
      for (const line of lines) line.end()
    },
  }
}

/** @throws ChiralError `RATE_LIMITED` */
function announce(board: Board<SignalLine>, line: SignalLine, asked: SignalAnnounce): void {
  const { swarms, metrics } = board
  const { info_hash: infohash, peer_id: peerId } = asked
  if (asked.answer) {
    passAnswer(board, asked)
    return
  }
  metrics.announces.inc()
  if (asked.event === 'stopped') {
    swarms.leave(infohash, peerOf(line, peerId))
    line.torrents.delete(infohash)
    answerAnnounce(board, line, infohash)
    return
  }
  // SPEC 13 §3: "A connection has one peer id in a torrent."
  const before = line.torrents.get(infohash)
  if (before !== undefined && before !== peerId) swarms.leave(infohash, peerOf(line, before))
  swarms.join(infohash, { ...peerOf(line, peerId), isSeeder: asked.left === 0 })
  line.torrents.set(infohash, peerId)
  answerAnnounce(board, line, infohash)
  passOffers(board, line, asked)
}

function answerAnnounce({ swarms }: Board<SignalLine>, line: SignalLine, infohash: string): void {
  const { seeders, leechers } = swarms.counts(infohash)
  line.send({
    action: 'announce',
    info_hash: binary(infohash),
    interval: SIGNALLED_INTERVAL_MS / 1_000,
    complete: seeders,
    incomplete: leechers,
  })
}

/** Each offer goes to one peer: to whom it is meant for, else to others by chance. */
function passOffers({ swarms, metrics }: Board<SignalLine>, line: SignalLine, asked: SignalAnnounce): void {
  const { info_hash: infohash, peer_id: peerId, to_peer_id: meant } = asked
  const offers = asked.offers ?? []
  const receivers = meant
    ? [swarms.onLine(infohash, meant)]
    : swarms
        .others(infohash, peerOf(line, peerId), offers.length)
        .map(({ reach }) => (reach.kind === 'line' ? reach.line : undefined))
  for (const [index, receiver] of receivers.entries()) {
    const offer = offers[index]
    if (receiver === undefined || offer === undefined) continue
    metrics.signalsPassed.inc()
    receiver.send({
      action: 'announce',
      info_hash: binary(infohash),
      peer_id: binary(peerId),
      offer: offer.offer,
      offer_id: binary(offer.offer_id),
    })
  }
}

function passAnswer({ swarms, metrics }: Board<SignalLine>, asked: SignalAnnounce): void {
  const { info_hash: infohash, peer_id: peerId, to_peer_id: toPeerId, offer_id: offerId, answer } = asked
  const receiver = toPeerId ? swarms.onLine(infohash, toPeerId) : undefined
  // The one who made the offer may have left: nobody is at fault.
  if (receiver === undefined || !offerId) return
  metrics.signalsPassed.inc()
  receiver.send({
    action: 'announce',
    info_hash: binary(infohash),
    peer_id: binary(peerId),
    answer,
    offer_id: binary(offerId),
  })
}

function scrape({ swarms }: Board<SignalLine>, line: SignalLine, infohashes: readonly string[]): void {
  const files = infohashes.slice(0, MAX_SCRAPED).map((infohash) => {
    const { seeders, leechers } = swarms.counts(infohash)
    return [binary(infohash), { complete: seeders, downloaded: seeders, incomplete: leechers }]
  })
  line.send({ action: 'scrape', files: Object.fromEntries(files) })
}

function peerOf(line: SignalLine, peerId: string): Omit<Peer<SignalLine>, 'isSeeder'> {
  return { peerId, reach: { kind: 'line', address: line.address, line } }
}
