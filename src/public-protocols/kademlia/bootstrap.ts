import type { UdpEndpoint } from './contact.ts'
import { BOOTSTRAP_MEETINGS, BOOTSTRAP_RETRY_MS } from './limits.ts'

/** Whom to ask for nodes while none is known: some at a time, all in turn. */
export class Bootstrap {
  readonly #endpoints: readonly UdpEndpoint[]
  #next = 0
  #notBefore = Number.NEGATIVE_INFINITY

  constructor(endpoints: readonly UdpEndpoint[]) {
    this.#endpoints = endpoints
  }

  /** Those to ask now; none when it was done a moment ago. */
  meet(now: number): readonly UdpEndpoint[] {
    if (now < this.#notBefore || this.#endpoints.length === 0) return []
    this.#notBefore = now + BOOTSTRAP_RETRY_MS
    const chosen = this.#endpoints.slice(this.#next, this.#next + BOOTSTRAP_MEETINGS)
    this.#next = this.#next + chosen.length >= this.#endpoints.length ? 0 : this.#next + chosen.length
    return chosen
  }
}
