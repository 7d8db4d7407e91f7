import { toHex } from '../../../domain/bytes.ts'
import type { Random } from '../../../system/random.ts'
import { type Contact, endpointKey, type UdpEndpoint } from '../../kademlia/contact.ts'
import { ANSWER_WITHIN_MS, MAX_OPEN_QUESTIONS, TRANSACTION_BYTES } from './limits.ts'
import type { DhtQuestion } from './message.ts'

/** An answer this node waits for. */
export interface OpenQuestion {
  readonly to: UdpEndpoint
  readonly asks: DhtQuestion['kind']
  /** Who is asked; absent where only its address is known. */
  readonly contact?: Contact
  /** The lookup it belongs to. */
  readonly task?: number
}

/** What was asked and is not answered. An answer to nothing is dropped: nobody can push peers or nodes on this one. */
export class Questions {
  readonly #random: Random
  readonly #open = new Map<string, OpenQuestion & { readonly until: number }>()

  constructor(random: Random) {
    this.#random = random
  }

  /** The transaction it is to be sent with; `undefined` when too many are open. */
  ask(question: OpenQuestion, now: number): Uint8Array | undefined {
    if (this.#open.size >= MAX_OPEN_QUESTIONS) return undefined
    const transaction = this.#random.bytes(TRANSACTION_BYTES)
    this.#open.set(toHex(transaction), { ...question, until: now + ANSWER_WITHIN_MS })
    return transaction
  }

  /** Is something open to this node? */
  isAsked(at: UdpEndpoint): boolean {
    const key = endpointKey(at)
    return [...this.#open.values()].some(({ to }) => endpointKey(to) === key)
  }

  /** The question this answers: SPEC 16 §3: "It MUST take nothing from an answer that does not come from where its question went" */
  answered(from: UdpEndpoint, transaction: Uint8Array): OpenQuestion | undefined {
    const key = toHex(transaction)
    const question = this.#open.get(key)
    if (question === undefined || endpointKey(question.to) !== endpointKey(from)) return undefined
    this.#open.delete(key)
    return question
  }

  /** Those nobody answered in time. */
  expired(now: number): OpenQuestion[] {
    const late = [...this.#open].filter(([, { until }]) => until <= now)
    for (const [key] of late) this.#open.delete(key)
    return late.map(([, question]) => question)
  }
}
