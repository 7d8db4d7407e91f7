import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { hashFile } from '../../../src/content/hash-file.ts'
import { createHashPool } from '../../../src/content/hash-pool.ts'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { type FileHash, parseFileHash } from '../../../src/domain/ids.ts'
import { createEd2kStore } from '../../../src/node/ed2k-hash-store.ts'
import { HashBook } from '../../../src/public-protocols/ed2k/hash-book.ts'
import { PART_BYTES, PartHasher } from '../../../src/public-protocols/ed2k/parts.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { type Database, openDatabase } from '../../../src/system/database.ts'
import { systemFileSystem } from '../../../src/system/file-system.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const CONTENT = new Uint8Array(PART_BYTES + 5_000).map((_, index) => (index * 3 + (index >> 10)) & 0xff)
const ID = parseFileHash('11'.repeat(32))

describe('public-protocols/ed2k: hash book', () => {
  let folder: string
  let database: Database
  const books: HashBook[] = []
  const reads: number[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-ed2k-'))
    database = openDatabase(join(folder, 'node.db'))
  })
  afterEach(async () => {
    await Promise.all(books.splice(0).map((book) => book.stop()))
    reads.length = 0
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function read(_fileHash: FileHash, chunkIndex: number): Promise<Uint8Array> {
    reads.push(chunkIndex)
    return CONTENT.subarray(chunkIndex * CHUNK_SIZE_BYTES, (chunkIndex + 1) * CHUNK_SIZE_BYTES)
  }

  function open(from: ConstructorParameters<typeof HashBook>[0]['read'] = read): HashBook {
    const book = new HashBook({ store: createEd2kStore(database), clock: systemClock, read: from })
    books.push(book)
    return book
  }

  async function expected(): Promise<ReturnType<PartHasher['digest']>> {
    const hasher = await PartHasher.create()
    hasher.update(CONTENT)
    return hasher.digest()
  }

  it('hashes a file in the pass that makes its id, and remembers it', async () => {
    const path = join(folder, 'file')
    await writeFile(path, CONTENT)
    const pool = createHashPool({ clock: systemClock })
    const beside = open().beside()
    const { fileHash } = await hashFile(path, { fileSystem: systemFileSystem, pool, beside })
    await beside.done(fileHash)
    await pool.stop()
    const { hash, partHashes } = await expected()
    const again = open()
    expect(again.of(fileHash)).to.equal(hash)
    expect(again.fileOf(hash)).to.equal(fileHash)
    expect(createEd2kStore(database).partHashes(fileHash)).to.deep.equal(partHashes)
    expect(reads).to.deep.equal([])
  })

  it('reads a file once that was shared before, and forgets it when it is not any more', async () => {
    const file = { fileHash: ID, sizeBytes: CONTENT.byteLength }
    const book = open()
    await Promise.all([book.make(file), book.make(file)])
    await book.make(file)
    const { hash } = await expected()
    expect(book.of(ID)).to.equal(hash)
    expect(reads).to.deep.equal(Array.from({ length: 38 }, (_, index) => index))
    await book.forget(ID)
    expect([book.of(ID), book.fileOf(hash), open().of(ID)]).to.deep.equal([undefined, undefined, undefined])
  })

  it('keeps no hash of a file that could not be read, or not to its end', async () => {
    const broken = open(async (fileHash, chunkIndex) => {
      if (chunkIndex === 2) throw new Error('the disk is gone')
      return read(fileHash, chunkIndex)
    })
    const file = { fileHash: ID, sizeBytes: CONTENT.byteLength }
    expect(String(await broken.make(file).catch((error: unknown) => error))).to.match(/disk is gone/)
    expect(broken.of(ID)).to.equal(undefined)
    const beside = broken.beside()
    await beside.update(CONTENT)
    beside.abandon()
    const stopped = open(() => new Promise(() => {}))
    await stopped.stop()
    expect(await stopped.make(file).catch(codeOf)).to.equal('SHUTTING_DOWN')
  })

  it('makes the hash of this node once', async () => {
    const random = seededRandom('user')
    const store = createEd2kStore(database)
    const userHash = await store.userHash(random)
    expect([userHash[5], userHash[14]]).to.deep.equal([0x0e, 0x6f])
    expect(await createEd2kStore(database).userHash(random)).to.deep.equal(userHash)
  })
})
