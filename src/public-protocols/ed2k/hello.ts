import { DecodeError } from '../../domain/errors.ts'
import { readTags, type Tag, type TagToWrite, writeTag } from './tags.ts'
import type { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** Who is at an end of a connection, and what it can do. */
export interface Hello {
  /** 16 bytes that name a client as long as it lives. */
  readonly userHash: Uint8Array
  /** Where it listens; 0 where nowhere. */
  readonly port: number
  readonly name: string
  /** It takes blocks that are packed. */
  readonly unpacks: boolean
  /** It knows offsets beyond 4 GiB. */
  readonly largeFiles: boolean
  /** Where it speaks Kad, and which version of it. */
  readonly kad?: { readonly port: number; readonly version: number } | undefined
  /** Only of ours: what a proof towards this end is made over (docs/specs/14-ed2k.md §6). */
  readonly nonce?: Uint8Array | undefined
}

/** Bytes of user hashes and of nonces. */
export const USER_HASH_BYTES = 16
export const NONCE_BYTES = 16

// Names of tags, and what is in them.
const NAME = 0x01
const EDONKEY_VERSION = 0x11
const UDP_PORTS = 0xf9
const FEATURES = 0xfa
const EMULE_VERSION = 0xfb
const MORE_FEATURES = 0xfe
/** Other clients pass over tags that they do not know. */
const NONCE = 'chiral'

/** Of the eDonkey protocol, as all clients say it. */
const EDONKEY_VERSION_60 = 0x3c
/** Says that no second handshake is needed; the client's own id and version go with it, and ours names no client. */
const EMULE_COMPATIBLE = 0x2802_0000
const UNICODE = 0x1000_0000
const PACKING_SHIFT = 20
const LARGE_FILES = 0x10
const KAD_VERSION_MASK = 0x0f

/** A user hash as eMule's clients make theirs: two bytes of it say so. `random`: 16 bytes. */
export function userHashOf(random: Uint8Array): Uint8Array {
  const userHash = random.slice(0, USER_HASH_BYTES)
  userHash[5] = 0x0e
  userHash[14] = 0x6f
  return userHash
}

/** As HELLOANSWER has it; HELLO has one byte more before it. Of servers there are none: their address is 0. */
export function encodeHello({ userHash, port, name, unpacks, largeFiles, kad, nonce }: Hello): Uint8Array {
  const tags: TagToWrite[] = [
    { name: NAME, value: name },
    { name: EDONKEY_VERSION, value: EDONKEY_VERSION_60 },
    { name: EMULE_VERSION, value: EMULE_COMPATIBLE },
    { name: FEATURES, value: UNICODE + (unpacks ? 1 << PACKING_SHIFT : 0) },
    { name: MORE_FEATURES, value: (largeFiles ? LARGE_FILES : 0) + (kad?.version ?? 0) },
    ...(kad === undefined ? [] : [{ name: UDP_PORTS, value: kad.port * 0x1_0000 }]),
    ...(nonce === undefined ? [] : [{ name: NONCE, value: nonce }]),
  ]
  const writer = new WireWriter().bytes(userHash).u32(0).u16(port).u32(tags.length)
  for (const tag of tags) writeTag(writer, tag)
  return writer.u32(0).u16(0).done()
}

/** What follows the server's address, as some clients have it, is passed over. @throws DecodeError */
export function decodeHello(reader: WireReader): Hello {
  const userHash = reader.bytes(USER_HASH_BYTES).slice()
  reader.u32() // an id that a server gave
  const port = reader.u16()
  const tags = readTags(reader, reader.u32())
  reader.u32() // the server's address
  reader.u16() // and its port
  const features = numberIn(tags, FEATURES)
  const more = numberIn(tags, MORE_FEATURES)
  const kadPort = numberIn(tags, UDP_PORTS) >>> 16
  const name = tags.find((tag) => tag.name === NAME)?.value
  const nonce = tags.find((tag) => tag.name === NONCE)?.value
  if (nonce !== undefined && !(nonce instanceof Uint8Array && nonce.byteLength === NONCE_BYTES))
    throw new DecodeError(`The tag "${NONCE}" of a hello is not a hash of ${NONCE_BYTES} bytes.`)
  return {
    userHash,
    port,
    name: typeof name === 'string' ? name : '',
    unpacks: ((features >>> PACKING_SHIFT) & 0x0f) > 0,
    largeFiles: (more & LARGE_FILES) !== 0,
    ...(kadPort === 0 ? {} : { kad: { port: kadPort, version: more & KAD_VERSION_MASK } }),
    ...(nonce === undefined ? {} : { nonce: nonce.slice() }),
  }
}

function numberIn(tags: readonly Tag[], name: number): number {
  const value = tags.find((tag) => tag.name === name)?.value
  return typeof value === 'number' ? value : 0
}
