/** A fixed-length set of chunk indexes, most significant bit first, as in BEP 3's bitfield. */
export class Bitfield {
  readonly length: number
  readonly #bytes: Uint8Array
  #count = 0

  constructor(length: number, bytes?: Uint8Array) {
    this.length = length
    const size = Math.ceil(length / 8)
    this.#bytes = new Uint8Array(size)
    if (bytes === undefined) return
    this.#bytes.set(bytes.subarray(0, size))
    if (length % 8 !== 0 && size > 0)
      this.#bytes[size - 1] = (this.#bytes[size - 1] ?? 0) & (0xff << (8 - (length % 8)))
    for (let i = 0; i < length; i++) if (this.has(i)) this.#count++
  }

  static full(length: number): Bitfield {
    return new Bitfield(length, new Uint8Array(Math.ceil(length / 8)).fill(0xff))
  }

  /** How many bits are set. */
  get count(): number {
    return this.#count
  }

  get complete(): boolean {
    return this.#count === this.length
  }

  has(index: number): boolean {
    return index >= 0 && index < this.length && ((this.#bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
  }

  /** Sets a bit; false when it was set or is out of range. */
  add(index: number): boolean {
    if (index < 0 || index >= this.length || this.has(index)) return false
    this.#bytes[index >> 3] = (this.#bytes[index >> 3] ?? 0) | (0x80 >> (index & 7))
    this.#count++
    return true
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice()
  }
}
