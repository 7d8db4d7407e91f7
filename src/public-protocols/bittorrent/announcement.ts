import { Bitfield } from '../../domain/bitfield.ts'
import type { HeldChunks } from './served-torrents.ts'
import type { WireMessage } from './wire-message.ts'

/** The chunks that are held, as BEP 3 writes them. */
export function bitsOf(held: HeldChunks): Bitfield {
  const bits = new Bitfield(held.length)
  for (let index = 0; index < held.length; index++) if (held.has(index)) bits.add(index)
  return bits
}

/** What a peer says that it has, right after the handshakes: BEP 6 has shorter words for all and none. */
export function announcementOf(held: HeldChunks, fast: boolean): readonly Exclude<WireMessage, { kind: 'unknown' }>[] {
  if (fast && held.count === held.length) return [{ kind: 'have-all' }]
  if (fast && held.count === 0) return [{ kind: 'have-none' }]
  if (held.count === 0) return []
  return [{ kind: 'bitfield', bits: bitsOf(held).toBytes() }]
}
