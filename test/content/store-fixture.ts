import type { ChunkWriter } from '../../src/content/chunk-writer.ts'
import { type ContentStore, type ContentStoreParts, createContentStore } from '../../src/content/content-store.ts'
import { createManifest, type Manifest } from '../../src/content/manifest.ts'
import { chunkHashOf } from '../../src/content/merkle.ts'
import { type Connection, type Database, openDatabase } from '../../src/system/database.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryFileSystem } from '../support/memory-file-system.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { chunksOf } from './content-vectors.ts'

/** A file that exists in a test only: its bytes, chunks and manifest. */
export interface TestFile {
  readonly content: Uint8Array
  readonly chunks: readonly Uint8Array[]
  readonly manifest: Manifest
}

export function testFile(sizeBytes: number, seed = 'file'): TestFile {
  const content = seededRandom(seed).bytes(sizeBytes)
  const chunks = chunksOf(content)
  const chunkHashes = chunks.map((chunk) => chunkHashOf(chunk, sizeBytes))
  return { content, chunks, manifest: createManifest({ sizeBytes, chunkHashes }) }
}

/** A node's disk: what survives when the store over it is thrown away. */
export class TestDisk {
  readonly fileSystem = new MemoryFileSystem()
  readonly clock = new FakeClock()
  readonly database: Database

  constructor() {
    this.database = openDatabase(':memory:')
    this.database.migrate('test', ['CREATE TABLE paid (chunk_index INTEGER PRIMARY KEY) STRICT'])
  }

  openStore(options: Partial<Omit<ContentStoreParts, 'fileSystem' | 'clock'>> = {}): ContentStore {
    return createContentStore({
      database: this.database,
      fileSystem: this.fileSystem,
      clock: this.clock,
      capacityBytes: Number.POSITIVE_INFINITY,
      ...options,
    })
  }

  /** The chunks whose `alsoCommit` ran, in a table of the same database. */
  paidChunks(): number[] {
    return this.database
      .read((connection) => connection.all('SELECT chunk_index FROM paid ORDER BY chunk_index'))
      .map((row) => Number(row.chunk_index))
  }
}

/** Writes chunk `index` as a download does: with a payment record in the same transaction. */
export function writePaid(writer: ChunkWriter, file: TestFile, index: number): Promise<boolean> {
  const alsoCommit = (connection: Connection): void => void connection.run('INSERT INTO paid VALUES (?)', index)
  return writer.write(index, file.chunks[index] ?? new Uint8Array(), { alsoCommit })
}

export async function writeAll(writer: ChunkWriter, file: TestFile): Promise<void> {
  await Promise.all(file.chunks.map((chunk, index) => writer.write(index, chunk)))
}

/** Resolves with the code a promise rejects with; throws when it does not reject. */
export async function rejectionCode(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
  throw new Error('expected a rejection')
}
