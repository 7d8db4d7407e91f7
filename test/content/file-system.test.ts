import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createFileSystem, type FileSystem, systemFileSystem } from '../../src/system/file-system.ts'
import { MemoryFileSystem } from '../support/memory-file-system.ts'
import { rejectionCode } from './store-fixture.ts'

/** What the content store relies on, of the real file system and of the one it is tested with. */
const implementations: readonly { readonly name: string; readonly create: () => FileSystem }[] = [
  { name: 'systemFileSystem', create: () => systemFileSystem },
  { name: 'the same on a disk that is behind', create: () => createFileSystem(slow()) },
  { name: 'MemoryFileSystem', create: () => new MemoryFileSystem() },
]

/** A clock by which everything takes a second: writes after the first are left to a thread. */
function slow(): () => number {
  let ms = 0
  return () => {
    ms += 1_000
    return ms
  }
}

for (const { name, create } of implementations)
  describe(`system/file-system: ${name}`, () => {
    let fileSystem: FileSystem
    let folder: string

    beforeEach(async () => {
      fileSystem = create()
      folder = await mkdtemp(join(tmpdir(), 'chiral-test-'))
    })

    afterEach(() => rm(folder, { recursive: true }))

    async function put(path: string, bytes: Uint8Array): Promise<void> {
      const file = await fileSystem.open(path, 'create')
      await file.write(bytes, 0)
      await file.close()
    }

    async function get(path: string): Promise<number[]> {
      const file = await fileSystem.open(path, 'read')
      const buffer = new Uint8Array(10)
      const length = await file.read(buffer, 0)
      await file.close()
      return [...buffer.subarray(0, length)]
    }

    it('creates what is not there, and opens what is', async () => {
      const path = join(folder, '-ö file')
      expect(await rejectionCode(fileSystem.open(path, 'read'))).to.equal('ENOENT')
      expect(await rejectionCode(fileSystem.open(path, 'update'))).to.equal('ENOENT')
      expect(await fileSystem.stat(path)).to.equal(undefined)
      await put(path, Uint8Array.of(1, 2, 3))
      expect(await rejectionCode(fileSystem.open(path, 'create'))).to.equal('EEXIST')
      expect(await get(path)).to.deep.equal([1, 2, 3])
    })

    it('writes anywhere, reads what is there, and grows by holes', async () => {
      const path = join(folder, 'f')
      await put(path, Uint8Array.of(1, 2, 3))
      const file = await fileSystem.open(path, 'update')
      await file.truncate(6)
      await file.write(Uint8Array.of(9), 4)
      await file.sync()
      const buffer = new Uint8Array(8)
      expect(await file.read(buffer, 1)).to.equal(5)
      expect([...buffer]).to.deep.equal([2, 3, 0, 9, 0, 0, 0, 0])
      expect((await file.stat()).sizeBytes).to.equal(6)
      await file.close()
      expect(await fileSystem.stat(path)).to.include({ sizeBytes: 6, isFile: true })
    })

    it('writes a chunk whole, in however many pieces', async () => {
      const path = join(folder, 'f')
      const bytes = Uint8Array.from({ length: 262_144 }, (_, index) => index % 251)
      await put(path, bytes)
      const file = await fileSystem.open(path, 'read')
      const buffer = new Uint8Array(bytes.length)
      expect(await file.read(buffer, 0)).to.equal(bytes.length)
      await file.close()
      expect(Buffer.compare(buffer, bytes)).to.equal(0)
    })

    it('renames over another file only when told', async () => {
      const [from, to] = [join(folder, 'from'), join(folder, 'to')]
      await put(from, Uint8Array.of(1))
      await put(to, Uint8Array.of(2))
      expect(await rejectionCode(fileSystem.rename(from, to, { overwrite: false }))).to.equal('EEXIST')
      expect([await get(from), await get(to)]).to.deep.equal([[1], [2]])
      await fileSystem.rename(from, to, { overwrite: true })
      expect([await fileSystem.stat(from), await get(to)]).to.deep.equal([undefined, [1]])
      await fileSystem.rename(to, from, { overwrite: false })
      expect([await get(from), await fileSystem.stat(to)]).to.deep.equal([[1], undefined])
      await fileSystem.syncDirectory(folder)
    })

    it('removes a file', async () => {
      const path = join(folder, 'f')
      await put(path, Uint8Array.of(1))
      await fileSystem.unlink(path)
      expect(await fileSystem.stat(path)).to.equal(undefined)
      expect(await rejectionCode(fileSystem.unlink(path))).to.equal('ENOENT')
    })
  })

describe('system/file-system: only the real one', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-test-'))
  })

  afterEach(() => rm(folder, { recursive: true }))

  it('makes folders with their parents, and is content when they are there', async () => {
    const path = join(folder, 'a', 'ö b', 'c')
    await systemFileSystem.mkdir(path)
    await systemFileSystem.mkdir(path)
    expect((await systemFileSystem.stat(path))?.isFile).to.equal(false)
  })

  it('does not follow a link where it is to create a file', async () => {
    await symlink(join(folder, 'elsewhere'), join(folder, 'link'))
    expect(await rejectionCode(systemFileSystem.open(join(folder, 'link'), 'create'))).to.equal('EEXIST')
  })
})
