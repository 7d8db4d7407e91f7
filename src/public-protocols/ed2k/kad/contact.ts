import { DecodeError } from '../../../domain/errors.ts'
import type { WireReader } from '../wire-reader.ts'
import type { WireWriter } from '../wire-writer.ts'
import { addressOfNumber, numberOfAddress, readId, writeId } from './fields.ts'
import { MAX_CONTACTS_READ } from './limits.ts'
import type { KadContact } from './message.ts'

/** Kad 1, which nobody speaks any more: contacts of it are passed over. */
const KAD_1 = 1
/** Ports below are those of services such as DNS: nobody is made to send there. */
const LOWEST_PORT = 1024

/** 25 bytes: id, address, UDP port, TCP port, version. */
export function writeContact(writer: WireWriter, { id, address, udpPort, tcpPort, version }: KadContact): void {
  writeId(writer, id).u32(numberOfAddress(address)).u16(udpPort).u16(tcpPort).u8(version)
}

export function readContact(reader: WireReader): KadContact {
  const [id, address] = [readId(reader), addressOfNumber(reader.u32())]
  return { id, address, udpPort: reader.u16(), tcpPort: reader.u16(), version: reader.u8() }
}

/** @param count as the datagram says. @throws DecodeError when it is more than any answer has */
export function readContacts(reader: WireReader, count: number): KadContact[] {
  if (count > MAX_CONTACTS_READ)
    throw new DecodeError(`An answer names ${count} nodes, more than ${MAX_CONTACTS_READ}.`)
  return Array.from({ length: count }, () => readContact(reader)).filter(isUsable)
}

/** Could it be asked anything? */
export function isUsable({ udpPort, version }: KadContact): boolean {
  return udpPort >= LOWEST_PORT && version > KAD_1
}
