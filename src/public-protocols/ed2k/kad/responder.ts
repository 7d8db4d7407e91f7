import { isCloser } from '../../kademlia/place.ts'
import type { RoutingTable } from '../../kademlia/routing-table.ts'
import type { SourceIndex } from '../../kademlia/source-index.ts'
import type { KadId } from './kad-id.ts'
import { BOOTSTRAP_CONTACTS, CLOSEST_NODES, MAX_CONTACTS_SENT, MAX_SOURCES_SENT } from './limits.ts'
import type { KadContact, KadEndpoint, KadMessage, ListedSource } from './message.ts'

/** Version 5: others speak to it without obfuscation, which begins with 6, and let it publish, which begins with 4. */
export const KAD_VERSION = 5

export interface Self {
  readonly id: KadId
  /** Where files are served. */
  readonly tcpPort: number
}

export interface ResponderParts {
  readonly self: Self
  readonly table: RoutingTable<KadContact>
  readonly index: SourceIndex<ListedSource>
  /** This node's own source of a file. */
  ownSource(target: KadId): ListedSource | undefined
  /** May this address be told to others as a source? */
  allows(address: string): boolean
}

/** What others' questions are answered with. */
export class Responder {
  readonly #parts: ResponderParts

  constructor(parts: ResponderParts) {
    this.#parts = parts
  }

  /** `undefined`: nothing is answered. Changes nothing but the index, and that for a publication alone. */
  answer(from: KadEndpoint, question: KadMessage, now: number): KadMessage | undefined {
    const { self, table } = this.#parts
    const greeting = { ...self, version: KAD_VERSION }
    switch (question.kind) {
      case 'ping':
        return { kind: 'pong', port: from.port }
      case 'hello':
        return { kind: 'hello-answer', ...greeting }
      case 'bootstrap':
        return { kind: 'bootstrap-answer', ...greeting, contacts: table.closest(self.id, BOOTSTRAP_CONTACTS) }
      case 'find': {
        if (question.receiver !== self.id) return undefined
        const count = Math.min(question.count, MAX_CONTACTS_SENT)
        return { kind: 'found', target: question.target, contacts: table.closest(question.target, count) }
      }
      case 'search':
        return this.#sources(question, now)
      case 'publish':
        return this.#publish(from, question, now)
      default:
        return undefined
    }
  }

  #sources({ target, start }: KadMessage & { kind: 'search' }, now: number): KadMessage | undefined {
    const { self, index, ownSource } = this.#parts
    const own = ownSource(target)
    const all = [...(own === undefined ? [] : [own]), ...index.sources(target, now)]
    const sources = all.slice(start, start + MAX_SOURCES_SENT)
    // As aMule does: who knows none is silent.
    return sources.length === 0 ? undefined : { kind: 'search-answer', sender: self.id, target, sources }
  }

  #publish(
    from: KadEndpoint,
    { target, publisher, source }: KadMessage & { kind: 'publish' },
    now: number,
  ): KadMessage | undefined {
    const { self, table, index, allows } = this.#parts
    if (source === undefined || !allows(from.address)) return undefined
    // Only the closest nodes are asked about a file: with others its sources would lie unfound.
    const closest = table.closest(target, CLOSEST_NODES)
    const isFar = closest.length === CLOSEST_NODES && closest.every(({ id }) => isCloser(target, id, self.id))
    if (isFar) return undefined
    // A source is where its datagram came from: nobody can publish somebody else.
    const { sizeBytes, tcpPort, udpPort } = source
    if (!index.add(target, { publisher, address: from.address, tcpPort, udpPort, sizeBytes }, now)) return undefined
    return { kind: 'publish-answer', target, load: index.load(target) }
  }
}
