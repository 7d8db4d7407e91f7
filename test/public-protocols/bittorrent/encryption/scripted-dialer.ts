import { createDiffieHellman, createHash } from 'node:crypto'

// Written from the description of MSE alone: nothing of the code under test is used here.

const PRIME =
  'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563'
/** Checking the prime takes long: one for all dialers. */
const GROUP = createDiffieHellman(PRIME, 'hex', 2)

export const PLAINTEXT = 1
export const RC4 = 2

export interface Offer {
  readonly provide: number
  readonly padC?: Buffer
  readonly early?: Uint8Array
  /** Where the dialer lies. */
  readonly padLength?: number
  readonly verification?: Buffer
  readonly req1?: Buffer
}

/** The side that dials, in the hands of a test. */
export class ScriptedDialer {
  readonly #infohash: Buffer
  readonly #key: Buffer
  #secret: Buffer = Buffer.alloc(0)
  #seal = (bytes: Uint8Array): Buffer => Buffer.from(bytes)
  #open = this.#seal
  #tail: Buffer = Buffer.alloc(0)

  constructor(infohash: string) {
    this.#infohash = Buffer.from(infohash, 'hex')
    this.#key = leftPadded(GROUP.generateKeys())
  }

  hello(padA: number): Buffer {
    return Buffer.concat([this.#key, Buffer.alloc(padA, 0xaa)])
  }

  /** @param answer the listener's key and padding. @returns the bytes of the padding */
  agree(answer: Uint8Array): number {
    this.#secret = leftPadded(GROUP.computeSecret(answer.subarray(0, 96)))
    this.#seal = rc4(sha1('keyA', this.#secret, this.#infohash))
    this.#open = rc4(sha1('keyB', this.#secret, this.#infohash))
    return answer.byteLength - 96
  }

  offer({ provide, padC = Buffer.alloc(0), early = Buffer.alloc(0), ...lies }: Offer): Buffer {
    const { padLength = padC.byteLength, verification = Buffer.alloc(8) } = lies
    const named = sha1('req2', this.#infohash)
    for (const [index, byte] of sha1('req3', this.#secret).entries()) named[index] = (named[index] ?? 0) ^ byte
    const head = Buffer.concat([verification, uint(4, provide), uint(2, padLength), padC, uint(2, early.byteLength)])
    return Buffer.concat([lies.req1 ?? sha1('req1', this.#secret), named, this.#seal(head), this.#seal(early)])
  }

  /** Reads the listener's choice, and goes on as it says. @param bytes all of what came after its padding */
  chosen(bytes: Uint8Array): number {
    const head = this.#open(bytes.subarray(0, 14))
    if (!head.subarray(0, 8).equals(Buffer.alloc(8))) throw new Error('the listener does not know the torrent')
    const method = head.readUInt32BE(8)
    const padD = head.readUInt16BE(12)
    this.#open(bytes.subarray(14, 14 + padD))
    this.#tail = Buffer.from(bytes.subarray(14 + padD))
    if (method !== RC4) [this.#seal, this.#open] = [Buffer.from, Buffer.from]
    return method
  }

  /** What came with the choice, after it. */
  tail(): Buffer {
    return this.#open(this.#tail)
  }

  seal(bytes: Uint8Array): Buffer {
    return this.#seal(bytes)
  }

  open(bytes: Uint8Array): Buffer {
    return this.#open(bytes)
  }
}

function sha1(word: string, ...parts: Uint8Array[]): Buffer {
  return createHash('sha1')
    .update(Buffer.concat([Buffer.from(word), ...parts]))
    .digest()
}

function uint(length: 2 | 4, value: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(value, 0, length)
  return bytes
}

function leftPadded(number: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(96 - number.byteLength), number])
}

/** As the textbooks have it; the first 1,024 bytes are gone. */
function rc4(key: Buffer): (bytes: Uint8Array) => Buffer {
  const stream = keyStream(key)
  for (let i = 0; i < 1_024; i++) stream.next()
  return (bytes) => Buffer.from(bytes.map((byte) => byte ^ stream.next().value))
}

function* keyStream(key: Buffer): Generator<number, never> {
  const s = [...Array(256).keys()]
  const at = (index: number): number => s[index % 256] ?? 0
  const swap = (a: number, b: number): void => {
    ;[s[a], s[b]] = [at(b), at(a)]
  }
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.byteLength] ?? 0)) % 256
    swap(i, j)
  }
  for (let i = 1, j = 0; ; i = (i + 1) % 256) {
    j = (j + at(i)) % 256
    swap(i, j)
    yield at(at(i) + at(j))
  }
}
