import { DecodeError } from '../../domain/errors.ts'
import { MAX_MESSAGE_BYTES } from './limits.ts'
import { HANDSHAKE_BYTES } from './wire-message.ts'

const LENGTH_BYTES = 4

/** Cuts what comes on a connection into the handshake and the messages after it, and holds at most one that is not whole. */
export class FrameReader {
  #parts: Uint8Array[] = []
  #held = 0
  /** Of the next part; `undefined` while its length has not come. */
  #wanted: number | undefined = HANDSHAKE_BYTES
  #maxBytes = MAX_MESSAGE_BYTES

  /** Lets a bitfield of so many bytes through, if it is longer than all else. */
  allow(bitfieldBytes: number): void {
    this.#maxBytes = Math.max(MAX_MESSAGE_BYTES, 1 + bitfieldBytes)
  }

  /** What is whole now: first the handshake, then messages without their lengths. @throws DecodeError for one that is too long */
  *read(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    // Not a Buffer, whose `slice` would copy nothing.
    this.#parts.push(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    this.#held += bytes.byteLength
    for (;;) {
      if (this.#wanted === undefined) {
        if (this.#held < LENGTH_BYTES) return
        const head = this.#take(LENGTH_BYTES)
        this.#wanted = new DataView(head.buffer, head.byteOffset).getUint32(0)
        if (this.#wanted > this.#maxBytes)
          throw new DecodeError(`A BitTorrent message of ${this.#wanted} bytes is too long.`)
      }
      if (this.#held < this.#wanted) return
      const frame = this.#take(this.#wanted)
      this.#wanted = undefined
      yield frame
    }
  }

  /** A view where the bytes lie together, else a copy. */
  #take(length: number): Uint8Array {
    this.#held -= length
    const [first] = this.#parts
    if (first !== undefined && first.byteLength >= length) {
      if (first.byteLength === length) this.#parts.shift()
      else this.#parts[0] = first.subarray(length)
      return first.subarray(0, length)
    }
    const whole = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const part = this.#parts.shift()
      if (part === undefined) break // as many are held: it does not happen
      const used = part.subarray(0, length - filled)
      whole.set(used, filled)
      filled += used.byteLength
      if (used.byteLength < part.byteLength) this.#parts.unshift(part.subarray(used.byteLength))
    }
    return whole
  }
}
