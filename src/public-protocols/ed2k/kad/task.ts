import { Errand } from '../../kademlia/errand.ts'
import type { Lookup } from '../../kademlia/lookup.ts'
import type { KadId } from './kad-id.ts'
import { MAX_FOUND_SOURCES } from './limits.ts'
import type { KadContact, KadMessage, KadSource, ListedSource } from './message.ts'
import type { OwnFile } from './publications.ts'
import type { Self } from './responder.ts'

export type Purpose =
  | { readonly kind: 'search'; readonly target: KadId; readonly sizeBytes: number }
  | { readonly kind: 'publish'; readonly file: OwnFile }
  /** To know the nodes near a place. */
  | { readonly kind: 'refresh' }

/** What the first byte of a question says it is for, and with that how many nodes it is answered with. */
const NODES_WANTED: Readonly<Record<Purpose['kind'], number>> = { search: 2, publish: 4, refresh: 11 }

/** A lookup and what is done at its end: the closest nodes are asked for sources, or told of one. */
export class Task extends Errand<KadContact> {
  readonly purpose: Purpose
  readonly #sources = new Map<string, KadSource>()

  constructor(purpose: Purpose, lookup: Lookup<KadContact>) {
    super(lookup)
    this.purpose = purpose
  }

  get sources(): KadSource[] {
    return [...this.#sources.values()]
  }

  /** The question that leads closer. */
  findQuestion(receiver: KadId): KadMessage {
    return { kind: 'find', count: NODES_WANTED[this.purpose.kind], target: this.lookup.target, receiver }
  }

  /** The lookup is over: whom to send what. */
  arrive(self: Self, udpPort: number): { readonly contact: KadContact; readonly message: KadMessage }[] {
    const message = lastQuestion(this.purpose, self, udpPort)
    const contacts = message === undefined ? [] : this.lookup.closest()
    this.arrived(contacts.length)
    return message === undefined ? [] : contacts.map((contact) => ({ contact, message }))
  }

  found(sources: readonly ListedSource[]): void {
    for (const { address, tcpPort, udpPort, sizeBytes } of sources) {
      if (this.#sources.size >= MAX_FOUND_SOURCES) return
      // Another size is another file, whatever its hash.
      const { purpose } = this
      if (purpose.kind !== 'search' || (sizeBytes !== undefined && sizeBytes !== purpose.sizeBytes)) continue
      this.#sources.set(`${address}:${tcpPort}`, { address, tcpPort, udpPort })
    }
  }
}

function lastQuestion(purpose: Purpose, { id, tcpPort }: Self, udpPort: number): KadMessage | undefined {
  switch (purpose.kind) {
    case 'search':
      return { kind: 'search', target: purpose.target, start: 0, sizeBytes: purpose.sizeBytes }
    case 'publish': {
      const { target, sizeBytes } = purpose.file
      return { kind: 'publish', target, publisher: id, source: { tcpPort, udpPort, sizeBytes } }
    }
    case 'refresh':
      return undefined
  }
}
