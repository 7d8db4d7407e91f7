import { expect } from 'chai'
import { type ContentStore, createContentStore } from '../../src/content/content-store.ts'
import { hashFile } from '../../src/content/hash-file.ts'
import { createContentMetrics } from '../../src/content/metrics.ts'
import { LOOK_MS, RETRY_MS, Tiers } from '../../src/content/tiers.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createMetrics, type Metrics } from '../../src/system/metrics.ts'
import { rejectionCode, TestDisk, type TestFile, testFile, writeAll } from './store-fixture.ts'

const [one, two] = [testFile(CHUNK_SIZE_BYTES + 9, 'one'), testFile(CHUNK_SIZE_BYTES + 9, 'two')]
const SIZE = one.content.byteLength

describe('content/tiers', () => {
  let disk: TestDisk
  let store: ContentStore
  let tiers: Tiers
  let metrics: Metrics

  beforeEach(() => start({}))
  afterEach(() => tiers.stop())

  function start({ fast = SIZE, large = 10 * SIZE, movesPerHour = 10 }): void {
    disk = new TestDisk()
    metrics = createMetrics()
    const counters = createContentMetrics((options) => metrics.counter(options))
    tiers = new Tiers(
      { clock: disk.clock, log: silentLogger, metrics: counters },
      { fast: { folder: '/fast', limitBytes: fast }, large: { folder: '/large', limitBytes: large }, movesPerHour },
    )
    store = createContentStore({
      database: disk.database,
      fileSystem: disk.fileSystem,
      clock: disk.clock,
      capacityBytes: Number.POSITIVE_INFINITY,
      onDiskRead: (path, sizeBytes) => tiers.noteRead(path, sizeBytes),
    })
    tiers.start(store)
  }

  async function download(file: TestFile, target: string): Promise<void> {
    const writer = await store.beginDownload(file.manifest, target)
    await writeAll(writer, file)
    await writer.finish()
    await writer.close()
  }

  async function readAll(file: TestFile, times: number): Promise<void> {
    for (let round = 0; round < times; round++)
      for (const [index, chunk] of file.chunks.entries())
        expect(toHex(await store.read(file.manifest.fileHash, index))).to.equal(toHex(chunk))
  }

  /** The next look, and what it moves. */
  async function look(): Promise<void> {
    await disk.clock.advance(LOOK_MS)
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  function counted(name: string): number {
    return Number(new RegExp(`^chiral_content_${name}_total (\\d+)$`, 'm').exec(metrics.render())?.[1])
  }

  it('moves what is asked for to the fast folder, and back when something else is asked for more', async () => {
    await download(one, '/large/folder/one')
    await download(two, '/large/two')
    await readAll(one, 3)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/fast/folder/one', '/large/two'])
    expect([tiers.usedBytes('fast'), tiers.usedBytes('large')]).to.deep.equal([SIZE, SIZE])
    await readAll(one, 1)
    await readAll(two, 4)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/fast/folder/one', '/large/two'])
    await readAll(two, 5)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/fast/two', '/large/folder/one'])
    await readAll(one, 1)
    expect(counted('promotions')).to.equal(2)
    expect(counted('demotions')).to.equal(1)
    expect(counted('moved_bytes')).to.equal(3 * SIZE)
    expect(counted('fast_hits')).to.equal(2)
    expect(counted('fast_misses')).to.be.greaterThan(2)
  })

  it('forgets in time what was asked for once', async () => {
    await download(one, '/large/one')
    await readAll(one, 3)
    await tiers.stop()
    await disk.clock.advance(24 * 60 * 60 * 1000)
    const later = new Tiers(
      { clock: disk.clock, log: silentLogger, metrics: createContentMetrics((options) => metrics.counter(options)) },
      { fast: { folder: '/fast', limitBytes: SIZE }, large: { folder: '/large', limitBytes: SIZE }, movesPerHour: 1 },
    )
    later.start(store)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/large/one'])
    await later.stop()
  })

  it('knows a file it moved by the place it was downloaded to: it is neither bought nor written again', async () => {
    await download(one, '/large/one')
    await readAll(one, 3)
    await look()
    const { fileHash } = one.manifest
    expect(store.haveAt(fileHash, '/large/one')?.complete).to.equal(true)
    expect(await store.statusAt(fileHash, '/large/one')).to.equal('available')
    const writer = await store.beginDownload(one.manifest, '/large/one')
    expect(writer.have.complete).to.equal(true)
    await writer.finish()
    await writer.close()
    expect(disk.fileSystem.paths()).to.deep.equal(['/fast/one'])
    expect(
      disk
        .openStore()
        .downloaded()
        .map(({ path }) => path),
    ).to.deep.equal(['/fast/one'])
  })

  it('leaves alone what the user placed, what lies elsewhere, and what it would overwrite', async () => {
    await download(two, '/elsewhere/two')
    disk.fileSystem.put('/large/one', one.content)
    const adopted = await store.beginDownload(one.manifest, '/large/one')
    expect(adopted.have.complete).to.equal(true)
    await adopted.close()
    await readAll(one, 5)
    await readAll(two, 5)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/elsewhere/two', '/large/one'])
    const three = testFile(700, 'three')
    await download(three, '/large/three')
    disk.fileSystem.put('/fast/three', two.content)
    await readAll(three, 5)
    await look()
    expect(toHex(disk.fileSystem.contentOf('/fast/three'))).to.equal(toHex(two.content))
    expect(disk.fileSystem.paths()).to.include('/large/three')
    expect(counted('moves_failed')).to.equal(1)
  })

  it('moves a download that was shared since, and not one that somebody edited', async () => {
    await download(one, '/large/one')
    await store.addShared('/large/one', await hashFile('/large/one', { fileSystem: disk.fileSystem }))
    expect(store.usedBytes).to.equal(SIZE)
    expect(store.pathOf(one.manifest.fileHash, '/large/one')).to.equal('/large/one')
    await readAll(one, 3)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/fast/one'])
    expect(store.pathOf(one.manifest.fileHash, '/large/one')).to.equal('/fast/one')
    await download(two, '/large/two')
    await readAll(two, 9)
    disk.fileSystem.put('/large/two', two.content.with(0, 1))
    await look()
    expect(disk.fileSystem.paths()).to.include('/large/two')
    expect(await rejectionCode(store.read(two.manifest.fileHash, 0))).to.equal('FILE_CHANGED')
  })

  it('gives up on a full disk for a while, and clears away what it wrote', async () => {
    await download(one, '/large/one')
    await readAll(one, 8)
    disk.fileSystem.freeBytes = 1_000
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/large/one'])
    await look()
    expect(counted('moves_failed')).to.equal(1)
    disk.fileSystem.freeBytes = Number.POSITIVE_INFINITY
    await disk.clock.advance(RETRY_MS)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/fast/one'])
  })

  it('keeps to its moves an hour', async () => {
    start({ fast: 10 * SIZE, movesPerHour: 1 })
    await download(one, '/large/one')
    await download(two, '/large/two')
    await readAll(one, 9)
    await readAll(two, 8)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/fast/one', '/large/two'])
    await disk.clock.advance(30 * 60 * 1000)
    expect(counted('promotions')).to.equal(1)
    await disk.clock.advance(31 * 60 * 1000)
    await look()
    expect(disk.fileSystem.paths()).to.deep.equal(['/fast/one', '/fast/two'])
  })
})
