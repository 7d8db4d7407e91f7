import { toHex } from '../domain/bytes.ts'
import { MAX_FILE_SIZE_BYTES } from '../domain/chunk.ts'
import { messageOf } from '../domain/errors.ts'
import { type Address, type FileHash, fileHashOf } from '../domain/ids.ts'
import type { Signer } from '../system/signer.ts'
import {
  boundedText,
  decodeMessage,
  exactBytes,
  hexBytes,
  readInstant,
  readSize,
  writeInstant,
  writeUint,
} from './fields.ts'
import { cleanFileName } from './file-name.ts'
import { Header as HeaderMessage } from './messages.js'
import { MAX_MIME_TYPE_BYTES, MAX_TEXT_BYTES } from './protocol.ts'
import { openRecord, sealRecord } from './record.ts'
import { accept, refuse, type Verdict } from './verdict.ts'

/** What a publisher says about a file beyond its bytes. Anybody may pass it on; only the publisher can have signed it. */
export interface HeaderRecord {
  readonly fileHash: FileHash
  /** Safe as a file name, see {@link cleanFileName}. */
  readonly name: string
  readonly mimeType: string
  /** Milliseconds since 1970, in whole seconds. */
  readonly createdAt: number
  /** SHA-256 of the whole file, 64 lower-case digits. A claim: the end of a download checks it. */
  readonly sha256: string
  readonly sizeBytes: number
  readonly publisher: Address
}

export function signHeader(header: Omit<HeaderRecord, 'publisher'>, signer: Signer): Uint8Array {
  const payload = HeaderMessage.encode({
    fileHash: hexBytes(header.fileHash),
    name: cleanFileName(header.name),
    mimeType: header.mimeType,
    createdAtSeconds: writeInstant(header.createdAt),
    sha256: hexBytes(header.sha256),
    sizeBytes: writeUint(header.sizeBytes),
  }).finish()
  return sealRecord('header', payload, signer)
}

/**
 * Checks a header record against what it was asked for. Refusals: `HEADER_MALFORMED`, `HEADER_BAD_SIGNATURE`,
 * `HEADER_OTHER_FILE`. A refused header is dropped; it says nothing about the chunks of whoever passed it on.
 */
export function verifyHeader(
  bytes: Uint8Array,
  wanted: { readonly fileHash: FileHash } | { readonly sha256: string },
): Verdict<HeaderRecord> {
  let header: HeaderRecord
  try {
    const record = openRecord(bytes, 'header')
    if (!record.signed) return refuse('HEADER_BAD_SIGNATURE', 'The header record is not signed by its publisher.')
    header = decodeHeader(record.payload, record.signer)
  } catch (error) {
    return refuse('HEADER_MALFORMED', `The header record cannot be read: ${messageOf(error)}`)
  }
  const matches = 'sha256' in wanted ? header.sha256 === wanted.sha256 : header.fileHash === wanted.fileHash
  return matches ? accept(header) : refuse('HEADER_OTHER_FILE', 'The header record describes another file.')
}

/** @throws DecodeError */
function decodeHeader(payload: Uint8Array, publisher: Address): HeaderRecord {
  const message = decodeMessage(HeaderMessage.decode, payload, 'the header record')
  return {
    fileHash: fileHashOf(message.fileHash),
    // SPEC 06 §5.2: "The reader MUST clean the name before it shows or uses it."
    name: cleanFileName(boundedText(message.name, MAX_TEXT_BYTES, 'name')),
    mimeType: boundedText(message.mimeType, MAX_MIME_TYPE_BYTES, 'mime_type'),
    createdAt: readInstant(message.createdAtSeconds, 'created_at_seconds'),
    sha256: toHex(exactBytes(message.sha256, 32, 'sha256')),
    sizeBytes: readSize(message.sizeBytes, MAX_FILE_SIZE_BYTES),
    publisher,
  }
}
