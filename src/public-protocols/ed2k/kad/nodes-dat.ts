import { DecodeError } from '../../../domain/errors.ts'
import { WireReader } from '../wire-reader.ts'
import { WireWriter } from '../wire-writer.ts'
import { isUsable, readContact, writeContact } from './contact.ts'
import { MAX_BOOTSTRAP_CONTACTS } from './limits.ts'
import type { KadContact } from './message.ts'

/** Version 2 adds to each contact a key and whether it was verified; version 3 may be an edition for the first start. */
const VERSIONS = { plain: 1, verified: 2, edition: 3 }
const BOOTSTRAP_EDITION = 1
/** Key, the address it is for, and a flag. */
const VERIFIED_BYTES = 9

/**
 * The nodes in a file `nodes.dat`, as aMule and eMule write it; of a longer one the first.
 *
 * @throws DecodeError
 */
export function parseNodesDat(bytes: Uint8Array): KadContact[] {
  const reader = new WireReader(bytes)
  // Files of Kad 1 begin with the number of their contacts.
  if (reader.u32() !== 0) throw new DecodeError('The Kad bootstrap file is of a version before 1.')
  const version = reader.u32()
  if (version < VERSIONS.plain || version > VERSIONS.edition)
    throw new DecodeError(`The Kad bootstrap file has the unknown version ${version}.`)
  const isEdition = version === VERSIONS.edition && reader.u32() === BOOTSTRAP_EDITION
  const extraBytes = version === VERSIONS.plain || isEdition ? 0 : VERIFIED_BYTES
  const count = Math.min(reader.u32(), MAX_BOOTSTRAP_CONTACTS)
  const contacts = Array.from({ length: count }, () => {
    const contact = readContact(reader)
    reader.bytes(extraBytes)
    return contact
  })
  return contacts.filter(isUsable)
}

/** A file `nodes.dat` of version 1, which every aMule reads. */
export function encodeNodesDat(contacts: readonly KadContact[]): Uint8Array {
  const writer = new WireWriter().u32(0).u32(VERSIONS.plain).u32(contacts.length)
  for (const contact of contacts) writeContact(writer, contact)
  return writer.done()
}
