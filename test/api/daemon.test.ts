import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createApiClient } from '../../src/api/client.ts'
import { type Daemon, startDaemon } from '../../src/api/daemon.ts'
import { ensureToken, lockDataDirectory } from '../../src/api/daemon-files.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemProcessTable } from '../../src/system/process-table.ts'
import { systemRandom } from '../../src/system/random.ts'
import { FakeNode } from '../support/fake-node.ts'

/** Above every limit a kernel allows, so never a process. */
const NO_PROCESS = 2 ** 30

describe('api/daemon', () => {
  let dataDirectory: string
  let node: FakeNode
  const daemons: Daemon[] = []
  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'chiral-daemon-'))
    node = new FakeNode()
  })
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.stop()
    rmSync(dataDirectory, { recursive: true })
  })

  const start = async (startNode: () => Promise<FakeNode> = async () => node): Promise<Daemon> => {
    const daemon = await startDaemon(
      { startNode, clock: systemClock, random: systemRandom, processes: systemProcessTable, log: silentLogger },
      { dataDirectory, version: '0.1.0' },
    )
    daemons.push(daemon)
    return daemon
  }
  const daemonFile = (): string => join(dataDirectory, 'daemon.json')

  it('is found through its data directory and gone when it stops', async () => {
    const daemon = await start()
    const client = createApiClient({ dataDirectory })
    expect(client.url).to.equal(daemon.url)
    expect((await client.status()).version).to.equal('0.1.0')
    await Promise.all([daemon.stop(), daemon.stop()])
    expect(node.stopped).to.equal(true)
    expect(() => createApiClient({ dataDirectory }))
      .to.throw(ChiralError)
      .with.property('code', 'DAEMON_NOT_RUNNING')
    await start()
  })

  it('lets nobody but the owner read the token and the address', async () => {
    await start()
    for (const name of ['api-token', 'daemon.json'])
      expect(statSync(join(dataDirectory, name)).mode & 0o777, name).to.equal(0o600)
    expect(readFileSync(join(dataDirectory, 'api-token'), 'utf8')).to.match(/^[0-9a-f]{64}\n$/)
  })

  it('keeps its token, and closes one that others can read', async () => {
    const first = ensureToken(dataDirectory, systemRandom)
    const path = join(dataDirectory, 'api-token')
    rmSync(path)
    writeFileSync(path, `${first}\n`, { mode: 0o644 })
    expect(ensureToken(dataDirectory, systemRandom)).to.equal(first)
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    writeFileSync(path, 'rubbish')
    expect(ensureToken(dataDirectory, systemRandom)).to.match(/^[0-9a-f]{64}$/)
  })

  it('lets one daemon use a data directory and names its process to the second', async () => {
    await start()
    const error = await start(async () => new FakeNode()).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'DAEMON_RUNNING')
    expect(error).to.have.property('message').that.includes(String(process.pid))
    expect(createApiClient({ dataDirectory }).url).to.be.a('string')
  })

  it('takes over from a daemon that was killed', async () => {
    writeFileSync(daemonFile(), JSON.stringify({ pid: NO_PROCESS, url: 'http://127.0.0.1:1', startedAt: 1 }))
    ensureToken(dataDirectory, systemRandom)
    expect(() => createApiClient({ dataDirectory }))
      .to.throw(ChiralError)
      .with.property('code', 'DAEMON_NOT_RUNNING')
    await start()
    expect(JSON.parse(readFileSync(daemonFile(), 'utf8')).pid).to.equal(process.pid)
  })

  it('treats an unreadable daemon.json as none', () => {
    ensureToken(dataDirectory, systemRandom)
    for (const content of ['', '{', '{"pid":-1,"url":"x","startedAt":0}', '[]']) {
      writeFileSync(daemonFile(), content)
      expect(() => createApiClient({ dataDirectory }))
        .to.throw(ChiralError)
        .with.property('code', 'DAEMON_NOT_RUNNING')
    }
  })

  it('says that a data directory cannot be made', () => {
    writeFileSync(join(dataDirectory, 'file'), '')
    expect(() => lockDataDirectory(join(dataDirectory, 'file/below')))
      .to.throw(/file\/below cannot be made \(ENOTDIR\)/)
      .with.property('code', 'DATA_DIRECTORY')
  })

  it('gives everything back when the node does not start', async () => {
    const failure = new ChiralError('CHAIN_UNREACHABLE', 'no')
    expect(await start(() => Promise.reject(failure)).catch((error: unknown) => error)).to.equal(failure)
    expect(existsSync(daemonFile())).to.equal(false)
    lockDataDirectory(dataDirectory)()
  })

  it('says when a client asked it to stop', async () => {
    const daemon = await start()
    await createApiClient({ dataDirectory }).shutdown()
    await daemon.shutdownRequested
  })
})
