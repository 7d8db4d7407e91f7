import { toHex } from '../domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'
import { ChiralError } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { FileStat, FileSystem, RandomAccessFile } from '../system/file-system.ts'
import { createSha256 } from '../system/sha256.ts'
import { fileChanged, fileMissing, ioError } from './errors.ts'
import type { HashPool } from './hash-pool.ts'
import { createManifest, type Manifest } from './manifest.ts'
import { chunkHashesOf } from './merkle.ts'

/** What one pass over a file gives. */
export interface HashedFile {
  readonly fileHash: FileHash
  readonly sizeBytes: number
  readonly piecesRoot: Uint8Array
  readonly chunkHashes: readonly Uint8Array[]
  /** SHA-256 of the whole file, 64 lower-case hex digits. */
  readonly sha256: string
  /** The file's modification time while it was hashed: tells later whether it still is that file. */
  readonly mtimeNs: bigint
}

export interface HashFileOptions {
  readonly fileSystem: FileSystem
  /** Threads to use; without them the thread that calls hashes by itself. */
  readonly pool?: HashPool
  /** Hashes of others, in the same pass. */
  readonly beside?: BesideHasher
  readonly onProgress?: (progress: { readonly hashedBytes: number; readonly sizeBytes: number }) => void
  readonly signal?: AbortSignal
}

/** Takes the blocks of a file in their order, for hashes that are no concern of the content. */
export interface BesideHasher {
  /** The block may be filled again once this resolves. */
  update(block: Uint8Array): Promise<void>
}

/** Takes blocks in file order and gives back each block's chunk hashes; the whole file's SHA-256 at the end. */
export interface FileHasher {
  /** The block stays the caller's again once this resolves. */
  update(block: Uint8Array): Promise<Uint8Array[]>
  digest(): Promise<Uint8Array>
  /** Frees what an abandoned pass holds. */
  abandon(): void
}

/** What is read and handed to a thread at once: large against the cost of a message, small against memory. */
const BLOCK_BYTES = 8 * CHUNK_SIZE_BYTES
/** Blocks in memory at once (8 MiB): one being read, one in each of two hashes, one waiting. */
const MAX_BLOCKS = 4
/** Up to here starting threads costs more than it saves. */
const INLINE_LIMIT_BYTES = 2 * BLOCK_BYTES

/**
 * Hashes a file in one pass, in bounded memory.
 *
 * @throws ChiralError `FILE_MISSING`, `NOT_A_FILE`, `PATH_DENIED`, `IO_FAILED`; `FILE_CHANGED` when its size or modification
 *   time moved meanwhile; the signal's reason when aborted.
 */
export async function hashFile(path: string, options: HashFileOptions): Promise<HashedFile> {
  const { fileSystem, pool, signal } = options
  signal?.throwIfAborted()
  const before = await statFile(fileSystem, path)
  const { sizeBytes } = before
  const isInline = pool === undefined || sizeBytes <= INLINE_LIMIT_BYTES
  return hashWith(isInline ? inlineHasher(sizeBytes) : pool.openFile(sizeBytes), path, before, options)
}

/** The hashes of the file at `path` when it is the manifest's file; cheap when its size tells. */
export async function hashIfSame(
  fileSystem: FileSystem,
  path: string,
  manifest: Manifest,
  pool: HashPool | undefined,
): Promise<HashedFile | undefined> {
  const stat = await fileSystem.stat(path)
  if (stat?.isFile !== true || stat.sizeBytes !== manifest.sizeBytes) return undefined
  const hashed = await hashFile(path, { fileSystem, ...(pool === undefined ? {} : { pool }) })
  return hashed.fileHash === manifest.fileHash ? hashed : undefined
}

async function hashWith(
  hasher: FileHasher,
  path: string,
  before: FileStat,
  options: HashFileOptions,
): Promise<HashedFile> {
  const { fileSystem } = options
  const { sizeBytes, mtimeNs } = before
  try {
    const file = await fileSystem.open(path, 'read')
    let chunkHashes: Uint8Array[]
    try {
      chunkHashes = await hashBlocks(hasher, file, path, sizeBytes, options)
      for (const after of [await file.stat(), await statFile(fileSystem, path)])
        if (after.sizeBytes !== sizeBytes || after.mtimeNs !== mtimeNs) throw fileChanged(path)
    } finally {
      await file.close()
    }
    const sha256 = toHex(await hasher.digest())
    const { fileHash, piecesRoot } = createManifest({ sizeBytes, chunkHashes })
    return { fileHash, sizeBytes, piecesRoot, chunkHashes, sha256, mtimeNs }
  } catch (error) {
    hasher.abandon()
    options.signal?.throwIfAborted()
    throw ioError(error, path)
  }
}

/** Reads ahead of the hashing by at most {@link MAX_BLOCKS}. */
async function hashBlocks(
  hasher: FileHasher,
  file: RandomAccessFile,
  path: string,
  sizeBytes: number,
  { pool, beside, signal, onProgress }: HashFileOptions,
): Promise<Uint8Array[]> {
  const hashes: Promise<Uint8Array[]>[] = []
  const slots = Array.from({ length: Math.min(MAX_BLOCKS, Math.ceil(sizeBytes / BLOCK_BYTES)) }, () => ({
    block: newBlock(sizeBytes, pool !== undefined),
    free: Promise.resolve<unknown>(undefined),
  }))
  let hashedBytes = 0
  try {
    for (let position = 0; position < sizeBytes; position += BLOCK_BYTES) {
      const slot = slots[(position / BLOCK_BYTES) % MAX_BLOCKS]
      if (slot === undefined) break
      await slot.free
      signal?.throwIfAborted()
      const block = slot.block.subarray(0, Math.min(BLOCK_BYTES, sizeBytes - position))
      if ((await file.read(block, position)) !== block.byteLength) throw fileChanged(path)
      const update = Promise.all([hasher.update(block), beside?.update(block)]).then(([blockHashes]) => {
        hashedBytes += block.byteLength
        onProgress?.({ hashedBytes, sizeBytes })
        return blockHashes
      })
      // It may fail while the next block is read; it is awaited, and its failure thrown, in its turn.
      update.catch(() => {})
      slot.free = update
      hashes.push(update)
    }
    return (await Promise.all(hashes)).flat()
  } catch (error) {
    // Threads still read the blocks, and their failures must not surface as unhandled ones.
    await Promise.allSettled(hashes)
    throw error
  }
}

/** Shared memory where threads hash, so that two of them hash the same bytes without a copy. */
function newBlock(sizeBytes: number, isShared: boolean): Uint8Array {
  const length = Math.min(BLOCK_BYTES, sizeBytes)
  return isShared ? new Uint8Array(new SharedArrayBuffer(length)) : new Uint8Array(length)
}

function inlineHasher(sizeBytes: number): FileHasher {
  const whole = createSha256()
  return {
    async update(block) {
      whole.update(block)
      return chunkHashesOf(block, sizeBytes)
    },
    async digest() {
      return whole.digest()
    },
    abandon() {},
  }
}

async function statFile(fileSystem: FileSystem, path: string): Promise<FileStat> {
  const stat = await fileSystem.stat(path).catch((error: unknown) => Promise.reject(ioError(error, path)))
  if (stat === undefined) throw fileMissing(path)
  if (!stat.isFile)
    throw new ChiralError('NOT_A_FILE', `${path} is not a regular file: give one file (pack a folder first).`, {
      details: { path },
    })
  return stat
}
