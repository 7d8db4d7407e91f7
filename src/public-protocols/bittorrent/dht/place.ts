import { toHex } from '../../../domain/bytes.ts'
import type { Random } from '../../../system/random.ts'

/** Bytes of a place: that of a node is random, that of a torrent its infohash. */
export const PLACE_BYTES = 20

export function randomPlace(random: Random): string {
  return toHex(random.bytes(PLACE_BYTES))
}
