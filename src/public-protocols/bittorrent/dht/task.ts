import type { Contact } from '../../kademlia/contact.ts'
import { Errand } from '../../kademlia/errand.ts'
import type { Lookup } from '../../kademlia/lookup.ts'
import { MAX_PEERS } from '../announce/limits.ts'
import { formatPeerAddress } from '../endpoint.ts'
import type { Endpoint } from '../tracker/compact.ts'
import type { OwnTorrent } from './announcements.ts'
import type { DhtAnswer, DhtQuestion } from './message.ts'

export type Purpose =
  | { readonly kind: 'search' }
  | { readonly kind: 'announce'; readonly torrent: OwnTorrent }
  /** To know the nodes near a place. */
  | { readonly kind: 'refresh' }

/** A lookup and what is done on its way and at its end: peers are collected, or the closest nodes are told of this one. */
export class Task extends Errand<Contact> {
  readonly purpose: Purpose
  /** Monotonic milliseconds. */
  readonly begunAt: number
  readonly #peers = new Map<string, Endpoint>()
  readonly #tokens = new Map<string, Uint8Array>()

  constructor(purpose: Purpose, lookup: Lookup<Contact>, now: number) {
    super(lookup)
    this.purpose = purpose
    this.begunAt = now
  }

  get peers(): Endpoint[] {
    return [...this.#peers.values()]
  }

  /** The question that leads closer. */
  get question(): DhtQuestion {
    const { target } = this.lookup
    return this.purpose.kind === 'refresh' ? { kind: 'find', target } : { kind: 'get-peers', target }
  }

  /** A node answered on the way. */
  answered(contact: Contact, { peers, token }: Pick<DhtAnswer, 'peers' | 'token'>): void {
    if (token !== undefined) this.#tokens.set(contact.id, token)
    this.found(peers)
  }

  found(peers: readonly Endpoint[]): void {
    for (const { address, port } of peers) {
      if (this.#peers.size >= MAX_PEERS) return
      this.#peers.set(formatPeerAddress({ host: address, port }), { address, port })
    }
  }

  /** The lookup is over: whom to tell what. */
  arrive(): { readonly contact: Contact; readonly question: DhtQuestion }[] {
    const { purpose, lookup } = this
    const told = (purpose.kind === 'announce' ? lookup.closest() : []).flatMap((contact) => {
      const token = this.#tokens.get(contact.id)
      if (purpose.kind !== 'announce' || token === undefined) return []
      const { target, port } = purpose.torrent
      return [{ contact, question: { kind: 'announce', target, port, token } as const }]
    })
    this.arrived(told.length)
    return told
  }
}
