import { concatBytes } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import { addressField, type FieldReader, idField, u8, u16 } from './fields.ts'
import { MAX_CONTACTS_READ } from './limits.ts'
import type { KadContact } from './message.ts'

/** Kad 1, which nobody speaks any more: contacts of it are passed over. */
const KAD_1 = 1
/** Ports below are those of services such as DNS: nobody is made to send there. */
const LOWEST_PORT = 1024

/** 25 bytes: id, address, UDP port, TCP port, version. */
export function encodeContact({ id, address, udpPort, tcpPort, version }: KadContact): Uint8Array {
  return concatBytes(idField(id), addressField(address), u16(udpPort), u16(tcpPort), u8(version))
}

export function readContact(reader: FieldReader): KadContact {
  const [id, address] = [reader.id(), reader.address()]
  return { id, address, udpPort: reader.u16(), tcpPort: reader.u16(), version: reader.u8() }
}

/** @param count as the datagram says. @throws DecodeError when it is more than any answer has */
export function readContacts(reader: FieldReader, count: number): KadContact[] {
  if (count > MAX_CONTACTS_READ)
    throw new DecodeError(`An answer names ${count} nodes, more than ${MAX_CONTACTS_READ}.`)
  return Array.from({ length: count }, () => readContact(reader)).filter(isUsable)
}

/** Could it be asked anything? */
export function isUsable({ udpPort, version }: KadContact): boolean {
  return udpPort >= LOWEST_PORT && version > KAD_1
}
