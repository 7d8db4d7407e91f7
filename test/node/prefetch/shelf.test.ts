import { expect } from 'chai'
import type { ContentStore } from '../../../src/content/content-store.ts'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import type { FileHash } from '../../../src/domain/ids.ts'
import { createPrefetchMetrics, measureShelf } from '../../../src/node/prefetch/metrics.ts'
import { Shelf } from '../../../src/node/prefetch/shelf.ts'
import { type DownloadContent, withShelf } from '../../../src/node/prefetch/with-shelf.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { createMetrics, type Metrics } from '../../../src/system/metrics.ts'
import { rejectionCode, TestDisk, type TestFile, testFile, writeAll } from '../../content/store-fixture.ts'

const SIZE = CHUNK_SIZE_BYTES + 9
const [one, two, three] = [testFile(SIZE, 'one'), testFile(SIZE, 'two'), testFile(SIZE, 'three')]

describe('node/prefetch/shelf', () => {
  let disk: TestDisk
  let store: ContentStore
  let shelf: Shelf
  let content: DownloadContent
  let metrics: Metrics

  beforeEach(() => open({}))

  function open({ capacityBytes = Number.POSITIVE_INFINITY }): void {
    disk = new TestDisk()
    metrics = createMetrics()
    store = disk.openStore({ capacityBytes })
    const counters = createPrefetchMetrics((options) => metrics.counter(options))
    shelf = new Shelf({ content: store, metrics: counters, folder: '/ahead', limitBytes: 2 * SIZE })
    measureShelf(metrics, shelf)
    content = withShelf(store, shelf, silentLogger)
  }

  async function download(to: DownloadContent, file: TestFile, target: string, whole = true): Promise<void> {
    await disk.clock.advance(1) // so that one is older than the other
    const writer = await to.beginDownload(file.manifest, target)
    if (whole) await writeAll(writer, file)
    if (whole) await writer.finish()
    await writer.close()
  }

  const idOf = ({ manifest }: TestFile): FileHash => manifest.fileHash
  const fetchAhead = (file: TestFile, whole = true): Promise<void> =>
    download(content, file, shelf.placeOf(idOf(file)), whole)
  const isOnDisk = async (path: string): Promise<boolean> => (await disk.fileSystem.stat(path)) !== undefined

  it('gives a whole file to the download that wants it: nothing is missing there, and nothing stays behind', async () => {
    await fetchAhead(one)
    expect(content.haveAt(idOf(one), '/out/one')?.complete).to.equal(true)
    const writer = await content.beginDownload(one.manifest, '/out/one')
    expect(writer.have.complete).to.equal(true)
    await writer.finish()
    await writer.close()
    expect(await store.statusAt(idOf(one), '/out/one')).to.equal('available')
    expect(await isOnDisk(shelf.placeOf(idOf(one)))).to.equal(false)
    expect(shelf.usedBytes).to.equal(0)
    expect(metrics.render()).to.contain('chiral_prefetch_hits_total 1').and.to.contain(`hit_bytes_total ${SIZE}`)
  })

  it('says nothing of a file that is not whole, and the download begins as any', async () => {
    await fetchAhead(one, false)
    expect(content.haveAt(idOf(one), '/out/one')).to.equal(undefined)
    const writer = await content.beginDownload(one.manifest, '/out/one')
    expect(writer.have.count).to.equal(0)
    await writer.close()
  })

  it('leaves another file at the target alone', async () => {
    await fetchAhead(one)
    await download(store, two, '/out/taken')
    expect(await rejectionCode(content.beginDownload(one.manifest, '/out/taken'))).to.equal('TARGET_EXISTS')
    expect(await store.statusAt(idOf(two), '/out/taken')).to.equal('available')
    expect(shelf.hasWhole(idOf(one))).to.equal(true)
  })

  it('makes room by dropping the oldest, whole or not, from the disk as well', async () => {
    await fetchAhead(one, false)
    await fetchAhead(two)
    expect(await shelf.makeRoom({ fileHash: idOf(three), sizeBytes: SIZE })).to.equal(true)
    expect(shelf.has(idOf(one))).to.equal(false)
    expect(shelf.hasWhole(idOf(two))).to.equal(true)
    expect(disk.fileSystem.paths().filter((path) => path.startsWith('/ahead/'))).to.deep.equal([
      shelf.placeOf(idOf(two)),
    ])
    expect(metrics.render()).to.contain(`chiral_prefetch_dropped_bytes_total ${SIZE}`)
    expect(metrics.render()).to.contain(`chiral_prefetch_used_bytes ${SIZE}`)
  })

  it('drops nothing that is to be kept, and no file for the one it is a part of', async () => {
    await fetchAhead(one)
    await fetchAhead(two, false)
    expect(await shelf.makeRoom({ fileHash: idOf(three), sizeBytes: SIZE }, new Set([idOf(one), idOf(two)]))).to.equal(
      false,
    )
    expect(await shelf.makeRoom({ fileHash: idOf(two), sizeBytes: SIZE })).to.equal(true)
    expect(shelf.has(idOf(one))).to.equal(true)
    expect(await shelf.makeRoom({ fileHash: idOf(three), sizeBytes: 3 * SIZE })).to.equal(false)
  })

  it('keeps a lower limit by dropping, and no limit by dropping all', async () => {
    await fetchAhead(one)
    await fetchAhead(two)
    const counters = createPrefetchMetrics(createMetrics().counter)
    const off = new Shelf({ content: store, metrics: counters, folder: '/ahead', limitBytes: 0 })
    expect(await off.makeRoom()).to.equal(true)
    expect(store.list()).to.deep.equal([])
  })

  it('gives way to a download that finds no room', async () => {
    open({ capacityBytes: 2 * SIZE })
    await fetchAhead(one)
    await fetchAhead(two)
    await download(content, three, '/out/three')
    expect(await store.statusAt(idOf(three), '/out/three')).to.equal('available')
    expect(shelf.usedBytes).to.equal(0)
  })

  it('does not give way to what is fetched ahead', async () => {
    open({ capacityBytes: 2 * SIZE })
    await fetchAhead(one)
    await fetchAhead(two)
    expect(await rejectionCode(fetchAhead(three))).to.equal('CAPACITY_EXCEEDED')
    expect(shelf.usedBytes).to.equal(2 * SIZE)
  })
})
