import { createMD4 } from 'hash-wasm'

/** Bytes of an MD4 digest. */
export const MD4_BYTES = 16

/** MD4 of what comes piece by piece; it can be begun anew after each digest. MD4 is broken: it names, and proves nothing. */
export interface Md4 {
  update(bytes: Uint8Array): void
  /** Of all since the last digest. */
  digest(): Uint8Array
}

export async function createMd4(): Promise<Md4> {
  const hasher = await createMD4()
  hasher.init()
  return {
    update(bytes) {
      hasher.update(bytes)
    },
    digest() {
      const digest = hasher.digest('binary')
      hasher.init()
      return digest
    },
  }
}

const shared = await createMd4()

/** MD4 of `bytes`. */
export function md4(bytes: Uint8Array): Uint8Array {
  shared.update(bytes)
  return shared.digest()
}
