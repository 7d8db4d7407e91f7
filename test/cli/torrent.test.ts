import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { FILE_HASH } from '../support/fake-node.ts'
import { CliSandbox } from './support.ts'

describe('cli/torrent get', () => {
  let sandbox: CliSandbox
  beforeEach(() => {
    sandbox = new CliSandbox()
  })
  afterEach(() => sandbox.stop())

  it('prints where the file is, and what it was with --json', async () => {
    const path = join(sandbox.folder, 'film.mkv')
    const plain = await sandbox.run(['torrent', 'get', 'magnet:?xt=urn:btih:x'])
    expect(plain).to.deep.include({ code: 0, stdout: `${path}\n` })
    const { stdout } = await sandbox.run(['torrent', 'get', 'magnet:?xt=urn:btih:x', '--json'])
    expect(JSON.parse(stdout)).to.deep.equal({ infohash: 'ab'.repeat(20), path, files: 1, sizeBytes: 5 })
  })

  it('takes a file, and says what is none', async () => {
    writeFileSync(join(sandbox.folder, 'film.torrent'), 'd4:infodee')
    expect((await sandbox.run(['torrent', 'get', 'film.torrent'])).code).to.equal(0)
    const missing = await sandbox.run(['torrent', 'get', 'other.torrent'])
    expect(missing.code).to.equal(3)
    expect(missing.stderr).to.match(/There is no file .*other\.torrent/)
    expect((await sandbox.run(['torrent', 'get', 'magnet:?nothing'])).code).to.equal(2)
    expect((await sandbox.run(['torrent', 'get', 'film.torrent', '-o', 'nowhere'])).stderr).to.include(
      'A folder is needed',
    )
  })
})

describe('cli/torrent show', () => {
  let sandbox: CliSandbox
  beforeEach(() => {
    sandbox = new CliSandbox()
  })
  afterEach(() => sandbox.stop())

  it('prints the magnet of a shared file, and writes its torrent once', async () => {
    await sandbox.startDaemon()
    expect(await sandbox.run(['torrent', 'show', FILE_HASH])).to.have.property('code', 3)
    writeFileSync(join(sandbox.folder, 'a file.bin'), 'content')
    expect((await sandbox.run(['share', '--free', 'a file.bin'])).code).to.equal(0)
    const magnet = `magnet:?xt=urn:btih:${'77'.repeat(20)}`
    expect(await sandbox.run(['torrent', 'show', FILE_HASH])).to.deep.include({ code: 0, stdout: `${magnet}\n` })
    const path = join(sandbox.folder, 'a.torrent')
    const written = await sandbox.run(['torrent', 'show', FILE_HASH, '--output', 'a.torrent', '--json'])
    expect(JSON.parse(written.stdout)).to.deep.include({ fileHash: FILE_HASH, magnet, path })
    expect(readFileSync(path, 'utf8')).to.equal('de')
    expect((await sandbox.run(['torrent', 'show', FILE_HASH, '--output', 'a.torrent'])).code).not.to.equal(0)
    expect(readFileSync(path, 'utf8')).to.equal('de')
  })
})
