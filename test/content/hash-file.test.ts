import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { expect } from 'chai'
import { hashFile } from '../../src/content/hash-file.ts'
import { createHashPool } from '../../src/content/hash-pool.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { systemFileSystem } from '../../src/system/file-system.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryFileSystem } from '../support/memory-file-system.ts'
import { contentVectors, vectorContent } from './content-vectors.ts'
import { rejectionCode, testFile } from './store-fixture.ts'

/** Above what is hashed without threads, and not a whole number of blocks or chunks. */
const large = testFile(9 * 2 ** 20 + 12_345)

describe('content/hash-file', () => {
  const clock = new FakeClock()
  const pool = createHashPool({ clock, threads: 2 })
  let fileSystem: MemoryFileSystem

  beforeEach(() => {
    fileSystem = new MemoryFileSystem()
    fileSystem.put('/large', large.content)
  })

  after(() => pool.stop())

  it('gives the ids of the vectors', async () => {
    for (const vector of contentVectors) {
      fileSystem.put('/file', vectorContent(vector.sizeBytes))
      const hashed = await hashFile('/file', { fileSystem, pool })
      expect({
        sizeBytes: hashed.sizeBytes,
        sha256: hashed.sha256,
        piecesRoot: toHex(hashed.piecesRoot),
        chunkHashes: hashed.chunkHashes.map(toHex),
        fileHash: hashed.fileHash,
      }).to.deep.equal(vector)
    }
  })

  it('hashes a large file on threads to the same, several at once too', async () => {
    const other = testFile(large.content.byteLength - 1, 'other')
    fileSystem.put('/other', other.content)
    const hashed = await Promise.all(['/large', '/other', '/large'].map((path) => hashFile(path, { fileSystem, pool })))
    for (const [index, expected] of [large, other, large].entries()) {
      expect(hashed[index]?.fileHash).to.equal(expected.manifest.fileHash)
      expect(hashed[index]?.chunkHashes.map(toHex)).to.deep.equal(expected.manifest.chunkHashes.map(toHex))
      expect(hashed[index]?.sha256).to.equal(createHash('sha256').update(expected.content).digest('hex'))
    }
  })

  it('hashes on a single thread, and on the one that called', async () => {
    const single = createHashPool({ clock: new FakeClock(), threads: 1 })
    expect((await hashFile('/large', { fileSystem, pool: single })).fileHash).to.equal(large.manifest.fileHash)
    await single.stop()
    expect((await hashFile('/large', { fileSystem })).fileHash).to.equal(large.manifest.fileHash)
  })

  it('reports progress up to the whole size', async () => {
    const seen: number[] = []
    await hashFile('/large', { fileSystem, pool, onProgress: ({ hashedBytes }) => seen.push(hashedBytes) })
    expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b))
    expect(seen.length).to.be.greaterThan(2)
    expect(seen.at(-1)).to.equal(large.content.byteLength)
  })

  it('reads ahead by a bounded number of blocks', async () => {
    const blocks: number[] = []
    let hashed = 0
    let ahead = 0
    fileSystem.before = (operation) => {
      if (operation !== 'read') return
      blocks.push(1)
      ahead = Math.max(ahead, blocks.length - hashed)
    }
    fileSystem.put('/huge', new Uint8Array(40 * 2 ** 20))
    await hashFile('/huge', { fileSystem, pool, onProgress: () => hashed++ })
    expect(blocks.length).to.equal(20)
    expect(ahead).to.be.within(1, 5)
  })

  it('is right however long the disk keeps it waiting, and fails when its threads are taken away', async () => {
    let idle = Promise.withResolvers<void>()
    idle.resolve()
    fileSystem.before = async (operation) => {
      if (operation !== 'read') return
      await idle.promise
      idle = Promise.withResolvers<void>()
      await clock.advance(60_000)
    }
    const hashed = await hashFile('/large', { fileSystem, pool, onProgress: () => idle.resolve() })
    expect(hashed.sha256).to.equal(createHash('sha256').update(large.content).digest('hex'))
    let reads = 0
    fileSystem.before = async (operation) => {
      if (operation === 'read' && ++reads === 3) await pool.stop()
    }
    expect(await rejectionCode(hashFile('/large', { fileSystem, pool }))).to.equal('HASHING_FAILED')
  })

  it('notices that the file was edited, cut or replaced meanwhile', async () => {
    for (const path of ['/large', '/small'])
      for (const edit of [
        () => fileSystem.put(path, new Uint8Array(5)),
        () => fileSystem.put(path, large.content),
        async () => {
          const file = await fileSystem.open(path, 'update')
          await file.write(Uint8Array.of(1), 0)
          await file.close()
        },
        async () => {
          const file = await fileSystem.open(path, 'update')
          await file.truncate(100)
          await file.close()
        },
      ]) {
        fileSystem.put('/large', large.content)
        fileSystem.put('/small', large.content.subarray(0, 5_000))
        fileSystem.before = async (operation) => {
          if (operation !== 'read') return
          fileSystem.before = () => {}
          await edit()
        }
        expect(await rejectionCode(hashFile(path, { fileSystem, pool })), path).to.equal('FILE_CHANGED')
      }
  })

  it('ends with the reason when aborted, before or meanwhile', async () => {
    const reason = Object.assign(new Error('enough'), { code: 'ENOUGH' })
    expect(await rejectionCode(hashFile('/large', { fileSystem, pool, signal: AbortSignal.abort(reason) }))).to.equal(
      'ENOUGH',
    )
    const controller = new AbortController()
    const onProgress = (): void => controller.abort(reason)
    expect(
      await rejectionCode(hashFile('/large', { fileSystem, pool, signal: controller.signal, onProgress })),
    ).to.equal('ENOUGH')
    expect((await hashFile('/large', { fileSystem, pool })).fileHash).to.equal(large.manifest.fileHash)
  })

  it('names what cannot be hashed', async () => {
    expect(await rejectionCode(hashFile('/nothing', { fileSystem, pool }))).to.equal('FILE_MISSING')
    expect(await rejectionCode(hashFile(tmpdir(), { fileSystem: systemFileSystem }))).to.equal('NOT_A_FILE')
    fileSystem.before = (operation) => {
      if (operation === 'read') throw Object.assign(new Error('EIO'), { code: 'EIO' })
    }
    expect(await rejectionCode(hashFile('/large', { fileSystem, pool }))).to.equal('IO_FAILED')
  })
})
