import { concatBytes } from '../../domain/bytes.ts'
import { type Ed2kHash, ed2kHashBytes } from './ed2k-hash.ts'
import { encodeFrame, type Frame, frameHead } from './frames.ts'
import { encodeHello, USER_HASH_BYTES } from './hello.ts'
import { MAX_RANGES_PER_REQUEST } from './limits.ts'
import type { Message } from './messages.ts'
import type { ByteSpan } from './parts.ts'
import { EDONKEY, EDONKEY_OP, EMULE, EMULE_OP, LARGEST_OFFSET_32 } from './protocol.ts'
import { WireWriter } from './wire-writer.ts'

/** Zeros after the rank, as eMule has them. */
const RANK_PADDING_BYTES = 10

/** A message as it goes on the line. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeFrame(frameOf(message))
}

/** What stands before the bytes of a file, which then need not be copied. */
export function dataHead(hash: Ed2kHash, { start, end }: ByteSpan): Uint8Array {
  const isLarge = end > LARGEST_OFFSET_32
  const writer = new WireWriter().bytes(ed2kHashBytes(hash))
  if (isLarge) writer.u64(start).u64(end)
  else writer.u32(start).u32(end)
  const fields = writer.done()
  const length = fields.byteLength + end - start
  const head = isLarge ? frameHead(EMULE, EMULE_OP.data64, length) : frameHead(EDONKEY, EDONKEY_OP.data, length)
  return concatBytes(head, fields)
}

function frameOf(message: Message): Frame {
  switch (message.kind) {
    case 'hello':
      return edonkey('hello', concatBytes(Uint8Array.of(USER_HASH_BYTES), encodeHello(message.hello)))
    case 'hello-answer':
      return edonkey('helloAnswer', encodeHello(message.hello))
    case 'ask-name':
      return edonkey('askName', ed2kHashBytes(message.hash))
    case 'ask-status':
      return edonkey('askStatus', ed2kHashBytes(message.hash))
    case 'ask-hashes':
      return edonkey('askHashes', ed2kHashBytes(message.hash))
    case 'ask-slot':
      return edonkey('askSlot', ed2kHashBytes(message.hash))
    case 'end':
      return edonkey('end', ed2kHashBytes(message.hash))
    case 'no-file':
      return edonkey('noFile', ed2kHashBytes(message.hash))
    case 'ask-ranges':
      return rangesFrame(message.hash, message.ranges)
    case 'cancel':
      return edonkey('cancel', new Uint8Array(0))
    case 'slot':
      return edonkey('slot', new Uint8Array(0))
    case 'no-slot':
      return edonkey('noSlot', new Uint8Array(0))
    case 'grant':
      return emule('grant', concatBytes(ed2kHashBytes(message.hash), message.id, message.proof))
    case 'name':
      return edonkey('name', ofFile(message.hash).text(message.name).done())
    case 'status':
      return edonkey('status', statusPayload(message.hash, message.parts))
    case 'hashes': {
      const { hash, partHashes } = message
      return edonkey(
        'hashes',
        ofFile(hash)
          .u16(partHashes.length)
          .bytes(concatBytes(...partHashes))
          .done(),
      )
    }
    case 'rank':
      return emule('rank', new WireWriter().u16(message.rank).bytes(new Uint8Array(RANK_PADDING_BYTES)).done())
    case 'data': {
      const { hash, start, data } = message
      const fields = dataHead(hash, { start, end: start + data.byteLength })
      const isLarge = fields[0] === EMULE
      const payload = concatBytes(fields.subarray(6), data)
      return isLarge ? emule('data64', payload) : edonkey('data', payload)
    }
    case 'packed': {
      const { hash, start, packedBytes, fragment } = message
      const isLarge = start > LARGEST_OFFSET_32
      const writer = isLarge ? ofFile(hash).u64(start) : ofFile(hash).u32(start)
      return emule(isLarge ? 'packed64' : 'packed', writer.u32(packedBytes).bytes(fragment).done())
    }
    case 'refused': {
      const { hash, chunkIndex, code, detail } = message
      return emule('refused', ofFile(hash).u32(chunkIndex).text(code).text(detail).done())
    }
  }
}

function rangesFrame(hash: Ed2kHash, ranges: readonly ByteSpan[]): Frame {
  if (ranges.length === 0 || ranges.length > MAX_RANGES_PER_REQUEST)
    throw new RangeError(`a request has 1 to ${MAX_RANGES_PER_REQUEST} ranges, not ${ranges.length}`)
  const isLarge = ranges.some(({ end }) => end > LARGEST_OFFSET_32)
  const writer = ofFile(hash)
  for (const bound of ['start', 'end'] as const)
    for (let index = 0; index < MAX_RANGES_PER_REQUEST; index++) {
      const offset = ranges[index]?.[bound] ?? 0 // from 0 to 0: not used
      if (isLarge) writer.u64(offset)
      else writer.u32(offset)
    }
  return isLarge ? emule('askRanges64', writer.done()) : edonkey('askRanges', writer.done())
}

/** The first part is the lowest bit of the first byte. */
function statusPayload(hash: Ed2kHash, parts: readonly boolean[] | undefined): Uint8Array {
  const bits = new Uint8Array(Math.ceil((parts?.length ?? 0) / 8))
  for (const [part, isHeld] of parts?.entries() ?? [])
    if (isHeld) bits[part >> 3] = (bits[part >> 3] ?? 0) | (1 << (part & 7))
  return ofFile(hash)
    .u16(parts?.length ?? 0)
    .bytes(bits)
    .done()
}

function ofFile(hash: Ed2kHash): WireWriter {
  return new WireWriter().bytes(ed2kHashBytes(hash))
}

function edonkey(name: keyof typeof EDONKEY_OP, payload: Uint8Array): Frame {
  return { protocol: EDONKEY, opcode: EDONKEY_OP[name], payload }
}

function emule(name: keyof typeof EMULE_OP, payload: Uint8Array): Frame {
  return { protocol: EMULE, opcode: EMULE_OP[name], payload }
}
