import { execFile } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { createHashPool, type HashPool } from '../../src/content/hash-pool.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { rejectionCode, testFile } from './store-fixture.ts'

const file = testFile(2 * CHUNK_SIZE_BYTES + 1)

describe('content/hash-pool', () => {
  let pool: HashPool
  const clock = new FakeClock()

  before(() => {
    pool = createHashPool({ clock, threads: 2 })
  })

  after(() => pool.stop())

  /** The chunk hashes of the file, in one block, and nothing left open. */
  async function hashes(): Promise<string[]> {
    const hasher = pool.openFile(file.content.byteLength)
    const found = await hasher.update(file.content)
    hasher.abandon()
    return found.map(toHex)
  }
  const expected = file.manifest.chunkHashes.map(toHex)

  it('hashes the chunks of a block', async () => {
    expect(await hashes()).to.deep.equal(expected)
  })

  it('rejects what is under way when stopped, and works again afterwards', async () => {
    const stopped = rejectionCode(hashes())
    await pool.stop()
    await pool.stop()
    expect(await stopped).to.equal('HASHING_FAILED')
    expect(await hashes()).to.deep.equal(expected)
  })

  it('ends its threads after an idle while, and starts new ones when needed', async () => {
    await hashes()
    await clock.advance(60_000)
    expect(await hashes()).to.deep.equal(expected)
  })

  it('runs from source under an older switch, lets the process end by itself, and keeps to 200 MiB', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chiral-test-'))
    try {
      const path = join(folder, 'large')
      await writeFile(path, '')
      await truncate(path, 256 * 2 ** 20)
      const script = join(folder, 'script.ts')
      await writeFile(
        script,
        `
        import { hashFile } from ${JSON.stringify(new URL('../../src/content/hash-file.ts', import.meta.url).href)}
        import { createHashPool } from ${JSON.stringify(new URL('../../src/content/hash-pool.ts', import.meta.url).href)}
        import { systemFileSystem } from ${JSON.stringify(new URL('../../src/system/file-system.ts', import.meta.url).href)}
        import { systemClock } from ${JSON.stringify(new URL('../../src/system/clock.ts', import.meta.url).href)}
        let rssBytes = 0
        const { sha256 } = await hashFile(${JSON.stringify(path)}, {
          fileSystem: systemFileSystem,
          pool: createHashPool({ clock: systemClock }),
          onProgress: () => (rssBytes = Math.max(rssBytes, process.memoryUsage.rss())),
        })
        console.log(JSON.stringify({ sha256, rssBytes }))`,
      )
      const argv = ['--no-warnings', '--experimental-strip-types', script]
      const { stdout } = await promisify(execFile)(process.execPath, argv)
      const result = JSON.parse(stdout)
      expect(result.sha256).to.equal('a6d72ac7690f53be6ae46ba88506bd97302a093f7108472bd9efc3cefda06484')
      expect(result.rssBytes).to.be.within(1, 200 * 2 ** 20)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
