import type { Random } from '../../../system/random.ts'
import { endpointOf } from '../../kademlia/contact.ts'
import { Lookup } from '../../kademlia/lookup.ts'
import type { Publications } from '../../kademlia/publications.ts'
import type { RoutingTable } from '../../kademlia/routing-table.ts'
import type { SourceIndex } from '../../kademlia/source-index.ts'
import { type KadId, randomKadId } from './kad-id.ts'
import { CLOSEST_NODES, LOOKUP_BEGINNINGS, MAX_SEARCHES, REFRESH_MS, SEARCH_PATIENCE_MS } from './limits.ts'
import type { KadContact, KadMessage, KadSource, ListedSource } from './message.ts'
import type { OwnFile } from './publications.ts'
import type { Question } from './questions.ts'
import type { Self } from './responder.ts'
import { type Purpose, Task } from './task.ts'

export interface TasksParts {
  readonly self: Self
  readonly udpPort: number
  readonly contactsPerAddress: number
  readonly random: Random
  readonly table: RoutingTable<KadContact>
  readonly index: SourceIndex<ListedSource>
  readonly publications: Publications<OwnFile>
  /** False when the very same is asked already. */
  ask(question: Question, message: KadMessage, now: number): boolean
  /** A search is over. */
  found(search: number, sources: readonly KadSource[]): void
}

interface WaitingSearch {
  readonly search: number
  readonly purpose: Purpose & { readonly kind: 'search' }
  readonly since: number
}

/** What this node wants to know or to tell: searches, publications and looks around, each in its time. */
export class Tasks {
  readonly #parts: TasksParts
  readonly #running = new Map<number, Task>()
  #waiting: WaitingSearch[] = []
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

  search(target: KadId, sizeBytes: number, now: number): number {
    const search = ++this.#last
    this.#waiting.push({ search, purpose: { kind: 'search', target, sizeBytes }, since: now })
    return search
  }

  cancel(search: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.search !== search)
    this.#running.delete(search)
  }

  /** Begins what is due, and goes on with what has begun. */
  tick(now: number): void {
    const { table, index, publications } = this.#parts
    const isAlone = table.size === 0
    while (this.#count('search') < MAX_SEARCHES) {
      const [first] = this.#waiting
      if (first === undefined || (isAlone && now - first.since < SEARCH_PATIENCE_MS)) break
      this.#waiting.shift()
      const { search, purpose } = first
      this.#begin(search, purpose, purpose.target).found(index.sources(purpose.target, now))
    }
    const file = isAlone || this.#count('publish') > 0 ? undefined : publications.next(now)
    if (file !== undefined) this.#begin(++this.#last, { kind: 'publish', file }, file.target)
    if (!isAlone && now >= this.#refreshAt) this.refresh([], now)
    for (const number of [...this.#running.keys()]) this.advance(number, now)
  }

  /** Looks around near its own place, and every other time anywhere. */
  refresh(others: readonly KadContact[], now: number): void {
    const { self, random, index } = this.#parts
    index.forgetExpired(now)
    this.#refreshAt = now + REFRESH_MS
    const target = this.#refreshes++ % 2 === 0 ? self.id : randomKadId(random)
    this.#begin(++this.#last, { kind: 'refresh' }, target).lookup.add(others)
  }

  /** Asks whom there is to ask now; ends what is over. */
  advance(number: number, now: number): void {
    const task = this.#running.get(number)
    if (task === undefined) return
    if (task.isWalking) this.#walk(number, task, now)
    if (task.isOver) this.#end(number, task, now)
  }

  #begin(number: number, purpose: Purpose, target: KadId): Task {
    const { table, contactsPerAddress } = this.#parts
    const known = table.closest(target, LOOKUP_BEGINNINGS)
    const task = new Task(purpose, new Lookup(target, known, { k: CLOSEST_NODES, perAddress: contactsPerAddress }))
    this.#running.set(number, task)
    return task
  }

  #walk(number: number, task: Task, now: number): void {
    const { lookup } = task
    const { target } = lookup
    for (const contact of lookup.next()) {
      const question = { to: endpointOf(contact), expects: 'found', target, contact, task: number } as const
      if (!this.#parts.ask(question, task.findQuestion(contact.id), now)) lookup.settled(contact.id, 'silent')
    }
    if (!lookup.isDone) return
    for (const { contact, message } of task.arrive(this.#parts.self, this.#parts.udpPort)) {
      const expects = message.kind === 'search' ? 'search-answer' : 'publish-answer'
      const question = { to: endpointOf(contact), expects, target, contact, task: number } as const
      if (!this.#parts.ask(question, message, now)) task.heard(false)
    }
  }

  #end(number: number, { purpose, sources, took }: Task, now: number): void {
    this.#running.delete(number)
    if (purpose.kind === 'search') this.#parts.found(number, sources)
    if (purpose.kind === 'publish') this.#parts.publications.published(purpose.file.target, took, now)
  }

  #count(kind: Purpose['kind']): number {
    return [...this.#running.values()].filter(({ purpose }) => purpose.kind === kind).length
  }
}
