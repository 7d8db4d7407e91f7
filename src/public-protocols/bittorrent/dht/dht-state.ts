import type { Random } from '../../../system/random.ts'
import { type Contact, endpointOf, type UdpEndpoint } from '../../kademlia/contact.ts'
import { RoutingTable } from '../../kademlia/routing-table.ts'
import type { NodeEffect, NodeState } from '../../kademlia/udp-node.ts'
import { AddressTokens } from '../address-tokens.ts'
import type { Endpoint } from '../tracker/compact.ts'
import { newAnnouncements, type OwnTorrent } from './announcements.ts'
import { encodeMessage } from './codec.ts'
import { K, MAX_AMPLIFICATION, MAX_WAITING_SEARCHES, REFRESH_MS, SILENT_MS, TOKEN_PERIOD_MS } from './limits.ts'
import type { DhtMessage, DhtQuestion } from './message.ts'
import { newPeerIndex } from './peer-index.ts'
import { type OpenQuestion, Questions } from './questions.ts'
import { Responder } from './responder.ts'
import { Tasks } from './tasks.ts'

export interface DhtOptions {
  /** Its place. */
  readonly id: string
  /** Where others reach what this node serves; `undefined`: it announces, but names itself to nobody who asks here. */
  address(): string | undefined
  /** May a node or peer of this address be asked, kept, or told to others? */
  allows(address: string): boolean
  /** Nodes of one address that are known. */
  readonly contactsPerAddress: number
  readonly random: Random
}

export type DhtEffect = NodeEffect<DhtMessage, readonly Endpoint[]>
type Received<Kind extends DhtMessage['kind']> = DhtMessage & { readonly kind: Kind }

/** A node of the BitTorrent DHT without its socket: what it does about each datagram, and as time goes by. All times are monotonic milliseconds. */
export class DhtState implements NodeState<DhtMessage, readonly Endpoint[]> {
  readonly #options: DhtOptions
  readonly #table: RoutingTable<Contact>
  readonly #index = newPeerIndex()
  readonly #questions: Questions
  readonly #announcements = newAnnouncements()
  readonly #responder: Responder
  readonly #tasks: Tasks
  readonly #effects: DhtEffect[] = []
  #forgetAt = Number.NEGATIVE_INFINITY

  constructor(options: DhtOptions) {
    this.#options = options
    const { id, contactsPerAddress, random } = options
    this.#table = new RoutingTable(id, { k: K, perAddress: contactsPerAddress })
    this.#questions = new Questions(random)
    this.#responder = new Responder({
      ...{ id, table: this.#table, index: this.#index },
      tokens: new AddressTokens(random, TOKEN_PERIOD_MS),
      ownPeer: (target) => this.#ownPeer(target),
      allows: (address) => options.allows(address),
    })
    this.#tasks = new Tasks({
      ...{ id, contactsPerAddress, random, table: this.#table, announcements: this.#announcements },
      peersHere: (target, now) => this.#index.sources(target, now),
      ask: (open, question, now) => this.#ask(open, question, now),
      found: (search, peers) => void this.#effects.push({ kind: 'found', search, found: peers }),
    })
  }

  /** Nodes that are known. */
  get contacts(): number {
    return this.#table.size
  }

  /** Peers of others that are kept. */
  get indexed(): number {
    return this.#index.size
  }

  /** The torrents this node serves, from now on. */
  serve(torrents: Iterable<OwnTorrent>, now: number): void {
    this.#announcements.set(torrents, now)
  }

  /** Asks somebody of whom only the address is known. */
  meet(endpoints: readonly UdpEndpoint[], now: number): DhtEffect[] {
    for (const to of endpoints)
      if (this.#options.allows(to.address)) this.#ask({ to }, { kind: 'find', target: this.#options.id }, now)
    return this.#effects.splice(0)
  }

  /** Begins a search, whose end is an effect with this number; `undefined` when too many wait. */
  search(target: string, now: number): number | undefined {
    return this.#tasks.waiting < MAX_WAITING_SEARCHES ? this.#tasks.search(target, now) : undefined
  }

  /** Ends a search without a result. */
  cancel(search: number): void {
    this.#tasks.cancel(search)
  }

  /** A datagram of so many bytes came. */
  receive(from: UdpEndpoint, message: DhtMessage, now: number, bytes: number): DhtEffect[] {
    // SPEC 16 §3: "It MUST NOT send to addresses outside of its scope", and nobody there is listened to.
    if (!this.#options.allows(from.address)) return []
    if (message.kind === 'question') this.#question(from, message, now, bytes)
    else this.#answer(from, message, now)
    return this.#effects.splice(0)
  }

  /** Time went by: call some times a second. */
  tick(now: number): DhtEffect[] {
    for (const question of this.#questions.expired(now)) this.#unanswered(question)
    this.#askSilent(now)
    if (now >= this.#forgetAt) {
      this.#index.forgetExpired(now)
      this.#forgetAt = now + REFRESH_MS
    }
    this.#tasks.tick(now)
    return this.#effects.splice(0)
  }

  #question(from: UdpEndpoint, message: Received<'question'>, now: number, bytes: number): void {
    const before = this.#effects.length
    this.#meetStranger(from, message, now)
    const pinged = this.#effects.slice(before).reduce((sum, effect) => sum + bytesOf(effect), 0)
    // SPEC 16 §4: "The node MUST NOT send more than three times the bytes of a question because of it"
    const room = MAX_AMPLIFICATION * bytes - pinged
    const answer = this.#responder.answer(from, message, { now, room })
    if (answer !== undefined) this.#effects.push({ kind: 'send', to: from, message: answer })
  }

  /** Who asks may be worth knowing. It is known when it answers: anybody can write any address on a datagram. */
  #meetStranger(from: UdpEndpoint, { sender, isReadOnly }: Received<'question'>, now: number): void {
    const contact = { id: sender, address: from.address, udpPort: from.port }
    const isWanted = !isReadOnly && this.#isUsable(contact) && this.#table.hasRoom(contact)
    if (isWanted && !this.#questions.isAsked(from)) this.#ask({ to: from, contact }, { kind: 'ping' }, now)
  }

  #answer(from: UdpEndpoint, message: Received<'answer' | 'error'>, now: number): void {
    const question = this.#questions.answered(from, message.transaction)
    if (question === undefined) return
    const { contact } = question
    // Who is somebody else by now is not who was asked.
    const isOther = message.kind === 'error' || (contact !== undefined && contact.id !== message.sender)
    if (isOther) this.#unanswered(question)
    else this.#answered(question, message, now)
    if (question.task !== undefined) this.#tasks.advance(question.task, now)
  }

  #answered({ to, asks, task: number }: OpenQuestion, answer: Received<'answer'>, now: number): void {
    const contact = { id: answer.sender, address: to.address, udpPort: to.port }
    if (this.#isUsable(contact)) this.#table.seen(contact, now)
    const contacts = answer.contacts.filter((each) => this.#isUsable(each))
    // An address that was met leads to others.
    if (number === undefined && asks === 'find') this.#tasks.refresh(contacts, now)
    const task = this.#tasks.get(number)
    if (task === undefined) return
    if (asks === 'announce') return void task.heard(true)
    task.answered(contact, {
      token: answer.token,
      peers: answer.peers.filter(({ address }) => this.#options.allows(address)),
    })
    task.lookup.settled(contact.id, 'answered')
    task.lookup.add(contacts)
  }

  #unanswered({ asks, contact, task: number }: OpenQuestion): void {
    const task = this.#tasks.get(number)
    if (contact !== undefined) this.#table.silent(contact.id)
    if (asks === 'announce') task?.heard(false)
    else if (contact !== undefined) task?.lookup.settled(contact.id, 'silent')
  }

  /** One at a time: there is no hurry. */
  #askSilent(now: number): void {
    const silent = [...this.#table.all()].find(({ seenAt }) => now - seenAt > SILENT_MS)
    if (silent === undefined) return
    const to = endpointOf(silent)
    if (!this.#questions.isAsked(to)) this.#ask({ to, contact: silent }, { kind: 'ping' }, now)
  }

  #ownPeer(target: string): Endpoint | undefined {
    const [torrent, address] = [this.#announcements.get(target), this.#options.address()]
    return torrent === undefined || address === undefined ? undefined : { address, port: torrent.port }
  }

  /** May it be asked? Not this node itself, and only where its datagrams may go. */
  #isUsable({ id, address }: Contact): boolean {
    return id !== this.#options.id && this.#options.allows(address)
  }

  #ask(open: Omit<OpenQuestion, 'asks'>, question: DhtQuestion, now: number): boolean {
    const transaction = this.#questions.ask({ ...open, asks: question.kind }, now)
    if (transaction === undefined) return false
    const sender = this.#options.id
    const message = { kind: 'question', transaction, sender, isReadOnly: false, question } as const
    this.#effects.push({ kind: 'send', to: open.to, message })
    return true
  }
}

function bytesOf(effect: DhtEffect): number {
  return effect.kind === 'send' ? encodeMessage(effect.message).byteLength : 0
}
