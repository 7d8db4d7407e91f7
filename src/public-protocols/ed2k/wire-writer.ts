/** Room to begin with: most messages have fewer bytes. */
const INITIAL_BYTES = 64

/** Writes the little-endian fields of a message. Numbers that do not fit are a bug of the caller's. */
export class WireWriter {
  #bytes = new Uint8Array(INITIAL_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  u8(value: number): this {
    const at = this.#grow(1)
    this.#view.setUint8(at, fits(value, 0xff))
    return this
  }

  u16(value: number): this {
    const at = this.#grow(2)
    this.#view.setUint16(at, fits(value, 0xffff), true)
    return this
  }

  u32(value: number): this {
    const at = this.#grow(4)
    this.#view.setUint32(at, fits(value, 0xffff_ffff), true)
    return this
  }

  f32(value: number): this {
    const at = this.#grow(4)
    this.#view.setFloat32(at, value, true)
    return this
  }

  u64(value: number | bigint): this {
    const at = this.#grow(8)
    this.#view.setBigUint64(at, BigInt(value), true)
    return this
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#grow(bytes.byteLength)
    this.#bytes.set(bytes, at)
    return this
  }

  /** Text in UTF-8 with its length in two bytes before it. */
  text(text: string): this {
    const bytes = new TextEncoder().encode(text)
    return this.u16(bytes.byteLength).bytes(bytes)
  }

  /** What was written; a view, good until something more is. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Room for so many bytes more; may replace the view. */
  #grow(by: number): number {
    const at = this.#length
    this.#length += by
    if (this.#length > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.byteLength))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }
}

function fits(value: number, most: number): number {
  if (!Number.isInteger(value) || value < 0 || value > most) throw new RangeError(`${value} does not fit ${most}`)
  return value
}
