import { addWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import type { TransferProtocol } from '../../domain/transfer.ts'
import type { Clock } from '../../system/clock.ts'
import type { SourceView } from '../source-view.ts'
import { SpeedMeter } from './speed-meter.ts'

/** What one source delivered to one download, as it is shown: the books are elsewhere. */
export class Tally {
  readonly #speed: SpeedMeter
  readonly #chunksBy = new Map<TransferProtocol, number>()
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

  add(byteLength: number, price: Wei, protocol: TransferProtocol): void {
    this.#chunks++
    this.#chunksBy.set(protocol, (this.#chunksBy.get(protocol) ?? 0) + 1)
    this.#bytes += byteLength
    this.#verified = addWei(this.#verified, price)
    this.#speed.add(byteLength)
  }

  view(): Pick<SourceView, 'chunks' | 'chunksBy' | 'bytes' | 'verified' | 'bytesPerSecond'> {
    return {
      chunks: this.#chunks,
      chunksBy: Object.fromEntries(this.#chunksBy),
      bytes: this.#bytes,
      verified: this.#verified,
      bytesPerSecond: this.#speed.bytesPerSecond(),
    }
  }
}
