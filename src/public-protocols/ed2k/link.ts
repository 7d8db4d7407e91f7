import { isIPv4 } from 'node:net'
import { DecodeError } from '../../domain/errors.ts'
import { type Ed2kHash, parseEd2kHash } from './ed2k-hash.ts'

/** A host and a port, as links name sources. */
export interface Ed2kSource {
  /** An IPv4 address in decimal: the protocol knows no others. */
  readonly host: string
  readonly port: number
}

/** A file as an `ed2k://` link names it. */
export interface Ed2kLink {
  readonly name: string
  readonly sizeBytes: number
  readonly hash: Ed2kHash
  readonly sources: readonly Ed2kSource[]
}

/** Characters of a link that are looked at: a name of 255 bytes, escaped, and all sources. */
export const MAX_LINK_LENGTH = 4_096
/** Sources of a link: more would be a list of peers to dial, not a link. */
const MAX_SOURCES = 64
/** What size_t of eMule's large files goes to: 2^38 bytes; a link may claim no more. */
export const MAX_ED2K_FILE_BYTES = 2 ** 38

/**
 * `ed2k://|file|NAME|SIZE|HASH|/`, and what may follow the hash: `h=` (AICH) and `p=` (hashes of parts) are passed over, `|sources,HOST:PORT…|/`
 * is read; an unknown field is an error, as a misspelled one would be lost in silence.
 * @throws DecodeError with what is wrong
 */
export function parseEd2kLink(text: string): Ed2kLink {
  if (text.length > MAX_LINK_LENGTH) throw invalid(text, `it has more than ${MAX_LINK_LENGTH} characters`)
  const [scheme, kind, name = '', size = '', hash = '', ...rest] = text.split('|')
  if (!/^ed2k:\/\/$/i.test(scheme ?? '') || kind?.toLowerCase() !== 'file') throw invalid(text, 'it names no file')
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || Number(size) > MAX_ED2K_FILE_BYTES)
    throw invalid(text, `its size is not a number of bytes up to ${MAX_ED2K_FILE_BYTES}`)
  if (rest.at(-1) !== '/') throw invalid(text, 'it does not end in "|/"')
  const sources: Ed2kSource[] = []
  for (const field of rest.slice(0, -1)) {
    if (field.startsWith('sources,')) sources.push(...field.slice('sources,'.length).split(',').map(sourceIn(text)))
    else if (!/^([hp]=[0-9a-z:]*|\/)$/i.test(field)) throw invalid(text, `"${field.slice(0, 40)}" is no field of one`)
  }
  if (sources.length > MAX_SOURCES) throw invalid(text, `it names more than ${MAX_SOURCES} sources`)
  return { name: nameIn(text, name), sizeBytes: Number(size), hash: parseEd2kHash(hash), sources }
}

/** The link in the one form in which all clients read it. */
export function formatEd2kLink({ name, sizeBytes, hash, sources }: Ed2kLink): string {
  const file = `ed2k://|file|${encodeURIComponent(name)}|${sizeBytes}|${hash.toUpperCase()}|/`
  if (sources.length === 0) return file
  return `${file}|sources,${sources.map(({ host, port }) => `${host}:${port}`).join(',')}|/`
}

function nameIn(link: string, escaped: string): string {
  try {
    const name = decodeURIComponent(escaped)
    if (name !== '') return name
  } catch {
    // What is no escape stands for itself in some clients; two readings of one link are one too many.
  }
  throw invalid(link, 'its name is empty or wrongly escaped')
}

/** Sources with the hash of a user and flags after the port are of clients that encrypt: the host and the port are enough. */
function sourceIn(link: string): (text: string) => Ed2kSource {
  return (text) => {
    const [host = '', port = '', ...more] = text.split(':')
    const isPort = /^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65_535
    if (!isIPv4(host) || !isPort || more.length > 2) throw invalid(link, `"${text.slice(0, 40)}" is no source`)
    return { host, port: Number(port) }
  }
}

function invalid(text: string, why: string): DecodeError {
  return new DecodeError(`"${text.slice(0, 80)}" is not an ed2k link: ${why}.`)
}
