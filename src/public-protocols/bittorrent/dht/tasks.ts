import type { Random } from '../../../system/random.ts'
import { type Contact, endpointOf } from '../../kademlia/contact.ts'
import { Lookup } from '../../kademlia/lookup.ts'
import type { Publications } from '../../kademlia/publications.ts'
import type { RoutingTable } from '../../kademlia/routing-table.ts'
import type { Endpoint } from '../tracker/compact.ts'
import type { OwnTorrent } from './announcements.ts'
import { K, MAX_ANNOUNCEMENTS, MAX_SEARCHES, REFRESH_MS, SEARCH_MS, SEARCH_PATIENCE_MS } from './limits.ts'
import type { DhtQuestion } from './message.ts'
import { randomPlace } from './place.ts'
import type { OpenQuestion } from './questions.ts'
import { type Purpose, Task } from './task.ts'

export interface TasksParts {
  readonly id: string
  readonly contactsPerAddress: number
  readonly random: Random
  readonly table: RoutingTable<Contact>
  readonly announcements: Publications<OwnTorrent>
  /** Peers of a torrent that this node knows by itself. */
  peersHere(target: string, now: number): readonly Endpoint[]
  /** False when too much is asked already. */
  ask(open: Omit<OpenQuestion, 'asks'>, question: DhtQuestion, now: number): boolean
  /** A search is over. */
  found(search: number, peers: readonly Endpoint[]): void
}

interface Waiting {
  readonly search: number
  readonly target: string
  readonly since: number
}

/** What this node wants to know or to tell: searches, announcements and looks around, each in its time. */
export class Tasks {
  readonly #parts: TasksParts
  readonly #running = new Map<number, Task>()
  #waiting: Waiting[] = []
  #last = 0
  #refreshes = 0
  #refreshAt = Number.NEGATIVE_INFINITY

  constructor(parts: TasksParts) {
    this.#parts = parts
  }

  get(number: number | undefined): Task | undefined {
    return number === undefined ? undefined : this.#running.get(number)
  }

  get waiting(): number {
    return this.#waiting.length
  }

  search(target: string, now: number): number {
    const search = ++this.#last
    this.#waiting.push({ search, target, since: now })
    return search
  }

  cancel(search: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.search !== search)
    this.#running.delete(search)
  }

  /** Begins what is due, and goes on with what has begun. */
  tick(now: number): void {
    const isAlone = this.#parts.table.size === 0
    this.#beginSearches(isAlone, now)
    if (!isAlone) {
      const torrent = this.#count('announce') < MAX_ANNOUNCEMENTS ? this.#parts.announcements.next(now) : undefined
      if (torrent !== undefined) this.#begin(++this.#last, { kind: 'announce', torrent }, torrent.target, now)
      if (now >= this.#refreshAt) this.refresh([], now)
    }
    for (const number of [...this.#running.keys()]) this.advance(number, now)
  }

  /** Looks around near its own place, and every other time anywhere. */
  refresh(others: readonly Contact[], now: number): void {
    const { id, random } = this.#parts
    this.#refreshAt = now + REFRESH_MS
    const target = this.#refreshes++ % 2 === 0 ? id : randomPlace(random)
    this.#begin(++this.#last, { kind: 'refresh' }, target, now).lookup.add(others)
  }

  /** Asks whom there is to ask now; ends what is over. */
  advance(number: number, now: number): void {
    const task = this.#running.get(number)
    if (task === undefined) return
    const isLate = task.purpose.kind === 'search' && now - task.begunAt >= SEARCH_MS
    if (task.isWalking && !isLate) this.#walk(number, task, now)
    if (task.isOver || isLate) this.#end(number, task, now)
  }

  #beginSearches(isAlone: boolean, now: number): void {
    while (this.#count('search') < MAX_SEARCHES) {
      const [first] = this.#waiting
      if (first === undefined || (isAlone && now - first.since < SEARCH_PATIENCE_MS)) return
      this.#waiting.shift()
      const { search, target } = first
      this.#begin(search, { kind: 'search' }, target, now).found(this.#parts.peersHere(target, now))
    }
  }

  #begin(number: number, purpose: Purpose, target: string, now: number): Task {
    const { table, contactsPerAddress: perAddress } = this.#parts
    // Two buckets, in case some are gone.
    const task = new Task(purpose, new Lookup(target, table.closest(target, 2 * K), { k: K, perAddress }), now)
    this.#running.set(number, task)
    return task
  }

  #walk(number: number, task: Task, now: number): void {
    const { lookup, question } = task
    for (const contact of lookup.next())
      if (!this.#parts.ask({ to: endpointOf(contact), contact, task: number }, question, now))
        lookup.settled(contact.id, 'silent')
    if (!lookup.isDone) return
    for (const { contact, question: told } of task.arrive())
      if (!this.#parts.ask({ to: endpointOf(contact), contact, task: number }, told, now)) task.heard(false)
  }

  #end(number: number, { purpose, peers, took }: Task, now: number): void {
    this.#running.delete(number)
    if (purpose.kind === 'search') this.#parts.found(number, peers)
    if (purpose.kind === 'announce') this.#parts.announcements.published(purpose.torrent.target, took, now)
  }

  #count(kind: Purpose['kind']): number {
    return [...this.#running.values()].filter(({ purpose }) => purpose.kind === kind).length
  }
}
