import type { Random } from '../../../system/random.ts'
import { AddressProofs } from './address-proofs.ts'
import { Bootstrap } from './bootstrap.ts'
import { encodeMessage } from './codec.ts'
import { isUsable } from './contact.ts'
import { type KadId, randomKadId } from './kad-id.ts'
import {
  LOOKUP_BEGINNINGS,
  MAX_AMPLIFICATION,
  MAX_SEARCHES,
  REFRESH_MS,
  SEARCH_PATIENCE_MS,
  SILENT_MS,
} from './limits.ts'
import { Lookup } from './lookup.ts'
import {
  type Addressed,
  endpointOf,
  type KadContact,
  type KadEndpoint,
  type KadMessage,
  type KadSource,
} from './message.ts'
import { type OwnFile, Publications } from './publications.ts'
import { type Question, Questions } from './questions.ts'
import { KAD_VERSION, Responder, type Self } from './responder.ts'
import { RoutingTable } from './routing-table.ts'
import { SourceIndex } from './source-index.ts'
import { type Purpose, Task } from './task.ts'

export interface KadOptions extends Self {
  readonly udpPort: number
  /** Where others reach this node; absent: it tells nobody of its own files, and publishes them all the same. */
  readonly address?: string | undefined
  /** May a node or source of this address be asked, kept, or told to others? */
  allows(address: string): boolean
  /** Nodes of one address that are known. */
  readonly contactsPerAddress: number
  /** Nodes to begin with. */
  readonly bootstrap: readonly KadEndpoint[]
  readonly random: Random
}

/** What is to be done: datagrams, and searches that ended. */
export type KadEffect =
  | (Addressed & { readonly kind: 'send' })
  | { readonly kind: 'found'; readonly search: number; readonly sources: readonly KadSource[] }

interface WaitingSearch {
  readonly search: number
  readonly purpose: Purpose & { kind: 'search' }
  readonly since: number
}

const QUESTIONS: ReadonlySet<KadMessage['kind']> = new Set(['bootstrap', 'hello', 'find', 'search', 'publish', 'ping'])

/** A node of Kad without its socket: what it does about each datagram, and as time goes by. All times are monotonic milliseconds. */
export class KadState {
  readonly #options: KadOptions
  readonly #self: Self
  readonly #table: RoutingTable
  readonly #index = new SourceIndex()
  readonly #proofs = new AddressProofs()
  readonly #questions = new Questions()
  readonly #publications = new Publications()
  readonly #bootstrap: Bootstrap
  readonly #responder: Responder
  readonly #tasks = new Map<number, Task>()
  #waiting: WaitingSearch[] = []
  readonly #effects: KadEffect[] = []
  #lastTask = 0
  #refreshes = 0
  #refreshAt = Number.NEGATIVE_INFINITY

  constructor(options: KadOptions) {
    this.#options = options
    const { id, tcpPort, udpPort, address } = options
    this.#self = { id, tcpPort }
    this.#table = new RoutingTable(id, options.contactsPerAddress)
    this.#bootstrap = new Bootstrap(options.bootstrap)
    this.#responder = new Responder({
      self: this.#self,
      table: this.#table,
      index: this.#index,
      ownSource: (target) => {
        const file = this.#publications.get(target)
        if (file === undefined || address === undefined) return undefined
        return { publisher: id, address, tcpPort, udpPort, sizeBytes: file.sizeBytes }
      },
      allows: (other) => options.allows(other),
    })
  }

  get contacts(): number {
    return this.#table.size
  }

  /** Sources of others that are kept. */
  get indexed(): number {
    return this.#index.size
  }

  /** The files this node serves, from now on. */
  serve(files: Iterable<OwnFile>, now: number): void {
    this.#publications.set(files, now)
  }

  /** Begins a search; its end is an effect of `tick` with this number. */
  search(target: KadId, sizeBytes: number, now: number): number {
    const search = ++this.#lastTask
    this.#waiting.push({ search, purpose: { kind: 'search', target, sizeBytes }, since: now })
    return search
  }

  /** Ends a search without a result. */
  cancel(search: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.search !== search)
    this.#tasks.delete(search)
  }

  /** A datagram came. */
  receive(from: KadEndpoint, message: KadMessage, now: number): KadEffect[] {
    if (QUESTIONS.has(message.kind)) this.#question(from, message, now)
    else this.#answer(from, message, now)
    return this.#take()
  }

  /** Time went by: call some times a second. */
  tick(now: number): KadEffect[] {
    for (const question of this.#questions.expired(now)) this.#unanswered(question)
    this.#greetSilent(now)
    if (this.#table.size === 0)
      for (const to of this.#bootstrap.meet(now))
        this.#ask({ to, expects: 'bootstrap-answer' }, { kind: 'bootstrap' }, now)
    this.#beginTasks(now)
    for (const number of [...this.#tasks.keys()]) this.#advance(number, now)
    return this.#take()
  }

  #question(from: KadEndpoint, question: KadMessage, now: number): void {
    if (this.#proofs.isProved(from, now)) {
      this.#meet(from, question, now)
      return this.#reply(from, this.#responder.answer(from, question, now))
    }
    const mustProve = question.kind === 'publish'
    const answer = mustProve ? undefined : this.#responder.answer(from, question, now)
    const isShort = answer !== undefined && lengthOf(answer) <= MAX_AMPLIFICATION * lengthOf(question)
    // SPEC 15 §5: "The node MUST NOT send to an address that has proved nothing more than three times the bytes it was asked with."
    if (isShort) this.#reply(from, answer)
    const waits = mustProve || question.kind === 'hello' || (answer !== undefined && !isShort)
    if (waits && this.#proofs.wait(from, question, now)) this.#reply(from, { kind: 'ping' })
  }

  #answer(from: KadEndpoint, message: KadMessage, now: number): void {
    if (message.kind === 'pong') {
      if (this.#proofs.isWaiting(from, now)) this.#proved(from, now)
      return
    }
    const question = this.#questions.answered(from, message)
    if (question === undefined) return
    this.#proved(from, now)
    this.#answered(question, message, now)
    if (question.task !== undefined) this.#advance(question.task, now)
  }

  /** What waited for the proof of an address is done now; a greeting was answered before. */
  #proved(from: KadEndpoint, now: number): void {
    const waited = this.#proofs.prove(from, now)
    if (waited === undefined) return
    this.#meet(from, waited, now)
    if (waited.kind !== 'hello') this.#reply(from, this.#responder.answer(from, waited, now))
  }

  #answered({ to, contact, task: number }: Question, message: KadMessage, now: number): void {
    const task = number === undefined ? undefined : this.#tasks.get(number)
    switch (message.kind) {
      case 'bootstrap-answer': {
        const { id, tcpPort, version, contacts } = message
        this.#know({ id, address: to.address, udpPort: to.port, tcpPort, version }, now)
        this.#beginRefresh(this.#usable(contacts), now)
        return
      }
      case 'hello-answer':
        if (contact?.id === message.id) this.#table.seen(contact, now)
        return
      case 'found':
        if (contact === undefined) return
        this.#know(contact, now)
        task?.lookup.settled(contact.id, 'answered')
        task?.lookup.add(this.#usable(message.contacts))
        return
      case 'search-answer':
        task?.found(message.sources.filter(({ address }) => this.#options.allows(address)))
        return
      case 'publish-answer':
        task?.heard(true)
    }
  }

  #unanswered({ expects, contact, task: number }: Question): void {
    const task = number === undefined ? undefined : this.#tasks.get(number)
    // Who knows no source is silent; that says nothing against it.
    if (expects === 'search-answer' || expects === 'publish-answer') return task?.heard(false)
    if (contact === undefined) return
    this.#table.silent(contact.id)
    task?.lookup.settled(contact.id, 'silent')
  }

  /** Somebody greets from an address it proved. */
  #meet(from: KadEndpoint, question: KadMessage, now: number): void {
    if (question.kind !== 'hello') return
    const { id, tcpPort, version } = question
    const contact = { id, address: from.address, udpPort: from.port, tcpPort, version }
    if (this.#usable([contact]).length > 0) this.#table.seen(contact, now)
  }

  /** A node answered. One that is new learns of this node by a greeting. */
  #know(contact: KadContact, now: number): void {
    if (this.#usable([contact]).length > 0 && this.#table.seen(contact, now)) this.#greet(contact, now)
  }

  #greet(contact: KadContact, now: number): void {
    const to = endpointOf(contact)
    this.#ask({ to, expects: 'hello-answer', contact }, { kind: 'hello', ...this.#self, version: KAD_VERSION }, now)
  }

  #greetSilent(now: number): void {
    for (const contact of this.#table.all()) if (now - contact.seenAt > SILENT_MS) return this.#greet(contact, now) // one at a time: there is no hurry
  }

  #beginTasks(now: number): void {
    const isAlone = this.#table.size === 0
    while (this.#count('search') < MAX_SEARCHES) {
      const [first] = this.#waiting
      if (first === undefined || (isAlone && now - first.since < SEARCH_PATIENCE_MS)) break
      this.#waiting.shift()
      const { search, purpose } = first
      this.#begin(search, purpose, purpose.target).found(this.#index.sources(purpose.target, now))
    }
    if (isAlone) return
    const file = this.#count('publish') === 0 ? this.#publications.next(now) : undefined
    if (file !== undefined) this.#begin(++this.#lastTask, { kind: 'publish', file }, file.target)
    if (now >= this.#refreshAt) this.#beginRefresh([], now)
  }

  /** Looks around near its own place, and every other time anywhere. */
  #beginRefresh(others: readonly KadContact[], now: number): void {
    this.#index.forgetExpired(now)
    this.#refreshAt = now + REFRESH_MS
    const target = this.#refreshes++ % 2 === 0 ? this.#self.id : randomKadId(this.#options.random)
    this.#begin(++this.#lastTask, { kind: 'refresh' }, target).lookup.add(others)
  }

  #begin(number: number, purpose: Purpose, target: KadId): Task {
    const { contactsPerAddress } = this.#options
    const task = new Task(
      purpose,
      new Lookup(target, this.#table.closest(target, LOOKUP_BEGINNINGS), contactsPerAddress),
    )
    this.#tasks.set(number, task)
    return task
  }

  #advance(number: number, now: number): void {
    const task = this.#tasks.get(number)
    if (task === undefined) return
    const { lookup } = task
    if (task.isWalking) {
      for (const contact of lookup.next()) {
        const question = {
          to: endpointOf(contact),
          expects: 'found',
          target: lookup.target,
          contact,
          task: number,
        } as const
        if (!this.#ask(question, task.findQuestion(contact.id), now)) lookup.settled(contact.id, 'silent')
      }
      if (lookup.isDone) this.#arrive(number, task, now)
    }
    if (task.isOver) this.#end(number, task, now)
  }

  /** The closest nodes are found: they are told or asked what the lookup was for. */
  #arrive(number: number, task: Task, now: number): void {
    const { target } = task.lookup
    for (const { contact, message } of task.arrive(this.#self, this.#options.udpPort)) {
      const expects = message.kind === 'search' ? 'search-answer' : 'publish-answer'
      if (!this.#ask({ to: endpointOf(contact), expects, target, contact, task: number }, message, now))
        task.heard(false)
    }
  }

  #end(number: number, { purpose, sources, took }: Task, now: number): void {
    this.#tasks.delete(number)
    if (purpose.kind === 'search') this.#effects.push({ kind: 'found', search: number, sources })
    if (purpose.kind === 'publish') this.#publications.published(purpose.file.target, took, now)
  }

  #count(kind: Purpose['kind']): number {
    return [...this.#tasks.values()].filter(({ purpose }) => purpose.kind === kind).length
  }

  /** Those that may be asked: not this node itself, and only where its messages may go. */
  #usable(contacts: readonly KadContact[]): KadContact[] {
    const { id, allows } = this.#options
    return contacts.filter((contact) => contact.id !== id && isUsable(contact) && allows(contact.address))
  }

  #ask(question: Question, message: KadMessage, now: number): boolean {
    const isNew = this.#questions.ask(question, now)
    if (isNew) this.#reply(question.to, message)
    return isNew
  }

  #reply(to: KadEndpoint, message: KadMessage | undefined): void {
    if (message !== undefined) this.#effects.push({ kind: 'send', to, message })
  }

  #take(): KadEffect[] {
    return this.#effects.splice(0)
  }
}

function lengthOf(message: KadMessage): number {
  return encodeMessage(message).byteLength
}
