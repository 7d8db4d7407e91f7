import type { PayBy } from '../../domain/pay-by.ts'

/**
 * How a chunk is to be had of a seller that sends it no more for nothing (docs/adr/0078-bought-again.md):
 * - `writeOff`: it was sent and never came. The seller takes it off the bill at once, and it may be asked for as one that was never sold.
 * - `buyAgain`: it came and was lost here. When nobody else offers it, it is sold once more, at its price.
 */
export type Remedy = 'writeOff' | 'buyAgain'

/**
 * Remedies of one chunk at one seller while a download runs. None costs more than the one chunk that is at risk anyway; without an end they would
 * cost a line and a disk their time.
 */
export const MAX_REMEDIES = 3

/** Pure. `undefined`: none is left, and others have to bring the chunk. */
export function remedyOf(chunk: {
  /** This wallet's books say that it came from this very seller, for whatever download. */
  readonly cameOnce: boolean
  /** Remedies of it at this seller so far. */
  readonly tried: number
  readonly payBy: PayBy
}): Remedy | undefined {
  if (chunk.tried >= MAX_REMEDIES) return undefined
  if (!chunk.cameOnce) return 'writeOff'
  // Paid afterwards, or by transfers, nothing is signed for one chunk: whoever needs it again starts another download.
  return chunk.payBy === 'channel' || chunk.payBy === 'escrow' ? 'buyAgain' : undefined
}
