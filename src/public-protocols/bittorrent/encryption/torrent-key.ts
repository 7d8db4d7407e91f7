import { createHash } from 'node:crypto'
import { fromHex } from '../../../domain/bytes.ts'

/** By what the first message of an encrypted connection names a torrent, hex: who does not know the infohash cannot tell it from that. @param infohash hex */
export function torrentKeyOf(infohash: string): string {
  return createHash('sha1').update('req2').update(fromHex(infohash)).digest('hex')
}
