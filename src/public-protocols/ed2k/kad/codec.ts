import { concatBytes } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import { encodeContact, readContacts } from './contact.ts'
import { FieldReader, idField, list, u8, u16, u64 } from './fields.ts'
import type { KadId } from './kad-id.ts'
import type { KadMessage } from './message.ts'
import { readPublished, readSources, writePublished, writeSource } from './source-tags.ts'
import { readTags } from './tags.ts'

/** Operation codes of Kad 2, by the names of {@link KadMessage}. */
const OPCODE: Readonly<Record<KadMessage['kind'], number>> = {
  bootstrap: 0x01,
  'bootstrap-answer': 0x09,
  hello: 0x11,
  'hello-answer': 0x19,
  find: 0x21,
  found: 0x29,
  search: 0x34,
  'search-answer': 0x3b,
  publish: 0x44,
  'publish-answer': 0x4b,
  ping: 0x60,
  pong: 0x61,
}
const KIND_OF = new Map(Object.entries(OPCODE).map(([kind, opcode]) => [opcode, kind]))
/** The lower bits of the first byte of a question for nodes say how many are wanted; the others are reserved. */
const COUNT_MASK = 0x1f
/** The upper bit of a start is a flag of searches for keywords. */
const START_MASK = 0x7fff
const NO_TAGS = Uint8Array.of(0)

/** The operation code and what follows it. */
export function encodeMessage(message: KadMessage): Uint8Array {
  return concatBytes(u8(OPCODE[message.kind]), encodeBody(message))
}

/** `undefined`: of a kind this node has nothing to say to. @throws DecodeError */
export function decodeMessage(opcode: number, body: Uint8Array): KadMessage | undefined {
  const reader = new FieldReader(body)
  const kind = KIND_OF.get(opcode)
  switch (kind) {
    case 'bootstrap':
    case 'ping':
      return { kind }
    case 'bootstrap-answer': {
      const [id, tcpPort, version] = [reader.id(), reader.u16(), reader.u8()]
      return { kind, id, tcpPort, version, contacts: readContacts(reader, reader.u16()) }
    }
    case 'hello':
    case 'hello-answer': {
      const greeting = { kind, id: reader.id(), tcpPort: reader.u16(), version: reader.u8() } as const
      readTags(reader) // ports behind a NAT, and flags: a node is where its datagrams come from
      return greeting
    }
    case 'find': {
      const count = reader.u8() & COUNT_MASK
      if (count === 0) throw new DecodeError('A question asks for no nodes.')
      return { kind, count, target: reader.id(), receiver: reader.id() }
    }
    case 'found':
      return { kind, target: reader.id(), contacts: readContacts(reader, reader.u8()) }
    case 'search':
      return { kind, target: reader.id(), start: reader.u16() & START_MASK, sizeBytes: reader.u64() }
    case 'search-answer':
      return { kind, sender: reader.id(), target: reader.id(), sources: readSources(reader) }
    case 'publish':
      return { kind, target: reader.id(), publisher: reader.id(), source: readPublished(reader) }
    case 'publish-answer':
      return { kind, target: reader.id(), load: reader.u8() }
    case 'pong':
      return { kind, port: reader.u16() }
    default:
      return undefined
  }
}

function encodeBody(message: KadMessage): Uint8Array {
  switch (message.kind) {
    case 'bootstrap':
    case 'ping':
      return new Uint8Array(0)
    case 'bootstrap-answer':
      return concatBytes(greeting(message), list(u16(message.contacts.length), message.contacts.map(encodeContact)))
    case 'hello':
    case 'hello-answer':
      return concatBytes(greeting(message), NO_TAGS)
    case 'find':
      return concatBytes(u8(message.count), idField(message.target), idField(message.receiver))
    case 'found':
      return concatBytes(
        idField(message.target),
        list(u8(message.contacts.length), message.contacts.map(encodeContact)),
      )
    case 'search':
      return concatBytes(idField(message.target), u16(message.start), u64(message.sizeBytes))
    case 'search-answer':
      return concatBytes(
        idField(message.sender),
        idField(message.target),
        list(u16(message.sources.length), message.sources.map(writeSource)),
      )
    case 'publish':
      return concatBytes(idField(message.target), idField(message.publisher), writePublished(message.source))
    case 'publish-answer':
      return concatBytes(idField(message.target), u8(message.load))
    case 'pong':
      return u16(message.port)
  }
}

function greeting({ id, tcpPort, version }: { id: KadId; tcpPort: number; version: number }): Uint8Array {
  return concatBytes(idField(id), u16(tcpPort), u8(version))
}
