import { bigintToBytes, bytesToBigint, fromHex, toHex } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { type FileHash, fileHashBytes, fileHashOf } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import { ascendingRanges, decodeHave, encodeHave, exactBytes, required, trimmed } from '../in-band/fields.ts'
import type { ChunkRange } from '../in-band/have.ts'
import { MAX_BITFIELD_BYTES } from '../in-band/limits.ts'
import { decodeBid, decodeTerms, encodeTerms } from '../in-band/quote-fields.ts'
import type { FileQuote } from './message.ts'
import type * as wire from './messages.js'
import { MAX_FILES_PER_REQUEST, MAX_RANGES_PER_REQUEST, SESSION_ID_BYTES } from './protocol.ts'

/** Fields of messages.proto that only this protocol has. Every decoder throws only DecodeError. SPEC 07 §3 */

const OFFSET_BYTES = 8
/** Chunk indexes are 32 bits. */
const MAX_CHUNKS = 2 ** 32

export function encodeSessionId(sessionId: string | undefined): Uint8Array {
  return sessionId === undefined ? new Uint8Array(0) : fromHex(sessionId)
}

export function decodeSessionId(bytes: Uint8Array): string {
  return toHex(exactBytes(bytes, SESSION_ID_BYTES, 'a session id'))
}

/** Big-endian without leading zeros; of zero: nothing. */
export function encodeOffset(offset: number): Uint8Array {
  return trimmed(bigintToBytes(BigInt(offset), OFFSET_BYTES))
}

export function decodeOffset(bytes: Uint8Array): number {
  // SPEC 07 §3: "A byte offset MUST have at most 8 bytes and no leading zero byte, and MUST be below 2^53."
  const offset = bytes.byteLength > OFFSET_BYTES || bytes[0] === 0 ? -1 : Number(bytesToBigint(bytes))
  if (offset < 0 || !Number.isSafeInteger(offset))
    throw new DecodeError('an offset must have at most 8 bytes and no leading zeros, and be below 2^53.')
  return offset
}

export function encodeFiles(files: readonly FileHash[]): Uint8Array[] {
  return files.map(fileHashBytes)
}

export function decodeFiles(files: readonly Uint8Array[]): FileHash[] {
  if (files.length > MAX_FILES_PER_REQUEST)
    throw new DecodeError(`a message asks about at most ${MAX_FILES_PER_REQUEST} files.`)
  return files.map(fileHashOf)
}

/** SPEC 07 §5.3: "Bids MUST be one for each file". */
export function decodeBids({ bids, fileHashes }: Pick<wire.QuoteRequest, 'bids' | 'fileHashes'>): Bid[] {
  if (bids.length !== fileHashes.length) throw new DecodeError('there must be one bid for each file, or none.')
  return bids.map(decodeBid)
}

export function decodeRanges(ranges: readonly ChunkRange[]): ChunkRange[] {
  if (ranges.length === 0 || ranges.length > MAX_RANGES_PER_REQUEST)
    throw new DecodeError(`a message names 1 to ${MAX_RANGES_PER_REQUEST} ranges.`)
  return ascendingRanges(ranges, MAX_CHUNKS)
}

/** What is left out of a set that does not fit its share of the frame is merely not told. */
export function encodeQuotes(quotes: readonly FileQuote[]): wire.FileQuote.$Properties[] {
  const share = Math.floor(MAX_BITFIELD_BYTES / Math.max(1, quotes.length))
  return quotes.map(({ fileHash, offer }) => ({
    fileHash: fileHashBytes(fileHash),
    ...(offer === undefined
      ? {}
      : { terms: encodeTerms(offer.terms), have: encodeHave({ fileHash, chunks: offer.have }, share) }),
  }))
}

export function decodeQuotes(quotes: readonly wire.FileQuote[]): FileQuote[] {
  if (quotes.length > MAX_FILES_PER_REQUEST)
    throw new DecodeError(`a message quotes at most ${MAX_FILES_PER_REQUEST} files.`)
  return quotes.map((quote) => {
    const fileHash = fileHashOf(quote.fileHash)
    if (quote.terms === null && quote.have === null) return { fileHash }
    const have = decodeHave(required(quote.have, 'the chunks of a quote'))
    if (have.fileHash !== fileHash) throw new DecodeError('the chunks of a quote are those of another file.')
    return { fileHash, offer: { terms: decodeTerms(required(quote.terms, 'the terms of a quote')), have: have.chunks } }
  })
}
