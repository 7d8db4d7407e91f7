import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { ContentStore } from '../../src/content/content-store.ts'
import { partPathOf } from '../../src/content/part-file.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { rejectionCode, TestDisk, testFile, writeAll, writePaid } from './store-fixture.ts'

const file = testFile(3 * CHUNK_SIZE_BYTES + 100)
const target = '/downloads/target file'
const part = `${target}.chiral-part`
const sha256 = createHash('sha256').update(file.content).digest('hex')

describe('content/chunk-writer', () => {
  let disk: TestDisk
  let store: ContentStore

  beforeEach(() => {
    disk = new TestDisk()
    store = disk.openStore()
  })

  describe('write', () => {
    it('stores a chunk once, with what commits alongside', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      expect(await writePaid(writer, file, 2)).to.equal(true)
      disk.fileSystem.before = (operation) => {
        throw new Error(`${operation} for a chunk that is there`)
      }
      expect(await writePaid(writer, file, 2)).to.equal(false)
      expect(writer.have.has(2)).to.equal(true)
      expect(writer.have.count).to.equal(1)
      expect(disk.paidChunks()).to.deep.equal([2])
    })

    it('counts the same chunk from hedged requests once', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      const results = await Promise.all([0, 0, 1, 0].map((index) => writePaid(writer, file, index)))
      expect(results).to.deep.equal([true, false, true, false])
      expect(disk.paidChunks()).to.deep.equal([0, 1])
    })

    it('needs one sync for all chunks that wait for it', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      let syncs = 0
      disk.fileSystem.before = (operation) => {
        if (operation === 'sync') syncs++
      }
      await writeAll(writer, file)
      // The first chunk starts a sync at once; the rest share the next.
      expect(syncs).to.be.within(1, 2)
    })

    it('hits its fail-points right before the sync and after the commit', async () => {
      const events: string[] = []
      const failing = disk.openStore({ failPoints: { hit: (name) => events.push(name) } })
      const writer = await failing.beginDownload(file.manifest, target)
      disk.fileSystem.before = (operation) => void events.push(operation)
      await writer.write(0, file.chunks[0] ?? new Uint8Array())
      expect(events).to.deep.equal(['write', 'chunk-verified', 'sync', 'chunk-durable'])
    })

    it('does not count a chunk whose companion failed, and counts the others of its group', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      const refusing = writer.write(0, file.chunks[0] ?? new Uint8Array(), {
        alsoCommit: () => {
          throw Object.assign(new Error('no'), { code: 'REFUSED' })
        },
        onApplied: () => expect.fail('it was undone'),
      })
      const others = Promise.all([1, 2, 3].map((index) => writePaid(writer, file, index)))
      expect(await rejectionCode(refusing)).to.equal('REFUSED')
      expect(await others).to.deep.equal([true, true, true])
      expect(writer.have.has(0)).to.equal(false)
      expect(await writePaid(writer, file, 0)).to.equal(true)
    })

    it('refuses bytes of the wrong length, and indexes that are not there', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      for (const index of [-1, 4, 0.5]) await expectRangeError(writer.write(index, file.chunks[0] ?? new Uint8Array()))
      await expectRangeError(writer.write(3, file.chunks[0] ?? new Uint8Array()))
      await expectRangeError(writer.write(0, new Uint8Array()))
    })

    it('reports a full disk and loses nothing: the download goes on when there is room', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      disk.fileSystem.freeBytes = 2 * CHUNK_SIZE_BYTES
      const results = await Promise.allSettled(file.chunks.map((_, index) => writePaid(writer, file, index)))
      const full = results.filter((result) => result.status === 'rejected' && result.reason.code === 'DISK_FULL')
      expect(full.length).to.be.greaterThan(0)
      expect(writer.have.count).to.equal(4 - full.length)
      await writer.close()
      disk.fileSystem.freeBytes = Number.POSITIVE_INFINITY
      const again = await disk.openStore().beginDownload(file.manifest, target)
      expect(again.have.count).to.equal(4 - full.length)
      await writeAll(again, file)
      await again.finish({ sha256 })
    })

    it('does not count chunks that a failed sync may have lost, and stores them all the same', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      disk.fileSystem.failingSyncs = 1
      const syncing = Promise.withResolvers<void>()
      const written = Promise.withResolvers<void>()
      const release = Promise.withResolvers<void>()
      disk.fileSystem.before = async (operation) => {
        if (operation !== 'sync') return
        disk.fileSystem.before = () => {}
        syncing.resolve()
        await written.promise
      }
      const early = rejectionCode(writePaid(writer, file, 0))
      await syncing.promise
      // In the page cache when the sync fails, and its writer not told yet: the kernel forgets these bytes too.
      disk.fileSystem.written = () => {
        disk.fileSystem.written = () => {}
        written.resolve()
        return release.promise
      }
      const late = writePaid(writer, file, 1)
      expect(await early).to.equal('IO_FAILED')
      release.resolve()
      expect(await late).to.equal(true)
      disk.fileSystem.crash()
      const again = disk.openStore()
      expect(again.have(file.manifest.fileHash).count).to.equal(1)
      expect(toHex(await again.read(file.manifest.fileHash, 1))).to.equal(toHex(file.chunks[1] ?? new Uint8Array()))
      expect(disk.paidChunks()).to.deep.equal([1])
    })

    it('does not count chunks that waited for the next sync when one failed', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      disk.fileSystem.failingSyncs = 1
      const syncing = Promise.withResolvers<void>()
      const release = Promise.withResolvers<void>()
      disk.fileSystem.before = async (operation) => {
        if (operation !== 'sync') return
        disk.fileSystem.before = () => {}
        syncing.resolve()
        await release.promise
      }
      const early = rejectionCode(writePaid(writer, file, 0))
      await syncing.promise
      const waiting = rejectionCode(writePaid(writer, file, 1))
      await new Promise((resolve) => setImmediate(resolve))
      release.resolve()
      expect([await early, await waiting]).to.deep.equal(['IO_FAILED', 'IO_FAILED'])
      expect(await writePaid(writer, file, 1)).to.equal(true)
      expect(disk.paidChunks()).to.deep.equal([1])
    })

    it('takes nothing after close, and close waits for what is under way', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      const writing = writePaid(writer, file, 0)
      await writer.close()
      await writer.close()
      expect(writer.have.has(0)).to.equal(true)
      expect(await writing).to.equal(true)
      expect(await rejectionCode(writePaid(writer, file, 1))).to.equal('WRITER_CLOSED')
      expect(await rejectionCode(writer.finish())).to.equal('WRITER_CLOSED')
    })
  })

  describe('finish', () => {
    it('gives the file its name and its content', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      await writeAll(writer, file)
      expect(await writer.finish({ sha256 })).to.deep.equal({ sha256 })
      expect(await writer.finish({ sha256 })).to.deep.equal({ sha256 })
      expect(disk.fileSystem.paths()).to.deep.equal([target])
      expect(toHex(disk.fileSystem.contentOf(target))).to.equal(toHex(file.content))
      await writer.close()
      expect(store.list()[0]).to.include({ kind: 'complete', sha256, chunksHeld: 4 })
      disk.fileSystem.crash()
      expect(await disk.openStore().statusOf(file.manifest.fileHash)).to.equal('available')
    })

    it('refuses while chunks are missing', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      await writePaid(writer, file, 0)
      expect(await rejectionCode(writer.finish())).to.equal('DOWNLOAD_INCOMPLETE')
    })

    it('reports a wrong sha256 and keeps the part file, under its own name', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      await writeAll(writer, file)
      expect(await rejectionCode(writer.finish({ sha256: '00'.repeat(32) }))).to.equal('SHA256_MISMATCH')
      expect(disk.fileSystem.paths()).to.deep.equal([part])
      expect(await writer.finish()).to.deep.equal({ sha256 })
    })

    it('does not overwrite a file that came meanwhile, unless told', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      await writeAll(writer, file)
      disk.fileSystem.put(target, new Uint8Array(3))
      expect(await rejectionCode(writer.finish())).to.equal('TARGET_EXISTS')
      expect(disk.fileSystem.contentOf(target)).to.have.length(3)
      await writer.finish({ overwrite: true })
      expect(disk.fileSystem.contentOf(target)).to.have.length(file.content.byteLength)
      expect(disk.fileSystem.paths()).to.deep.equal([target])
    })

    it('is content with the same file having come meanwhile', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      await writeAll(writer, file)
      disk.fileSystem.put(target, file.content)
      expect(await writer.finish()).to.deep.equal({ sha256 })
      expect(disk.fileSystem.paths()).to.deep.equal([target])
    })

    it('finds chunks that were changed on disk, and takes them anew', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      await writeAll(writer, file)
      const handle = await disk.fileSystem.open(part, 'update')
      await handle.write(Uint8Array.of(0, 1, 2, 3), CHUNK_SIZE_BYTES + 7)
      const failure = await writer.finish().catch((error: unknown) => error)
      expect(failure).to.have.property('code', 'CHUNKS_DAMAGED')
      expect(failure).to.have.nested.property('details.chunkIndexes').that.deep.equals([1])
      expect([0, 1, 2, 3].filter((index) => writer.have.has(index))).to.deep.equal([0, 2, 3])
      await writer.write(1, file.chunks[1] ?? new Uint8Array())
      expect(await writer.finish({ sha256 })).to.deep.equal({ sha256 })
    })
  })

  describe('beginning again', () => {
    it('goes on after a restart', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      await writePaid(writer, file, 1)
      await writer.close()
      const again = await disk.openStore().beginDownload(file.manifest, target)
      expect([0, 1, 2, 3].filter((index) => again.have.has(index))).to.deep.equal([1])
    })

    it('starts over when the part file vanished or was cut', async () => {
      for (const harm of [() => disk.fileSystem.remove(part), () => disk.fileSystem.put(part, new Uint8Array(7))]) {
        const writer = await store.beginDownload(file.manifest, target)
        await writer.write(0, file.chunks[0] ?? new Uint8Array())
        await writer.close()
        harm()
        store = disk.openStore()
        const again = await store.beginDownload(file.manifest, target)
        expect(again.have.count).to.equal(0)
        expect(disk.fileSystem.contentOf(part)).to.have.length(file.content.byteLength)
        await again.close()
      }
    })

    it('has nothing to do when the file is there, known or not', async () => {
      disk.fileSystem.put(target, file.content)
      for (const again of [store, disk.openStore()]) {
        const writer = await again.beginDownload(file.manifest, target)
        expect(writer.have.complete).to.equal(true)
        expect(await writer.write(0, file.chunks[0] ?? new Uint8Array())).to.equal(false)
        expect(await writer.finish({ sha256 })).to.deep.equal({ sha256 })
        await writer.close()
      }
      expect(disk.fileSystem.paths()).to.deep.equal([target])
    })

    it('downloads anew when a finished file was removed', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      await writeAll(writer, file)
      await writer.finish()
      await writer.close()
      disk.fileSystem.remove(target)
      const again = await store.beginDownload(file.manifest, target)
      expect(again.have.count).to.equal(0)
      await writeAll(again, file)
      await again.finish({ sha256 })
      expect(store.list()).to.have.length(1)
    })

    it('refuses another file at the target before anything is paid, unless told', async () => {
      disk.fileSystem.put(target, new Uint8Array(file.content.byteLength))
      expect(await rejectionCode(store.beginDownload(file.manifest, target))).to.equal('TARGET_EXISTS')
      expect(disk.fileSystem.paths()).to.deep.equal([target])
      const writer = await store.beginDownload(file.manifest, target, { overwrite: true })
      await writeAll(writer, file)
      expect(await rejectionCode(writer.finish({ overwrite: false }))).to.equal('TARGET_EXISTS')
      await writer.finish()
      expect(toHex(disk.fileSystem.contentOf(target))).to.equal(toHex(file.content))
    })

    it('refuses a target that another download writes to', async () => {
      const writer = await store.beginDownload(file.manifest, target)
      expect(await rejectionCode(store.beginDownload(file.manifest, target))).to.equal('TARGET_BUSY')
      await writer.close()
      const other = testFile(5, 'other')
      expect(await rejectionCode(disk.openStore().beginDownload(other.manifest, target))).to.equal('TARGET_BUSY')
      const again = await store.beginDownload(file.manifest, target)
      await again.discard()
      const third = await store.beginDownload(other.manifest, target)
      expect(third.have.count).to.equal(0)
    })

    it('does not touch a part file it knows nothing of', async () => {
      disk.fileSystem.put(part, new Uint8Array(9))
      expect(await rejectionCode(store.beginDownload(file.manifest, target))).to.equal('PART_EXISTS')
      expect(disk.fileSystem.contentOf(part)).to.have.length(9)
      expect(store.list()).to.deep.equal([])
    })

    it('leaves nothing behind when the part file cannot be made', async () => {
      disk.fileSystem.before = (operation) => {
        if (operation === 'truncate') throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
      }
      expect(await rejectionCode(store.beginDownload(file.manifest, target))).to.equal('PATH_DENIED')
      disk.fileSystem.before = () => {}
      expect(disk.fileSystem.paths()).to.deep.equal([])
      expect(disk.openStore().list()).to.deep.equal([])
      await store.beginDownload(file.manifest, target)
    })
  })

  it('discards the part file and the record, but never a finished file', async () => {
    const writer = await store.beginDownload(file.manifest, target)
    await writer.write(0, file.chunks[0] ?? new Uint8Array())
    await writer.discard()
    await writer.discard()
    expect(disk.fileSystem.paths()).to.deep.equal([])
    expect(disk.openStore().list()).to.deep.equal([])
    const again = await store.beginDownload(file.manifest, target)
    expect(again.have.count).to.equal(0)
    await writeAll(again, file)
    await again.finish()
    await again.discard()
    expect(disk.fileSystem.paths()).to.deep.equal([target])
  })

  it('names the part file after the target, and after the file when that name would be too long', () => {
    const { fileHash } = file.manifest
    expect(partPathOf('/a/-x ö', fileHash)).to.equal('/a/-x ö.chiral-part')
    expect(partPathOf(`/a/${'ö'.repeat(125)}`, fileHash)).to.equal(`/a/${fileHash}.chiral-part`)
  })
})

async function expectRangeError(promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).to.be.instanceOf(RangeError)
}
