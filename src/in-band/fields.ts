import { MAX_CHANNEL_AMOUNT, minWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { Bitfield } from '../domain/bitfield.ts'
import { bigintToBytes, bytesToBigint, fromHex, toHex } from '../domain/bytes.ts'
import { codeOf, DecodeError } from '../domain/errors.ts'
import { fileHashBytes, fileHashOf, parseChannelId } from '../domain/ids.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import { type ChunkRange, formOf, type Have, RangeSet } from './have.ts'
import {
  MAX_BITFIELD_BYTES,
  MAX_CODE_LENGTH,
  MAX_HAVE_RANGES,
  MAX_RECENT_CHUNKS,
  MAX_SIGNATURE_BYTES,
} from './limits.ts'
import type { StreamFailure } from './message-codec.ts'
import type { AccountStatus, ChunkRef } from './payments.ts'

/**
 * Messages that stand alike in both protocols' messages.proto, to domain values and back. Every decoder throws only
 * DecodeError. SPEC 03 §3
 */

interface WireRef {
  readonly fileHash: Uint8Array
  readonly chunkIndex: number
}

interface WireVoucher {
  readonly channelId: Uint8Array
  readonly cumulativeAmount: Uint8Array
  readonly signature: Uint8Array
  readonly chunksHash: Uint8Array
  readonly protocol: string
}

interface WireAgreement {
  readonly channelId: Uint8Array
  readonly settled: Uint8Array
  readonly signature: Uint8Array
}

interface WireStatus<Ref = WireRef> {
  readonly vouchered: Uint8Array
  readonly committed: Uint8Array
  readonly credit: Uint8Array
  readonly spendable: Uint8Array
  readonly recent: Ref[]
  readonly best?: WireVoucher | null
  readonly transferred: Uint8Array
}

interface WireHave {
  readonly fileHash: Uint8Array
  readonly chunkCount: number
  readonly bitfield: Uint8Array
  readonly ranges: ChunkRange[]
}

const AMOUNT_BYTES = 12
/** SPEC 04 §2: "A writer MUST NOT use other bytes than printable ASCII (0x21–0x7e) in `protocol`". */
const PROTOCOL = /^[\x21-\x7e]{0,8}$/
const CODE = /^[A-Z0-9_]+$/

/** Big-endian without leading zeros; of zero: nothing. @throws RangeError beyond 96 bits */
export function encodeAmount(amount: Wei): Uint8Array {
  return trimmed(bigintToBytes(amount, AMOUNT_BYTES))
}

/** Without leading zeros. */
export function trimmed(bytes: Uint8Array): Uint8Array {
  let zeros = 0
  while (zeros < bytes.byteLength && bytes[zeros] === 0) zeros++
  return bytes.subarray(zeros)
}

export function decodeAmount(bytes: Uint8Array): Wei {
  // SPEC 03 §3: "An amount MUST have at most 12 bytes and no leading zero byte."
  if (bytes.byteLength > AMOUNT_BYTES || bytes[0] === 0)
    throw new DecodeError('an amount must have at most 12 bytes and no leading zeros.')
  return bytesToBigint(bytes) as Wei // the brand: 96 bits, never negative
}

/** The bytes, copied out of the frame, when there are exactly `length`. */
export function exactBytes(bytes: Uint8Array, length: number, what: string): Uint8Array {
  if (bytes.byteLength !== length) throw new DecodeError(`${what} has ${bytes.byteLength} bytes instead of ${length}.`)
  return Uint8Array.from(bytes) // protobufjs hands out Node's Buffers, whose `slice` shares memory and which JSON treats apart
}

/** Of any length that a contract wallet may need; whose it is decides what is valid. Copied out of the frame. */
export function signatureBytes(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.byteLength === 0 || bytes.byteLength > MAX_SIGNATURE_BYTES)
    throw new DecodeError(`${what} has ${bytes.byteLength} bytes instead of 1 to ${MAX_SIGNATURE_BYTES}.`)
  return Uint8Array.from(bytes)
}

export function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new DecodeError(`${what} is missing.`)
  return value
}

/** SPEC 03 §3: "Request ids MUST begin at 1 or above". */
export function requestId(value: number): number {
  if (value === 0) throw new DecodeError('a request id is missing.')
  return value
}

/** The code of an error as the wire carries it. @throws the error when it has none */
export function wireCodeOf(error: unknown): string {
  const code = codeOf(error)
  if (code === undefined || code.length > MAX_CODE_LENGTH || !CODE.test(code)) throw error
  return code
}

export function decodeCode(code: string): string {
  if (code.length > MAX_CODE_LENGTH || !CODE.test(code))
    throw new DecodeError('a code must be 1 to 64 of A-Z, 0-9 and _.')
  return code
}

interface WireError {
  readonly requestId: number
  readonly code: string
  readonly blocksLeft: number
}

export function encodeError(error: StreamFailure & { readonly requestId?: number | undefined }): WireError {
  return { requestId: error.requestId ?? 0, code: error.code, blocksLeft: error.blocksLeft ?? 0 }
}

export function decodeError(error: WireError): StreamFailure & { readonly requestId?: number } {
  return {
    ...(error.requestId === 0 ? {} : { requestId: error.requestId }),
    code: decodeCode(error.code),
    ...(error.blocksLeft === 0 ? {} : { blocksLeft: error.blocksLeft }),
  }
}

export function encodeRef(ref: ChunkRef): WireRef {
  return { fileHash: fileHashBytes(ref.fileHash), chunkIndex: ref.chunkIndex }
}

export function decodeRef(ref: WireRef | null): ChunkRef {
  const { fileHash, chunkIndex } = required(ref, 'a chunk')
  return { fileHash: fileHashOf(fileHash), chunkIndex }
}

export function encodeVoucher(voucher: Voucher): WireVoucher {
  return {
    channelId: fromHex(voucher.channelId),
    cumulativeAmount: encodeAmount(voucher.cumulativeAmount),
    signature: voucher.signature,
    chunksHash: voucher.delivered?.chunksHash ?? new Uint8Array(0),
    protocol: voucher.delivered?.protocol ?? '',
  }
}

export function decodeVoucher(voucher: WireVoucher): Voucher {
  return {
    channelId: parseChannelId(toHex(voucher.channelId)),
    cumulativeAmount: decodeAmount(voucher.cumulativeAmount),
    signature: signatureBytes(voucher.signature, 'a voucher signature'),
    ...decodeDelivered(voucher),
  }
}

/** What makes a voucher a receipt. */
function decodeDelivered({ chunksHash, protocol }: WireVoucher): Pick<Voucher, 'delivered'> {
  if (chunksHash.byteLength === 0 && protocol === '') return {}
  if (!PROTOCOL.test(protocol)) throw new DecodeError('a receipt names its protocol in at most 8 printable characters.')
  return { delivered: { chunksHash: exactBytes(chunksHash, 32, 'the hash of chunks'), protocol } }
}

export function encodeAgreement(agreement: CloseAgreement): WireAgreement {
  return {
    channelId: fromHex(agreement.channelId),
    settled: encodeAmount(agreement.settled),
    signature: agreement.signature,
  }
}

export function decodeAgreement(agreement: WireAgreement): CloseAgreement {
  return {
    channelId: parseChannelId(`0x${toHex(exactBytes(agreement.channelId, 32, 'a channel id'))}`),
    settled: decodeAmount(agreement.settled),
    signature: signatureBytes(agreement.signature, 'a signature'),
  }
}

export function encodeStatus(status: AccountStatus): WireStatus {
  return {
    vouchered: encodeAmount(status.vouchered),
    committed: encodeAmount(status.committed),
    credit: encodeAmount(status.credit),
    // Deposits of many closed channels may sum beyond one channel's 96 bits; nobody can spend that much on the open one.
    spendable: encodeAmount(minWei(status.spendable, MAX_CHANNEL_AMOUNT)),
    recent: status.recent.slice(0, MAX_RECENT_CHUNKS).map(encodeRef),
    ...(status.best === undefined ? {} : { best: encodeVoucher(status.best) }),
    // Like spendable it may exceed one channel's 96 bits.
    transferred: encodeAmount(minWei(status.transferred ?? ZERO_WEI, MAX_CHANNEL_AMOUNT)),
  }
}

export function decodeStatus(status: WireStatus): AccountStatus {
  if (status.recent.length > MAX_RECENT_CHUNKS)
    throw new DecodeError(`a status lists at most ${MAX_RECENT_CHUNKS} chunks.`)
  return {
    vouchered: decodeAmount(status.vouchered),
    committed: decodeAmount(status.committed),
    credit: decodeAmount(status.credit),
    spendable: decodeAmount(status.spendable),
    recent: status.recent.map(decodeRef),
    ...(status.best === undefined || status.best === null ? {} : { best: decodeVoucher(status.best) }),
    ...(status.transferred.byteLength === 0 ? {} : { transferred: decodeAmount(status.transferred) }),
  }
}

/** @param maxBytes What of a frame the set may take: what does not fit is left out. */
export function encodeHave(
  have: Have,
  maxBytes: number = MAX_BITFIELD_BYTES,
): Partial<WireHave> & Pick<WireHave, 'fileHash' | 'chunkCount'> {
  const form = formOf(have.chunks, maxBytes)
  const head = { fileHash: fileHashBytes(have.fileHash), chunkCount: have.chunks.length }
  return form.kind === 'bitfield' ? { ...head, bitfield: form.bitfield } : { ...head, ranges: [...form.ranges] }
}

export function decodeHave(have: WireHave): Have {
  const fileHash = fileHashOf(have.fileHash)
  if (have.bitfield.byteLength === 0) return { fileHash, chunks: decodeRanges(have) }
  if (
    have.ranges.length > 0 ||
    have.bitfield.byteLength > MAX_BITFIELD_BYTES ||
    have.bitfield.byteLength !== Math.ceil(have.chunkCount / 8)
  )
    throw new DecodeError('a bitfield must have one bit for every chunk and stand alone.')
  return { fileHash, chunks: new Bitfield(have.chunkCount, have.bitfield) }
}

function decodeRanges(have: WireHave): Have['chunks'] {
  if (have.ranges.length > MAX_HAVE_RANGES) throw new DecodeError(`a HAVE lists at most ${MAX_HAVE_RANGES} ranges.`)
  return new RangeSet(have.chunkCount, ascendingRanges(have.ranges, have.chunkCount))
}

/** Ranges within `end` chunks. */
export function ascendingRanges(ranges: readonly ChunkRange[], end: number): ChunkRange[] {
  let next = 0
  return ranges.map(({ first, count }) => {
    if (first < next || count === 0 || first + count > end)
      throw new DecodeError('ranges must be ascending, not empty and inside the file.')
    next = first + count
    return { first, count }
  })
}
