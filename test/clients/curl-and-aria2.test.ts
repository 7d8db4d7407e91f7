import { spawn } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { createTlsIdentity } from '../../src/public-protocols/http/self-signed.ts'
import type { ServedFiles } from '../../src/public-protocols/http/served-files.ts'
import { shelfOf, shelve, startTestSeeder } from '../support/http-seeder.ts'
import { cuttingProxy } from '../support/loopback.ts'
import { seededRandom } from '../support/seeded-random.ts'

const CHUNKS = 64
const FREE = shelve(seededRandom('clients').bytes(CHUNKS * CHUNK_SIZE_BYTES - 123), { name: 'a film.mkv' })
const PRICED = shelve(seededRandom('priced').bytes(1_000), { isFree: false })

interface Ran {
  readonly code: number | null
  readonly stdout: string
}

/** Runs a program to its end; `signal` kills it at once. */
function run(command: string, args: readonly string[], signal?: AbortSignal): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    signal?.addEventListener('abort', () => child.kill('SIGKILL'))
    child.once('error', (error) => {
      const missing = codeOf(error) === 'ENOENT'
      reject(missing ? new Error(`There is no ${command}: install it (on Debian: apt-get install curl aria2).`) : error)
    })
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(parts).toString() }))
  })
}

describe('clients that know nothing of us', function () {
  this.timeout(60_000)
  const shelf = shelfOf(FREE, PRICED)
  let folder: string
  let seeder: Awaited<ReturnType<typeof startTestSeeder>>
  let others: { stop(): Promise<void> }[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-clients-'))
    seeder = await startTestSeeder(shelf)
    others = []
  })
  afterEach(async () => {
    for (const other of others) await other.stop()
    await seeder.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const urlOf = (path = '', at = seeder.url): string => `${at}file/${FREE.file.fileHash}${path}`
  const curl = (...args: readonly string[]): Promise<Ran> => run('curl', ['-sS', '-f', ...args])
  const aria2 = (args: readonly string[], signal?: AbortSignal): Promise<Ran> =>
    run('aria2c', ['--no-conf', '--dir', folder, '--min-split-size=1M', '--file-allocation=none', ...args], signal)

  async function expectWhole(name: string): Promise<void> {
    const hash = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex')
    expect(hash).to.equal(FREE.file.sha256)
  }

  async function metalink(at = seeder.url): Promise<string> {
    const path = join(folder, 'a.meta4')
    expect((await curl('-o', path, urlOf('/metalink', at))).code).to.equal(0)
    return path
  }

  it('curl gets a file, under its published name', async () => {
    expect((await curl('-OJ', '--output-dir', folder, urlOf())).code).to.equal(0)
    await expectWhole('a film.mkv')
  })

  it('curl gets a range', async () => {
    const out = join(folder, 'range')
    expect((await curl('-r', '100-300000', '-o', out, urlOf())).code).to.equal(0)
    expect(Buffer.compare(await readFile(out), FREE.content.subarray(100, 300_001))).to.equal(0)
  })

  it('curl goes on where a connection broke', async () => {
    const proxy = await cuttingProxy(seeder.port, 20 * CHUNK_SIZE_BYTES)
    others.push(proxy)
    const out = join(folder, 'resumed')
    const broken = await curl('-o', out, urlOf('', `http://127.0.0.1:${proxy.port}/`))
    expect(broken.code, 'a transfer that was cut').to.equal(18)
    const before = (await readFile(out)).length
    expect(before).to.be.within(1, FREE.content.length - 1)
    expect((await curl('-C', '-', '-o', out, urlOf())).code).to.equal(0)
    await expectWhole('resumed')
  })

  it('curl pins the key of the certificate', async () => {
    const tls = createTlsIdentity(seededRandom('tls'))
    const secure = await startTestSeeder(shelf, { tls })
    others.push(secure)
    const key = new X509Certificate(tls.certificate).publicKey.export({ type: 'spki', format: 'der' })
    const pin = `sha256//${createHash('sha256').update(key).digest('base64')}`
    const out = join(folder, 'secure')
    const url = urlOf('', secure.url)
    expect((await curl('-k', '--pinnedpubkey', pin, '-o', out, url)).code).to.equal(0)
    await expectWhole('secure')
    const wrong = `sha256//${Buffer.alloc(32).toString('base64')}`
    expect((await curl('-k', '--pinnedpubkey', wrong, '-o', out, url)).code).to.equal(90)
    expect((await curl('-k', '--tls-max', '1.2', '-o', out, url)).code, 'TLS 1.2').to.equal(35)
  })

  it('curl fails at a price, and reads compressed facts', async () => {
    expect((await curl(`${seeder.url}file/${PRICED.file.fileHash}`)).code).to.equal(22)
    const { stdout } = await curl('--compressed', '-H', 'Accept: application/json', urlOf('/manifest'))
    expect(JSON.parse(stdout)).to.deep.include({ sizeBytes: FREE.content.length, name: 'a film.mkv' })
  })

  it('aria2 gets a file over four connections', async () => {
    expect((await aria2(['-x4', '-s4', '-o', 'four', urlOf()])).code).to.equal(0)
    await expectWhole('four')
  })

  it('aria2 checks every piece by the Metalink, and finds one that is wrong', async () => {
    expect((await aria2(['-x4', '-s4', '-M', await metalink()])).code).to.equal(0)
    await expectWhole('a film.mkv')
    await rm(join(folder, 'a film.mkv'))
    let lying = false
    const read: ServedFiles['read'] = async (fileHash, chunkIndex) =>
      lying && chunkIndex === 7 ? new Uint8Array(CHUNK_SIZE_BYTES) : shelf.read(fileHash, chunkIndex)
    const liar = await startTestSeeder({ ...shelf, read })
    others.push(liar)
    const path = await metalink(liar.url)
    lying = true
    const found = await aria2(['--realtime-chunk-checksum=true', '--max-tries=2', '--retry-wait=0', '-M', path])
    expect(found.code).not.to.equal(0)
  })

  it('aria2 goes on after it was killed', async () => {
    let stopped = true
    const some = Promise.withResolvers<void>()
    let sent = 0
    const read: ServedFiles['read'] = (fileHash, chunkIndex) => {
      if (++sent > 20) some.resolve()
      return sent > 20 && stopped ? new Promise(() => {}) : shelf.read(fileHash, chunkIndex)
    }
    const slow = await startTestSeeder({ ...shelf, read })
    others.push(slow)
    const path = await metalink()
    const document = (await readFile(path, 'utf8')).replaceAll(seeder.url, slow.url)
    await writeFile(path, document)
    const killed = new AbortController()
    const first = aria2(['-x4', '-s4', '-M', path], killed.signal)
    await some.promise
    killed.abort()
    expect((await first).code).to.equal(null)
    stopped = false
    expect((await aria2(['-x4', '-s4', '-c', '-V', '-M', path])).code).to.equal(0)
    await expectWhole('a film.mkv')
  })
})
