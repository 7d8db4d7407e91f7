import { toHex } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { type FileHash, fileHashOf } from '../domain/ids.ts'
import { decodeMessage, exactBytes, hexBytes, plainBytes } from './fields.ts'
import { Request as RequestMessage, Response as ResponseMessage } from './messages.js'
import { decodeOfferedFiles, decodeWantedFiles, type OfferedFile } from './offered-files.ts'
import { MAX_HASHES_PER_PAGE } from './protocol.ts'

export type LookupRequest =
  | { readonly kind: 'offer'; readonly fileHash: FileHash }
  | { readonly kind: 'manifest'; readonly fileHash: FileHash; readonly firstChunk: number; readonly maxCount: number }
  | { readonly kind: 'alias'; readonly sha256: string }
  | { readonly kind: 'withdraw'; readonly record: Uint8Array }
  | { readonly kind: 'bootnode' }
  | { readonly kind: 'offers'; readonly fileHashes: readonly FileHash[] }

/** NOT_FOUND: the peer has no such thing. INVALID: it did not understand the request. FAILED: it could not, try another. */
export type LookupErrorCode = 'NOT_FOUND' | 'INVALID' | 'FAILED'

export type LookupResponse =
  | { readonly kind: 'offer'; readonly offer: Uint8Array; readonly header?: Uint8Array }
  | {
      readonly kind: 'manifest'
      readonly headerBlock: Uint8Array
      readonly firstChunk: number
      readonly chunkHashes: Uint8Array
    }
  | { readonly kind: 'alias'; readonly header: Uint8Array }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'bootnode'; readonly record: Uint8Array }
  /** In the order of the request, from its first file on; `undefined`: no such file here. */
  | { readonly kind: 'offers'; readonly files: readonly (OfferedFile | undefined)[] }
  | { readonly kind: 'error'; readonly code: LookupErrorCode }

/** The numbers are on the wire, so don't renumber them. */
const ERROR_NUMBERS: Readonly<Record<LookupErrorCode, number>> = { NOT_FOUND: 1, INVALID: 2, FAILED: 3 }
const HEADER_BLOCK_BYTES = 54
const HASH_BYTES = 32

export function encodeRequest(request: LookupRequest): Uint8Array {
  return plainBytes(RequestMessage.encode(requestMessage(request)).finish())
}

function requestMessage(request: LookupRequest): RequestMessage.$Properties {
  switch (request.kind) {
    case 'offer':
      return { offer: { fileHash: hexBytes(request.fileHash) } }
    case 'manifest':
      return {
        manifest: {
          fileHash: hexBytes(request.fileHash),
          firstChunk: request.firstChunk,
          maxCount: request.maxCount,
        },
      }
    case 'alias':
      return { alias: { sha256: hexBytes(request.sha256) } }
    case 'withdraw':
      return { withdraw: { record: request.record } }
    case 'bootnode':
      return { bootnode: {} }
    case 'offers':
      return { offers: { fileHashes: request.fileHashes.map(hexBytes) } }
  }
}

/** @throws DecodeError */
export function decodeRequest(bytes: Uint8Array): LookupRequest {
  const message = decodeMessage(RequestMessage.decode, bytes, 'the lookup request')
  if (message.offer) return { kind: 'offer', fileHash: fileHashOf(bytesOf(message.offer.fileHash)) }
  if (message.manifest) {
    const { firstChunk, maxCount } = message.manifest
    if (!maxCount || maxCount > MAX_HASHES_PER_PAGE)
      throw new DecodeError(`a page of ${maxCount ?? 0} hashes is not between 1 and ${MAX_HASHES_PER_PAGE}.`)
    const fileHash = fileHashOf(bytesOf(message.manifest.fileHash))
    return { kind: 'manifest', fileHash, firstChunk: firstChunk ?? 0, maxCount }
  }
  if (message.alias) {
    return { kind: 'alias', sha256: toHex(exactBytes(bytesOf(message.alias.sha256), HASH_BYTES, 'sha256')) }
  }
  if (message.withdraw) return { kind: 'withdraw', record: bytesOf(message.withdraw.record) }
  if (message.bootnode) return { kind: 'bootnode' }
  if (message.offers) return { kind: 'offers', fileHashes: decodeWantedFiles(message.offers.fileHashes ?? []) }
  throw new DecodeError('the lookup request is of a kind that is not known here.')
}

export function encodeResponse(response: LookupResponse): Uint8Array {
  return plainBytes(ResponseMessage.encode(responseMessage(response)).finish())
}

function responseMessage(response: LookupResponse): ResponseMessage.$Properties {
  switch (response.kind) {
    case 'offer':
      return { offer: { offer: response.offer, ...(response.header && { header: response.header }) } }
    case 'manifest': {
      const { headerBlock, firstChunk, chunkHashes } = response
      return { manifest: { headerBlock, firstChunk, chunkHashes } }
    }
    case 'alias':
      return { alias: { header: response.header } }
    case 'withdraw':
      return { withdraw: {} }
    case 'bootnode':
      return { bootnode: { record: response.record } }
    case 'offers':
      return { offers: { files: response.files.map((file) => file ?? {}) } }
    case 'error':
      return { error: { code: ERROR_NUMBERS[response.code] } }
  }
}

/** @throws DecodeError */
export function decodeResponse(bytes: Uint8Array): LookupResponse {
  const message = decodeMessage(ResponseMessage.decode, bytes, 'the lookup response')
  if (message.offer) {
    const header = bytesOf(message.offer.header)
    return { kind: 'offer', offer: bytesOf(message.offer.offer), ...(header.byteLength > 0 && { header }) }
  }
  if (message.manifest) {
    const chunkHashes = bytesOf(message.manifest.chunkHashes)
    if (chunkHashes.byteLength % HASH_BYTES !== 0 || chunkHashes.byteLength > MAX_HASHES_PER_PAGE * HASH_BYTES)
      throw new DecodeError(`${chunkHashes.byteLength} bytes are not a page of chunk hashes.`)
    const headerBlock = exactBytes(bytesOf(message.manifest.headerBlock), HEADER_BLOCK_BYTES, 'header_block')
    return { kind: 'manifest', headerBlock, firstChunk: message.manifest.firstChunk ?? 0, chunkHashes }
  }
  if (message.alias) return { kind: 'alias', header: bytesOf(message.alias.header) }
  if (message.withdraw) return { kind: 'withdraw' }
  if (message.bootnode) return { kind: 'bootnode', record: bytesOf(message.bootnode.record) }
  if (message.offers) return { kind: 'offers', files: decodeOfferedFiles(message.offers.files ?? []) }
  if (message.error) return { kind: 'error', code: errorCodeOf(message.error.code ?? 0) }
  throw new DecodeError('the lookup response is of a kind that is not known here.')
}

function errorCodeOf(number: number): LookupErrorCode {
  if (number === ERROR_NUMBERS.NOT_FOUND) return 'NOT_FOUND'
  return number === ERROR_NUMBERS.INVALID ? 'INVALID' : 'FAILED'
}

function bytesOf(value: Uint8Array | null | undefined): Uint8Array {
  return value ? plainBytes(value) : new Uint8Array(0)
}
