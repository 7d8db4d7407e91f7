import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { parseSwarmSource } from '../../src/public-protocols/swarm/swarm-source.ts'
import { type InsideProcess, parseShareLine, startInside } from '../support/inside.ts'
import { NameSpaces } from '../support/name-spaces.ts'
import { seededRandom } from '../support/seeded-random.ts'

const PROGRAM = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const CROWD = fileURLToPath(new URL('../support/dht-crowd-main.ts', import.meta.url))
const SEARCH = fileURLToPath(new URL('../support/dht-search-main.ts', import.meta.url))
const NAME = 'a film.mkv'
const CONTENT = seededRandom('transmission').bytes(6 * 2 ** 20 + 123)
/** A node, its chain, and all of transmission's tries. */
const TIMEOUT_MS = 300_000
/** Transmission's patience with peers it does not know, and with a DHT that it does not know: it takes 20 and 40 s. */
const TRY_MS = 80_000
/**
 * transmission asks no DHT of which it knows eight nodes or fewer (tr-dht.c). Whom the nodes name to it depends on the place in the DHT that it draws
 * by lot: at some they are too few for ten minutes. It draws again when it starts again.
 */
const TRIES = 3
const OURS = { name: 'ours', address: '192.168.77.1' }
const THEIRS = { name: 'theirs', address: '192.168.77.2' }
const OTHERS = { name: 'others', address: '192.168.77.3', dhtPort: 6_881 }
const DHT_NODES = 16
const LOOK_EVERY_MS = 200

describe('an unmodified transmission', function () {
  this.timeout(TIMEOUT_MS)
  const spaces = new NameSpaces()
  const stops: (() => Promise<void>)[] = []
  let folder = ''

  before('[needs root] three machines', async function () {
    if (!(await NameSpaces.areAllowed())) return this.skip()
    await spaces.begin()
    for (const { name, address } of [OURS, THEIRS, OTHERS]) await spaces.add(name, address)
  })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-transmission-'))
    for (const made of ['watched', 'downloads', 'conf']) await mkdir(join(folder, made))
  })

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
    await rm(folder, { recursive: true, force: true })
  })

  after(() => spaces.end())

  async function start(
    name: string,
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<InsideProcess> {
    const running = await startInside(spaces.inside(name), { command, env: { ...process.env, ...env } })
    stops.push(running.stop)
    return running
  }

  /** A node of ours that gives the file away, and the torrent that it makes of it. */
  async function sharedBy(settings: Readonly<Record<string, string>>): Promise<Uint8Array> {
    const [path, torrent] = [join(folder, NAME), join(folder, 'film.torrent')]
    await writeFile(path, CONTENT)
    const data = ['--data-dir', join(folder, 'node')]
    const env = { ...settings, CHIRAL_LISTEN: `/ip4/${OURS.address}/tcp/4001` }
    const chiral = (...args: readonly string[]): Promise<InsideProcess> =>
      start(OURS.name, [process.execPath, PROGRAM, ...args, ...data], env)
    const node = await chiral('share', path, '--free', '--scope', 'lan')
    const shown = await chiral('torrent', 'show', await node.line(parseShareLine), '--output', torrent)
    await shown.ended
    return readFile(torrent)
  }

  /** Waits for transmission to get the file, which knows nobody that neither its options nor the torrent name. */
  async function expectFetched(torrent: Uint8Array, ...options: readonly string[]): Promise<void> {
    const [watched, downloads, conf] = [join(folder, 'watched'), join(folder, 'downloads'), join(folder, 'conf')]
    await writeFile(join(watched, 'film.torrent'), torrent)
    const alone = ['--no-lpd', '--no-utp', '--no-portmap', '-P', '51413', '-r', '127.0.0.1']
    const command = ['transmission-daemon', '-f', '-g', conf, '-w', downloads, '-c', watched, ...alone, ...options]
    // It has the name when it is whole; transmission tells nobody.
    const came = join(downloads, NAME)
    let isThere = false
    for (let tries = 0; !isThere && tries < TRIES; tries++) {
      const client = await start(THEIRS.name, command)
      isThere = await comes(came, TRY_MS)
      if (!isThere) await client.stop()
    }
    expect(isThere, 'transmission has the file').to.equal(true)
    expect(Buffer.compare(await readFile(came), CONTENT)).to.equal(0)
  }

  it('[needs root] gets a free file from a node, by its .torrent and the tracker that the node serves', async () => {
    await expectFetched(await sharedBy({ CHIRAL_BITTORRENT_SERVE_TRACKER: 'true' }), '--no-dht', '-er')
  })

  it('[needs root] gets a free file from a node that it finds in the DHT alone, where it begins with that node', async () => {
    const { address, dhtPort } = OTHERS
    const others = await start(OTHERS.name, [process.execPath, CROWD, address, `${dhtPort}`, `${DHT_NODES}`])
    await others.line((line) => (line === 'there' ? line : undefined))
    const torrent = await sharedBy({ CHIRAL_BITTORRENT_DHT_BOOTSTRAP: `${address}:${dhtPort}` })
    expect(Buffer.from(torrent).includes('announce')).to.equal(false)
    // Who finds nobody at first asks again in half an hour: transmission begins when the DHT knows of our node.
    const { infohash } = await parseSwarmSource(torrent)
    const search = await start(OTHERS.name, [process.execPath, SEARCH, address, `${dhtPort}`, infohash])
    await search.line((line) => (line === 'announced' ? line : undefined))
    // Our DHT has the number of the port where torrents are served.
    await writeFile(join(folder, 'conf', 'dht.bootstrap'), `${OURS.address} 6881\n`)
    await expectFetched(torrent, '--dht')
  })
})

/** False when it is not there in time. */
async function comes(path: string, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await delay(LOOK_EVERY_MS))
    if ((await stat(path).catch(() => undefined)) !== undefined) return true
  return false
}
