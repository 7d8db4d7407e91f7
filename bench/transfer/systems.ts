import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runLeecher, startSeeder } from '../processes.ts'
import { chiral, type Pair, PRICE_WEI } from './chiral-system.ts'

/** One way to move a file between two processes. */
export interface System extends Pair {
  readonly name:
    | 'bare'
    | 'unpaid'
    | 'paid'
    | 'unpaid-webrpc'
    | 'paid-webrpc'
    | 'bittorrent'
    | 'ed2k'
    | 'helia'
    | 'webtorrent'
    | 'aria2'
  /** The only window it is measured at. */
  readonly window?: number
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const HELIA = here('../helia')
const WEBTORRENT = here('../webtorrent')
const STOCK = { stock: true }

export const SYSTEMS: readonly System[] = [
  {
    name: 'bare',
    seed: ({ file }) => startSeeder(here('bare.ts'), ['seed', file]),
    leech: ({ file }, { ready }, { window, work }) =>
      runLeecher(here('bare.ts'), ['leech', file, first(ready.addresses), join(work, 'out'), String(window)]),
  },
  { name: 'unpaid', ...chiral('unpaid', { priceWei: '0', protocol: 'bitswap' }) },
  { name: 'paid', ...chiral('paid', { priceWei: PRICE_WEI, protocol: 'bitswap' }) },
  { name: 'unpaid-webrpc', ...chiral('unpaid-webrpc', { priceWei: '0', protocol: 'webrpc' }) },
  { name: 'paid-webrpc', ...chiral('paid-webrpc', { priceWei: PRICE_WEI, protocol: 'webrpc' }) },
  { name: 'bittorrent', window: 32, ...chiral('bittorrent', { priceWei: '0', protocol: 'bittorrent' }) },
  { name: 'ed2k', window: 32, ...chiral('ed2k', { priceWei: '0', protocol: 'ed2k' }) },
  {
    name: 'helia',
    window: 32,
    seed: ({ file, directory }) =>
      startSeeder(join(HELIA, 'seeder.mjs'), [file, join(directory, 'helia-seeder')], STOCK),
    leech: (_, { ready }, { window, work }) =>
      runLeecher(
        join(HELIA, 'leecher.mjs'),
        [String(ready.cid), first(ready.addresses), join(work, 'out'), join(work, 'blocks'), String(window)],
        STOCK,
      ),
  },
  {
    name: 'webtorrent',
    window: 32,
    seed: ({ file, directory }) =>
      startSeeder(join(WEBTORRENT, 'seeder.mjs'), [file, join(directory, 'webtorrent.torrent')], STOCK),
    leech: (_, { ready }, { work }) =>
      runLeecher(
        join(WEBTORRENT, 'leecher.mjs'),
        [String(ready.torrent), String(ready.port), join(work, 'out')],
        STOCK,
      ),
  },
  {
    name: 'aria2',
    window: 32,
    async seed({ file, directory }) {
      const tracker = await startSeeder(join(WEBTORRENT, 'tracker.mjs'), [file, join(directory, 'aria2.torrent')])
      const torrent = String(tracker.ready.torrent)
      const seeder = await startSeeder(here('aria2.ts'), ['seed', file, torrent, join(directory, 'aria2-seeder')])
      return {
        ...seeder,
        async stop() {
          await seeder.stop()
          await tracker.stop()
        },
      }
    },
    leech: (_, { ready }, { work }) =>
      runLeecher(here('aria2.ts'), ['leech', String(ready.torrent), join(work, 'out')]),
  },
]

/** Whether what a system needs is here; installed into its folder once. Otherwise a sentence says why it is left out. */
export async function isUsable({ name }: System): Promise<boolean> {
  switch (name) {
    case 'helia':
      return install('Helia', HELIA)
    case 'webtorrent':
      return install('WebTorrent', WEBTORRENT)
    case 'aria2':
      if (spawnSync('aria2c', ['--version']).error !== undefined) {
        console.error('There is no aria2c on this machine (Debian: apt-get install aria2): it is left out.')
        return false
      }
      return install('the tracker for aria2', WEBTORRENT)
    default:
      return true
  }
}

async function install(what: string, folder: string): Promise<boolean> {
  if (existsSync(join(folder, 'node_modules'))) return true
  console.error(`installing ${what} into ${folder}, once`)
  const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
    child.once('error', () => resolve(null))
  })
  if (code === 0) return true
  console.error(`${what} could not be installed (is there a network?): it is left out.`)
  return false
}

function first(value: unknown): string {
  return Array.isArray(value) ? String(value[0]) : ''
}
