import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { type FileHash, parseFileHash } from '../../../src/domain/ids.ts'
import { createTorrentStore } from '../../../src/node/torrent-store.ts'
import { infohashOf } from '../../../src/public-protocols/bittorrent/torrent.ts'
import { TorrentBook } from '../../../src/public-protocols/bittorrent/torrent-book.ts'
import { type Database, openDatabase } from '../../../src/system/database.ts'

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

  it('makes another torrent of the same hashes under another name', async () => {
    const before = await book.make(fileOf(A))
    const after = await book.make(fileOf(A, 'b'))
    expect(reads).to.have.length(3)
    expect(after?.infohash).not.to.equal(before?.infohash)
    expect([book.fileOf(before?.infohash ?? ''), book.fileOf(after?.infohash ?? '')]).to.deep.equal([undefined, A])
    expect(openBook().of(A)).to.deep.equal(after)
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
