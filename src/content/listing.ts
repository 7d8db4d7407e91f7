import { bigintToBytes, bytesToBigint, concatBytes, equalBytes, fromHex } from '../domain/bytes.ts'
import { MAX_FILE_SIZE_BYTES } from '../domain/chunk.ts'
import { ChiralError, messageOf } from '../domain/errors.ts'
import { type Address, addressOf, type FileHash, fileHashOf } from '../domain/ids.ts'
import { foldPath, parseRelativePath } from '../domain/relative-path.ts'
import { SIGNATURE_LENGTH } from '../system/compact-signature.ts'
import { keccak256 } from '../system/keccak.ts'
import { isSignedBy, type Signer } from '../system/signer.ts'
import { Listing as ListingMessage } from './messages.js'

/** What a header record calls a listing; who gets one by its id gets what it lists. docs/specs/09-listing.md */
export const LISTING_MEDIA_TYPE = 'application/vnd.chiral.listing'
/** Files of one listing: as many as a batch may have. */
export const MAX_LISTING_ENTRIES = 10_000
/** 10,000 entries with paths of 300 bytes; read into memory whole, before anything in it is known to be true. */
export const MAX_LISTING_BYTES = 4 * 2 ** 20

/** What every listing begins with, and its signature is bound to; another format has another number. */
const MAGIC = new TextEncoder().encode('chiral/listing/1\0')
const ADDRESS_BYTES = 20
const HEAD_BYTES = MAGIC.byteLength + ADDRESS_BYTES + SIGNATURE_LENGTH
/** 2^50 needs seven. */
const MAX_SIZE_FIELD_BYTES = 7

export interface ListingEntry {
  /** Relative, with `/`, as docs/specs/09-listing.md §3 wants it. */
  readonly path: string
  readonly sizeBytes: number
  readonly fileHash: FileHash
}

/** A list of files, and whose word it is. */
export interface Listing {
  readonly publisher: Address
  /** In the order of their paths' bytes. */
  readonly entries: readonly ListingEntry[]
}

/**
 * The one form of these entries, signed: the same folder by the same account is the same listing, byte for byte.
 * @throws ChiralError `LISTING_INVALID` for what no reader would take
 */
export function encodeListing(entries: readonly ListingEntry[], signer: Signer): Uint8Array {
  const sorted = entries.toSorted((a, b) => comparePaths(a.path, b.path))
  const payload = encodePayload(sorted)
  const signature = signer.signDigest(digestOf(payload))
  const bytes = concatBytes(MAGIC, fromHex(signer.address), signature, payload)
  if (bytes.byteLength > MAX_LISTING_BYTES) throw invalid(`it has more than ${MAX_LISTING_BYTES} bytes`)
  checkEntries(sorted)
  return bytes
}

/** Reads a listing that anybody may have made. @throws ChiralError `LISTING_INVALID` */
export function decodeListing(bytes: Uint8Array): Listing {
  // SPEC 09 §4.1: "The reader MUST refuse a listing larger than 4 MiB"
  if (bytes.byteLength > MAX_LISTING_BYTES) throw invalid(`it has more than ${MAX_LISTING_BYTES} bytes`)
  if (bytes.byteLength < HEAD_BYTES || !equalBytes(bytes.subarray(0, MAGIC.byteLength), MAGIC))
    throw invalid('it does not begin as a listing does')
  const signatureAt = MAGIC.byteLength + ADDRESS_BYTES
  const publisher = addressOf(bytes.slice(MAGIC.byteLength, signatureAt))
  const signature = bytes.slice(signatureAt, HEAD_BYTES)
  const payload = bytes.slice(HEAD_BYTES)
  // SPEC 09 §4.1: "The reader MUST refuse a listing that its publisher did not sign"
  if (!isSignedBy(publisher, digestOf(payload), signature)) throw invalid('its publisher did not sign it')
  const entries = decodePayload(payload)
  checkEntries(entries)
  // SPEC 09 §4.1: "The reader MUST refuse a payload that is not the one form of its entries"
  if (!equalBytes(encodePayload(entries), payload)) throw invalid('it is not in the one form that a listing has')
  return { publisher, entries }
}

/** keccak256 of the tag, the length and the payload: unlike any record, transaction or EIP-712 digest. */
function digestOf(payload: Uint8Array): Uint8Array {
  return keccak256(concatBytes(MAGIC, bigintToBytes(BigInt(payload.byteLength), 4), payload))
}

function encodePayload(entries: readonly ListingEntry[]): Uint8Array {
  const encoded = ListingMessage.encode({
    entries: entries.map(({ path, sizeBytes, fileHash }) => ({
      path,
      ...(sizeBytes === 0 ? {} : { sizeBytes: sizeField(sizeBytes) }),
      fileHash: fromHex(fileHash),
    })),
  }).finish()
  return new Uint8Array(encoded)
}

function sizeField(sizeBytes: number): Uint8Array {
  const digits = sizeBytes.toString(16)
  return bigintToBytes(BigInt(sizeBytes), Math.ceil(digits.length / 2))
}

/** @throws ChiralError `LISTING_INVALID` */
function decodePayload(payload: Uint8Array): ListingEntry[] {
  try {
    const { entries = [] } = ListingMessage.decode(payload)
    return (entries ?? []).map(({ path, sizeBytes, fileHash }) => {
      if ((sizeBytes?.byteLength ?? 0) > MAX_SIZE_FIELD_BYTES) throw invalid('a size in it is too large')
      return {
        path: path ?? '',
        sizeBytes: Number(bytesToBigint(sizeBytes ?? new Uint8Array())),
        fileHash: fileHashOf(fileHash ?? new Uint8Array()),
      }
    })
  } catch (error) {
    throw error instanceof ChiralError && error.code === 'LISTING_INVALID'
      ? error
      : invalid(`it cannot be read (${messageOf(error)})`)
  }
}

/** @throws ChiralError `LISTING_INVALID` */
function checkEntries(entries: readonly ListingEntry[]): void {
  if (entries.length === 0) throw invalid('it lists nothing')
  if (entries.length > MAX_LISTING_ENTRIES) throw invalid(`it lists more than ${MAX_LISTING_ENTRIES} files`)
  const files = new Map<string, string>()
  const folders = new Map<string, string>()
  let before: string | undefined
  for (const { path, sizeBytes } of entries) {
    const verdict = parseRelativePath(path)
    if (!verdict.accepted) throw invalid(`the path ${JSON.stringify(path)} is refused: ${verdict.why}`)
    if (sizeBytes > MAX_FILE_SIZE_BYTES) throw invalid(`${path} is larger than a file can be`)
    if (before !== undefined && comparePaths(before, path) >= 0) throw invalid('its paths are not in order, each once')
    before = path
    for (let depth = 1; depth < verdict.segments.length; depth++) {
      const folder = verdict.segments.slice(0, depth).join('/')
      const spelled = folders.get(foldPath(folder))
      if (spelled !== undefined && spelled !== folder) throw collides(spelled, folder)
      folders.set(foldPath(folder), folder)
    }
    const same = files.get(foldPath(path))
    if (same !== undefined) throw collides(same, path)
    files.set(foldPath(path), path)
  }
  for (const [folded, path] of files) {
    const folder = folders.get(folded)
    if (folder !== undefined) throw collides(folder, path)
  }
}

/** By bytes of UTF-8, which is the order of code points, and not that of JavaScript's strings. */
function comparePaths(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function collides(a: string, b: string): ChiralError {
  return invalid(`${JSON.stringify(a)} and ${JSON.stringify(b)} would be one on some systems`)
}

function invalid(why: string): ChiralError {
  return new ChiralError('LISTING_INVALID', `This is no valid listing: ${why}.`)
}
