import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { codeOf } from '../../src/domain/errors.ts'
import { scanFolder } from '../../src/node/folder-scan.ts'

describe('node/folder-scan', () => {
  let folder: string
  let socket: Server | undefined
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chiral-scan-'))
  })
  afterEach(() => {
    socket?.close()
    socket = undefined
    rmSync(folder, { recursive: true })
  })

  function write(...names: readonly string[]): void {
    for (const name of names) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), name)
    }
  }

  const scan = (maxFiles = 100) => scanFolder(folder, { maxFiles })

  it('finds every file below a folder, and says what it left out', async () => {
    write('b', 'a/c', 'a/d/e', '.hidden', '.git/config')
    symlinkSync('/etc/passwd', join(folder, 'link'))
    symlinkSync('/etc', join(folder, 'a', 'folder-link'))
    socket = createServer().listen(join(folder, 'socket'))
    const { files, skipped, skippedCount } = await scan()
    expect(files.map(({ listedPath }) => listedPath)).to.deep.equal(['a/c', 'a/d/e', 'b'])
    expect(files[0]).to.deep.equal({ path: join(folder, 'a/c'), listedPath: 'a/c', sizeBytes: 3 })
    expect(skippedCount).to.equal(5)
    expect(skipped.map(({ why }) => why).sort()).to.deep.equal([
      'hidden',
      'hidden',
      'not a regular file',
      'symbolic link',
      'symbolic link',
    ])
  })

  it('lists names in NFC, however the disk has them', async () => {
    write('e\u0301')
    const [file] = (await scan()).files
    expect(file).to.include({ listedPath: 'é', path: join(folder, 'e\u0301') })
  })

  it('refuses what no listing can hold', async () => {
    const refused = (maxFiles?: number): Promise<unknown> => scan(maxFiles).then(() => 'scanned', codeOf)
    expect(await refused()).to.equal('FOLDER_EMPTY')
    write('a', 'b', 'c')
    expect(await refused(2)).to.equal('FOLDER_TOO_LARGE')
    write('dot.')
    expect(await refused()).to.equal('NAME_UNLISTABLE')
  })
})
