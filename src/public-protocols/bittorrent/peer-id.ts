import { concatBytes } from '../../domain/bytes.ts'
import type { Random } from '../../system/random.ts'
import { PEER_ID_BYTES } from './wire-message.ts'

/** Of BEP 20: a client, its version, and noise. */
const PREFIX = new TextEncoder().encode('-CI0100-')

/** A new one for each connection of a leecher, so that nobody recognises it; a seeder has one while it runs. */
export function newPeerId(random: Random): Uint8Array {
  return concatBytes(PREFIX, random.bytes(PEER_ID_BYTES - PREFIX.byteLength))
}
