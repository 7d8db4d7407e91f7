import { COMPACT_BYTES, type Endpoint, encodeCompact } from './compact.ts'

/** What WebRTC asks to learn its outer address: Binding of RFC 8489, over UDP. All numbers are big-endian. */

const HEADER_BYTES = 20
const MAGIC_COOKIE = 0x2112a442
const TYPE = { request: 0x0001, response: 0x0101 } as const
const XOR_MAPPED_ADDRESS = 0x0020
const FAMILY = { ipv4: 1, ipv6: 2 } as const
const PORT_BYTES = 2

/**
 * The transaction id of a Binding request; `undefined` for whatever is none. Attributes are skipped: nothing but where the packet came from is asked
 * for, and nobody has to say who they are (RFC 8489 §6.3.1, §14).
 */
export function decodeBindingRequest(packet: Buffer): Uint8Array | undefined {
  if (packet.byteLength < HEADER_BYTES || packet.readUInt32BE(4) !== MAGIC_COOKIE) return undefined
  const isWhole = packet.readUInt16BE(2) === packet.byteLength - HEADER_BYTES && packet.byteLength % 4 === 0
  return isWhole && packet.readUInt16BE(0) === TYPE.request ? packet.subarray(8, HEADER_BYTES) : undefined
}

/** Where a request came from, as XOR-MAPPED-ADDRESS (RFC 8489 §14.2): routers rewrite addresses that they recognize. */
export function encodeBindingResponse(transactionId: Uint8Array, from: Endpoint): Uint8Array {
  const family = from.address.includes(':') ? 'ipv6' : 'ipv4'
  const head = Buffer.alloc(HEADER_BYTES)
  const valueBytes = 2 + COMPACT_BYTES[family]
  head.writeUInt16BE(TYPE.response, 0)
  head.writeUInt16BE(4 + valueBytes, 2)
  head.writeUInt32BE(MAGIC_COOKIE, 4)
  head.set(transactionId, 8)
  const attribute = Buffer.alloc(6)
  attribute.writeUInt16BE(XOR_MAPPED_ADDRESS, 0)
  attribute.writeUInt16BE(valueBytes, 2)
  attribute.writeUInt16BE(FAMILY[family], 4)
  const mask = head.subarray(4)
  const compact = encodeCompact([from], family)
  const [address, port] = [compact.subarray(0, -PORT_BYTES), compact.subarray(-PORT_BYTES)]
  return Buffer.concat([head, attribute, xor(port, mask), xor(address, mask)])
}

function xor(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => byte ^ (mask[index] ?? 0))
}
