import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { repositoryRoot } from '../../scripts/generated-files.ts'
import { runSuite } from '../../scripts/run-suite.ts'
import type { Suite } from '../../scripts/test-suites.ts'

const SUITE: Suite = { name: 'toy', runner: 'mocha', folders: [], minutes: 1, timeoutMs: 60_000, long: false }

describe('tooling/left-over', function () {
  this.timeout(60_000)
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(repositoryRoot, 'test/tooling/left-over-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function run(source: string, leftOverMs = 1_000) {
    const path = join(folder, 'toy.test.ts')
    writeFileSync(path, source)
    return runSuite(SUITE, {
      grep: undefined,
      specs: [path],
      compileCache: folder,
      leftOverMs,
      onOutput: () => undefined,
    })
  }

  it('ends a process that goes on after its tests, and names what held it and the file that left it', async () => {
    const result = await run(`
      import { createServer } from 'node:net'
      describe('toy', () => {
        it('forgets its server', (done) => void createServer().listen(0, '127.0.0.1', done))
      })
    `)
    expect(result.problems).to.deep.equal([])
    expect(result.counts).to.include({ passed: 1, failed: 1 })
    const [failure] = result.counts.failures ?? []
    expect(failure?.message)
      .to.match(/tcp 127\.0\.0\.1:\d+/)
      .and.match(/Server since \S+toy\.test\.ts/)
  })

  it('says nothing of one that ends', async () => {
    const { counts, problems } = await run(`describe('toy', () => it('passes', () => undefined))`, 20_000)
    expect({ ...counts, problems }).to.deep.include({ passed: 1, failed: 0, problems: [] })
    expect(counts).not.to.have.property('heldBy')
  })

  it('stops one that blocks as it exits', async () => {
    const { counts, problems } = await run(`
      process.on('exit', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
      describe('toy', () => it('passes', () => undefined))
    `)
    expect(problems).to.deep.equal([])
    expect(counts).to.include({ passed: 1, failed: 1 })
    expect(counts.failures?.[0]?.message).to.contain('nothing that Node.js knows of')
  })
})
