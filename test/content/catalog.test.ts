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
})
