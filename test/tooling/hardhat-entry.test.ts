import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { repositoryRoot } from '../../scripts/generated-files.ts'

describe('tooling/hardhat-entry', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chiral-hardhat-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const run = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' })
  const script = (name: string): string => join(repositoryRoot, 'scripts', name)

  it('names the launcher on a Node that Hardhat does not run on', () => {
    const pretend = join(folder, 'old-node.cjs')
    writeFileSync(
      pretend,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
    )
    const { status, stdout, stderr } = run('--require', pretend, script('hardhat.cjs'), 'test')
    expect(status).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr).to.match(/^Hardhat needs Node 22\.13 or later, and this is 20\.20\.2: run \.\/chiral hardhat .*\n$/)
  })

  it('is Hardhat on a Node that is new enough', () => {
    const { status, stdout } = run(script('hardhat.cjs'), '--version')
    expect(status).to.equal(0)
    expect(stdout).to.match(/^3\.\d+\.\d+\n$/)
  })

  it('takes the place of Hardhat’s own entry, and of nothing else', () => {
    const entry = join(folder, '.bin/hardhat')
    mkdirSync(join(folder, '.bin'))
    expect(run(script('link-hardhat.cjs'), folder).status).to.equal(0)
    expect(existsSync(entry)).to.equal(false)
    symlinkSync('../hardhat/dist/src/cli.js', entry)
    expect(run(script('link-hardhat.cjs'), folder).status).to.equal(0)
    expect(readlinkSync(entry)).to.equal('../../scripts/hardhat.cjs')
    rmSync(entry)
    writeFileSync(entry, 'a copy, where there are no links')
    expect(run(script('link-hardhat.cjs'), folder).status).to.equal(0)
    expect(lstatSync(entry).isFile()).to.equal(true)
  })
})
