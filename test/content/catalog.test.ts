import { expect } from 'chai'
import fc from 'fast-check'
import {
  deleteCopy,
  loadBits,
  loadCopies,
  loadManifest,
  migrateCatalog,
  putCopy,
  replaceBits,
  type StoredCopy,
  setBit,
} from '../../src/content/catalog.ts'
import { createManifest } from '../../src/content/manifest.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { openDatabase } from '../../src/system/database.ts'
import { sha256 } from '../../src/system/sha256.ts'

/** More than two rows of bits. */
const CHUNKS = 16_400
const some = sha256(new Uint8Array())
const manifest = createManifest({
  sizeBytes: CHUNKS * CHUNK_SIZE_BYTES,
  chunkHashes: Array.from({ length: CHUNKS }, () => some),
})
const partial = {
  fileHash: manifest.fileHash,
  path: '/somewhere',
  kind: 'partial',
  sizeBytes: manifest.sizeBytes,
  sha256: undefined,
  mtimeNs: 1_800_000_000_123_456_789n,
  addedAt: 5,
  downloadedTo: undefined,
} as const

describe('content/catalog', () => {
  const database = openDatabase(':memory:')
  migrateCatalog(database)
  after(() => database.close())

  it('keeps bits as a bitfield does, whatever the order and however far apart', async () => {
    const index = fc.oneof(fc.nat(CHUNKS - 1), fc.constantFrom(0, 7, 8, 8191, 8192, 16_383, 16_384, CHUNKS - 1))
    await fc.assert(
      fc.asyncProperty(fc.array(index, { maxLength: 12 }), fc.array(index, { maxLength: 12 }), async (first, added) => {
        const model = new Bitfield(CHUNKS)
        for (const chunkIndex of first) model.add(chunkIndex)
        await database.write((connection) => {
          const copy = putCopy(connection, manifest, partial)
          replaceBits(connection, copy, model)
          for (const chunkIndex of added) expect(setBit(connection, copy, chunkIndex)).to.equal(model.add(chunkIndex))
          expect(toHex(loadBits(connection, copy).toBytes())).to.equal(toHex(model.toBytes()))
        })
      }),
      { numRuns: 30 },
    )
  })

  it('remembers a copy exactly, and its manifest until the last copy is gone', async () => {
    await database.write((connection) => {
      const first = putCopy(connection, manifest, partial)
      const second = putCopy(connection, manifest, { ...partial, path: '/elsewhere', kind: 'shared', addedAt: 6 })
      expect(loadCopies(connection)).to.deep.equal([first, second])
      const { id, ...rest } = first
      expect(rest).to.deep.equal(partial)
      deleteCopy(connection, first)
      expect(loadManifest(connection, manifest.fileHash)?.sizeBytes).to.equal(manifest.sizeBytes)
      deleteCopy(connection, second)
      expect(loadManifest(connection, manifest.fileHash)).to.equal(undefined)
      expect(loadCopies(connection)).to.deep.equal([])
      expect(id).not.to.equal(second.id)
    })
  })

  it('forgets the bits of a copy that is put anew', async () => {
    await database.write((connection) => {
      setBit(connection, putCopy(connection, manifest, partial), 3)
      expect(loadBits(connection, putCopy(connection, manifest, partial)).count).to.equal(0)
    })
  })

  it('sets bits in transactions of their own, and all but one that is rolled back in one', async () => {
    const copy = await database.write((connection) => putCopy(connection, manifest, partial))
    const set = (chunkIndex: number): Promise<boolean> =>
      database.write((connection) => setBit(connection, copy, chunkIndex))
    expect(await set(1)).to.equal(true)
    const undone = database.write((connection) => {
      setBit(connection, copy, 3)
      throw new Error('no')
    })
    expect(await Promise.allSettled([set(2), undone, set(2), set(9_000)])).to.deep.include.members([
      { status: 'fulfilled', value: true },
      { status: 'fulfilled', value: false },
    ])
    const bits = database.read((connection) => loadBits(connection, copy))
    expect([1, 2, 3, 9_000].filter((index) => bits.has(index))).to.deep.equal([1, 2, 9_000])
  })

  it('sets no bit of a copy that is gone, and spoils nothing that shares the transaction', async () => {
    const put = (path: string): Promise<StoredCopy> =>
      database.write((connection) => putCopy(connection, manifest, { ...partial, path }))
    const [gone, other] = await Promise.all([put('/gone'), put('/other')])
    const set = (copy: StoredCopy): Promise<boolean> => database.write((connection) => setBit(connection, copy, 5))
    const outcomes = await Promise.allSettled([
      set(other),
      database.write((connection) => deleteCopy(connection, gone)),
      set(gone),
    ])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected'])
    expect(database.read((connection) => loadBits(connection, other)).has(5)).to.equal(true)
  })

  it('begins without bits where a copy has the number of one that was deleted, in the same transaction or later', async () => {
    const newest = { ...partial, path: '/newest' }
    const put = (): Promise<StoredCopy> => database.write((connection) => putCopy(connection, manifest, newest))
    const set = (copy: StoredCopy): Promise<boolean> => database.write((connection) => setBit(connection, copy, 3))
    const first = await put()
    const [, , second] = await Promise.all([
      set(first),
      database.write((connection) => deleteCopy(connection, first)),
      put(),
    ])
    expect(second.id).to.equal(first.id)
    expect(await set(second)).to.equal(true)
    await database.write((connection) => deleteCopy(connection, second))
    const third = await put()
    expect(third.id).to.equal(first.id)
    expect(await set(third)).to.equal(true)
  })
})
