import { bigintToBytes, bytesToBigint, fromHex, toHex } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { addressOf, fileHashBytes, fileHashOf } from '../domain/ids.ts'
import { exactBytes, signatureBytes } from './fields.ts'
import type { ChannelProof, EscrowProof, HelloProof, TransferProof } from './payments.ts'

/** The proofs of a handshake, which stand alike in both protocols' messages.proto. Decoders throw only DecodeError. SPEC 03 §4.1 */

interface WireProof {
  readonly payer: Uint8Array
  readonly payee: Uint8Array
  readonly salt: Uint8Array
  readonly signature: Uint8Array
}

interface WireEscrowProof {
  readonly payer: Uint8Array
  readonly fileHash: Uint8Array
  readonly salt: Uint8Array
  readonly signature: Uint8Array
}

interface WireTransferProof {
  readonly transactionHash: Uint8Array
  readonly fileHash: Uint8Array
  readonly signature: Uint8Array
  readonly seeksCredit: boolean
}

/** The proof of a handshake, in the one of its three fields that it is for. */
export function encodeHello(proof: HelloProof | undefined): {
  proof?: WireProof
  transfer?: WireTransferProof
  escrow?: WireEscrowProof
} {
  if (proof === undefined) return {}
  if ('escrow' in proof) return { escrow: encodeEscrowProof(proof) }
  return 'channel' in proof ? { proof: encodeProof(proof) } : { transfer: encodeTransferProof(proof) }
}

export function decodeHello({
  proof,
  transfer,
  escrow,
}: {
  readonly proof: WireProof | null
  readonly transfer: WireTransferProof | null
  readonly escrow: WireEscrowProof | null
}): { proof?: HelloProof } {
  if ([proof, transfer, escrow].filter((one) => one !== null).length > 1)
    throw new DecodeError('a handshake has one proof at most.')
  if (proof !== null) return { proof: decodeProof(proof) }
  if (escrow !== null) return { proof: decodeEscrowProof(escrow) }
  return transfer === null ? {} : { proof: decodeTransferProof(transfer) }
}

function encodeEscrowProof({ escrow, signature }: EscrowProof): WireEscrowProof {
  return {
    payer: fromHex(escrow.payer),
    fileHash: fileHashBytes(escrow.fileHash),
    salt: bigintToBytes(escrow.salt, 12),
    signature,
  }
}

function decodeEscrowProof(proof: WireEscrowProof): EscrowProof {
  return {
    escrow: {
      payer: addressOf(exactBytes(proof.payer, 20, 'a payer address')),
      fileHash: fileHashOf(proof.fileHash),
      salt: bytesToBigint(exactBytes(proof.salt, 12, 'a salt')),
    },
    signature: signatureBytes(proof.signature, 'a hello signature'),
  }
}

function encodeTransferProof({ transfer, signature, seeksCredit = false }: TransferProof): WireTransferProof {
  const rest = { signature, seeksCredit }
  if (transfer === undefined) return { transactionHash: new Uint8Array(0), fileHash: new Uint8Array(0), ...rest }
  return { transactionHash: fromHex(transfer.transactionHash), fileHash: fileHashBytes(transfer.fileHash), ...rest }
}

function decodeTransferProof(proof: WireTransferProof): TransferProof {
  const signature = signatureBytes(proof.signature, 'a hello signature')
  const rest = { signature, ...(proof.seeksCredit ? { seeksCredit: true } : {}) }
  if (proof.transactionHash.byteLength + proof.fileHash.byteLength === 0) return { transfer: undefined, ...rest }
  const hash = exactBytes(proof.transactionHash, 32, 'a transaction hash')
  return { transfer: { transactionHash: `0x${toHex(hash)}`, fileHash: fileHashOf(proof.fileHash) }, ...rest }
}

function encodeProof(proof: ChannelProof): WireProof {
  return {
    payer: fromHex(proof.channel.payer),
    payee: fromHex(proof.channel.payee),
    salt: bigintToBytes(proof.channel.salt, 12),
    signature: proof.signature,
  }
}

function decodeProof(proof: WireProof): ChannelProof {
  return {
    channel: {
      payer: addressOf(exactBytes(proof.payer, 20, 'a payer address')),
      payee: addressOf(exactBytes(proof.payee, 20, 'a payee address')),
      salt: bytesToBigint(exactBytes(proof.salt, 12, 'a channel salt')),
    },
    signature: signatureBytes(proof.signature, 'a hello signature'),
  }
}
