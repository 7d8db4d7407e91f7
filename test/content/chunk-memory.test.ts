import { expect } from 'chai'
import type { ContentStore } from '../../src/content/content-store.ts'
import { hashFile } from '../../src/content/hash-file.ts'
import { createContentMetrics } from '../../src/content/metrics.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { createMetrics, type Metrics } from '../../src/system/metrics.ts'
import { rejectionCode, TestDisk, testFile } from './store-fixture.ts'

const file = testFile(2 * CHUNK_SIZE_BYTES + 5)
const { fileHash } = file.manifest
const path = '/shared'

describe('content, chunks in memory', () => {
  let disk: TestDisk
  let store: ContentStore
  let metrics: Metrics
  let diskReads: number

  beforeEach(async () => {
    disk = new TestDisk()
    metrics = createMetrics()
    store = disk.openStore({
      memoryBytes: 2 ** 20,
      metrics: createContentMetrics((options) => metrics.counter(options)),
    })
    disk.fileSystem.put(path, file.content)
    await share(path)
    diskReads = 0
    disk.fileSystem.before = (operation) => {
      if (operation === 'read') diskReads++
    }
  })

  async function share(at: string): Promise<void> {
    await store.addShared(at, await hashFile(at, { fileSystem: disk.fileSystem }))
  }

  async function expectRead(index: number): Promise<void> {
    expect(toHex(await store.read(fileHash, index))).to.equal(toHex(file.chunks[index] ?? new Uint8Array()))
  }

  it('reads a chunk from the disk once, and counts', async () => {
    for (const index of [0, 2, 0, 2, 0]) await expectRead(index)
    expect(diskReads).to.equal(2)
    expect(store.memoryUsedBytes).to.equal(CHUNK_SIZE_BYTES + 5)
    expect(metrics.render()).to.include('\nchiral_content_memory_hits_total 3\n')
    expect(metrics.render()).to.include('\nchiral_content_memory_misses_total 2\n')
  })

  it('reads once for all that ask at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => expectRead(1)))
    expect(diskReads).to.equal(1)
  })

  it('keeps nothing where it may not', async () => {
    const without = disk.openStore()
    for (let round = 0; round < 2; round++) await without.read(fileHash, 0)
    expect(diskReads).to.equal(2)
    expect(without.memoryUsedBytes).to.equal(0)
  })

  it('does not give out a chunk of a file that changed, is gone, or is shared no more', async () => {
    await expectRead(0)
    disk.fileSystem.put(path, file.content.with(0, 1))
    expect(await rejectionCode(store.read(fileHash, 0))).to.equal('FILE_CHANGED')
    expect(store.memoryUsedBytes).to.equal(0)
    disk.fileSystem.put(path, file.content)
    await share(path)
    await expectRead(0)
    disk.fileSystem.remove(path)
    expect(await rejectionCode(store.read(fileHash, 0))).to.equal('FILE_MISSING')
    disk.fileSystem.put(path, file.content)
    await share(path)
    await expectRead(0)
    await store.removeShared(fileHash)
    expect(store.memoryUsedBytes).to.equal(0)
    expect(await rejectionCode(store.read(fileHash, 0))).to.equal('CHUNK_NOT_HELD')
  })

  it('gives those who waited for a file that changed meanwhile nothing', async () => {
    const reading = Promise.withResolvers<void>()
    const changed = Promise.withResolvers<void>()
    disk.fileSystem.before = async (operation) => {
      if (operation !== 'read') return
      reading.resolve()
      await changed.promise
    }
    const asked = [0, 1, 2].map(() => rejectionCode(store.read(fileHash, 0)))
    await reading.promise
    disk.fileSystem.put(path, file.content.with(3, 7))
    changed.resolve()
    expect(await Promise.all(asked)).to.deep.equal(['FILE_CHANGED', 'FILE_CHANGED', 'FILE_CHANGED'])
    expect(store.memoryUsedBytes).to.equal(0)
  })

  it('does not keep what was read while the file was shared anew', async () => {
    const reading = Promise.withResolvers<void>()
    const shared = Promise.withResolvers<void>()
    const hashed = await hashFile(path, { fileSystem: disk.fileSystem })
    disk.fileSystem.before = async (operation) => {
      if (operation !== 'read') return
      reading.resolve()
      await shared.promise
    }
    const asked = store.read(fileHash, 0)
    await reading.promise
    await store.addShared(path, hashed)
    shared.resolve()
    expect(toHex(await asked)).to.equal(toHex(file.chunks[0] ?? new Uint8Array()))
    expect(store.memoryUsedBytes).to.equal(0)
  })

  it('gives out what another copy still has, when one changed', async () => {
    await expectRead(0)
    disk.fileSystem.put('/other', file.content)
    await share('/other')
    disk.fileSystem.put(path, file.content.with(0, 1))
    await expectRead(0)
    await expectRead(0)
  })
})
