import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { codeOf } from '../../src/domain/errors.ts'
import { createFileAtomic, writeFileAtomic } from '../../src/system/atomic-file.ts'
import { freePort, isPortFree } from '../../src/system/free-port.ts'
import { commandOfProcess, startProcess, terminateProcess } from '../../src/system/process.ts'
import { systemProcessTable } from '../../src/system/process-table.ts'

describe('system/process', () => {
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-process-'))
  })

  after(() => rm(folder, { recursive: true, force: true }))

  const run = (
    program: string,
    options: { logFile?: string; onLine?: (line: string) => void; detached?: boolean } = {},
  ) => startProcess({ command: process.execPath, args: ['-e', program], ...options })

  /** A program that prints `ready` and then runs until it is ended. */
  async function runUntilReady(program: string, detached = false) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const child = await run(`${program}; setInterval(() => {}, 1e6); console.log('ready')`, {
      detached,
      onLine: (line) => line === 'ready' && resolve(),
    })
    await promise
    return child
  }

  it('tells lines, the exit code, and keeps both outputs in a log', async () => {
    const lines: string[] = []
    const logFile = join(folder, 'child.log')
    const child = await run(`console.log('one\\ntwo'); console.error('oops'); process.exitCode = 3`, {
      logFile,
      onLine: (line) => lines.push(line),
    })
    expect(await child.exited).to.deep.equal({ code: 3, signal: null })
    expect(lines).to.deep.equal(['one', 'two'])
    expect((await readFile(logFile, 'utf8')).split('\n').sort()).to.deep.equal(['', 'one', 'oops', 'two'])
  })

  it('says which program is missing', async () => {
    const failed = await startProcess({ command: join(folder, 'nothing'), args: [] }).catch(codeOf)
    expect(failed).to.equal('PROCESS_FAILED')
  })

  it('ends what listens to SIGTERM, and kills what does not', async () => {
    const polite = await runUntilReady('')
    expect(await polite.terminate()).to.deep.equal({ code: null, signal: 'SIGTERM' })
    expect(await polite.terminate()).to.deep.equal({ code: null, signal: 'SIGTERM' })
    const stubborn = await runUntilReady(`process.on('SIGTERM', () => {})`, true)
    expect(await stubborn.terminate(50)).to.deep.equal({ code: null, signal: 'SIGKILL' })
  })

  it('ends a process that is not its child, after looking what it is', async () => {
    const child = await runUntilReady(`process.on('SIGTERM', () => {})`)
    expect(await commandOfProcess(child.pid)).to.include('setInterval')
    await terminateProcess(child.pid, 50)
    expect(systemProcessTable.isRunning(child.pid)).to.equal(false)
    expect((await child.exited).signal).to.equal('SIGKILL')
  })

  it('finds ports that are free, all different, and none of those the system gives to others', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort('127.0.0.1')))
    expect(new Set(ports)).to.have.property('size', ports.length)
    for (const port of ports) {
      expect(port).to.be.within(1024, 30_302)
      expect(await isPortFree('127.0.0.1', port)).to.equal(true)
    }
  })

  it('sees a port that is taken', async () => {
    const server = createServer()
    const port = await freePort('127.0.0.1')
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    expect(await isPortFree('127.0.0.1', port)).to.equal(false)
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('system/atomic-file', () => {
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-atomic-'))
  })

  after(() => rm(folder, { recursive: true, force: true }))

  it('replaces a file whole, readable by its owner alone', async () => {
    const path = join(folder, 'file')
    await writeFileAtomic(path, 'one')
    await writeFileAtomic(path, 'two')
    expect(await readFile(path, 'utf8')).to.equal('two')
    expect((await stat(path)).mode & 0o777).to.equal(0o600)
  })

  it('creates a file only where there is none, and one of many wins', async () => {
    const path = join(folder, 'once')
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((text) => createFileAtomic(path, text)))
    expect(made.filter(Boolean)).to.have.length(1)
    expect(await readFile(path, 'utf8')).to.equal(['a', 'b', 'c', 'd'][made.indexOf(true)])
    expect(await createFileAtomic(path, 'e')).to.equal(false)
  })
})
