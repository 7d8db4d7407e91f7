import { DecodeError } from '../../../domain/errors.ts'
import type { WireReader } from '../wire-reader.ts'
import type { WireWriter } from '../wire-writer.ts'
import { addressOfNumber, numberOfAddress, readId, writeId } from './fields.ts'
import { MAX_SOURCES_READ } from './limits.ts'
import type { ListedSource, PublishedSource } from './message.ts'
import { type NumberTags, readNumberTags, writeNumberTags } from './number-tags.ts'

/** Names of tags. */
const TAG = { size: 0x02, cryptOptions: 0xf3, udpPort: 0xfc, tcpPort: 0xfd, address: 0xfe, type: 0xff }
/** Types of sources that can be dialled; the others are behind a firewall and wait to be called back. */
const DIALLABLE = 1
/** The same, for files that need 64 bits for an offset. */
const DIALLABLE_LARGE = 4
const LARGEST_SMALL_BYTES = 0xffff_ffff
/** This node speaks in the clear. */
const NO_CRYPT = 0

/** The sources of an answer that can be dialled. @throws DecodeError */
export function readSources(reader: WireReader): ListedSource[] {
  const count = reader.u16()
  if (count > MAX_SOURCES_READ)
    throw new DecodeError(`An answer names ${count} sources, more than ${MAX_SOURCES_READ}.`)
  const sources: ListedSource[] = []
  for (let i = 0; i < count; i++) {
    const publisher = readId(reader)
    const tags = readNumberTags(reader)
    const [address, published] = [tags.get(TAG.address), publishedOf(tags)]
    if (address === undefined || published === undefined) continue
    sources.push({ publisher, address: addressOfNumber(address), ...published, sizeBytes: tags.get(TAG.size) })
  }
  return sources
}

/** A source of an answer: the id it has there, and its tags. */
export function writeSource(writer: WireWriter, source: ListedSource): void {
  const { publisher, address, tcpPort, udpPort, sizeBytes } = source
  writeNumberTags(writeId(writer, publisher), [
    [TAG.type, typeOf(sizeBytes ?? 0)],
    [TAG.address, numberOfAddress(address)],
    [TAG.tcpPort, tcpPort],
    [TAG.udpPort, udpPort],
    ...(sizeBytes === undefined ? [] : [[TAG.size, sizeBytes] as const]),
    [TAG.cryptOptions, NO_CRYPT],
  ])
}

/** What somebody publishes of itself; `undefined` when it cannot be dialled, or does not say how large its file is. */
export function readPublished(reader: WireReader): PublishedSource | undefined {
  const tags = readNumberTags(reader)
  const sizeBytes = tags.get(TAG.size)
  const published = publishedOf(tags)
  return published === undefined || sizeBytes === undefined ? undefined : { ...published, sizeBytes }
}

export function writePublished(writer: WireWriter, source: PublishedSource | undefined): void {
  writeNumberTags(writer, source === undefined ? [] : tagsOf(source))
}

function tagsOf({ tcpPort, udpPort, sizeBytes }: PublishedSource): (readonly [number, number])[] {
  return [
    [TAG.type, typeOf(sizeBytes)],
    [TAG.tcpPort, tcpPort],
    [TAG.udpPort, udpPort],
    [TAG.size, sizeBytes],
    [TAG.cryptOptions, NO_CRYPT],
  ]
}

function publishedOf(tags: NumberTags): { readonly tcpPort: number; readonly udpPort: number } | undefined {
  const [type, tcpPort, udpPort = 0] = [tags.get(TAG.type), tags.get(TAG.tcpPort), tags.get(TAG.udpPort)]
  if (type !== DIALLABLE && type !== DIALLABLE_LARGE) return undefined
  return isPort(tcpPort) ? { tcpPort, udpPort: isPort(udpPort) ? udpPort : 0 } : undefined
}

function isPort(value: number | undefined): value is number {
  return value !== undefined && value > 0 && value <= 0xffff
}

function typeOf(sizeBytes: number): number {
  return sizeBytes > LARGEST_SMALL_BYTES ? DIALLABLE_LARGE : DIALLABLE
}
