import { concatBytes } from '../../../domain/bytes.ts'
import type { Rc4 } from './rc4.ts'

/** `clear`: a peer that does not encrypt. `plaintext`: it did for the handshake alone. */
export type LineMethod = 'clear' | 'plaintext' | 'rc4'

/** What both sides of a connection go on with after it was opened. */
export interface Line {
  readonly method: LineMethod
  /** What came, in order: as it was meant. */
  open(bytes: Uint8Array): Uint8Array
  /** What is to be sent, in order: as it is sent. */
  seal(bytes: Uint8Array): Uint8Array
}

export const CLEAR_LINE: Line = { method: 'clear', open: (bytes) => bytes, seal: (bytes) => bytes }

export class EncryptedLine implements Line {
  readonly method: Exclude<LineMethod, 'clear'>
  readonly #incoming: Rc4
  readonly #outgoing: Rc4
  /** Sealed whatever the method is: what the peer sent with its handshake. */
  #sealedBytes: number

  constructor(
    method: Exclude<LineMethod, 'clear'>,
    ciphers: { readonly incoming: Rc4; readonly outgoing: Rc4 },
    earlyBytes: number,
  ) {
    this.method = method
    this.#incoming = ciphers.incoming
    this.#outgoing = ciphers.outgoing
    this.#sealedBytes = method === 'rc4' ? Number.POSITIVE_INFINITY : earlyBytes
  }

  open(bytes: Uint8Array): Uint8Array {
    const sealed = bytes.subarray(0, this.#sealedBytes)
    if (sealed.byteLength === 0) return bytes
    this.#sealedBytes -= sealed.byteLength
    const opened = this.#incoming.apply(sealed)
    return sealed.byteLength === bytes.byteLength ? opened : concatBytes(opened, bytes.subarray(sealed.byteLength))
  }

  seal(bytes: Uint8Array): Uint8Array {
    return this.method === 'rc4' ? this.#outgoing.apply(bytes) : bytes
  }
}
