import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openRotatingLog } from '../../src/system/rotating-log.ts'

describe('system/rotating-log', () => {
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-log-'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('begins a new file when the old one is full, and keeps one old one', async () => {
    const path = join(folder, 'a.log')
    const log = openRotatingLog(path, 10)
    for (const text of ['1234', '5678', 'abcd', 'efgh', 'xyz']) log.line(text)
    expect(await readFile(path, 'utf8')).to.equal('xyz\n')
    expect(await readFile(`${path}.1`, 'utf8')).to.equal('abcd\nefgh\n')
  })

  it('goes on where an earlier run ended', async () => {
    const path = join(folder, 'a.log')
    openRotatingLog(path, 10).line('12345')
    openRotatingLog(path, 10).line('67890')
    expect(await readFile(path, 'utf8')).to.equal('67890\n')
  })

  it('drops what cannot be written', () => {
    expect(() => openRotatingLog(join(folder, 'missing', 'a.log')).line('text')).not.to.throw()
  })
})
