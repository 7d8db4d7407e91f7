import { DecodeError } from '../../../domain/errors.ts'
import { WireReader } from '../wire-reader.ts'
import { WireWriter } from '../wire-writer.ts'
import { readContacts, writeContact } from './contact.ts'
import { readId, writeId } from './fields.ts'
import type { KadContact, KadMessage } from './message.ts'
import { readNumberTags } from './number-tags.ts'
import { readPublished, readSources, writePublished, writeSource } from './source-tags.ts'

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
const NO_TAGS = 0

/** The operation code and what follows it. */
export function encodeMessage(message: KadMessage): Uint8Array {
  const writer = new WireWriter().u8(OPCODE[message.kind])
  switch (message.kind) {
    case 'bootstrap':
    case 'ping':
      break
    case 'bootstrap-answer':
      writeGreeting(writer, message).u16(message.contacts.length)
      writeContacts(writer, message.contacts)
      break
    case 'hello':
    case 'hello-answer':
      writeGreeting(writer, message).u8(NO_TAGS)
      break
    case 'find':
      writeId(writeId(writer.u8(message.count), message.target), message.receiver)
      break
    case 'found':
      writeId(writer, message.target).u8(message.contacts.length)
      writeContacts(writer, message.contacts)
      break
    case 'search':
      writeId(writer, message.target).u16(message.start).u64(message.sizeBytes)
      break
    case 'search-answer':
      writeId(writeId(writer, message.sender), message.target).u16(message.sources.length)
      for (const source of message.sources) writeSource(writer, source)
      break
    case 'publish':
      writePublished(writeId(writeId(writer, message.target), message.publisher), message.source)
      break
    case 'publish-answer':
      writeId(writer, message.target).u8(message.load)
      break
    case 'pong':
      writer.u16(message.port)
  }
  return writer.done()
}

/** `undefined`: of a kind this node has nothing to say to. @throws DecodeError */
export function decodeMessage(opcode: number, body: Uint8Array): KadMessage | undefined {
  const reader = new WireReader(body)
  const kind = KIND_OF.get(opcode)
  switch (kind) {
    case 'bootstrap':
    case 'ping':
      return { kind }
    case 'bootstrap-answer': {
      const [id, tcpPort, version] = [readId(reader), reader.u16(), reader.u8()]
      return { kind, id, tcpPort, version, contacts: readContacts(reader, reader.u16()) }
    }
    case 'hello':
    case 'hello-answer': {
      const greeting = { kind, id: readId(reader), tcpPort: reader.u16(), version: reader.u8() } as const
      readNumberTags(reader) // ports behind a NAT, and flags: a node is where its datagrams come from
      return greeting
    }
    case 'find': {
      const count = reader.u8() & COUNT_MASK
      if (count === 0) throw new DecodeError('A question asks for no nodes.')
      return { kind, count, target: readId(reader), receiver: readId(reader) }
    }
    case 'found':
      return { kind, target: readId(reader), contacts: readContacts(reader, reader.u8()) }
    case 'search':
      return { kind, target: readId(reader), start: reader.u16() & START_MASK, sizeBytes: reader.offset64() }
    case 'search-answer':
      return { kind, sender: readId(reader), target: readId(reader), sources: readSources(reader) }
    case 'publish':
      return { kind, target: readId(reader), publisher: readId(reader), source: readPublished(reader) }
    case 'publish-answer':
      return { kind, target: readId(reader), load: reader.u8() }
    case 'pong':
      return { kind, port: reader.u16() }
    default:
      return undefined
  }
}

function writeGreeting(
  writer: WireWriter,
  { id, tcpPort, version }: Pick<KadContact, 'id' | 'tcpPort' | 'version'>,
): WireWriter {
  return writeId(writer, id).u16(tcpPort).u8(version)
}

function writeContacts(writer: WireWriter, contacts: readonly KadContact[]): void {
  for (const contact of contacts) writeContact(writer, contact)
}
