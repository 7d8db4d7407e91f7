import { createHash } from 'node:crypto'
import { concatBytes, equalBytes, fromHex, toHex } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import type { Random } from '../../../system/random.ts'
import { MAX_PAD_BYTES } from '../limits.ts'
import { PROTOCOL } from '../wire-message.ts'
import { agree, KEY_BYTES } from './key-agreement.ts'
import { CLEAR_LINE, EncryptedLine, type Line } from './line.ts'
import { Rc4 } from './rc4.ts'

const HASH_BYTES = 20
/** Eight zeros: whoever seals them so knows the secret and the infohash. */
const PROOF_BYTES = 8
/** The proof, what the peer can (4 bytes), and the length of its padding (2). */
const HEAD_BYTES = PROOF_BYTES + 6
const LENGTH_BYTES = 2
/** Bits of what a peer can, and what one is chosen. */
const PLAINTEXT = 1
const RC4 = 2

export interface ListenerParts {
  readonly random: Random
  /** The infohash of what is served, by what `torrentKeyOf` makes of it; both hex. */
  infohash(torrentKey: string): string | undefined
}

/** What came of the bytes that were read. */
export interface Progress {
  /** To be sent at once, as it is. */
  readonly reply: Uint8Array
  /** As soon as it is known how the connection goes on. */
  readonly line: Line | undefined
  /** What came on the line, not opened yet. */
  readonly rest: Uint8Array
}

/** So many bytes; or all up to the end of a pattern, which begins within so many. */
type Wanted = { readonly bytes: number } | { readonly pattern: Uint8Array; readonly within: number }

/** How a connection goes on, and what of it was read already. */
interface Opened {
  readonly line: Line
  readonly read: Uint8Array
}

/**
 * The listener's side of Message Stream Encryption (SPEC 12 §2.3): bytes in, bytes out. A peer that speaks in the clear is known by its first 20. Holds
 * no more than the longest padding and a hash.
 */
export class ListenerHandshake {
  readonly #steps: Generator<Wanted, Opened, Uint8Array>
  #wanted: IteratorResult<Wanted, Opened>
  #held: Uint8Array = new Uint8Array(0)
  #reply: Uint8Array[] = []

  constructor(parts: ListenerParts) {
    this.#steps = listen(parts, (bytes) => this.#reply.push(bytes))
    this.#wanted = this.#steps.next()
  }

  /** Not to be called after there was a line. @throws DecodeError for what is no handshake, and for one of a torrent that is not served */
  read(bytes: Uint8Array): Progress {
    this.#held = concatBytes(this.#held, bytes)
    while (this.#wanted.done !== true) {
      const taken = this.#take(this.#wanted.value)
      if (taken === undefined) break
      this.#wanted = this.#steps.next(taken)
    }
    const reply = concatBytes(...this.#reply.splice(0))
    if (this.#wanted.done !== true) {
      this.#held = this.#held.slice() // what was taken is let go
      return { reply, line: undefined, rest: new Uint8Array(0) }
    }
    const { line, read } = this.#wanted.value
    return { reply, line, rest: concatBytes(read, this.#held) }
  }

  /** `undefined` until enough has come. */
  #take(wanted: Wanted): Uint8Array | undefined {
    const end = 'bytes' in wanted ? wanted.bytes : endOf(wanted, this.#held)
    if (end === undefined || this.#held.byteLength < end) return undefined
    const taken = this.#held.subarray(0, end)
    this.#held = this.#held.subarray(end)
    return taken
  }
}

/** `undefined` where it may still come. */
function endOf({ pattern, within }: { pattern: Uint8Array; within: number }, held: Uint8Array): number | undefined {
  const window = Buffer.from(held.buffer, held.byteOffset, Math.min(held.byteLength, within + pattern.byteLength))
  const start = window.indexOf(pattern)
  if (start >= 0) return start + pattern.byteLength
  if (held.byteLength >= within + pattern.byteLength)
    throw new DecodeError('A peer speaks neither BitTorrent nor its encryption.')
  return undefined
}

/** The protocol from its first byte to the last before what is sealed or not as was chosen. */
function* listen(
  { random, infohash }: ListenerParts,
  reply: (bytes: Uint8Array) => void,
): Generator<Wanted, Opened, Uint8Array> {
  let head: Uint8Array = new Uint8Array(0)
  while (equalBytes(head, PROTOCOL.subarray(0, head.byteLength))) {
    if (head.byteLength === PROTOCOL.byteLength) return { line: CLEAR_LINE, read: head }
    head = concatBytes(head, yield { bytes: 1 })
  }
  const theirKey = concatBytes(head, yield { bytes: KEY_BYTES - head.byteLength })
  const { publicKey, secret } = agree(theirKey, random)
  reply(concatBytes(publicKey, padding(random)))

  yield { pattern: hash('req1', secret), within: MAX_PAD_BYTES }
  const named = infohash(toHex(xor(yield { bytes: HASH_BYTES }, hash('req3', secret))))
  if (named === undefined) throw new DecodeError('A peer opened a connection for a torrent that is not served here.')
  const incoming = new Rc4(hash('keyA', secret, fromHex(named)))
  const outgoing = new Rc4(hash('keyB', secret, fromHex(named)))

  const offer = incoming.apply(yield { bytes: HEAD_BYTES })
  const offered = new DataView(offer.buffer)
  if (!equalBytes(offer.subarray(0, PROOF_BYTES), new Uint8Array(PROOF_BYTES)))
    throw new DecodeError('A peer does not know the torrent that it opened a connection for.')
  const chosen = choose(offered.getUint32(PROOF_BYTES))
  const padBytes = offered.getUint16(PROOF_BYTES + 4)
  if (padBytes > MAX_PAD_BYTES) throw new DecodeError(`A peer opened a connection with ${padBytes} bytes of padding.`)
  const tail = incoming.apply(yield { bytes: padBytes + LENGTH_BYTES })
  const earlyBytes = new DataView(tail.buffer).getUint16(padBytes)

  const answer = new Uint8Array(HEAD_BYTES) // its padding is empty
  new DataView(answer.buffer).setUint32(PROOF_BYTES, chosen)
  reply(outgoing.apply(answer))
  const method = chosen === RC4 ? 'rc4' : 'plaintext'
  return { line: new EncryptedLine(method, { incoming, outgoing }, earlyBytes), read: new Uint8Array(0) }
}

/** SPEC 12 §2.3: "Where the peer provides plaintext (`crypto_provide` 1) the seeder MUST choose it, else RC4 (2)." @throws DecodeError */
function choose(provided: number): number {
  for (const method of [PLAINTEXT, RC4]) if ((provided & method) !== 0) return method
  throw new DecodeError('A peer knows no encryption that is known here.')
}

/** Of any length, so that the length of the answer tells nothing. */
function padding(random: Random): Uint8Array {
  const [high = 0, low = 0] = random.bytes(2)
  return random.bytes(((high << 8) | low) % (MAX_PAD_BYTES + 1))
}

function hash(word: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const sha1 = createHash('sha1').update(word)
  for (const part of parts) sha1.update(part)
  return sha1.digest()
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0))
}
