import { createHmac, timingSafeEqual } from 'node:crypto'
import { sha256 } from '../system/sha256.ts'

/** Bytes of what names a grant, and of what proves that it is known. */
export const GRANT_ID_BYTES = 32
export const PROOF_BYTES = 32

/** What names a grant to those who know it, and tells nothing to others. */
export function grantIdOf(grant: string): Uint8Array {
  return sha256(new TextEncoder().encode(grant))
}

/** Shows that the grant is known, without sending it. `about`: the protocol, and what is new with each connection: a proof must fit no other. */
export function proveGrant(grant: string, about: Uint8Array): Uint8Array {
  return createHmac('sha256', grant).update(about).digest()
}

export function isGrantProved(grant: string, about: Uint8Array, proof: Uint8Array): boolean {
  const expected = proveGrant(grant, about)
  return expected.byteLength === proof.byteLength && timingSafeEqual(expected, proof)
}
