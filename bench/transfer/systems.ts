import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

interface Context {
  readonly directory: string
  readonly file: string
  readonly rpcUrl: string
}

interface Seeder {
  readonly ready: Readonly<Record<string, unknown>>
  stop(): Promise<void>
}

/** One way to move a file between two processes. */
export interface System {
  readonly name: 'bare' | 'unpaid' | 'paid' | 'unpaid-webrpc' | 'paid-webrpc' | 'helia'
  /** The only window it is measured at. */
  readonly window?: number
  seed(context: Context): Promise<Seeder>
  leech(context: Context, seeder: Seeder, options: { window: number; work: string }): Promise<{ seconds: number }>
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const HELIA = here('../helia')
/** The price every paid run asks, per MiB. */
const PRICE_WEI = '1000000000000000'
/** A transfer that takes longer than this has stalled. */
const LEECH_TIMEOUT_MS = 300_000

export const SYSTEMS: readonly System[] = [
  {
    name: 'bare',
    seed: ({ file }) => startSeeder(here('bare.ts'), ['seed', file]),
    leech: ({ file }, { ready }, { window, work }) =>
      runLeecher(here('bare.ts'), ['leech', file, first(ready.addresses), join(work, 'out'), String(window)]),
  },
  chiral('unpaid', { priceWei: '0', protocol: 'bitswap' }),
  chiral('paid', { priceWei: PRICE_WEI, protocol: 'bitswap' }),
  chiral('unpaid-webrpc', { priceWei: '0', protocol: 'webrpc' }),
  chiral('paid-webrpc', { priceWei: PRICE_WEI, protocol: 'webrpc' }),
  {
    name: 'helia',
    window: 32,
    seed: ({ file, directory }) => startSeeder(join(HELIA, 'seeder.mjs'), [file, join(directory, 'helia-seeder')]),
    leech: (_, { ready }, { window, work }) =>
      runLeecher(join(HELIA, 'leecher.mjs'), [
        String(ready.cid),
        first(ready.addresses),
        join(work, 'out'),
        join(work, 'blocks'),
        String(window),
      ]),
  },
]

function chiral(name: System['name'], { priceWei, protocol }: { priceWei: string; protocol: string }): System {
  return {
    name,
    seed: ({ directory, rpcUrl, file }) =>
      startSeeder(here('chiral.ts'), ['seed', join(directory, `${name}-seeder`), rpcUrl, file, priceWei]),
    leech: ({ rpcUrl }, { ready }, { window, work }) => {
      const out = join(work, 'out')
      const node = join(work, 'node')
      return runLeecher(here('chiral.ts'), [
        'leech',
        node,
        rpcUrl,
        String(ready.id),
        String(ready.address),
        out,
        String(window),
        protocol,
      ])
    },
  }
}

/** Installs Helia into bench/helia once; false, with a sentence, when that cannot be done here. */
export async function installHelia(): Promise<boolean> {
  if (existsSync(join(HELIA, 'node_modules', 'helia'))) return true
  console.error('installing Helia into bench/helia, once')
  const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HELIA,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
    child.once('error', () => resolve(null))
  })
  if (code === 0) return true
  console.error('Helia could not be installed (is there a network?): it is left out.')
  return false
}

async function startSeeder(script: string, args: readonly string[]): Promise<Seeder> {
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const line = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve))
  const gone = exited.then(() => Promise.reject(new Error(`the seeder ${script} ended before it was ready`)))
  const ready: Record<string, unknown> = JSON.parse(await Promise.race([line, gone]))
  gone.catch(() => {})
  return {
    ready,
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function runLeecher(script: string, args: readonly string[]): Promise<{ seconds: number }> {
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), LEECH_TIMEOUT_MS)
  let last = ''
  createInterface(child.stdout).on('line', (line) => {
    last = line
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  if (code !== 0) throw new Error(`the leecher ${script} ended with ${code}`)
  return JSON.parse(last)
}

function first(value: unknown): string {
  return Array.isArray(value) ? String(value[0]) : ''
}
