import { closestTo, type KadId } from './kad-id.ts'
import { CLOSEST_NODES, LOOKUP_PARALLEL, MAX_LOOKUP_CANDIDATES, MAX_LOOKUP_QUESTIONS } from './limits.ts'
import type { KadContact } from './message.ts'

type Standing = 'new' | 'asked' | 'answered' | 'silent'

interface Candidate extends KadContact {
  standing: Standing
}

/**
 * The way to the nodes closest to a place: the closest known are asked for closer ones, until the closest have all answered. Decides whom
 * to ask next and knows nothing of time or datagrams.
 */
export class Lookup {
  readonly target: KadId
  readonly #perAddress: number
  readonly #candidates = new Map<KadId, Candidate>()
  #questions = 0

  /** @param perAddress nodes of one address that are asked: who makes nodes up next to a place does not get the whole lookup */
  constructor(target: KadId, known: Iterable<KadContact>, perAddress: number) {
    this.target = target
    this.#perAddress = perAddress
    this.add(known)
  }

  /** Nodes that somebody told of. */
  add(contacts: Iterable<KadContact>): void {
    for (const contact of contacts)
      if (this.#isWanted(contact)) this.#candidates.set(contact.id, { ...contact, standing: 'new' })
    if (this.#candidates.size <= MAX_LOOKUP_CANDIDATES) return
    const kept = new Set(closestTo(this.target, this.#candidates.values(), MAX_LOOKUP_CANDIDATES))
    for (const candidate of this.#candidates.values())
      if (!kept.has(candidate) && candidate.standing === 'new') this.#candidates.delete(candidate.id)
  }

  /** Whom to ask now; each is told once. */
  next(): KadContact[] {
    const asked = [...this.#candidates.values()].filter(({ standing }) => standing === 'asked').length
    const free = Math.min(LOOKUP_PARALLEL - asked, MAX_LOOKUP_QUESTIONS - this.#questions)
    const chosen = this.#near()
      .filter(({ standing }) => standing === 'new')
      .slice(0, Math.max(0, free))
    for (const candidate of chosen) candidate.standing = 'asked'
    this.#questions += chosen.length
    return chosen
  }

  /** What became of a question. */
  settled(id: KadId, standing: 'answered' | 'silent'): void {
    const candidate = this.#candidates.get(id)
    if (candidate !== undefined) candidate.standing = standing
  }

  /** Nobody is left to ask, and nobody to wait for. */
  get isDone(): boolean {
    const left = this.#near().some(({ standing }) => standing === 'new') && this.#questions < MAX_LOOKUP_QUESTIONS
    return !left && ![...this.#candidates.values()].some(({ standing }) => standing === 'asked')
  }

  /** The closest that answered. */
  closest(): KadContact[] {
    const answered = [...this.#candidates.values()].filter(({ standing }) => standing === 'answered')
    return closestTo(this.target, answered, CLOSEST_NODES)
  }

  #isWanted({ id, address }: KadContact): boolean {
    if (this.#candidates.has(id)) return false
    return [...this.#candidates.values()].filter((known) => known.address === address).length < this.#perAddress
  }

  /** The closest of which nobody knows that it is silent. */
  #near(): Candidate[] {
    const alive = [...this.#candidates.values()].filter(({ standing }) => standing !== 'silent')
    return closestTo(this.target, alive, CLOSEST_NODES)
  }
}
