import { inflateSync } from 'node:zlib'
import { concatBytes } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import { EDONKEY, EMULE, EMULE_PACKED } from './protocol.ts'

/** One message as it is on the line, after it was unpacked. */
export interface Frame {
  readonly protocol: typeof EDONKEY | typeof EMULE
  readonly opcode: number
  readonly payload: Uint8Array
}

/** Protocol, four bytes of length, opcode. The length counts the opcode. */
export const HEAD_BYTES = 6

/** What stands before a payload of so many bytes. */
export function frameHead(protocol: Frame['protocol'], opcode: number, payloadBytes: number): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES)
  head[0] = protocol
  new DataView(head.buffer).setUint32(1, payloadBytes + 1, true)
  head[5] = opcode
  return head
}

export function encodeFrame({ protocol, opcode, payload }: Frame): Uint8Array {
  return concatBytes(frameHead(protocol, opcode, payload.byteLength), payload)
}

/**
 * Cuts what comes into frames. It holds one frame at most, whose length was looked at before there was memory for it; what is packed is unpacked up to
 * the same length.
 */
export class FrameReader {
  readonly #maxBytes: number
  readonly #head = new Uint8Array(HEAD_BYTES)
  #headBytes = 0
  #payload: Uint8Array | undefined
  #filled = 0

  /** `maxBytes`: of a frame without its first five bytes. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The frames that these bytes complete; payloads may be views into them. @throws DecodeError: then nothing more can be read */
  *push(bytes: Uint8Array): Generator<Frame, void> {
    let rest = bytes
    while (rest.byteLength > 0 || this.#isWhole) {
      if (this.#headBytes < HEAD_BYTES) rest = this.#readHead(rest)
      else if (this.#payload === undefined && rest.byteLength >= this.#length) {
        const payload = rest.subarray(0, this.#length)
        rest = rest.subarray(this.#length)
        yield this.#frame(payload)
      } else rest = this.#fill(rest)
      if (this.#payload !== undefined && this.#filled === this.#length) yield this.#frame(this.#payload)
    }
  }

  /** A frame without a payload needs no byte after its head. */
  get #isWhole(): boolean {
    return this.#headBytes === HEAD_BYTES && this.#length === 0
  }

  get #length(): number {
    return new DataView(this.#head.buffer).getUint32(1, true) - 1
  }

  #readHead(bytes: Uint8Array): Uint8Array {
    const piece = bytes.subarray(0, HEAD_BYTES - this.#headBytes)
    this.#head.set(piece, this.#headBytes)
    this.#headBytes += piece.byteLength
    const protocol = this.#head[0] ?? 0
    if (protocol !== EDONKEY && protocol !== EMULE && protocol !== EMULE_PACKED)
      throw new DecodeError(`A frame begins with ${protocol}, which is no protocol of ed2k.`)
    // SPEC 14 §3.1: "A reader MUST end the connection at a length of 0 or above its limit, before it reads on."
    if (this.#headBytes >= 5 && (this.#length < 0 || this.#length >= this.#maxBytes))
      throw new DecodeError(`A frame of ${this.#length + 1} bytes: from 1 to ${this.#maxBytes} are read.`)
    return bytes.subarray(piece.byteLength)
  }

  #fill(bytes: Uint8Array): Uint8Array {
    this.#payload ??= new Uint8Array(this.#length)
    const piece = bytes.subarray(0, this.#length - this.#filled)
    this.#payload.set(piece, this.#filled)
    this.#filled += piece.byteLength
    return bytes.subarray(piece.byteLength)
  }

  #frame(payload: Uint8Array): Frame {
    const [protocol, , , , , opcode = 0] = this.#head
    this.#headBytes = 0
    this.#payload = undefined
    this.#filled = 0
    if (protocol !== EMULE_PACKED) return { protocol: protocol === EDONKEY ? EDONKEY : EMULE, opcode, payload }
    return { protocol: EMULE, opcode, payload: inflate(payload, this.#maxBytes) }
  }
}

/** A whole stream of zlib, unpacked to at most `maxBytes`. @throws DecodeError */
export function inflate(packed: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: maxBytes })
  } catch {
    throw new DecodeError(`What was packed is damaged, or has more than ${maxBytes} bytes.`)
  }
}
