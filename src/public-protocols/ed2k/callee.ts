import { toHex } from '../../domain/bytes.ts'
import { addressKey } from '../address-key.ts'

/** A client that is called: where it listens, and who answers there. */
export interface Callee {
  /** As {@link clientKey} has it. */
  readonly client: string
  /** The IP address that it connected from, and the port of its hello. */
  readonly host: string
  readonly port: number
  readonly userHash: Uint8Array
  /** Between two messages with data from now on. */
  readonly pauseMs: number
  /** Calls before this one after which it asked for nothing. */
  readonly vainCalls: number
}

/** Names a client over all its connections. A user hash is anybody's word, so it is that of one address: nobody else gets at what the client has. */
export function clientKey(userHash: Uint8Array, address: string): string {
  return `${toHex(userHash)}@${addressKey(address)}`
}
