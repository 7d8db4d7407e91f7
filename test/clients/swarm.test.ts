import { type ChildProcess, execFile as execFileOf, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import createTorrent from 'create-torrent'
import { codeOf } from '../../src/domain/errors.ts'
import {
  downloadFromSwarm,
  type SwarmOptions,
  type SwarmProgress,
} from '../../src/public-protocols/swarm/swarm-download.ts'
import { parseSwarmSource, type SwarmSource } from '../../src/public-protocols/swarm/swarm-source.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../../src/system/free-port.ts'
import { servePartsOf, startTestBittorrent } from '../support/bittorrent-seeder.ts'
import { sha256Of } from '../support/market.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { swarmFile } from '../support/swarm-file.ts'

const execFile = promisify(execFileOf)
const PROGRAM = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const NAME = 'a film.mkv'
const CONTENT = seededRandom('swarm').bytes(6 * 2 ** 20 + 123)
/** transmission takes up to half a minute until it serves whom it does not know. */
const TIMEOUT_MS = 120_000
const SLOW_BYTES_PER_SECOND = 2 ** 20

describe('a torrent from a standard swarm', function () {
  this.timeout(TIMEOUT_MS)
  let folder: string
  let torrentFile: string
  let link: string
  const running: ChildProcess[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-swarm-'))
    await mkdir(join(folder, 'seed'))
    await mkdir(join(folder, 'out'))
    await writeFile(join(folder, 'seed', NAME), CONTENT)
    const torrent = await new Promise<Uint8Array>((resolve, reject) =>
      createTorrent(join(folder, 'seed', NAME), { announceList: [], pieceLength: 2 ** 18 }, (error, made) =>
        error === null ? resolve(made) : reject(error),
      ),
    )
    torrentFile = join(folder, 'film.torrent')
    await writeFile(torrentFile, torrent)
    link = `magnet:?xt=urn:btih:${(await parseSwarmSource(torrent)).infohash}`
  })

  afterEach(async () => {
    for (const child of running.splice(0)) {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  })

  function start(command: string, args: readonly string[]): void {
    const child = spawn(command, args, { stdio: 'ignore' })
    child.once('error', (error) => {
      throw codeOf(error) === 'ENOENT'
        ? new Error(`There is no ${command}: install it (on Debian: apt-get install).`)
        : error
    })
    running.push(child)
  }

  /** Seeds with a program; resolves with what a link names it by. */
  async function seed(client: 'aria2c' | 'transmission-daemon'): Promise<string> {
    const port = await freePort('127.0.0.1')
    const content = join(folder, 'seed')
    if (client === 'aria2c') {
      const alone = [
        '--enable-dht=false',
        '--enable-dht6=false',
        '--bt-enable-lpd=false',
        '--enable-peer-exchange=false',
      ]
      const seeding = ['--seed-ratio=0.0', '--check-integrity=true', `--dir=${content}`, `--listen-port=${port}`]
      start(client, ['--no-conf', '--quiet', '--interface=lo', ...alone, ...seeding, torrentFile])
    } else {
      await mkdir(join(folder, 'watched'))
      const alone = ['--no-dht', '--no-lpd', '--no-utp', '--no-portmap']
      const places = ['-g', join(folder, 'conf'), '-w', content, '-c', join(folder, 'watched')]
      const ports = ['-P', `${port}`, '-p', `${await freePort('127.0.0.1')}`, '-r', '127.0.0.1']
      start(client, ['-f', ...alone, ...places, ...ports])
      await writeFile(join(folder, 'watched', 'film.torrent'), await readFile(torrentFile))
    }
    return `&x.pe=127.0.0.1:${port}`
  }

  function get(source: SwarmSource, over: Partial<SwarmOptions> = {}): ReturnType<typeof downloadFromSwarm> {
    return downloadFromSwarm(source, {
      clock: systemClock,
      folder: join(folder, 'out'),
      trackers: [],
      sequential: false,
      overwrite: false,
      loopbackOnly: true,
      dhtBootstrap: false,
      iceServers: [],
      maxDownloadRate: 0,
      maxUploadRate: 0,
      signal: new AbortController().signal,
      ...over,
    })
  }

  for (const client of ['aria2c', 'transmission-daemon'] as const)
    it(`comes from ${client} by a link alone, whole and under its name`, async () => {
      const source = await parseSwarmSource(link + (await seed(client)))
      const { path, sizeBytes, files } = await get(source)
      expect([path, sizeBytes, files]).to.deep.equal([join(folder, 'out', NAME), CONTENT.byteLength, 1])
      expect(Buffer.compare(await readFile(path), CONTENT)).to.equal(0)
      expect(await readdir(join(folder, 'out'))).to.deep.equal([NAME])
    })

  it('comes from a seeder of ours by a link alone', async () => {
    const { torrent, torrents, sha256 } = swarmFile(NAME, CONTENT)
    const seeder = await startTestBittorrent(servePartsOf(torrents, { clock: systemClock }))
    const given = `magnet:?xt=urn:btih:${torrent.infohash}&x.pe=127.0.0.1:${seeder.port}`
    const { path } = await get(await parseSwarmSource(given)).finally(() => seeder.stop())
    expect(await sha256Of(path)).to.equal(sha256)
  })

  it('comes by the command, which ends when it is there', async () => {
    const given = [link + (await seed('aria2c')), '-o', join(folder, 'out'), '--scope', 'loopback', '--json']
    const home = { ...process.env, CHIRAL_HOME: join(folder, 'home') }
    const { stdout } = await execFile(process.execPath, [PROGRAM, 'torrent', 'get', ...given], { env: home })
    const path = join(folder, 'out', NAME)
    expect(JSON.parse(stdout)).to.deep.include({ path, files: 1, sizeBytes: CONTENT.byteLength })
    expect(Buffer.compare(await readFile(path), CONTENT)).to.equal(0)
  })

  it('goes on where it was stopped, and leaves no name to a part', async () => {
    const source = await parseSwarmSource(link + (await seed('aria2c')))
    const stopped = new AbortController()
    const first = get(source, {
      maxDownloadRate: SLOW_BYTES_PER_SECOND,
      signal: stopped.signal,
      onProgress: ({ verifiedBytes }) => {
        if (verifiedBytes > 0) stopped.abort(new Error('stopped'))
      },
    })
    expect(await first.catch((error: Error) => error.message)).to.equal('stopped')
    expect(await readdir(join(folder, 'out'))).to.deep.equal([`.${source.infohash}.torrent-part`])
    const seen: SwarmProgress[] = []
    const { path } = await get(source, { onProgress: (progress) => seen.push(progress) })
    expect(Buffer.compare(await readFile(path), CONTENT)).to.equal(0)
    expect(await readdir(join(folder, 'out'))).to.deep.equal([NAME])
    expect(seen.at(-1)).to.include({ sizeBytes: CONTENT.byteLength, verifiedBytes: CONTENT.byteLength })
  })

  it('replaces nothing of the user, unless told to', async () => {
    const path = join(folder, 'out', NAME)
    await writeFile(path, 'mine')
    const torrent = await parseSwarmSource(await readFile(torrentFile))
    expect(await get(torrent).then(() => undefined, codeOf)).to.equal('TARGET_EXISTS')
    expect(await readFile(path, 'utf8')).to.equal('mine')
    const source = await parseSwarmSource(link + (await seed('aria2c')))
    await get(source, { overwrite: true })
    expect(Buffer.compare(await readFile(path), CONTENT)).to.equal(0)
  })
})
