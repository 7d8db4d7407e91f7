import { addressKey } from '../address-key.ts'
import { MAX_QUEUE, MAX_SLOTS, MAX_SLOTS_PER_ADDRESS } from './limits.ts'

/** Who wants to be sent to. Its identity is its object. */
export interface Uploadee {
  readonly address: string
  /** It pays, and so waits behind nobody who does not. */
  readonly pays: boolean
  /** Its turn has come. */
  granted(): void
}

/** So many peers are sent to at once; others wait in the order in which they came, those who pay first. */
export class UploadSlots {
  readonly #active = new Set<Uploadee>()
  readonly #queue: Uploadee[] = []

  get activeCount(): number {
    return this.#active.size
  }

  /** Somebody could use the slot of another. */
  get isContended(): boolean {
    return this.#queue.length > 0
  }

  has(peer: Uploadee): boolean {
    return this.#active.has(peer)
  }

  /** Its place in the queue, from 1; 0 when it has a slot; `undefined` when the queue is full. */
  take(peer: Uploadee): number | undefined {
    if (this.#active.has(peer)) return 0
    if (!this.#queue.includes(peer)) {
      if (this.#mayHave(peer)) {
        this.#active.add(peer)
        return 0
      }
      if (this.#queue.length >= MAX_QUEUE) return undefined
      this.#queue.push(peer)
    }
    return this.#waiting().indexOf(peer) + 1
  }

  /** Gives a slot or a place back, and the slot to whoever is next. */
  leave(peer: Uploadee): void {
    const place = this.#queue.indexOf(peer)
    if (place >= 0) this.#queue.splice(place, 1)
    if (!this.#active.delete(peer)) return
    const next = this.#waiting().find((waiting) => this.#mayHave(waiting))
    if (next === undefined) return
    this.#queue.splice(this.#queue.indexOf(next), 1)
    this.#active.add(next)
    next.granted()
  }

  #mayHave({ address }: Uploadee): boolean {
    const key = addressKey(address)
    const ofAddress = [...this.#active].filter((active) => addressKey(active.address) === key)
    return this.#active.size < MAX_SLOTS && ofAddress.length < MAX_SLOTS_PER_ADDRESS
  }

  #waiting(): Uploadee[] {
    return [...this.#queue.filter(({ pays }) => pays), ...this.#queue.filter(({ pays }) => !pays)]
  }
}
