import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { fromHex } from '../../../domain/bytes.ts'
import { ChiralError, DecodeError, messageOf } from '../../../domain/errors.ts'
import { deadline } from '../../../system/clock.ts'
import { decodeCompact } from '../tracker/compact.ts'
import { ACTION, PROTOCOL_ID } from '../tracker/udp-packets.ts'
import { type Announcement, type AskingParts, intervalOf, type TrackerAnswer } from './announcement.ts'
import { MAX_PEERS, UDP_ATTEMPTS, UDP_TIMEOUT_MS } from './limits.ts'

export interface UdpTracker {
  /** An IP address. */
  readonly address: string
  readonly port: number
}

/** As BEP 15 numbers them. */
const EVENT_NUMBERS = { started: 2, stopped: 3 } as const

/** Announces over UDP (BEP 15). @throws ChiralError `TRACKER_FAILED` with what went wrong, `CANCELLED` */
export async function announceOverUdp(
  tracker: UdpTracker,
  announcement: Announcement,
  parts: AskingParts,
  signal?: AbortSignal,
): Promise<TrackerAnswer> {
  const { address, port } = tracker
  const isIpv6 = isIPv6(address)
  const socket = createSocket(isIpv6 ? 'udp6' : 'udp4')
  try {
    socket.connect(port, address) // the system then drops what others send
    await once(socket, 'connect', signal === undefined ? {} : { signal })
    for (let attempt = 0; ; attempt++) {
      const late = new DecodeError(`no answer in ${UDP_ATTEMPTS} attempts`)
      const limit = deadline(parts.clock, UDP_TIMEOUT_MS * 2 ** attempt, late, signal)
      try {
        const connectionId = (await ask(socket, ACTION.connect, uint64(PROTOCOL_ID), [], parts, limit.signal)).subarray(
          0,
          8,
        )
        if (connectionId.byteLength !== 8) throw new DecodeError('the connection id is cut off')
        const answer = await ask(
          socket,
          ACTION.announce,
          connectionId,
          bodyOf(announcement, parts),
          parts,
          limit.signal,
        )
        return readAnswer(answer, isIpv6)
      } catch (error) {
        if (!limit.signal.aborted || signal?.aborted === true || attempt + 1 === UDP_ATTEMPTS)
          throw limit.signal.aborted ? late : error
      } finally {
        limit.done()
      }
    }
  } catch (error) {
    if (signal?.aborted === true) throw new ChiralError('CANCELLED', 'The announcement was cancelled.')
    const why = `The tracker udp://${isIpv6 ? `[${address}]` : address}:${port} cannot be used: ${messageOf(error)}`
    throw new ChiralError('TRACKER_FAILED', why, { cause: error })
  } finally {
    socket.close()
  }
}

/** What follows action and transaction id of the answer that is to this very request. */
function ask(
  socket: Socket,
  action: number,
  connectionId: Uint8Array,
  body: readonly Uint8Array[],
  { random }: AskingParts,
  signal: AbortSignal,
): Promise<Buffer> {
  const transactionId = random.bytes(4)
  return new Promise((resolve, reject) => {
    const finish = (act: () => void): void => {
      socket.off('message', take).off('error', fail)
      signal.removeEventListener('abort', give)
      act()
    }
    const fail = (error: Error): void => finish(() => reject(error))
    const give = (): void => finish(() => reject(signal.reason))
    const take = (packet: Buffer): void => {
      // A late answer to another request, or somebody who guesses.
      if (packet.byteLength < 8 || !packet.subarray(4, 8).equals(transactionId)) return
      const rest = packet.subarray(8)
      const said = packet.readUInt32BE(0)
      if (said === action) {
        finish(() => resolve(rest))
        return
      }
      const text = rest
        .subarray(0, 200)
        .toString('utf8')
        .replace(/[^\x20-\x7e]/g, '?')
      const why = said === ACTION.error ? `it says "${text}"` : 'the answer is to something else'
      fail(new DecodeError(why))
    }
    socket.on('message', take).on('error', fail)
    if (signal.aborted) return give()
    signal.addEventListener('abort', give, { once: true })
    socket.send(Buffer.concat([connectionId, uint32(action), transactionId, ...body]), (error) => {
      if (error !== null) fail(error)
    })
  })
}

function bodyOf({ infohash, peerId, left, event, wanted, port }: Announcement, { random }: AskingParts): Uint8Array[] {
  const none = uint64(0n)
  const anyAddress = uint32(0)
  const tail = Buffer.alloc(6)
  tail.writeInt32BE(wanted)
  tail.writeUInt16BE(port, 4)
  const number = uint32(event === undefined ? 0 : EVENT_NUMBERS[event])
  return [
    fromHex(infohash),
    fromHex(peerId),
    none,
    uint64(BigInt(left)),
    none,
    number,
    anyAddress,
    random.bytes(4),
    tail,
  ]
}

function readAnswer(rest: Buffer, isIpv6: boolean): TrackerAnswer {
  if (rest.byteLength < 12) throw new DecodeError('the answer is cut off')
  const peers = decodeCompact(rest.subarray(12), isIpv6 ? 'ipv6' : 'ipv4')
  return { intervalMs: intervalOf(rest.readUInt32BE(0)), peers: peers.slice(0, MAX_PEERS) }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}
