import { equalBytes, toHex } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'

/** Part of a piece, as it is asked for. Pieces are chunks: `pieceIndex` is the chunk's. */
export interface Block {
  readonly pieceIndex: number
  /** In the piece, bytes. */
  readonly offset: number
  readonly length: number
}

/** What peers say to each other after their handshakes: BEP 3, of BEP 6 what is used, BEP 10. */
export type WireMessage =
  | { readonly kind: 'keep-alive' | 'choke' | 'unchoke' | 'interested' | 'not-interested' | 'have-all' | 'have-none' }
  | { readonly kind: 'have'; readonly pieceIndex: number }
  | { readonly kind: 'bitfield'; readonly bits: Uint8Array }
  | { readonly kind: 'request' | 'cancel' | 'reject'; readonly block: Block }
  | { readonly kind: 'piece'; readonly pieceIndex: number; readonly offset: number; readonly bytes: Uint8Array }
  /** `extensionId`: 0 for the extended handshake, else as the reader's own said. */
  | { readonly kind: 'extended'; readonly extensionId: number; readonly payload: Uint8Array }
  /** Of an extension that is not spoken here. */
  | { readonly kind: 'unknown'; readonly id: number }

const EMPTY = { choke: 0, unchoke: 1, interested: 2, 'not-interested': 3, 'have-all': 14, 'have-none': 15 } as const
const OF_BLOCKS = { request: 6, cancel: 8, reject: 16 } as const
const [HAVE, BITFIELD, PIECE, EXTENDED] = [4, 5, 7, 20] as const
const KIND_OF_EMPTY = new Map(entriesOf(EMPTY).map(([kind, id]) => [id, kind]))
const KIND_OF_BLOCK = new Map(entriesOf(OF_BLOCKS).map(([kind, id]) => [id, kind]))

/** A message with its length in front. */
export function encodeMessage(message: Exclude<WireMessage, { kind: 'unknown' }>): Uint8Array {
  switch (message.kind) {
    case 'keep-alive':
      return new Uint8Array(4)
    case 'have':
      return frame(HAVE, [message.pieceIndex])
    case 'bitfield':
      return frame(BITFIELD, [], message.bits)
    case 'request':
    case 'cancel':
    case 'reject': {
      const { pieceIndex, offset, length } = message.block
      return frame(OF_BLOCKS[message.kind], [pieceIndex, offset, length])
    }
    case 'piece':
      return frame(PIECE, [message.pieceIndex, message.offset], message.bytes)
    case 'extended':
      return frame(EXTENDED, [], Uint8Array.of(message.extensionId), message.payload)
    default:
      return frame(EMPTY[message.kind], [])
  }
}

function frame(id: number, numbers: readonly number[], ...rest: readonly Uint8Array[]): Uint8Array {
  const head = 5 + 4 * numbers.length
  // All of it is written below; zeros would cost as much as the copy.
  const bytes = Buffer.allocUnsafe(rest.reduce((sum, { byteLength }) => sum + byteLength, head))
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setUint32(0, bytes.byteLength - 4)
  view.setUint8(4, id)
  for (const [index, number] of numbers.entries()) view.setUint32(5 + 4 * index, number)
  let at = head
  for (const part of rest) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}

/** @param body a message without its length; what it brings is a view of it. @throws DecodeError */
export function decodeMessage(body: Uint8Array): WireMessage {
  const [id] = body
  if (id === undefined) return { kind: 'keep-alive' }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const exactly = (length: number): void => {
    if (body.byteLength !== length)
      throw new DecodeError(`A BitTorrent message ${id} has another length than such have.`)
  }
  const atLeast = (length: number): void => {
    if (body.byteLength < length) throw new DecodeError(`A BitTorrent message ${id} is cut off.`)
  }
  const empty = KIND_OF_EMPTY.get(id)
  if (empty !== undefined) {
    exactly(1)
    return { kind: empty }
  }
  const ofBlock = KIND_OF_BLOCK.get(id)
  if (ofBlock !== undefined) {
    exactly(13)
    const block = { pieceIndex: view.getUint32(1), offset: view.getUint32(5), length: view.getUint32(9) }
    return { kind: ofBlock, block }
  }
  if (id === HAVE) {
    exactly(5)
    return { kind: 'have', pieceIndex: view.getUint32(1) }
  }
  if (id === BITFIELD) return { kind: 'bitfield', bits: body.subarray(1) }
  if (id === PIECE) {
    atLeast(9)
    return { kind: 'piece', pieceIndex: view.getUint32(1), offset: view.getUint32(5), bytes: body.subarray(9) }
  }
  if (id === EXTENDED) {
    atLeast(2)
    return { kind: 'extended', extensionId: view.getUint8(1), payload: body.subarray(2) }
  }
  return { kind: 'unknown', id }
}

function entriesOf<Kind extends string>(ids: Readonly<Record<Kind, number>>): [Kind, number][] {
  return Object.entries(ids) as [Kind, number][] // Object.entries forgets the names of keys
}

/** Before all messages. */
export interface Handshake {
  /** Hex. */
  readonly infohash: string
  readonly peerId: Uint8Array
  /** Speaks BEP 6, and BEP 10. */
  readonly fast: boolean
  readonly extended: boolean
}

export const HANDSHAKE_BYTES = 68
export const PEER_ID_BYTES = 20
/** What every handshake begins with. */
export const PROTOCOL = new TextEncoder().encode('\x13BitTorrent protocol')

/** What this program says: it speaks both extensions. */
export function encodeHandshake(infohash: Uint8Array, peerId: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HANDSHAKE_BYTES)
  bytes.set(PROTOCOL)
  bytes[25] = 0x10
  bytes[27] = 0x04
  bytes.set(infohash, 28)
  bytes.set(peerId, 48)
  return bytes
}

/** @param bytes as many as a handshake has. @throws DecodeError */
export function decodeHandshake(bytes: Uint8Array): Handshake {
  if (bytes.byteLength !== HANDSHAKE_BYTES || !equalBytes(bytes.subarray(0, PROTOCOL.byteLength), PROTOCOL))
    throw new DecodeError('A peer does not speak BitTorrent.')
  return {
    infohash: toHex(bytes.subarray(28, 48)),
    peerId: bytes.slice(48),
    fast: ((bytes[27] ?? 0) & 0x04) !== 0,
    extended: ((bytes[25] ?? 0) & 0x10) !== 0,
  }
}
