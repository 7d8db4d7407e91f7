import { expect } from 'chai'
import fc from 'fast-check'
import { partPathOf } from '../../src/content/part-file.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import type { Database } from '../../src/system/database.ts'
import { TestDisk, testFile, writeAll, writePaid } from './store-fixture.ts'

const file = testFile(4 * CHUNK_SIZE_BYTES + 9)
const target = '/target'

/** Power fails at step `at` of all that touches the disk or the database: nothing from there on happens or returns. */
class PowerCut {
  readonly #at: number
  steps = 0
  readonly off = Promise.withResolvers<void>()

  constructor(at: number) {
    this.#at = at
  }

  step(): void {
    if (this.steps++ < this.#at) return
    this.off.resolve()
    throw Object.assign(new Error('the power is off'), { code: 'POWER_OFF' })
  }

  /** Commits are atomic, so the power goes before one, or after it and before anyone hears of it. */
  guard(database: Database): Database {
    return {
      ...database,
      migrate: database.migrate.bind(database),
      read: database.read.bind(database),
      close: () => {},
      write: async (work) => {
        this.step()
        const result = await database.write(work)
        this.step()
        return result
      },
    }
  }
}

/** Downloads the file with `after` more chunks each time, until the power goes; true when it was finished before that. */
async function downloadUntil(disk: TestDisk, cut: PowerCut): Promise<boolean> {
  disk.fileSystem.before = () => cut.step()
  const store = disk.openStore({ database: cut.guard(disk.database) })
  const download = async (): Promise<boolean> => {
    const writer = await store.beginDownload(file.manifest, target)
    await writePaid(writer, file, 3)
    await Promise.all([writePaid(writer, file, 0), writePaid(writer, file, 4)])
    await Promise.all([1, 2, 3].map((index) => writePaid(writer, file, index)))
    await writer.finish()
    return true
  }
  const finished = await Promise.race([download().catch(() => false), cut.off.promise.then(() => false)])
  // Other chunks of a group may still be on their way into the failure.
  await new Promise((resolve) => setImmediate(resolve))
  disk.fileSystem.before = () => {}
  return finished
}

/** What must hold after any crash: a bit means bytes and payment, and the other way round. */
async function checkDisk(disk: TestDisk): Promise<void> {
  const store = disk.openStore()
  const { fileHash } = file.manifest
  const have = store.have(fileHash)
  const held = file.chunks.map((_, index) => index).filter((index) => have.has(index))
  expect(held).to.deep.equal(disk.paidChunks())
  const finished = disk.fileSystem.paths().includes(target)
  for (const index of held) {
    const path = finished ? target : partPathOf(target, fileHash)
    const from = index * CHUNK_SIZE_BYTES
    const bytes = disk.fileSystem.contentOf(path).subarray(from, from + CHUNK_SIZE_BYTES)
    expect(toHex(bytes), `chunk ${index}`).to.equal(toHex(file.chunks[index] ?? new Uint8Array()))
  }
}

/** Goes on after the crash: nothing that counted is asked for again, and the file comes out right. */
async function checkResume(disk: TestDisk): Promise<void> {
  const store = disk.openStore()
  const before = disk.paidChunks()
  const writer = await store.beginDownload(file.manifest, target)
  expect(file.chunks.map((_, index) => index).filter((index) => writer.have.has(index))).to.deep.equal(before)
  await writeAll(writer, file)
  await writer.finish()
  expect(toHex(disk.fileSystem.contentOf(target))).to.equal(toHex(file.content))
  expect(disk.fileSystem.paths()).to.deep.equal([target])
}

/** A whole download at {@link target}, and a file of somebody else beside where it may go. */
async function downloaded(): Promise<TestDisk> {
  const disk = new TestDisk()
  const writer = await disk.openStore().beginDownload(file.manifest, target)
  await writeAll(writer, file)
  await writer.finish()
  disk.fileSystem.put('/fast/other', new Uint8Array(3))
  return disk
}

/** Moves the download until the power goes; true when it was moved before that. */
async function moveUntil(disk: TestDisk, cut: PowerCut): Promise<boolean> {
  disk.fileSystem.before = () => cut.step()
  const store = disk.openStore({ database: cut.guard(disk.database) })
  const [held] = store.downloaded()
  const to = held?.path === target ? '/fast/target' : target
  const move = held && store.move(held, to, new AbortController().signal).then(() => true)
  const moved = await Promise.race([move?.catch(() => false), cut.off.promise.then(() => false)])
  await new Promise((resolve) => setImmediate(resolve))
  disk.fileSystem.before = () => {}
  return moved === true
}

/** After a restart there is one file, all of it, and what is not ours is as it was. */
async function checkMoved(disk: TestDisk): Promise<void> {
  const store = disk.openStore()
  await store.undoMoves()
  const paths = store.downloaded().map(({ path }) => path)
  expect(paths).to.have.length(1)
  expect(disk.fileSystem.paths()).to.deep.equal(['/fast/other', ...paths].sort())
  for (const [index, chunk] of file.chunks.entries())
    expect(toHex(await store.read(file.manifest.fileHash, index))).to.equal(toHex(chunk))
}

describe('content: power cuts', () => {
  it('at every step of a download lose no chunk that counted, and claim none that was lost', async () => {
    for (let at = 0; ; at++) {
      const disk = new TestDisk()
      const finished = await downloadUntil(disk, new PowerCut(at))
      disk.fileSystem.crash()
      await checkDisk(disk)
      await checkResume(disk)
      disk.database.close()
      if (!finished) continue
      expect(at).to.be.greaterThan(20)
      return
    }
  })

  it('also when the disk had taken any part of what was not synced, and over several crashes', async () => {
    const crashes = fc.array(fc.record({ at: fc.nat(45), kept: fc.infiniteStream(fc.boolean()) }), {
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(crashes, async (list) => {
        const disk = new TestDisk()
        for (const { at, kept } of list) {
          await downloadUntil(disk, new PowerCut(at))
          disk.fileSystem.crash(() => kept.next().value === true)
          await checkDisk(disk)
        }
        await checkResume(disk)
        disk.database.close()
      }),
      { numRuns: 60 },
    )
  })

  it('at every step of a move leave one file, whole, and nothing else', async () => {
    for (let at = 0; ; at++) {
      const disk = await downloaded()
      const moved = await moveUntil(disk, new PowerCut(at))
      disk.fileSystem.crash()
      await checkMoved(disk)
      disk.database.close()
      if (!moved) continue
      expect(at).to.be.greaterThan(15)
      return
    }
  })

  it('of moves to and fro, whatever the disk had taken, do the same', async () => {
    const crashes = fc.array(fc.record({ at: fc.nat(40), kept: fc.infiniteStream(fc.boolean()) }), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(crashes, async (list) => {
        const disk = await downloaded()
        for (const { at, kept } of list) {
          await moveUntil(disk, new PowerCut(at))
          disk.fileSystem.crash(() => kept.next().value === true)
          await checkMoved(disk)
        }
        disk.database.close()
      }),
      { numRuns: 60 },
    )
  })
})
