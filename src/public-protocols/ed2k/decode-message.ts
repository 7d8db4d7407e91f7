import { DecodeError } from '../../domain/errors.ts'
import { MD4_BYTES } from '../../system/md4.ts'
import { GRANT_ID_BYTES, PROOF_BYTES } from '../grant-proof.ts'
import { type Ed2kHash, ed2kHashOf } from './ed2k-hash.ts'
import type { Frame } from './frames.ts'
import { decodeHello, USER_HASH_BYTES } from './hello.ts'
import { MAX_NAME_BYTES, MAX_RANGES_PER_REQUEST } from './limits.ts'
import type { Message } from './messages.ts'
import type { ByteSpan } from './parts.ts'
import { EDONKEY, EDONKEY_OP, EMULE_OP } from './protocol.ts'
import { WireReader } from './wire-reader.ts'

/** What a refusal may say. */
const CODE = /^[A-Z0-9_]{1,64}$/

/** The message in a frame; `undefined` for one that is not known here, which is passed over. @throws DecodeError */
export function decodeMessage({ protocol, opcode, payload }: Frame): Message | undefined {
  const reader = new WireReader(payload)
  return protocol === EDONKEY ? edonkey(opcode, reader) : emule(opcode, reader)
}

function edonkey(opcode: number, reader: WireReader): Message | undefined {
  switch (opcode) {
    case EDONKEY_OP.hello: {
      if (reader.u8() !== USER_HASH_BYTES)
        throw new DecodeError('A hello does not begin with the length of a user hash.')
      return { kind: 'hello', hello: decodeHello(reader) }
    }
    case EDONKEY_OP.helloAnswer:
      return { kind: 'hello-answer', hello: decodeHello(reader) }
    case EDONKEY_OP.askName:
      return { kind: 'ask-name', hash: hashIn(reader) } // what may follow says what the asker has
    case EDONKEY_OP.askStatus:
      return { kind: 'ask-status', hash: hashIn(reader) }
    case EDONKEY_OP.askHashes:
      return { kind: 'ask-hashes', hash: hashIn(reader) }
    case EDONKEY_OP.askSlot:
      return { kind: 'ask-slot', hash: hashIn(reader) }
    case EDONKEY_OP.end:
      return { kind: 'end', hash: hashIn(reader) }
    case EDONKEY_OP.noFile:
      return { kind: 'no-file', hash: hashIn(reader) }
    case EDONKEY_OP.askRanges:
      return { kind: 'ask-ranges', hash: hashIn(reader), ranges: rangesIn(reader, () => reader.u32()) }
    case EDONKEY_OP.cancel:
      return { kind: 'cancel' }
    case EDONKEY_OP.slot:
      return { kind: 'slot' }
    case EDONKEY_OP.noSlot:
      return { kind: 'no-slot' }
    case EDONKEY_OP.name:
      return { kind: 'name', hash: hashIn(reader), name: nameIn(reader) }
    case EDONKEY_OP.status:
      return { kind: 'status', hash: hashIn(reader), parts: partsIn(reader) }
    case EDONKEY_OP.hashes:
      return { kind: 'hashes', hash: hashIn(reader), partHashes: hashesIn(reader) }
    case EDONKEY_OP.data:
      return dataIn(reader, () => reader.u32())
    default:
      return undefined
  }
}

function emule(opcode: number, reader: WireReader): Message | undefined {
  switch (opcode) {
    case EMULE_OP.rank:
      return { kind: 'rank', rank: reader.u16() }
    case EMULE_OP.askRanges64:
      return { kind: 'ask-ranges', hash: hashIn(reader), ranges: rangesIn(reader, () => reader.offset64()) }
    case EMULE_OP.data64:
      return dataIn(reader, () => reader.offset64())
    case EMULE_OP.packed:
      return packedIn(reader, () => reader.u32())
    case EMULE_OP.packed64:
      return packedIn(reader, () => reader.offset64())
    case EMULE_OP.grant: {
      const [hash, id, proof] = [hashIn(reader), reader.bytes(GRANT_ID_BYTES), reader.bytes(PROOF_BYTES)]
      reader.end()
      return { kind: 'grant', hash, id, proof }
    }
    case EMULE_OP.refused: {
      const [hash, chunkIndex] = [hashIn(reader), reader.u32()]
      const [code, detail] = [reader.text(reader.u16()), reader.text(reader.u16())]
      if (!CODE.test(code) || (detail !== '' && !CODE.test(detail)))
        throw new DecodeError('A refusal has a reason that is no code.')
      return { kind: 'refused', hash, chunkIndex, code, detail }
    }
    default:
      return undefined
  }
}

function hashIn(reader: WireReader): Ed2kHash {
  return ed2kHashOf(reader.bytes(MD4_BYTES))
}

/** Starts, then ends; a range that is empty is one that is not used. */
function rangesIn(reader: WireReader, offset: () => number): ByteSpan[] {
  const starts = Array.from({ length: MAX_RANGES_PER_REQUEST }, offset)
  const spans = starts.map((start) => ({ start, end: offset() }))
  reader.end()
  if (spans.some(({ start, end }) => end < start)) throw new DecodeError('A range ends before it starts.')
  return spans.filter(({ start, end }) => end > start)
}

function nameIn(reader: WireReader): string {
  const length = reader.u16()
  if (length > MAX_NAME_BYTES) throw new DecodeError(`A file's name has ${length} bytes.`)
  return reader.text(length)
}

/** As `encodeMessage` writes them; no parts at all stand for all of them. */
function partsIn(reader: WireReader): boolean[] | undefined {
  const count = reader.u16()
  const bits = reader.bytes(Math.ceil(count / 8))
  if (count === 0) return undefined
  return Array.from({ length: count }, (_, part) => ((bits[part >> 3] ?? 0) & (1 << (part & 7))) !== 0)
}

function hashesIn(reader: WireReader): Uint8Array[] {
  const count = reader.u16()
  const partHashes = Array.from({ length: count }, () => reader.bytes(MD4_BYTES))
  reader.end()
  return partHashes
}

function dataIn(reader: WireReader, offset: () => number): Message {
  const hash = hashIn(reader)
  const start = offset()
  const end = offset()
  if (end - start !== reader.left || end === start)
    throw new DecodeError(`A message has ${reader.left} bytes of a file where it says ${end - start}.`)
  return { kind: 'data', hash, start, data: reader.rest() }
}

function packedIn(reader: WireReader, offset: () => number): Message {
  const [hash, start, packedBytes] = [hashIn(reader), offset(), reader.u32()]
  if (reader.left > packedBytes || reader.left === 0)
    throw new DecodeError(`A message has ${reader.left} bytes of a packed block of ${packedBytes}.`)
  return { kind: 'packed', hash, start, packedBytes, fragment: reader.rest() }
}
