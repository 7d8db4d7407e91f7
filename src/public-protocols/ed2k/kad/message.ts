import type { Contact, UdpEndpoint } from '../../kademlia/contact.ts'
import type { KadId } from './kad-id.ts'

/** Where a node receives datagrams. */
export type KadEndpoint = UdpEndpoint

/** A node as others are told of it. Kad knows no addresses but IPv4. */
export interface KadContact extends Contact {
  readonly id: KadId
  readonly tcpPort: number
  /** Of Kad, as the node said. */
  readonly version: number
}

/** Somebody who serves a file over ed2k and can be dialled. */
export interface KadSource {
  readonly address: string
  readonly tcpPort: number
  /** 0: none. */
  readonly udpPort: number
}

/** A source as it is published: where it is, the datagram says. */
export interface PublishedSource {
  readonly tcpPort: number
  readonly udpPort: number
  readonly sizeBytes: number
}

/** What a search tells of one source; `sizeBytes`: as its publisher said, absent where it said none. */
export interface ListedSource extends KadSource {
  readonly publisher: KadId
  readonly sizeBytes?: number | undefined
}

interface Greeting {
  readonly id: KadId
  readonly tcpPort: number
  readonly version: number
}

/** The datagrams of Kad 2 that this node sends or understands: docs/specs/15-kad.md §3. */
export type KadMessage =
  | { readonly kind: 'bootstrap' }
  | (Greeting & { readonly kind: 'bootstrap-answer'; readonly contacts: readonly KadContact[] })
  | (Greeting & { readonly kind: 'hello' })
  | (Greeting & { readonly kind: 'hello-answer' })
  /** `receiver`: who is asked; others do not answer. */
  | { readonly kind: 'find'; readonly count: number; readonly target: KadId; readonly receiver: KadId }
  | { readonly kind: 'found'; readonly target: KadId; readonly contacts: readonly KadContact[] }
  | { readonly kind: 'search'; readonly target: KadId; readonly start: number; readonly sizeBytes: number }
  | {
      readonly kind: 'search-answer'
      readonly sender: KadId
      readonly target: KadId
      readonly sources: readonly ListedSource[]
    }
  | {
      readonly kind: 'publish'
      readonly target: KadId
      readonly publisher: KadId
      /** `undefined`: of a kind that cannot be dialled. */
      readonly source: PublishedSource | undefined
    }
  /** `load`: how full the index of this file is, in per cent. */
  | { readonly kind: 'publish-answer'; readonly target: KadId; readonly load: number }
  | { readonly kind: 'ping' }
  /** `port`: where the ping came from. */
  | { readonly kind: 'pong'; readonly port: number }
