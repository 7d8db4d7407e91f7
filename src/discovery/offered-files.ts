import { DecodeError } from '../domain/errors.ts'
import { type FileHash, fileHashOf } from '../domain/ids.ts'
import type { FileCatalog, ManifestBytes } from './catalog.ts'
import { exactBytes, plainBytes } from './fields.ts'
import type { OfferedFile as OfferedFileMessage } from './messages.js'
import { MAX_INLINE_HASHES, MAX_OFFERS_PER_REQUEST, MAX_RESPONSE_BYTES } from './protocol.ts'

const HEADER_BLOCK_BYTES = 54
const HASH_BYTES = 32
/** What the frame and the tags of a response take at most, beside its fields. */
const ENVELOPE_BYTES = 1_024
/** Tags and lengths of one entry. */
const ENTRY_OVERHEAD_BYTES = 32

/** One of several files that a peer was asked about at once. Nothing of it is verified. */
export interface OfferedFile {
  readonly offer: Uint8Array
  readonly header?: Uint8Array
  /** Empty when the manifest is to be asked for by itself. */
  readonly headerBlock: Uint8Array
  readonly chunkHashes: Uint8Array
}

/** What of the files asked for is offered here, from the first on, as far as one response holds it: at least one. */
export async function offeredFiles(
  fileHashes: readonly FileHash[],
  sources: {
    readonly catalog: Pick<FileCatalog, 'headerRecord' | 'manifest'>
    readonly offer: (fileHash: FileHash) => Promise<Uint8Array | undefined>
  },
): Promise<(OfferedFile | undefined)[]> {
  const files: (OfferedFile | undefined)[] = []
  let room = MAX_RESPONSE_BYTES - ENVELOPE_BYTES
  for (const fileHash of fileHashes) {
    const file = await offeredFile(fileHash, sources)
    room -= sizeOf(file)
    if (room < 0 && files.length > 0) break
    files.push(file)
  }
  return files
}

async function offeredFile(
  fileHash: FileHash,
  { catalog, offer }: Parameters<typeof offeredFiles>[1],
): Promise<OfferedFile | undefined> {
  const offered = await offer(fileHash)
  if (offered === undefined) return undefined
  const header = await catalog.headerRecord(fileHash)
  const manifest = await catalog.manifest(fileHash)
  const isSmall = manifest !== undefined && manifest.chunkHashes.byteLength <= MAX_INLINE_HASHES * HASH_BYTES
  const { headerBlock, chunkHashes } = isSmall ? manifest : NO_MANIFEST
  return { offer: offered, ...(header && { header }), headerBlock, chunkHashes }
}

const NO_MANIFEST: ManifestBytes = { headerBlock: new Uint8Array(), chunkHashes: new Uint8Array() }

function sizeOf(file: OfferedFile | undefined): number {
  if (file === undefined) return ENTRY_OVERHEAD_BYTES
  const parts = [file.offer, file.header, file.headerBlock, file.chunkHashes]
  return parts.reduce((sum, part) => sum + (part?.byteLength ?? 0), ENTRY_OVERHEAD_BYTES)
}

/** @throws DecodeError */
export function decodeWantedFiles(fileHashes: readonly Uint8Array[]): FileHash[] {
  if (fileHashes.length === 0 || fileHashes.length > MAX_OFFERS_PER_REQUEST)
    throw new DecodeError(`${fileHashes.length} files are not between 1 and ${MAX_OFFERS_PER_REQUEST}.`)
  return fileHashes.map((bytes) => fileHashOf(plainBytes(bytes)))
}

/** @throws DecodeError */
export function decodeOfferedFiles(files: readonly OfferedFileMessage.$Properties[]): (OfferedFile | undefined)[] {
  if (files.length === 0 || files.length > MAX_OFFERS_PER_REQUEST)
    throw new DecodeError(`an answer about ${files.length} files is none.`)
  return files.map((file) => {
    const offer = bytesOf(file.offer)
    if (offer.byteLength === 0) return undefined
    const header = bytesOf(file.header)
    const headerBlock = bytesOf(file.headerBlock)
    if (headerBlock.byteLength > 0) exactBytes(headerBlock, HEADER_BLOCK_BYTES, 'header_block')
    const chunkHashes = bytesOf(file.chunkHashes)
    if (chunkHashes.byteLength % HASH_BYTES !== 0 || chunkHashes.byteLength > MAX_INLINE_HASHES * HASH_BYTES)
      throw new DecodeError(`${chunkHashes.byteLength} bytes are not the chunk hashes of a small file.`)
    return { offer, ...(header.byteLength > 0 && { header }), headerBlock, chunkHashes }
  })
}

function bytesOf(value: Uint8Array | null | undefined): Uint8Array {
  return value ? plainBytes(value) : new Uint8Array(0)
}
