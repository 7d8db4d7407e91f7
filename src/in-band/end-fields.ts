import { bigintToBytes, bytesToBigint, fromHex, toHex } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { addressOf, parseEscrowId } from '../domain/ids.ts'
import type { Release } from '../domain/receipt.ts'
import type { ChannelEnd } from './channel-end.ts'
import { decodeAmount, encodeAmount, exactBytes, signatureBytes, trimmed } from './fields.ts'

/** How what was paid on ended, which stands alike in both protocols' messages.proto. Decoders throw only DecodeError. SPEC 03 §3 */

interface WireRelease {
  readonly escrowId: Uint8Array
  readonly seeder: Uint8Array
  readonly allocated: Uint8Array
  readonly nonce: Uint8Array
  readonly signature: Uint8Array
}

const NONCE_BYTES = 8

/** How a channel ended, in the one of the two fields of an ack that it is for. */
export function encodeEnd({ transactionHash, release }: ChannelEnd): {
  transactionHash?: Uint8Array
  release?: WireRelease
} {
  if (release !== undefined) return { release: encodeRelease(release) }
  return transactionHash === undefined ? {} : { transactionHash: fromHex(transactionHash) }
}

export function decodeEnd(ack: {
  readonly transactionHash: Uint8Array
  readonly release: WireRelease | null
}): ChannelEnd {
  if (ack.release !== null) {
    if (ack.transactionHash.byteLength > 0) throw new DecodeError('a channel ends by a transaction or by a release.')
    return { release: decodeRelease(ack.release) }
  }
  if (ack.transactionHash.byteLength === 0) return {}
  return { transactionHash: `0x${toHex(exactBytes(ack.transactionHash, 32, 'a transaction hash'))}` }
}

function encodeRelease(release: Release): WireRelease {
  return {
    escrowId: fromHex(release.escrowId),
    seeder: fromHex(release.seeder),
    allocated: encodeAmount(release.allocated),
    nonce: trimmed(bigintToBytes(release.nonce, NONCE_BYTES)),
    signature: release.signature,
  }
}

function decodeRelease(release: WireRelease): Release {
  const { nonce } = release
  if (nonce.byteLength > NONCE_BYTES || nonce[0] === 0)
    throw new DecodeError('the nonce of a release must have at most 8 bytes and no leading zeros.')
  return {
    escrowId: parseEscrowId(toHex(exactBytes(release.escrowId, 32, 'an escrow id'))),
    seeder: addressOf(exactBytes(release.seeder, 20, 'a seeder address')),
    allocated: decodeAmount(release.allocated),
    nonce: bytesToBigint(nonce),
    signature: signatureBytes(release.signature, 'the signature of a release'),
  }
}
