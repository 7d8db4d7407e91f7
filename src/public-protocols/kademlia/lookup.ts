import type { Contact } from './contact.ts'
import { LOOKUP_PARALLEL, MAX_LOOKUP_CANDIDATES, MAX_LOOKUP_QUESTIONS } from './limits.ts'
import { closestTo } from './place.ts'

type Standing = 'new' | 'asked' | 'answered' | 'silent'

interface Candidate<C> {
  readonly id: string
  readonly contact: C
  standing: Standing
}

export interface LookupOptions {
  /** Nodes it is to find. */
  readonly k: number
  /** Nodes of one address that are asked: who makes nodes up next to a place does not get the whole lookup. */
  readonly perAddress: number
}

/**
 * The way to the nodes closest to a place: the closest known are asked for closer ones, until the closest have all answered. Decides whom
 * to ask next and knows nothing of time or datagrams.
 */
export class Lookup<C extends Contact> {
  readonly target: C['id']
  readonly #options: LookupOptions
  readonly #candidates = new Map<C['id'], Candidate<C>>()
  #questions = 0

  constructor(target: C['id'], known: Iterable<C>, options: LookupOptions) {
    this.target = target
    this.#options = options
    this.add(known)
  }

  /** Nodes that somebody told of. */
  add(contacts: Iterable<C>): void {
    for (const contact of contacts)
      if (this.#isWanted(contact)) this.#candidates.set(contact.id, { id: contact.id, contact, standing: 'new' })
    if (this.#candidates.size <= MAX_LOOKUP_CANDIDATES) return
    const kept = new Set(closestTo(this.target, this.#candidates.values(), MAX_LOOKUP_CANDIDATES))
    for (const candidate of this.#candidates.values())
      if (!kept.has(candidate) && candidate.standing === 'new') this.#candidates.delete(candidate.id)
  }

  /** Whom to ask now; each is told once. */
  next(): C[] {
    const asked = [...this.#candidates.values()].filter(({ standing }) => standing === 'asked').length
    const free = Math.min(LOOKUP_PARALLEL - asked, MAX_LOOKUP_QUESTIONS - this.#questions)
    const chosen = this.#near()
      .filter(({ standing }) => standing === 'new')
      .slice(0, Math.max(0, free))
    for (const candidate of chosen) candidate.standing = 'asked'
    this.#questions += chosen.length
    return chosen.map(({ contact }) => contact)
  }

  /** What became of a question. */
  settled(id: C['id'], standing: 'answered' | 'silent'): void {
    const candidate = this.#candidates.get(id)
    if (candidate !== undefined) candidate.standing = standing
  }

  /** Nobody is left to ask, and nobody to wait for. */
  get isDone(): boolean {
    const left = this.#near().some(({ standing }) => standing === 'new') && this.#questions < MAX_LOOKUP_QUESTIONS
    return !left && ![...this.#candidates.values()].some(({ standing }) => standing === 'asked')
  }

  /** The closest that answered. */
  closest(): C[] {
    const answered = [...this.#candidates.values()].filter(({ standing }) => standing === 'answered')
    return closestTo(this.target, answered, this.#options.k).map(({ contact }) => contact)
  }

  #isWanted({ id, address }: C): boolean {
    if (this.#candidates.has(id)) return false
    const ofAddress = [...this.#candidates.values()].filter(({ contact }) => contact.address === address).length
    return ofAddress < this.#options.perAddress
  }

  /** The closest of which nobody knows that it is silent. */
  #near(): Candidate<C>[] {
    const alive = [...this.#candidates.values()].filter(({ standing }) => standing !== 'silent')
    return closestTo(this.target, alive, this.#options.k)
  }
}
