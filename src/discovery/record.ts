import { concatBytes, fromHex } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { type Address, addressOf } from '../domain/ids.ts'
import { SIGNATURE_LENGTH } from '../system/compact-signature.ts'
import { keccak256 } from '../system/keccak.ts'
import { isSignedBy, type Signer } from '../system/signer.ts'
import { decodeMessage, exactBytes, plainBytes } from './fields.ts'
import { SignedRecord } from './messages.js'
import { MAX_RECORD_BYTES, RECORD_DOMAIN, RECORD_VERSION } from './protocol.ts'

export type RecordKind = 'offer' | 'header' | 'withdraw' | 'bootnode'

/** The numbers are signed and stored by others, so don't renumber them. */
const TYPE_OF: Readonly<Record<RecordKind, number>> = { offer: 1, header: 2, withdraw: 3, bootnode: 4 }

/** A record whose form is right. Nothing it says is true before `signed` was looked at. */
export interface OpenedRecord {
  readonly kind: RecordKind
  readonly payload: Uint8Array
  readonly signer: Address
  /** The signature is valid, low-s, and by `signer`. */
  readonly signed: boolean
}

/** Wraps and signs an encoded payload. @throws RangeError when the record is larger than a record may be */
export function sealRecord(kind: RecordKind, payload: Uint8Array, signer: Signer): Uint8Array {
  const sealed = SignedRecord.encode({
    version: RECORD_VERSION,
    type: TYPE_OF[kind],
    payload,
    signer: fromHex(signer.address),
    signature: signer.signDigest(recordDigest(kind, payload)),
  }).finish()
  if (sealed.byteLength > MAX_RECORD_BYTES)
    throw new RangeError(`a record of ${sealed.byteLength} bytes is larger than ${MAX_RECORD_BYTES}`)
  return plainBytes(sealed)
}

/** @throws DecodeError when the bytes are no record of this kind and version */
export function openRecord(bytes: Uint8Array, kind: RecordKind): OpenedRecord {
  // SPEC 06 §3.1: "The reader MUST refuse a record larger than 8,192 bytes."
  if (bytes.byteLength > MAX_RECORD_BYTES) throw new DecodeError(`the record is larger than ${MAX_RECORD_BYTES} bytes.`)
  const record = decodeMessage(SignedRecord.decode, bytes, 'the record')
  // SPEC 06 §3.1: "The reader MUST refuse a version it does not know."
  if (record.version !== RECORD_VERSION) throw new DecodeError(`record version ${record.version} is not known here.`)
  if (record.type !== TYPE_OF[kind])
    throw new DecodeError(`the record has type ${record.type} where ${kind} is needed.`)
  const signer = addressOf(exactBytes(record.signer, 20, 'signer'))
  const signature = exactBytes(record.signature, SIGNATURE_LENGTH, 'signature')
  const payload = plainBytes(record.payload)
  return { kind, payload, signer, signed: isSignedBy(signer, recordDigest(kind, payload), signature) }
}

/** keccak256(`chiral/record/1` NUL ‖ type ‖ u32 big-endian length ‖ payload): unlike any transaction or EIP-712 digest. */
export function recordDigest(kind: RecordKind, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(5)
  frame[0] = TYPE_OF[kind]
  new DataView(frame.buffer).setUint32(1, payload.byteLength)
  return keccak256(concatBytes(new TextEncoder().encode(RECORD_DOMAIN), frame, payload))
}
