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
const [first = new Uint8Array(), , last = new Uint8Array()] = file.chunks

describe('content/hash-pool', () => {
  let pool: HashPool
  const clock = new FakeClock()

  before(() => {
    pool = createHashPool({ clock, threads: 2 })
  })

  after(() => pool.stop())

  it('verifies chunks and hands them back', async () => {
    const whole = await pool.verify(file.manifest, 0, first.slice())
    expect(whole.valid).to.equal(true)
    expect(toHex(whole.bytes)).to.equal(toHex(first))
    const wrong = await pool.verify(file.manifest, 0, first.with(9, (first[9] ?? 0) ^ 1))
    expect(wrong.valid).to.equal(false)
    expect((await pool.verify(file.manifest, 2, last.slice())).valid).to.equal(true)
  })

  it('moves bytes that fill their buffer, and copies a view so that its neighbours stay', async () => {
    const own = first.slice()
    await pool.verify(file.manifest, 0, own)
    expect(own.byteLength).to.equal(0)
    const view = file.content.subarray(0, CHUNK_SIZE_BYTES)
    expect((await pool.verify(file.manifest, 0, view)).valid).to.equal(true)
    expect(view.byteLength).to.equal(CHUNK_SIZE_BYTES)
  })

  it('refuses another length and another index at once', async () => {
    for (const [index, bytes] of [
      [0, first.slice(1)],
      [3, first.slice()],
      [-1, first.slice()],
      [2, first.slice()],
    ] as const) {
      const result = await pool.verify(file.manifest, index, bytes)
      expect(result).to.deep.equal({ valid: false, bytes })
    }
  })

  it('rejects what is under way when stopped, and works again afterwards', async () => {
    const stopped = rejectionCode(pool.verify(file.manifest, 0, first.slice()))
    await pool.stop()
    await pool.stop()
    expect(await stopped).to.equal('HASHING_FAILED')
    expect((await pool.verify(file.manifest, 0, first.slice())).valid).to.equal(true)
  })

  it('ends its threads after an idle while, and starts new ones when needed', async () => {
    await pool.verify(file.manifest, 0, first.slice())
    await clock.advance(60_000)
    expect((await pool.verify(file.manifest, 0, first.slice())).valid).to.equal(true)
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
