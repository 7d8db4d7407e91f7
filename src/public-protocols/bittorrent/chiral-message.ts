import { concatBytes, fromHex } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import { isGrantProved, proveGrant } from '../grant-proof.ts'
import { decodeDict, encodeBencode } from './bencode.ts'
import { bytesIn, numberIn } from './extended-handshake.ts'

/** What a leecher and a seeder of ours say to each other in the BEP 10 extension `chiral`: SPEC 12 §4.2. */
export type ChiralMessage =
  /** Leecher: a payer stands behind this connection. */
  | { readonly kind: 'prove'; readonly grantId: Uint8Array; readonly proof: Uint8Array }
  /** Leecher: more was paid. */
  | { readonly kind: 'again' }
  /** Seeder: the proof is good, and this is what is here. */
  | { readonly kind: 'welcome'; readonly have: Uint8Array }
  /** Seeder: why this piece does not come; without a piece, why nothing does. */
  | { readonly kind: 'refused'; readonly pieceIndex: number | undefined; readonly code: string }

const HASH_BYTES = 32
const CODE = /^[A-Z0-9_]{1,64}$/
const utf8 = new TextEncoder()

export function encodeChiralMessage(message: ChiralMessage): Uint8Array {
  switch (message.kind) {
    case 'prove':
      return encodeBencode({ t: 'prove', grant: message.grantId, proof: message.proof })
    case 'again':
      return encodeBencode({ t: 'again' })
    case 'welcome':
      return encodeBencode({ t: 'welcome', have: message.have })
    case 'refused':
      return encodeBencode({ t: 'refused', piece: message.pieceIndex, code: message.code })
  }
}

/** @throws DecodeError */
export function decodeChiralMessage(payload: Uint8Array): ChiralMessage {
  const dict = decodeDict(payload)
  const type = textOf(bytesIn(dict, 't'))
  switch (type) {
    case 'prove':
      return {
        kind: 'prove',
        grantId: bytesIn(dict, 'grant', HASH_BYTES).slice(),
        proof: bytesIn(dict, 'proof', HASH_BYTES).slice(),
      }
    case 'again':
      return { kind: 'again' }
    case 'welcome':
      return { kind: 'welcome', have: bytesIn(dict, 'have').slice() }
    case 'refused': {
      const code = textOf(bytesIn(dict, 'code'))
      if (!CODE.test(code)) throw new DecodeError('A refusal has no code.')
      return { kind: 'refused', code, pieceIndex: dict.has('piece') ? numberIn(dict, 'piece') : undefined }
    }
    default:
      throw new DecodeError(`"${type.slice(0, 20)}" is no message of the extension chiral.`)
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

/** What a proof is about: this connection and no other. */
export interface ProofContext {
  readonly nonce: Uint8Array
  /** Hex. */
  readonly infohash: string
  readonly leecherId: Uint8Array
  readonly seederId: Uint8Array
}

/** SPEC 12 §4.3: shows that the grant is known, on this connection alone. */
export function proofOf(grant: string, context: ProofContext): Uint8Array {
  return proveGrant(grant, aboutOf(context))
}

export function isProofOf(grant: string, context: ProofContext, proof: Uint8Array): boolean {
  return isGrantProved(grant, aboutOf(context), proof)
}

function aboutOf({ nonce, infohash, leecherId, seederId }: ProofContext): Uint8Array {
  return concatBytes(utf8.encode('chiral bittorrent 1'), nonce, fromHex(infohash), leecherId, seederId)
}
