import { expect } from 'chai'
import type { ContentStore } from '../../src/content/content-store.ts'
import { hashFile } from '../../src/content/hash-file.ts'
import { verifyProof } from '../../src/content/merkle.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import { rejectionCode, TestDisk, testFile, writeAll } from './store-fixture.ts'

const file = testFile(2 * CHUNK_SIZE_BYTES + 5)
const { fileHash } = file.manifest
const unknown = parseFileHash('00'.repeat(32))
const path = '/home/ä file with spaces/-dash.bin'

describe('content/content-store', () => {
  let disk: TestDisk
  let store: ContentStore

  beforeEach(() => {
    disk = new TestDisk()
    store = disk.openStore()
  })

  async function share(): Promise<void> {
    disk.fileSystem.put(path, file.content)
    await store.addShared(path, await hashFile(path, { fileSystem: disk.fileSystem }))
  }

  describe('a shared file', () => {
    it('is read in place, chunk by chunk, also after a restart', async () => {
      await share()
      for (const again of [store, disk.openStore()]) {
        for (const [index, chunk] of file.chunks.entries())
          expect(toHex(await again.read(fileHash, index))).to.equal(toHex(chunk))
        expect(again.have(fileHash).complete).to.equal(true)
        expect(again.manifestOf(fileHash)?.fileHash).to.equal(fileHash)
        expect(await again.statusOf(fileHash)).to.equal('available')
        expect(again.list()).to.deep.include({
          fileHash,
          path,
          kind: 'shared',
          sizeBytes: file.content.byteLength,
          sha256: again.list()[0]?.sha256,
          addedAt: disk.clock.now(),
          chunkCount: 3,
          chunksHeld: 3,
        })
      }
      expect(disk.fileSystem.paths()).to.deep.equal([path])
    })

    it('proves its chunks', async () => {
      await share()
      const { piecesRoot, sizeBytes, chunkHashes } = file.manifest
      for (const [chunkIndex, chunkHash] of chunkHashes.entries()) {
        const proof = store.prove(fileHash, chunkIndex) ?? []
        expect(verifyProof({ piecesRoot, sizeBytes, chunkIndex, chunkHash, proof })).to.equal(true)
      }
      expect(store.prove(unknown, 0)).to.equal(undefined)
    })

    it('is refused when it changed after it was hashed', async () => {
      disk.fileSystem.put(path, file.content)
      const hashed = await hashFile(path, { fileSystem: disk.fileSystem })
      disk.fileSystem.put(path, file.content)
      expect(await rejectionCode(store.addShared(path, hashed))).to.equal('FILE_CHANGED')
      disk.fileSystem.remove(path)
      expect(await rejectionCode(store.addShared(path, hashed))).to.equal('FILE_MISSING')
      expect(store.list()).to.deep.equal([])
    })

    it('is not read once it was edited, even to the same length, and not once it is gone', async () => {
      await share()
      await store.read(fileHash, 0)
      disk.fileSystem.put(path, file.content.with(0, 1))
      expect(await rejectionCode(store.read(fileHash, 0))).to.equal('FILE_CHANGED')
      expect(await store.statusOf(fileHash)).to.equal('changed')
      disk.fileSystem.put(path, file.content.subarray(1))
      expect(await rejectionCode(store.read(fileHash, 2))).to.equal('FILE_CHANGED')
      disk.fileSystem.remove(path)
      expect(await rejectionCode(store.read(fileHash, 0))).to.equal('FILE_MISSING')
      expect(await store.statusOf(fileHash)).to.equal('missing')
    })

    it('is read from another copy when one is gone', async () => {
      await share()
      const other = '/other/copy'
      disk.fileSystem.put(other, file.content)
      await store.addShared(other, await hashFile(other, { fileSystem: disk.fileSystem }))
      disk.fileSystem.remove(path)
      expect(toHex(await store.read(fileHash, 1))).to.equal(toHex(file.chunks[1] ?? new Uint8Array()))
      expect(await store.statusOf(fileHash)).to.equal('available')
    })

    it('can be shared again after it was edited', async () => {
      await share()
      disk.fileSystem.put(path, file.content)
      expect(await rejectionCode(store.read(fileHash, 0))).to.equal('FILE_CHANGED')
      await store.addShared(path, await hashFile(path, { fileSystem: disk.fileSystem }))
      expect((await store.read(fileHash, 0)).byteLength).to.equal(CHUNK_SIZE_BYTES)
      expect(store.list()).to.have.length(1)
    })

    it('is forgotten and left where it is', async () => {
      await share()
      expect(await store.removeShared(fileHash)).to.equal(true)
      for (const again of [store, disk.openStore()]) {
        expect(again.list()).to.deep.equal([])
        expect(again.manifestOf(fileHash)).to.equal(undefined)
        expect(await rejectionCode(again.read(fileHash, 0))).to.equal('CHUNK_NOT_HELD')
      }
      expect(disk.fileSystem.paths()).to.deep.equal([path])
      expect(await store.removeShared(fileHash)).to.equal(false)
    })
  })

  it('knows nothing of an unknown file', async () => {
    expect(store.have(unknown).length).to.equal(0)
    expect(store.manifestOf(unknown)).to.equal(undefined)
    expect(await store.statusOf(unknown)).to.equal('unknown')
    expect(await rejectionCode(store.read(unknown, 0))).to.equal('CHUNK_NOT_HELD')
  })

  it('shares, downloads and finishes an empty file', async () => {
    const empty = testFile(0)
    disk.fileSystem.put('/empty', empty.content)
    const stored = await store.addShared('/empty', await hashFile('/empty', { fileSystem: disk.fileSystem }))
    expect(stored).to.include({ fileHash: empty.manifest.fileHash, chunkCount: 0, sizeBytes: 0 })
    expect(store.have(empty.manifest.fileHash).complete).to.equal(true)
    expect(await rejectionCode(store.read(empty.manifest.fileHash, 0))).to.equal('CHUNK_NOT_HELD')
    const writer = await store.beginDownload(empty.manifest, '/downloaded')
    expect(writer.have.complete).to.equal(true)
    const { sha256 } = await writer.finish()
    expect(sha256).to.equal(stored.sha256)
    expect(disk.fileSystem.paths()).to.deep.equal(['/downloaded', '/empty'])
  })

  it('serves the chunks of a download under way, and all of them while it is being finished', async () => {
    const writer = await store.beginDownload(file.manifest, '/target')
    await writer.write(1, file.chunks[1] ?? new Uint8Array())
    expect(toHex(await store.read(fileHash, 1))).to.equal(toHex(file.chunks[1] ?? new Uint8Array()))
    expect(await rejectionCode(store.read(fileHash, 0))).to.equal('CHUNK_NOT_HELD')
    expect(await store.statusOf(fileHash)).to.equal('partial')
    await writeAll(writer, file)
    const reads: Promise<Uint8Array>[] = []
    disk.fileSystem.before = (operation) => {
      if (operation !== 'read' && operation !== 'open') reads.push(store.read(fileHash, reads.length % 3))
      if (reads.length > 50) disk.fileSystem.before = () => {}
    }
    await writer.finish()
    disk.fileSystem.before = () => {}
    expect(reads.length).to.be.greaterThan(3)
    for (const [index, bytes] of (await Promise.all(reads)).entries())
      expect(toHex(bytes)).to.equal(toHex(file.chunks[index % 3] ?? new Uint8Array()))
    expect(await store.statusOf(fileHash)).to.equal('available')
  })

  it('joins the chunks of two downloads of the same file', async () => {
    const [one, two] = [await store.beginDownload(file.manifest, '/1'), await store.beginDownload(file.manifest, '/2')]
    await one.write(0, file.chunks[0] ?? new Uint8Array())
    await two.write(2, file.chunks[2] ?? new Uint8Array())
    const have = store.have(fileHash)
    expect([0, 1, 2].filter((index) => have.has(index))).to.deep.equal([0, 2])
    expect([one.have.count, two.have.count]).to.deep.equal([1, 1])
    for (const index of [0, 2])
      expect(toHex(await store.read(fileHash, index))).to.equal(toHex(file.chunks[index] ?? new Uint8Array()))
  })

  it('reads a chunk whose file was renamed while it was being opened', async () => {
    const writer = await store.beginDownload(file.manifest, '/target')
    await writeAll(writer, file)
    const opening = Promise.withResolvers<void>()
    const renamed = Promise.withResolvers<void>()
    disk.fileSystem.before = async (operation) => {
      if (operation !== 'open') return
      disk.fileSystem.before = () => {}
      opening.resolve()
      await renamed.promise
    }
    const reading = store.read(fileHash, 2)
    await opening.promise
    await writer.finish()
    renamed.resolve()
    expect(toHex(await reading)).to.equal(toHex(file.chunks[2] ?? new Uint8Array()))
  })

  describe('the capacity', () => {
    it('is kept over all downloads, also those begun at once', async () => {
      const limited = disk.openStore({ capacityBytes: file.content.byteLength + 10 })
      const other = testFile(11, 'other')
      const begun = await Promise.allSettled([
        limited.beginDownload(file.manifest, '/a'),
        limited.beginDownload(other.manifest, '/b'),
      ])
      expect(begun.map((result) => result.status)).to.deep.equal(['fulfilled', 'rejected'])
      expect(await rejectionCode(limited.beginDownload(other.manifest, '/b'))).to.equal('CAPACITY_EXCEEDED')
      expect(limited.usedBytes).to.equal(file.content.byteLength)
      const [first] = begun
      if (first?.status === 'fulfilled') await first.value.discard()
      expect(limited.usedBytes).to.equal(0)
      await limited.beginDownload(other.manifest, '/b')
    })

    it('does not count shared files, nor finished downloads the user removed', async () => {
      const limited = disk.openStore({ capacityBytes: file.content.byteLength })
      disk.fileSystem.put('/seeded', testFile(1000, 'seeded').content)
      await limited.addShared('/seeded', await hashFile('/seeded', { fileSystem: disk.fileSystem }))
      const writer = await limited.beginDownload(file.manifest, '/a')
      await writeAll(writer, file)
      await writer.finish()
      const other = testFile(20, 'other')
      expect(await rejectionCode(limited.beginDownload(other.manifest, '/b'))).to.equal('CAPACITY_EXCEEDED')
      disk.fileSystem.remove('/a')
      await limited.beginDownload(other.manifest, '/b')
    })
  })
})
