import { expect } from 'chai'
import { wei } from '../../../src/domain/amount.ts'
import { ChiralError } from '../../../src/domain/errors.ts'
import { type FileHash, parseFileHash } from '../../../src/domain/ids.ts'
import type { PreparedFile } from '../../../src/node/download/dependencies.ts'
import { createPrefetchMetrics } from '../../../src/node/prefetch/metrics.ts'
import { Prefetcher } from '../../../src/node/prefetch/prefetcher.ts'
import { Shelf } from '../../../src/node/prefetch/shelf.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { createMetrics } from '../../../src/system/metrics.ts'
import { TestDisk, testFile } from '../../content/store-fixture.ts'

const LISTING = parseFileHash('f'.repeat(64))
/** Five parts of a folder. */
const parts = Array.from({ length: 5 }, (_, index) => testFile(10_000 + index, `part ${index}`))
const ids = parts.map(({ manifest }) => manifest.fileHash)
const entries = parts.map(({ manifest }, index) => ({
  path: `part ${index}`,
  sizeBytes: manifest.sizeBytes,
  fileHash: manifest.fileHash,
}))

describe('node/prefetch/prefetcher', () => {
  let here: Set<FileHash>
  let busy: boolean
  let prices: Map<FileHash, bigint>
  let sizeOff: number
  let fetched: FileHash[]
  /** What a fetch does; the default is that it succeeds. */
  let fetching: (fileHash: FileHash, signal: AbortSignal) => Promise<void>
  let prefetcher: Prefetcher

  beforeEach(() => {
    here = new Set([...ids.slice(0, 2)])
    busy = false
    prices = new Map()
    sizeOff = 0
    fetched = []
    fetching = async () => {}
    const metrics = createPrefetchMetrics(createMetrics().counter)
    const shelf = new Shelf({ content: new TestDisk().openStore(), metrics, folder: '/ahead', limitBytes: 1e6 })
    prefetcher = new Prefetcher({
      shelf,
      metrics,
      log: silentLogger,
      listings: async () => [
        { fileHash: LISTING, entries: entries.map((entry) => ({ ...entry, sizeBytes: entry.sizeBytes + sizeOff })) },
      ],
      isHere: (fileHash) => here.has(fileHash),
      isBusy: () => busy,
      find: async (references) => new Map(references.flatMap((id) => preparedOf(id))),
      async fetch({ manifest: { fileHash } }, out, signal) {
        expect(out).to.equal(`/ahead/${fileHash}`)
        await fetching(fileHash, signal)
        fetched.push(fileHash)
        here.add(fileHash)
      },
    })
  })

  function preparedOf(id: FileHash): [string, PreparedFile][] {
    const file = parts.find(({ manifest }) => manifest.fileHash === id)
    if (file === undefined) return []
    const seeder = { pricePerMiB: wei(prices.get(id) ?? 0n) } as PreparedFile['seeders'][number] // nothing else of it is read
    return [
      [
        id,
        {
          manifest: file.manifest,
          name: id,
          expectedSha256: undefined,
          sha256Required: false,
          publisher: undefined,
          seeders: [seeder],
        },
      ],
    ]
  }

  const partAt = (index: number): FileHash => ids[index] ?? LISTING
  async function done(...indexes: number[]): Promise<void> {
    prefetcher.noteDownload(indexes.map(partAt))
    await prefetcher.settled()
  }

  it('fetches the next files when two in a row are here', async () => {
    await done(1)
    expect(fetched).to.deep.equal([partAt(2), partAt(3)])
  })

  it('fetches nothing for events that bring no file', async () => {
    await done()
    expect(fetched).to.deep.equal([])
  })

  it('never fetches what has a price', async () => {
    prices.set(partAt(2), 1n)
    await done(1)
    expect(fetched).to.deep.equal([partAt(3)])
  })

  it('leaves a file alone whose size is not the one that is listed', async () => {
    sizeOff = 1
    await done(1)
    expect(fetched).to.deep.equal([])
  })

  it('waits while anything else is wanted, and begins after it', async () => {
    busy = true
    await done(1)
    expect(fetched).to.deep.equal([])
    busy = false
    await done()
    expect(fetched).to.deep.equal([partAt(2), partAt(3)])
  })

  it('ends at once when something is wanted, and goes on after it', async () => {
    const begun = Promise.withResolvers<AbortSignal>()
    fetching = (_, signal) => {
      begun.resolve(signal)
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    prefetcher.noteDownload([partAt(1)])
    const signal = await begun.promise
    busy = true
    await done()
    expect(signal.aborted).to.equal(true)
    expect(fetched).to.deep.equal([])
    busy = false
    fetching = async () => {}
    await done()
    expect(fetched).to.deep.equal([partAt(2), partAt(3)])
  })

  it('does not try again what failed, until another file is done', async () => {
    let tries = 0
    fetching = async () => {
      tries++
      throw new ChiralError('SEEDERS_GONE', 'Nobody is there.')
    }
    await done(1)
    await done()
    expect(tries).to.equal(1)
    await done(1)
    expect(tries).to.equal(2)
  })

  it('begins nothing after it was stopped', async () => {
    await prefetcher.stop()
    await done(1)
    expect(fetched).to.deep.equal([])
  })
})
