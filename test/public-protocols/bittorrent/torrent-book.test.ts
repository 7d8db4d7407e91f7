import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type HashedFile, hashFile } from '../../../src/content/hash-file.ts'
import { createHashPool } from '../../../src/content/hash-pool.ts'
import { concatBytes } from '../../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { type FileHash, parseFileHash } from '../../../src/domain/ids.ts'
import { createTorrentStore } from '../../../src/node/torrent-store.ts'
import { encodeInfo, infohashOf, pieceHashOf } from '../../../src/public-protocols/bittorrent/torrent.ts'
import { TorrentBook } from '../../../src/public-protocols/bittorrent/torrent-book.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { type Database, openDatabase } from '../../../src/system/database.ts'
import { systemFileSystem } from '../../../src/system/file-system.ts'
import { chunkOf } from '../../support/http-seeder.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const [A, B] = [parseFileHash('aa'.repeat(32)), parseFileHash('bb'.repeat(32))]
const fileOf = (fileHash: FileHash, name = 'a') => ({ fileHash, name, sizeBytes: 2 * CHUNK_SIZE_BYTES + 1 })

describe('public-protocols/bittorrent/torrent-book', () => {
  let database: Database
  let reads: string[]
  let reading: number
  let most: number
  let fails: boolean
  let book: TorrentBook

  const openBook = (): TorrentBook => new TorrentBook({ store: createTorrentStore(database), read })

  async function read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array> {
    reads.push(`${fileHash.slice(0, 1)}${chunkIndex}`)
    most = Math.max(most, ++reading)
    await new Promise((resolve) => setImmediate(resolve))
    reading--
    if (fails) throw new Error('the disk is gone')
    return new Uint8Array(chunkIndex === 2 ? 1 : CHUNK_SIZE_BYTES).fill(Number.parseInt(fileHash.slice(0, 2), 16))
  }

  beforeEach(() => {
    database = openDatabase(':memory:')
    reads = []
    reading = 0
    most = 0
    fails = false
    book = openBook()
  })
  afterEach(async () => {
    await book.stop()
    database.close()
  })

  it('reads a file once for its torrent, one file after another, and never again', async () => {
    const made = await Promise.all([book.make(fileOf(A)), book.make(fileOf(A)), book.make(fileOf(B))])
    expect(reads).to.deep.equal(['a0', 'a1', 'a2', 'b0', 'b1', 'b2'])
    expect(most).to.equal(1)
    expect(made[1]).to.equal(made[0])
    const infohash = made[0]?.infohash ?? ''
    expect(book.fileOf(infohash)).to.equal(A)
    expect(infohashOf(book.info(A) ?? new Uint8Array(0))).to.equal(infohash)

    const later = openBook()
    expect(later.of(A)).to.deep.equal(made[0])
    expect(Buffer.compare(later.info(A) ?? new Uint8Array(0), book.info(A) ?? new Uint8Array(0))).to.equal(0)
    await later.make(fileOf(A))
    expect(reads).to.have.length(6)
  })

  describe('hashed in the pass that makes the id', () => {
    const content = seededRandom('torrent book').bytes(20 * CHUNK_SIZE_BYTES + 17)
    let folder: string
    let path: string

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'chiral-torrent-book-'))
      path = join(folder, 'a')
      await writeFile(path, content)
    })
    afterEach(() => rm(folder, { recursive: true, force: true }))

    async function hashed(): Promise<HashedFile> {
      const pool = createHashPool({ clock: systemClock })
      const beside = book.beside()
      try {
        const file = await hashFile(path, { fileSystem: systemFileSystem, pool, beside })
        beside.done(file.fileHash)
        return file
      } finally {
        await pool.stop()
      }
    }

    it('is read no more, and has the torrent that its chunks make', async () => {
      const { fileHash, sizeBytes } = await hashed()
      const made = await book.make({ fileHash, sizeBytes, name: 'a' })
      expect(reads).to.deep.equal([])
      const chunks = Array.from({ length: 21 }, (_, index) => chunkOf(content, index))
      const pieces = concatBytes(...chunks.map((chunk) => pieceHashOf(chunk)))
      expect(made?.infohash).to.equal(infohashOf(encodeInfo({ name: 'a', sizeBytes, pieces })))
    })

    it('does not wait for others, and those are read that were not', async () => {
      const { fileHash, sizeBytes } = await hashed()
      const one = book.beside()
      await one.update(new Uint8Array(CHUNK_SIZE_BYTES))
      one.done(B)
      await book.make({ fileHash: B, sizeBytes: CHUNK_SIZE_BYTES, name: 'b' })
      await book.make({ fileHash, sizeBytes, name: 'a' })
      expect(reads).to.deep.equal([])
      await book.make(fileOf(A))
      expect(reads).to.have.length(3)
    })
  })

  it('makes another torrent of the same hashes under another name', async () => {
    const before = await book.make(fileOf(A))
    const after = await book.make(fileOf(A, 'b'))
    expect(reads).to.have.length(3)
    expect(after?.infohash).not.to.equal(before?.infohash)
    expect([book.fileOf(before?.infohash ?? ''), book.fileOf(after?.infohash ?? '')]).to.deep.equal([undefined, A])
    expect(openBook().of(A)).to.deep.equal(after)
  })

  it('knows torrents by what peers that encrypt call them, as long as it has them', async () => {
    const keyOf = (infohash = ''): string =>
      createHash('sha1').update('req2').update(Buffer.from(infohash, 'hex')).digest('hex')
    const before = await book.make(fileOf(A))
    for (const each of [book, openBook()])
      expect(each.infohashOf(keyOf(before?.infohash)))
        .to.equal(before?.infohash)
        .and.to.be.a('string')
    const after = await book.make(fileOf(A, 'b'))
    const known = (): unknown[] => [before, after].map((made) => book.infohashOf(keyOf(made?.infohash)))
    expect(known()).to.deep.equal([undefined, after?.infohash])
    await book.forget(A)
    expect(known()).to.deep.equal([undefined, undefined])
  })

  it('forgets, also what is stored', async () => {
    const made = await book.make(fileOf(A))
    await book.forget(A)
    for (const each of [book, openBook()])
      expect([each.of(A), each.info(A), each.fileOf(made?.infohash ?? '')]).to.deep.equal([
        undefined,
        undefined,
        undefined,
      ])
  })

  it('makes none of an empty file, and none of one that is too large', async () => {
    for (const sizeBytes of [0, 2 ** 50]) expect(await book.make({ ...fileOf(A), sizeBytes })).to.equal(undefined)
    expect(reads).to.deep.equal([])
  })

  it('goes on to the next where a file cannot be read, and tries again when it is asked to', async () => {
    fails = true
    const failed = book.make(fileOf(A)).catch(() => 'failed')
    expect(await failed).to.equal('failed')
    fails = false
    expect(await book.make(fileOf(B))).to.include({ fileHash: B })
    expect(await book.make(fileOf(A))).to.include({ fileHash: A })
  })

  it('stops within a chunk', async () => {
    const making = book.make(fileOf(A)).catch(codeOf)
    const waiting = book.make(fileOf(B)).catch(codeOf)
    while (reads.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await book.stop()
    expect(await Promise.all([making, waiting])).to.deep.equal(['SHUTTING_DOWN', 'SHUTTING_DOWN'])
    expect(reads.length).to.be.below(3)
  })
})
