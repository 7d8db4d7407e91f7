import type { Contact } from '../../kademlia/contact.ts'
import type { Endpoint } from '../tracker/compact.ts'

/** What one node asks another: docs/specs/16-bittorrent-dht.md §2. Places are 40 lower-case hexadecimal digits. */
export type DhtQuestion =
  | { readonly kind: 'ping' }
  /** For the nodes closest to a place. */
  | { readonly kind: 'find'; readonly target: string }
  /** For peers of a torrent, and the nodes closest to it. */
  | { readonly kind: 'get-peers'; readonly target: string }
  /** The asker has the torrent; `port` is `undefined` for the one the datagram came from. */
  | {
      readonly kind: 'announce'
      readonly target: string
      readonly port: number | undefined
      /** From an answer to `get-peers`. */
      readonly token: Uint8Array
    }

export interface DhtAnswer {
  readonly contacts: readonly Contact[]
  readonly peers: readonly Endpoint[]
  /** Of 1 to 64 bytes. */
  readonly token: Uint8Array | undefined
}

/** A datagram. `transaction` names a question to its asker. */
export type DhtMessage = { readonly transaction: Uint8Array } & (
  | {
      readonly kind: 'question'
      /** Place of the asker. */
      readonly sender: string
      /** It answers nothing itself (BEP 43). */
      readonly isReadOnly: boolean
      readonly question: DhtQuestion
    }
  | ({ readonly kind: 'answer'; readonly sender: string } & DhtAnswer)
  /** A code of BEP 5. */
  | { readonly kind: 'error'; readonly code: number }
)

/** BEP 5's code for a malformed question or a bad token. */
export const PROTOCOL_ERROR = 203
