import type { ChunkRef } from '../in-band/payments.ts'
import type { Admission } from '../public-protocols/gate.ts'
import type { Logger } from '../system/logger.ts'

/** A chunk that is in the books and may leave; it is taken out again when it did not. */
export function admitted(
  account: { release(chunk: ChunkRef): Promise<void> },
  chunk: ChunkRef,
  log: Logger,
): Extract<Admission, { kind: 'admitted' }> {
  return {
    kind: 'admitted',
    async finished(left) {
      if (left) return
      try {
        await account.release(chunk)
      } catch (error) {
        // It stays in D: the payer is told so when it comes back, and gets the chunk again for nothing.
        log.error({ err: error, ...chunk }, 'a chunk that did not leave could not be taken out of the books')
      }
    },
  }
}
