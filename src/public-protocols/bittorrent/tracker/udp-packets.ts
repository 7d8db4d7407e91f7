import { DecodeError } from '../../../domain/errors.ts'
import { MAX_PEERS_PER_ANSWER, MAX_SCRAPED } from './limits.ts'
import { type Announce, type AnnounceEvent, idOf } from './request.ts'

/** Packets of the UDP tracker protocol (BEP 15). All numbers are big-endian. */

/** What a client sends in place of a connection id it does not have yet. */
export const PROTOCOL_ID = 0x41727101980n
export const ACTION = { connect: 0, announce: 1, scrape: 2, error: 3 } as const

const CONNECT_BYTES = 16
const ANNOUNCE_BYTES = 98
/** As BEP 15 numbers them. */
const EVENTS: readonly AnnounceEvent[] = [undefined, 'completed', 'started', 'stopped', 'paused']

export type UdpRequest = { readonly connectionId: bigint; readonly transactionId: number } & (
  | { readonly kind: 'connect' }
  | { readonly kind: 'announce'; readonly announce: Announce }
  | { readonly kind: 'scrape'; readonly infohashes: readonly string[] }
)

/** @throws DecodeError for what is none: it gets no answer */
export function decodeUdpRequest(packet: Buffer, sourcePort: number): UdpRequest {
  if (packet.byteLength < CONNECT_BYTES) throw new DecodeError('A request has at least 16 bytes.')
  const head = { connectionId: packet.readBigUInt64BE(0), transactionId: packet.readUInt32BE(12) }
  switch (packet.readUInt32BE(8)) {
    case ACTION.connect:
      return { ...head, kind: 'connect' }
    case ACTION.announce:
      return { ...head, kind: 'announce', announce: decodeAnnounce(packet, sourcePort) }
    case ACTION.scrape:
      return { ...head, kind: 'scrape', infohashes: decodeScrape(packet) }
    default:
      throw new DecodeError('The action of a request is unknown.')
  }
}

/** What follows 98 bytes are options (BEP 41), of which none means anything here. */
function decodeAnnounce(packet: Buffer, sourcePort: number): Announce {
  if (packet.byteLength < ANNOUNCE_BYTES) throw new DecodeError('An announce has 98 bytes.')
  const wanted = packet.readInt32BE(92)
  return {
    infohash: idOf(packet.subarray(16, 36), 'info_hash'),
    peerId: idOf(packet.subarray(36, 56), 'peer_id'),
    isSeeder: packet.readBigUInt64BE(64) === 0n,
    event: EVENTS[packet.readUInt32BE(80)],
    // Bytes 84 to 88 name another address of the client. SPEC 13 §2.2: "It MUST ignore the address in an announce."
    wanted: wanted < 0 ? MAX_PEERS_PER_ANSWER : Math.min(wanted, MAX_PEERS_PER_ANSWER),
    port: packet.readUInt16BE(96) || sourcePort,
  }
}

function decodeScrape(packet: Buffer): string[] {
  const count = (packet.byteLength - CONNECT_BYTES) / 20
  if (!Number.isInteger(count) || count < 1 || count > MAX_SCRAPED)
    throw new DecodeError(`A scrape names one to ${MAX_SCRAPED} torrents.`)
  return Array.from({ length: count }, (_, index) =>
    idOf(packet.subarray(CONNECT_BYTES + 20 * index, CONNECT_BYTES + 20 * (index + 1)), 'info_hash'),
  )
}

/** Action and transaction id, and what follows them. */
export function encodeUdpAnswer(
  action: number,
  transactionId: number,
  ...rest: readonly (number | Uint8Array)[]
): Uint8Array {
  return Buffer.concat([
    uint32(action),
    uint32(transactionId),
    ...rest.map((part) => (typeof part === 'number' ? uint32(part) : part)),
  ])
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
