import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { bigintToBytes } from '../../../domain/bytes.ts'
import { messageOf } from '../../../domain/errors.ts'
import type { Clock } from '../../../system/clock.ts'
import type { Logger } from '../../../system/logger.ts'
import type { Random } from '../../../system/random.ts'
import { ADDRESS_TOKEN_BYTES, AddressTokens } from '../address-tokens.ts'
import { type Board, countRequest, plainAddress, takeAnnounce } from './board.ts'
import { type Endpoint, encodeCompact } from './compact.ts'
import { CONNECTION_ID_MS } from './limits.ts'
import { decodeBindingRequest, encodeBindingResponse } from './stun.ts'
import { ACTION, decodeUdpRequest, encodeUdpAnswer, PROTOCOL_ID, type UdpRequest } from './udp-packets.ts'

export interface UdpParts<Line> {
  readonly board: Board<Line>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** The tracker over UDP (BEP 15), on one address, and whoever asks it for their own by STUN. Not bound yet. */
export function createTrackerUdp<Line>(host: string, parts: UdpParts<Line>): Socket {
  const { board, clock, log } = parts
  // SPEC 13 §2.2: "A connection id MUST be good for the address it was sent to alone."
  const ids = new AddressTokens(parts.random, CONNECTION_ID_MS)
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' })

  function answer(request: UdpRequest, address: string, isIpv6: boolean): Uint8Array | undefined {
    const { transactionId, connectionId: id } = request
    if (request.kind === 'connect') {
      if (id !== PROTOCOL_ID) return undefined
      return encodeUdpAnswer(ACTION.connect, transactionId, ids.of(address, clock.monotonic()))
    }
    // Whoever asks in another's name does not know its id; an error would still be more than nothing that reaches the other.
    if (!ids.isGood(address, bigintToBytes(id, ADDRESS_TOKEN_BYTES), clock.monotonic())) return undefined
    try {
      countRequest(board, address)
      if (request.kind === 'scrape') {
        const numbers = request.infohashes.flatMap((infohash) => {
          const { seeders, leechers } = board.swarms.counts(infohash)
          return [seeders, seeders, leechers]
        })
        return encodeUdpAnswer(ACTION.scrape, transactionId, ...numbers)
      }
      const { seeders, leechers, peers } = takeAnnounce(board, request.announce, address)
      const list = encodeCompact(peers, isIpv6 ? 'ipv6' : 'ipv4')
      return encodeUdpAnswer(ACTION.announce, transactionId, board.intervalMs / 1_000, leechers, seeders, list)
    } catch (error) {
      board.metrics.requestsRefused.inc()
      return encodeUdpAnswer(ACTION.error, transactionId, Buffer.from(messageOf(error)))
    }
  }

  /** SPEC 13 §2.5: "A request of STUN over the limit of its address MUST NOT be answered". */
  function answerStun(transactionId: Uint8Array, from: Endpoint): Uint8Array {
    countRequest(board, from.address)
    board.metrics.stunAnswers.inc()
    return encodeBindingResponse(transactionId, from)
  }

  function take(packet: Buffer, from: RemoteInfo): void {
    try {
      const address = plainAddress(from.address)
      const isIpv6 = from.family === 'IPv6' && address.includes(':')
      const binding = decodeBindingRequest(packet)
      const bytes =
        binding === undefined
          ? answer(decodeUdpRequest(packet, from.port), address, isIpv6)
          : answerStun(binding, { address, port: from.port })
      if (bytes !== undefined) socket.send(bytes, from.port, from.address, () => {}) // who does not get it asks again
    } catch (error) {
      board.metrics.requestsRefused.inc()
      log.debug({ address: from.address, reason: messageOf(error) }, 'A packet to the tracker is no request')
    }
  }

  socket.on('message', take)
  return socket
}
