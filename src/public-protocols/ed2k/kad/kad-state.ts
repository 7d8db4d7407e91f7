import type { Random } from '../../../system/random.ts'
import { Bootstrap } from '../../kademlia/bootstrap.ts'
import { endpointOf } from '../../kademlia/contact.ts'
import { RoutingTable } from '../../kademlia/routing-table.ts'
import type { NodeEffect, NodeState } from '../../kademlia/udp-node.ts'
import { AddressProofs } from './address-proofs.ts'
import { encodeMessage } from './codec.ts'
import { isUsable } from './contact.ts'
import type { KadId } from './kad-id.ts'
import { CLOSEST_NODES, MAX_AMPLIFICATION, MAX_WAITING_SEARCHES, SILENT_MS } from './limits.ts'
import type { KadContact, KadEndpoint, KadMessage, KadSource } from './message.ts'
import { newPublications, type OwnFile } from './publications.ts'
import { type Question, Questions } from './questions.ts'
import { KAD_VERSION, Responder, type Self } from './responder.ts'
import { newSourceIndex } from './source-index.ts'
import { Tasks } from './tasks.ts'

export interface KadOptions extends Self {
  readonly udpPort: number
  /** Where others reach this node's files; `undefined`: it publishes them, but names itself to nobody who searches here. */
  address(): string | undefined
  /** May a node or source of this address be asked, kept, or told to others? */
  allows(address: string): boolean
  /** Nodes of one address that are known. */
  readonly contactsPerAddress: number
  /** Nodes to begin with. */
  readonly bootstrap: readonly KadEndpoint[]
  readonly random: Random
}

export type KadEffect = NodeEffect<KadMessage, readonly KadSource[]>

const QUESTIONS: ReadonlySet<KadMessage['kind']> = new Set(['bootstrap', 'hello', 'find', 'search', 'publish', 'ping'])

/** A node of Kad without its socket: what it does about each datagram, and as time goes by. All times are monotonic milliseconds. */
export class KadState implements NodeState<KadMessage, readonly KadSource[]> {
  readonly #options: KadOptions
  readonly #self: Self
  readonly #table: RoutingTable<KadContact>
  readonly #index = newSourceIndex()
  readonly #proofs = new AddressProofs()
  readonly #questions = new Questions()
  readonly #publications = newPublications()
  readonly #bootstrap: Bootstrap
  readonly #responder: Responder
  readonly #tasks: Tasks
  readonly #effects: KadEffect[] = []

  constructor(options: KadOptions) {
    this.#options = options
    const { id, tcpPort, udpPort, contactsPerAddress, random } = options
    this.#self = { id, tcpPort }
    this.#table = new RoutingTable(id, { k: CLOSEST_NODES, perAddress: contactsPerAddress })
    this.#bootstrap = new Bootstrap(options.bootstrap)
    const shared = { self: this.#self, table: this.#table, index: this.#index }
    this.#responder = new Responder({
      ...shared,
      ownSource: (target) => {
        const [file, address] = [this.#publications.get(target), options.address()]
        if (file === undefined || address === undefined) return undefined
        return { publisher: id, address, tcpPort, udpPort, sizeBytes: file.sizeBytes }
      },
      allows: (other) => options.allows(other),
    })
    this.#tasks = new Tasks({
      ...shared,
      udpPort,
      contactsPerAddress,
      random,
      publications: this.#publications,
      ask: (question, message, now) => this.#ask(question, message, now),
      found: (search, sources) => void this.#effects.push({ kind: 'found', search, found: sources }),
    })
  }

  /** Nodes that are known. */
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

  /** Begins a search, whose end is an effect with this number; `undefined` when too many wait. */
  search(target: KadId, sizeBytes: number, now: number): number | undefined {
    return this.#tasks.waiting < MAX_WAITING_SEARCHES ? this.#tasks.search(target, sizeBytes, now) : undefined
  }

  /** Ends a search without a result. */
  cancel(search: number): void {
    this.#tasks.cancel(search)
  }

  /** A datagram came. */
  receive(from: KadEndpoint, message: KadMessage, now: number): KadEffect[] {
    if (QUESTIONS.has(message.kind)) this.#question(from, message, now)
    else this.#answer(from, message, now)
    return this.#effects.splice(0)
  }

  /** Time went by: call some times a second. */
  tick(now: number): KadEffect[] {
    for (const question of this.#questions.expired(now)) this.#unanswered(question)
    this.#greetSilent(now)
    if (this.#table.size === 0)
      for (const to of this.#bootstrap.meet(now))
        this.#ask({ to, expects: 'bootstrap-answer' }, { kind: 'bootstrap' }, now)
    this.#tasks.tick(now)
    return this.#effects.splice(0)
  }

  #question(from: KadEndpoint, question: KadMessage, now: number): void {
    if (this.#proofs.isProved(from, now)) {
      this.#meet(from, question, now)
      this.#send(from, this.#responder.answer(from, question, now))
      return
    }
    const mustProve = question.kind === 'publish'
    const answer = mustProve ? undefined : this.#responder.answer(from, question, now)
    const isShort = answer !== undefined && lengthOf(answer) <= MAX_AMPLIFICATION * lengthOf(question)
    // SPEC 15 §5: "The node MUST NOT answer an address that has proved nothing with more than three times the bytes of the question."
    if (isShort) this.#send(from, answer)
    const waits = mustProve || question.kind === 'hello' || (answer !== undefined && !isShort)
    if (waits && this.#proofs.wait(from, question, now)) this.#send(from, { kind: 'ping' })
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
    if (question.task !== undefined) this.#tasks.advance(question.task, now)
  }

  /** What waited for the proof of an address is done now; a greeting was answered before. */
  #proved(from: KadEndpoint, now: number): void {
    const waited = this.#proofs.prove(from, now)
    if (waited === undefined) return
    this.#meet(from, waited, now)
    if (waited.kind !== 'hello') this.#send(from, this.#responder.answer(from, waited, now))
  }

  #answered({ to, contact, task: number }: Question, message: KadMessage, now: number): void {
    const task = this.#tasks.get(number)
    switch (message.kind) {
      case 'bootstrap-answer': {
        const { id, tcpPort, version, contacts } = message
        this.#know({ id, address: to.address, udpPort: to.port, tcpPort, version }, now)
        this.#tasks.refresh(this.#usable(contacts), now)
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
    const task = this.#tasks.get(number)
    // Who knows no source is silent, and who wants none as well; that says nothing against them.
    if (expects === 'search-answer' || expects === 'publish-answer') task?.heard(false)
    else if (contact !== undefined) {
      this.#table.silent(contact.id)
      task?.lookup.settled(contact.id, 'silent')
    }
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
    const greeting = { kind: 'hello', ...this.#self, version: KAD_VERSION } as const
    this.#ask({ to: endpointOf(contact), expects: 'hello-answer', contact }, greeting, now)
  }

  /** One at a time: there is no hurry. */
  #greetSilent(now: number): void {
    const silent = [...this.#table.all()].find(({ seenAt }) => now - seenAt > SILENT_MS)
    if (silent !== undefined) this.#greet(silent, now)
  }

  /** Those that may be asked: not this node itself, and only where its messages may go. */
  #usable(contacts: readonly KadContact[]): KadContact[] {
    const { id } = this.#options
    return contacts.filter((contact) => contact.id !== id && isUsable(contact) && this.#options.allows(contact.address))
  }

  #ask(question: Question, message: KadMessage, now: number): boolean {
    const isNew = this.#questions.ask(question, now)
    if (isNew) this.#send(question.to, message)
    return isNew
  }

  #send(to: KadEndpoint, message: KadMessage | undefined): void {
    if (message !== undefined) this.#effects.push({ kind: 'send', to, message })
  }
}

function lengthOf(message: KadMessage): number {
  return encodeMessage(message).byteLength
}
