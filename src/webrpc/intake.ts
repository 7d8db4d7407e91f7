import { addWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { chunkKey } from '../in-band/chunk-key.ts'
import type { ChunkRef } from '../in-band/payments.ts'
import { GRANT_STEP_CHUNKS, WINDOW_CHUNKS } from './protocol.ts'

/** The chunks that came, until the payer has taken them in: what is in the window, and what is to be paid. SPEC 07 §6.2 */
export class Intake {
  /** Neither verified nor refused, with prices. */
  readonly #delivered = new Map<string, Wei>()
  /** Came and were not granted again. */
  #inWindow = 0
  /** Of them, those taken in. */
  #taken = 0
  #uncovered = ZERO_WEI

  /** Whether a chunk came of which nobody has said yet what becomes of it. */
  get isPending(): boolean {
    return this.#delivered.size > 0
  }

  /** Price of what verified since the last voucher for it. */
  get uncovered(): Wei {
    return this.#uncovered
  }

  /** False when the window did not allow it. */
  deliver(chunk: ChunkRef, price: Wei): boolean {
    this.#delivered.set(chunkKey(chunk), price)
    return ++this.#inWindow <= WINDOW_CHUNKS
  }

  verified(chunk: ChunkRef): void {
    this.#uncovered = addWei(this.#uncovered, this.takeIn(chunk) ?? ZERO_WEI)
  }

  /** @returns its price, if it was there */
  takeIn(chunk: ChunkRef): Wei | undefined {
    const key = chunkKey(chunk)
    const price = this.#delivered.get(key)
    if (this.#delivered.delete(key)) this.#taken++
    return price
  }

  /** A voucher that `signing` ends with is for everything verified until now, which is covered once it is there. */
  async cover<T>(signing: Promise<T>, isSigned: (outcome: T) => boolean = () => true): Promise<T> {
    const covered = this.#uncovered
    const outcome = await signing
    if (isSigned(outcome)) this.#uncovered = subtractWei(this.#uncovered, covered)
    return outcome
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
