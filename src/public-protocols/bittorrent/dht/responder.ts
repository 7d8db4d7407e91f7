import type { Contact, UdpEndpoint } from '../../kademlia/contact.ts'
import type { RoutingTable } from '../../kademlia/routing-table.ts'
import type { SourceIndex } from '../../kademlia/source-index.ts'
import type { AddressTokens } from '../address-tokens.ts'
import { COMPACT_BYTES, type Endpoint } from '../tracker/compact.ts'
import { encodeMessage } from './codec.ts'
import { K, MAX_ANSWER_BYTES, MAX_PEERS_SENT } from './limits.ts'
import { type DhtAnswer, type DhtMessage, type DhtQuestion, PROTOCOL_ERROR } from './message.ts'
import { PLACE_BYTES } from './place.ts'

export interface ResponderParts {
  readonly id: string
  readonly table: RoutingTable<Contact>
  readonly index: SourceIndex<Endpoint>
  readonly tokens: AddressTokens
  /** This node itself, when it serves the torrent. */
  ownPeer(target: string): Endpoint | undefined
  /** May this address be told to others as a peer? */
  allows(address: string): boolean
}

/** What goes around lists in an answer: `5:nodes208:` and `6:valuesl…e`, and `6:` before each peer. */
const NODES_HEAD_BYTES = 11
const PEERS_HEAD_BYTES = 10
const PEER_BYTES = COMPACT_BYTES.ipv4 + 2
const CONTACT_BYTES = PLACE_BYTES + COMPACT_BYTES.ipv4
const NOTHING: DhtAnswer = { contacts: [], peers: [], token: undefined }

/** What others' questions are answered with. */
export class Responder {
  readonly #parts: ResponderParts

  constructor(parts: ResponderParts) {
    this.#parts = parts
  }

  /** @param room bytes the answer may have; `undefined` when not even an empty one has so few */
  answer(
    from: UdpEndpoint,
    { transaction, question }: { readonly transaction: Uint8Array; readonly question: DhtQuestion },
    { now, room }: { readonly now: number; readonly room: number },
  ): DhtMessage | undefined {
    const { id, tokens } = this.#parts
    const answer = (values: DhtAnswer): DhtMessage => ({ kind: 'answer', transaction, sender: id, ...values })
    const fitted = (values: DhtAnswer, target: string, peers: readonly Endpoint[]): DhtMessage => {
      const left = Math.min(room, MAX_ANSWER_BYTES) - encodeMessage(answer(values)).byteLength
      return answer({ ...values, ...this.#lists(target, peers, left) })
    }
    const message = ((): DhtMessage => {
      switch (question.kind) {
        case 'ping':
          return answer(NOTHING)
        case 'find':
          return fitted(NOTHING, question.target, [])
        case 'get-peers': {
          const token = tokens.of(from.address, now)
          return fitted({ ...NOTHING, token }, question.target, this.#peers(question.target, now))
        }
        case 'announce':
          return this.#announce(from, question, now)
            ? answer(NOTHING)
            : { kind: 'error', transaction, code: PROTOCOL_ERROR }
      }
    })()
    return encodeMessage(message).byteLength > room ? undefined : message
  }

  /** Peers first, for they are what is looked for; nodes in what room is left. */
  #lists(target: string, peers: readonly Endpoint[], room: number): Pick<DhtAnswer, 'contacts' | 'peers'> {
    const told = peers.slice(0, Math.max(0, Math.floor((room - PEERS_HEAD_BYTES) / PEER_BYTES)))
    const left = room - (told.length === 0 ? 0 : PEERS_HEAD_BYTES + PEER_BYTES * told.length)
    const count = Math.min(K, Math.floor((left - NODES_HEAD_BYTES) / CONTACT_BYTES))
    return { peers: told, contacts: count > 0 ? this.#parts.table.closest(target, count) : [] }
  }

  #peers(target: string, now: number): Endpoint[] {
    const own = this.#parts.ownPeer(target)
    const others = this.#parts.index.sources(target, now)
    return [...(own === undefined ? [] : [own]), ...others].slice(0, MAX_PEERS_SENT)
  }

  /** SPEC 16 §4: "It MUST keep a peer under the address that its announcement came from, and only with a token that went there." */
  #announce(
    from: UdpEndpoint,
    { target, port = from.port, token }: DhtQuestion & { readonly kind: 'announce' },
    now: number,
  ): boolean {
    const { tokens, index, allows } = this.#parts
    const { address } = from
    return tokens.isGood(address, token, now) && allows(address) && index.add(target, { address, port }, now)
  }
}
