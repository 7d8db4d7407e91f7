import { addWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import type { Clock } from '../../system/clock.ts'
import type { SourceView } from '../types.ts'
import { SpeedMeter } from './speed-meter.ts'

/** What one source delivered to one download, as it is shown: the books are elsewhere. */
export class Tally {
  readonly #speed: SpeedMeter
  #chunks: number
  #bytes: number
  #verified: Wei = ZERO_WEI

  /** `counted`: what was stored from it before a restart. */
  constructor(clock: Clock, counted: { readonly chunks: number; readonly bytes: number }) {
    this.#speed = new SpeedMeter(clock)
    this.#chunks = counted.chunks
    this.#bytes = counted.bytes
  }

  get chunks(): number {
    return this.#chunks
  }

  add(byteLength: number, price: Wei): void {
    this.#chunks++
    this.#bytes += byteLength
    this.#verified = addWei(this.#verified, price)
    this.#speed.add(byteLength)
  }

  view(): Pick<SourceView, 'chunks' | 'bytes' | 'verified' | 'bytesPerSecond'> {
    return {
      chunks: this.#chunks,
      bytes: this.#bytes,
      verified: this.#verified,
      bytesPerSecond: this.#speed.bytesPerSecond(),
    }
  }
}
