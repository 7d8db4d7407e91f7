import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { concatBytes } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import { announceTo } from '../../src/public-protocols/bittorrent/announce/announcer.ts'
import { parseTrackerUrl } from '../../src/public-protocols/bittorrent/announce/tracker-url.ts'
import { formatMagnet } from '../../src/public-protocols/bittorrent/magnet.ts'
import { createSeederMetrics } from '../../src/public-protocols/bittorrent/metrics.ts'
import { encodeInfo, encodeTorrent, infohashOf, pieceHashOf } from '../../src/public-protocols/bittorrent/torrent.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../../src/system/free-port.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemRandom } from '../../src/system/random.ts'
import { servePartsOf, startTestBittorrent, torrentsOf } from '../support/bittorrent-seeder.ts'
import { startTestDht } from '../support/dht-node.ts'
import { chunkOf } from '../support/http-seeder.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { startPeerTracker, whenSeeding } from '../support/swarm-peers.ts'
import { TestCertificate } from '../support/test-certificate.ts'
import { LOOPBACK_REACH, startTestTracker } from '../support/webtorrent-seeder.ts'

const CONTENT = seededRandom('bittorrent clients').bytes(64 * CHUNK_SIZE_BYTES - 123)
const COUNT = chunkCount(CONTENT.byteLength)
const NAME = 'a film.mkv'
const INFO = encodeInfo({
  name: NAME,
  sizeBytes: CONTENT.byteLength,
  pieces: concatBytes(...Array.from({ length: COUNT }, (_, index) => pieceHashOf(chunkOf(CONTENT, index)))),
})
const INFOHASH = infohashOf(INFO)
const FILE = { fileHash: parseFileHash('22'.repeat(32)), sizeBytes: CONTENT.byteLength }

describe('BitTorrent clients that know nothing of us', function () {
  this.timeout(120_000)
  let folder: string
  let stops: (() => Promise<void>)[]
  /** Connections that came with encryption. */
  let encrypted: number

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-bittorrent-'))
    encrypted = 0
    stops = [() => rm(folder, { recursive: true, force: true })]
  })
  afterEach(async () => {
    for (const stop of stops.toReversed()) await stop()
  })

  /** Runs a program until it ends, or the test does. */
  async function run(command: string, args: readonly string[]): Promise<ChildProcess> {
    const child = spawn(command, args, { stdio: 'ignore' })
    const failed = once(child, 'error')
    await Promise.race([
      once(child, 'spawn'),
      failed.then(([error]) => {
        const isMissing = codeOf(error) === 'ENOENT'
        throw isMissing ? new Error(`There is no ${command}: install it (on Debian: apt-get install).`) : error
      }),
    ])
    stops.push(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'close')
    })
    return child
  }

  /** Alone with us: no DHT, no neighbours, no list of public trackers. */
  function aria2(...args: readonly string[]): Promise<ChildProcess> {
    const quiet = ['--enable-dht=false', '--enable-dht6=false', '--bt-enable-lpd=false', '--enable-peer-exchange=false']
    const common = ['--no-conf', '--file-allocation=none', '--interface=127.0.0.1', '--dir', folder, ...quiet]
    return run('aria2c', [...common, ...args])
  }

  async function transmission(port: number, torrent: string): Promise<void> {
    const alone = ['--no-dht', '--no-lpd', '--no-utp', '--no-portmap']
    const watched = join(folder, 'watched')
    await mkdir(watched)
    await cp(torrent, join(watched, 'a.torrent'))
    const places = ['-g', join(folder, 'conf'), '-w', folder, '-c', watched]
    const ports = ['-P', `${port}`, '-p', `${await freePort('127.0.0.1')}`, '-r', '127.0.0.1']
    await run('transmission-daemon', ['-f', ...alone, ...places, ...ports])
  }

  /** A tracker that knows of one peer. */
  async function tracker(port: number): Promise<string> {
    const { url, stop } = await startPeerTracker([port])
    stops.push(stop)
    return url
  }

  async function seeder(isFree: boolean): Promise<number> {
    const torrent = { ...FILE, infohash: INFOHASH, isFree, held: Bitfield.full(COUNT) }
    const torrents = torrentsOf(torrent, async (index) => chunkOf(CONTENT, index), { info: INFO })
    const metrics = { ...createSeederMetrics(), connectionsEncrypted: { inc: () => void encrypted++ } }
    const started = await startTestBittorrent(servePartsOf(torrents, { clock: systemClock, metrics }))
    stops.push(() => started.stop())
    return started.port
  }

  for (const by of ['torrent', 'magnet'] as const)
    it(`aria2 gets a free file by its ${by}`, async () => {
      const trackers = [await tracker(await seeder(true))]
      const path = join(folder, 'a.torrent')
      await writeFile(path, encodeTorrent(INFO, trackers))
      const magnet = formatMagnet({ infohash: INFOHASH, name: NAME, sizeBytes: undefined, trackers, peers: [] })
      const child = await aria2('--seed-time=0', by === 'torrent' ? path : magnet)
      expect((await once(child, 'close'))[0]).to.equal(0)
      expect(Buffer.compare(await readFile(join(folder, NAME)), CONTENT)).to.equal(0)
    })

  for (const [what, options] of [
    ['encrypts its handshake', ['--bt-require-crypto=true', '--bt-min-crypto-level=plain']],
    ['encrypts everything', ['--bt-force-encryption=true']],
  ] as const)
    it(`aria2 gets a free file where it ${what}`, async () => {
      const path = join(folder, 'a.torrent')
      await writeFile(path, encodeTorrent(INFO, [await tracker(await seeder(true))]))
      const child = await aria2('--seed-time=0', ...options, path)
      expect((await once(child, 'close'))[0]).to.equal(0)
      expect(Buffer.compare(await readFile(join(folder, NAME)), CONTENT)).to.equal(0)
      expect(encrypted).to.be.at.least(1)
    })

  it('aria2 gets a free file that our tracker with TLS knows of', async () => {
    const certificate = new TestCertificate()
    stops.push(async () => certificate.remove())
    const own = await startTestTracker({ tls: await certificate.make('IP:127.0.0.1') })
    stops.push(() => own.stop())
    expect(own.announceUrl).to.match(/^https:/)
    const shared = { infohash: INFOHASH, peerId: 'ab'.repeat(20), port: await seeder(true) }
    const udp = parseTrackerUrl(`udp://127.0.0.1:${own.port}`)
    const parts = { clock: systemClock, random: systemRandom, log: silentLogger, reach: LOOPBACK_REACH }
    await announceTo(udp, parts)({ ...shared, left: 0, event: 'started', wanted: 0 })
    const path = join(folder, 'a.torrent')
    await writeFile(path, encodeTorrent(INFO, [own.announceUrl]))
    const child = await aria2('--seed-time=0', `--ca-certificate=${certificate.certificateFile}`, path)
    expect((await once(child, 'close'))[0]).to.equal(0)
    expect(Buffer.compare(await readFile(join(folder, NAME)), CONTENT)).to.equal(0)
  })

  for (const by of ['torrent', 'magnet'] as const)
    it(`aria2 gets a free file by its ${by}, and finds it in the DHT alone`, async () => {
      const port = await seeder(true)
      const node = await startTestDht()
      stops.push(() => node.stop())
      node.serve([{ target: INFOHASH, port }])
      const path = join(folder, 'a.torrent')
      await writeFile(path, encodeTorrent(INFO, []))
      const magnet = formatMagnet({ infohash: INFOHASH, name: NAME, sizeBytes: undefined, trackers: [], peers: [] })
      const dht = [`--dht-entry-point=127.0.0.1:${node.port}`, `--dht-listen-port=${await freePort('127.0.0.1')}`]
      const kept = `--dht-file-path=${join(folder, 'dht.dat')}`
      const child = await aria2('--enable-dht=true', ...dht, kept, '--seed-time=0', by === 'torrent' ? path : magnet)
      expect((await once(child, 'close'))[0]).to.equal(0)
      expect(Buffer.compare(await readFile(join(folder, NAME)), CONTENT)).to.equal(0)
    })

  it('aria2 gets nothing of a file with a price', async () => {
    const path = join(folder, 'a.torrent')
    await writeFile(path, encodeTorrent(INFO, [await tracker(await seeder(false))]))
    const child = await aria2('--seed-time=0', '--bt-stop-timeout=5', path)
    expect((await once(child, 'close'))[0]).not.to.equal(0)
    const got = await readFile(join(folder, NAME)).catch(() => new Uint8Array(0))
    expect(got.byteLength).to.equal(0)
  })

  for (const client of ['aria2c', 'transmission-daemon'] as const)
    it(`a leecher of ours gets a file that ${client} seeds`, async () => {
      const port = await freePort('127.0.0.1')
      const path = join(folder, 'a.torrent')
      await writeFile(path, encodeTorrent(INFO, [await tracker(port)]))
      await writeFile(join(folder, NAME), CONTENT)
      if (client === 'transmission-daemon') await transmission(port, path)
      else await aria2('--check-integrity=true', '--seed-ratio=0.0', `--listen-port=${port}`, path)
      const session = await whenSeeding(port, INFOHASH, FILE)
      const asked = Array.from({ length: COUNT }, (_, chunkIndex) =>
        session.request({ chunkIndex, lengthBytes: chunkLength(CONTENT.byteLength, chunkIndex) }),
      )
      expect(Buffer.compare(Buffer.concat(await Promise.all(asked)), CONTENT)).to.equal(0)
      await session.close()
    })
})
