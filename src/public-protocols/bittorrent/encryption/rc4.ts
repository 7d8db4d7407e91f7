/** What the first bytes of the key stream tell of the key is thrown away. */
const DISCARDED_BYTES = 1_024

/** RC4, in JavaScript: OpenSSL 3 keeps it in a provider that Node does not load. It hides what passes from who only looks, and proves nothing. */
export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, index) => index)
  #i = 0
  #j = 0

  constructor(key: Uint8Array) {
    const state = this.#state
    for (let i = 0, j = 0; i < 256; i++) {
      const at = state[i] ?? 0
      j = (j + at + (key[i % key.byteLength] ?? 0)) & 0xff
      state[i] = state[j] ?? 0
      state[j] = at
    }
    this.apply(new Uint8Array(DISCARDED_BYTES))
  }

  /** The next bytes of the stream, sealed or opened: it is the same. What is given stays as it is. */
  apply(bytes: Uint8Array): Uint8Array {
    const state = this.#state
    const out = new Uint8Array(bytes.byteLength)
    let [i, j] = [this.#i, this.#j]
    for (let at = 0; at < bytes.byteLength; at++) {
      i = (i + 1) & 0xff
      const first = state[i] ?? 0
      j = (j + first) & 0xff
      const second = state[j] ?? 0
      state[i] = second
      state[j] = first
      out[at] = (bytes[at] ?? 0) ^ (state[(first + second) & 0xff] ?? 0)
    }
    this.#i = i
    this.#j = j
    return out
  }
}
