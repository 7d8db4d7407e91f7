import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { parseShareLine, startInside } from '../support/inside.ts'
import { NameSpaces } from '../support/name-spaces.ts'
import { seededRandom } from '../support/seeded-random.ts'

const PROGRAM = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const NAME = 'a film.mkv'
const CONTENT = seededRandom('transmission').bytes(6 * 2 ** 20 + 123)
/** A node, its chain and transmission's patience with peers it does not know. */
const TIMEOUT_MS = 180_000
const OURS = { name: 'ours', address: '192.168.77.1' }
const THEIRS = { name: 'theirs', address: '192.168.77.2' }
const LOOK_EVERY_MS = 200

describe('an unmodified transmission', function () {
  this.timeout(TIMEOUT_MS)
  const spaces = new NameSpaces()
  const stops: (() => Promise<void>)[] = []
  let folder = ''

  before('[needs root] two machines', async function () {
    if (!(await NameSpaces.areAllowed())) return this.skip()
    folder = await mkdtemp(join(tmpdir(), 'chiral-transmission-'))
    await spaces.begin()
    for (const { name, address } of [OURS, THEIRS]) await spaces.add(name, address)
  })

  after(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
    await spaces.end()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })

  it('[needs root] gets a free file from a node, by its .torrent and the tracker that the node serves', async () => {
    const path = join(folder, NAME)
    await writeFile(path, CONTENT)
    const data = ['--data-dir', join(folder, 'node')]
    const env = { ...process.env, CHIRAL_BITTORRENT_SERVE_TRACKER: 'true' }
    const node = await startInside(spaces.inside(OURS.name), {
      command: [process.execPath, PROGRAM, 'share', path, '--free', '--scope', 'lan', ...data],
      env: { ...env, CHIRAL_LISTEN: `/ip4/${OURS.address}/tcp/4001` },
    })
    stops.push(node.stop)
    const id = await node.line(parseShareLine)
    const torrent = join(folder, 'film.torrent')
    const shown = await startInside(spaces.inside(OURS.name), {
      command: [process.execPath, PROGRAM, 'torrent', 'show', id, '--output', torrent, ...data],
      env,
    })
    await shown.ended

    const watched = join(folder, 'watched')
    const downloads = join(folder, 'downloads')
    for (const made of [watched, downloads, join(folder, 'conf')]) await mkdir(made)
    await writeFile(join(watched, 'film.torrent'), await readFile(torrent))
    const alone = ['--no-dht', '--no-lpd', '--no-utp', '--no-portmap']
    const places = ['-g', join(folder, 'conf'), '-w', downloads, '-c', watched]
    const transmission = await startInside(spaces.inside(THEIRS.name), {
      command: ['transmission-daemon', '-f', ...alone, ...places, '-P', '51413', '-r', '127.0.0.1'],
      env,
    })
    stops.push(transmission.stop)
    // It has the name when it is whole; transmission tells nobody.
    const came = join(downloads, NAME)
    while ((await stat(came).catch(() => undefined)) === undefined)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    expect(Buffer.compare(await readFile(came), CONTENT)).to.equal(0)
  })
})
