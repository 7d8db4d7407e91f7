import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import { chunkKey } from '../in-band/chunk-key.ts'
import type { ChunkRef } from '../in-band/payments.ts'
import { Uncovered } from '../in-band/uncovered.ts'
import { GRANT_STEP_CHUNKS, WINDOW_CHUNKS } from './protocol.ts'

/** The chunks that came, until the payer has taken them in: what is in the window, and what is to be paid. SPEC 07 §6.2 */
export class Intake {
  readonly uncovered = new Uncovered()
  /** Neither verified nor refused, with prices. */
  readonly #delivered = new Map<string, Wei>()
  /** Came and were not granted again. */
  #inWindow = 0
  /** Of them, those taken in. */
  #taken = 0

  /** Whether a chunk came of which nobody has said yet what becomes of it. */
  get isPending(): boolean {
    return this.#delivered.size > 0
  }

  /** False when the window did not allow it. */
  deliver(chunk: ChunkRef, price: Wei): boolean {
    this.#delivered.set(chunkKey(chunk), price)
    return ++this.#inWindow <= WINDOW_CHUNKS
  }

  verified(chunk: ChunkRef): void {
    this.uncovered.add(this.takeIn(chunk) ?? ZERO_WEI)
  }

  /** @returns its price, if it was there */
  takeIn(chunk: ChunkRef): Wei | undefined {
    const key = chunkKey(chunk)
    const price = this.#delivered.get(key)
    if (this.#delivered.delete(key)) this.#taken++
    return price
  }

  /** How many chunks to grant now; 0 for none. */
  takeGrant(): number {
    if (this.#taken < GRANT_STEP_CHUNKS) return 0
    const granted = this.#taken
    this.#taken = 0
    this.#inWindow -= granted
    return granted
  }
}
