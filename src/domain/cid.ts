import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { create } from 'multiformats/hashes/digest'
import { fromHex, toHex } from './bytes.ts'
import { DecodeError } from './errors.ts'
import { type FileHash, parseFileHash } from './ids.ts'

/** Multicodec code of sha2-256. */
const SHA2_256 = 0x12

/** What a person may name a file by. `sha256` is the plain hash of the whole file and resolves through a signed alias. */
export type FileReference =
  | { readonly kind: 'file'; readonly fileHash: FileHash }
  | { readonly kind: 'sha256'; readonly sha256: string }

/** CIDv1(raw, sha2-256, hash): the true CID of the 54-byte header block when `hash` is a file hash. */
export function cidOf(hash: string): CID {
  return CID.createV1(raw.code, create(SHA2_256, fromHex(hash)))
}

/** 64 hex digits, `0x…`, a CIDv1 of the header block, or `sha256:<hex>`. @throws DecodeError */
export function parseFileReference(text: string): FileReference {
  const sha = /^sha256[:_]([0-9a-f]{64})$/i.exec(text)
  if (sha?.[1] !== undefined) return { kind: 'sha256', sha256: sha[1].toLowerCase() }
  if (/^(?:0x)?[0-9a-f]{64}$/i.test(text)) return { kind: 'file', fileHash: parseFileHash(text) }
  try {
    const cid = CID.parse(text)
    if (cid.code === raw.code && cid.multihash.code === SHA2_256 && cid.multihash.digest.byteLength === 32)
      return { kind: 'file', fileHash: parseFileHash(toHex(cid.multihash.digest)) }
  } catch {
    // not a CID: the sentence below names every accepted form
  }
  throw new DecodeError(
    `"${text.slice(0, 80)}" is not a file id: give 64 hexadecimal digits, a CID (bafkrei…) or sha256:<64 digits>.`,
  )
}
