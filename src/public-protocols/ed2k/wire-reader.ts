import { DecodeError } from '../../domain/errors.ts'

/** Reads the little-endian fields of a message, each only when all of it is there. */
export class WireReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.byteLength - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true)
  }

  /** An offset or a size in eight bytes. */
  offset64(): number {
    const value = this.u64()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError(`${value} is an offset beyond any file.`)
    return Number(value)
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  rest(): Uint8Array {
    return this.bytes(this.left)
  }

  /** Text in UTF-8; what is none is shown as such. */
  text(length: number): string {
    return new TextDecoder().decode(this.bytes(length))
  }

  /** @throws DecodeError when something is left */
  end(): void {
    if (this.left !== 0) throw new DecodeError(`A message has ${this.left} bytes more than it needs.`)
  }

  #take(length: number): number {
    const at = this.#at
    if (length > this.left) throw new DecodeError(`A message ends ${length - this.left} bytes early.`)
    this.#at += length
    return at
  }
}
