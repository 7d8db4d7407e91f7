import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { startHomeRouter } from '../support/home-router.ts'
import { type InsideProcess, parseShareLine, startInside } from '../support/inside.ts'
import { NameSpaces } from '../support/name-spaces.ts'
import { seededRandom } from '../support/seeded-random.ts'

const PROGRAM = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const CHAIN = fileURLToPath(new URL('../support/dev-chain-main.ts', import.meta.url))
const CONTENT = seededRandom('port mapping').bytes(3 * 2 ** 20 + 77)
/** A chain, two nodes, and a search for a router. */
const TIMEOUT_MS = 240_000
/** Addresses of the Internet: those for documentation count as private. */
const [ROUTER, OUTSIDE] = ['45.32.7.1', '45.32.7.9']
const HOME = { router: '192.168.88.1', ours: '192.168.88.2' } as const
/** How all reach the chain, beside the network that is tested. */
const CHAIN_HOST = '10.99.0.1'
const PORTS = { libp2p: 4001, http: 8080, bittorrent: 6881, ed2k: 4662 } as const

/** All lines of a program that ends by itself. */
async function outputOf(program: InsideProcess): Promise<string[]> {
  await program.ended
  const lines: string[] = []
  program.line((line) => void lines.push(line)).catch(() => {}) // nothing was looked for
  return lines
}

describe('a node behind the router of a home', function () {
  this.timeout(TIMEOUT_MS)
  const spaces = new NameSpaces()
  const stops: (() => Promise<void>)[] = []
  let folder = ''
  let rpc = ''

  before('[needs root] a home, its router, and somebody outside', async function () {
    if (!(await NameSpaces.areAllowed())) return this.skip()
    await spaces.begin()
    await spaces.add('router', ROUTER)
    await spaces.addDevice('router', { device: 'eth1', network: 'home', address: HOME.router })
    await spaces.addBehind('ours', { device: 'eth0', network: 'home', address: HOME.ours, router: HOME.router })
    await spaces.add('outside', OUTSIDE)
    for (const [name, address] of [
      ['router', CHAIN_HOST],
      ['ours', '10.99.0.2'],
      ['outside', '10.99.0.3'],
    ] as const)
      await spaces.addDevice(name, { device: 'chain', network: 'chain', address })
  })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chiral-mapping-'))
    const chain = await start('router', [CHAIN, join(folder, 'chain'), CHAIN_HOST])
    rpc = await chain.line((line) => /^http:\S+$/.exec(line)?.[0])
  })

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
    await rm(folder, { recursive: true, force: true })
  })

  after(() => spaces.end())

  async function start(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const running = await startInside(spaces.inside(name), {
      command: [process.execPath, ...args],
      env: { ...process.env, ...env },
    })
    stops.push(running.stop)
    return running
  }

  function ours(...args: readonly string[]): Promise<InsideProcess> {
    const data = ['--data-dir', join(folder, 'ours'), '--rpc', rpc]
    return start('ours', [PROGRAM, ...args, ...data], { CHIRAL_LISTEN: `/ip4/0.0.0.0/tcp/${PORTS.libp2p}` })
  }

  /** Somebody outside, who knows an address of our node and nothing else, gets the file by one protocol alone. */
  async function expectFetched(fileHash: string, { bootstrap, by }: { bootstrap: string; by: string }): Promise<void> {
    const [data, out] = [join(folder, `data-${by}`), join(folder, `by-${by}`)]
    const args = [
      'get',
      fileHash,
      '-o',
      out,
      '--protocol',
      by,
      '--bootstrap',
      bootstrap,
      '--yes',
      '--json',
      '--data-dir',
      data,
    ]
    const env = {
      CHIRAL_LISTEN: '/ip4/0.0.0.0/tcp/0',
      CHIRAL_PORT_MAPPING: 'false',
      CHIRAL_UPLOAD_PROTOCOLS: 'bitswap',
    }
    const got = await start('outside', [PROGRAM, ...args, '--rpc', rpc], env)
    const said = await outputOf(got)
    expect(said.join('\n')).to.match(new RegExp(`"protocol": ?"${by}"`))
    expect(Buffer.compare(await readFile(out), CONTENT)).to.equal(0)
  }

  /** Our node gives a file away. Resolves with its id. */
  async function sharing(): Promise<{ readonly node: InsideProcess; readonly fileHash: string }> {
    const path = join(folder, 'a film.mkv')
    await writeFile(path, CONTENT)
    const node = await ours('share', path, '--free', '--scope', 'public')
    return { node, fileHash: await node.line(parseShareLine) }
  }

  /** The facts that `chiral status` prints of it. */
  async function statusOf(fact: string): Promise<string[]> {
    const lines = await outputOf(await ours('status'))
    return lines.flatMap((line) => (line.startsWith(`${fact} `) ? [line.slice(fact.length).trim()] : []))
  }

  async function routerThatSpeaks(speaks: 'UPnP' | 'NAT-PMP'): Promise<void> {
    const inside = spaces.inside('router')
    const router = await startHomeRouter({ inside, homeAddress: HOME.router, folder, speaks })
    stops.push(router.stop)
  }

  async function forwardedPorts(): Promise<string> {
    const rules = await startInside(spaces.inside('router'), {
      command: ['nft', 'list', 'chain', 'inet', 'miniupnpd', 'prerouting_miniupnpd'],
      env: process.env,
    })
    return (await outputOf(rules)).join('\n')
  }

  for (const speaks of ['UPnP', 'NAT-PMP'] as const)
    it(`[needs root] is dialled at the address of a router that speaks ${speaks}, and takes its ports back`, async () => {
      await routerThatSpeaks(speaks)
      const { node, fileHash } = await sharing()
      const [address = ''] = await statusOf('listens')
      expect(address).to.match(new RegExp(`^/ip4/${ROUTER}/tcp/${PORTS.libp2p}/p2p/`))
      const [router] = await statusOf('router')
      expect(router).to.equal(
        `forwards ${Object.values(PORTS)
          .map((port) => `${ROUTER}:${port} (tcp)`)
          .join(', ')} by ${speaks}`,
      )

      for (const by of ['bitswap', 'bittorrent', 'http']) await expectFetched(fileHash, { bootstrap: address, by })

      expect(await forwardedPorts()).to.contain(`${PORTS.bittorrent}`)
      await node.stop()
      for (const port of Object.values(PORTS)) expect(await forwardedPorts()).not.to.contain(`${port}`)
    })

  it('[needs root] serves as before where the router forwards nothing', async () => {
    const { fileHash } = await sharing()
    expect(await statusOf('listens')).to.deep.equal([])
    expect(await statusOf('router')).to.deep.equal(['forwards nothing: no router answers UPnP or NAT-PMP'])
    const shown = await ours('torrent', 'show', fileHash)
    expect(await shown.line((line) => /magnet:\S+/.exec(line)?.[0])).not.to.contain('x.pe=')
  })
})
