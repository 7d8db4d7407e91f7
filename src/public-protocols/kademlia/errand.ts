import type { Contact } from './contact.ts'
import type { Lookup } from './lookup.ts'

/** A lookup and what is done at its end, when some of the nodes that it found are asked or told. */
export class Errand<C extends Contact> {
  readonly lookup: Lookup<C>
  /** Nodes that were asked or told, and have not answered; `undefined` while the lookup lasts. */
  #open: number | undefined
  #took = 0

  constructor(lookup: Lookup<C>) {
    this.lookup = lookup
  }

  get isWalking(): boolean {
    return this.#open === undefined
  }

  get isOver(): boolean {
    return this.#open === 0
  }

  /** Nodes that took what they were told. */
  get took(): number {
    return this.#took
  }

  /** One of them is done with: it took what it was told, or nothing more is waited for. */
  heard(took: boolean): void {
    if (took) this.#took++
    if (this.#open !== undefined && this.#open > 0) this.#open--
  }

  /** The lookup is over, and so many nodes are asked or told. */
  protected arrived(nodes: number): void {
    this.#open = nodes
  }
}
