import { Bitfield } from '../../domain/bitfield.ts'
import type { Clock } from '../../system/clock.ts'
import { HAVE_EVERY_MS, MAX_HAVES_AT_ONCE } from './limits.ts'
import type { HeldChunks } from './served-torrents.ts'

export interface HaveFeedParts {
  readonly clock: Clock
  /** What is held now; `undefined` when the file is not served any more. */
  held(): HeldChunks | undefined
  tell(pieceIndexes: readonly number[]): void
}

/** Tells one peer of chunks that came after it was told what is here, for as long as some are missing. */
export class HaveFeed {
  readonly #parts: HaveFeedParts
  #told: Bitfield | undefined
  #cancel = (): void => {}

  constructor(parts: HaveFeedParts) {
    this.#parts = parts
  }

  /** The peer was told that these are here, and hears of others from now on. */
  begin(told: Bitfield): void {
    this.#told = new Bitfield(told.length, told.toBytes())
    this.#wait()
  }

  stop(): void {
    this.#cancel()
  }

  #wait(): void {
    this.#cancel()
    if (this.#told?.complete === false) this.#cancel = this.#parts.clock.schedule(HAVE_EVERY_MS, () => this.#look())
  }

  #look(): void {
    const [told, held] = [this.#told, this.#parts.held()]
    if (told === undefined || held === undefined || held.length !== told.length) return
    const gained: number[] = []
    if (held.count !== told.count)
      for (let index = 0; index < held.length && gained.length < MAX_HAVES_AT_ONCE; index++)
        if (held.has(index) && !told.has(index)) gained.push(index)
    for (const index of gained) told.add(index)
    if (gained.length > 0) this.#parts.tell(gained)
    this.#wait()
  }
}
