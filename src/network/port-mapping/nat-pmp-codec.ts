import { DecodeError } from '../../domain/errors.ts'
import type { Grant, PortRequest } from './gateway.ts'

/** NAT-PMP as in RFC 6886. Numbers are big-endian; version 0. */

/** Where a router listens (§3.1). */
export const NAT_PMP_PORT = 5_351
const OP_ADDRESS = 0
const OPS = { udp: 1, tcp: 2 } as const
/** Of an answer, the request's with this bit (§3.5). */
const ANSWER_BIT = 128
const ADDRESS_ANSWER_BYTES = 12
const MAP_ANSWER_BYTES = 16

/** §3.5: result codes, as a person understands them. */
const RESULTS: Readonly<Record<number, string>> = {
  1: 'it speaks another version',
  2: 'it is not allowed to',
  3: 'it has no connection',
  4: 'it has no port left',
  5: 'it does not know how',
}

/** §3.2: asks for the router's address. */
export function encodeAddressRequest(): Uint8Array {
  return new Uint8Array([0, OP_ADDRESS])
}

/** §3.3 and §3.4: `leaseSeconds` 0 takes a mapping back, and the external port is 0 then. */
export function encodeMapRequest({ port, protocol, externalPort, leaseSeconds }: PortRequest & Grant): Uint8Array {
  const bytes = new Uint8Array(12)
  const view = new DataView(bytes.buffer)
  view.setUint8(1, OPS[protocol])
  view.setUint16(4, port)
  view.setUint16(6, leaseSeconds === 0 ? 0 : externalPort)
  view.setUint32(8, leaseSeconds)
  return bytes
}

/** The router's IPv4 address; `undefined`: an answer to something else. @throws DecodeError with the router's refusal */
export function decodeAddressAnswer(bytes: Uint8Array): string | undefined {
  const view = answer(bytes, OP_ADDRESS, ADDRESS_ANSWER_BYTES)
  return view && [8, 9, 10, 11].map((at) => view.getUint8(at)).join('.')
}

/** What was granted; `undefined`: an answer to something else. @throws DecodeError with the router's refusal */
export function decodeMapAnswer(bytes: Uint8Array, { port, protocol }: PortRequest): Grant | undefined {
  const view = answer(bytes, OPS[protocol], MAP_ANSWER_BYTES)
  if (view === undefined || view.getUint16(8) !== port) return undefined
  return { externalPort: view.getUint16(10), leaseSeconds: view.getUint32(12) }
}

function answer(bytes: Uint8Array, op: number, length: number): DataView | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < 4 || view.getUint8(1) !== op + ANSWER_BIT) return undefined
  const result = view.getUint16(2)
  if (result !== 0) throw new DecodeError(`the router refuses: ${RESULTS[result] ?? `reason ${result}`}`)
  if (view.getUint8(0) !== 0 || view.byteLength < length) throw new DecodeError('the router answers what is no NAT-PMP')
  return view
}
