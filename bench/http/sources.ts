import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/system/free-port.ts'
import { type Moved, makeFile, runLeecher, type Seeder, startSeeder } from '../processes.ts'
import type { SeedOptions } from '../transfer/chiral.ts'
import { SlowLine } from './slow-line.ts'

/** What each of the three seeders speaks. */
export const SOURCES = ['bitswap', 'webrpc', 'http'] as const

export type SourceName = (typeof SOURCES)[number]

/** Three seeders of one file, each of which has one of its own as well. */
export interface Sources {
  /** Downloads the file of `name` alone, or that of all three. */
  leech(which: SourceName | 'all', work: string): Promise<Moved>
  /** Of all three. */
  cpuSeconds(): number
  stop(): Promise<void>
}

const CHIRAL = fileURLToPath(new URL('../transfer/chiral.ts', import.meta.url))
const WINDOW = '32'

/** @param bytesPerSecond that each of them can send at most */
export async function startSources(
  context: { readonly directory: string; readonly file: string; readonly rpcUrl: string; readonly sizeBytes: number },
  bytesPerSecond: number | undefined,
): Promise<Sources> {
  const { file, rpcUrl, sizeBytes } = context
  const stack = new AsyncDisposableStack()
  const started = new Map<SourceName, Seeder>()
  let bootstrap: readonly string[] = []
  try {
    for (const name of SOURCES) {
      const directory = join(context.directory, bytesPerSecond === undefined ? name : `slow-${name}`)
      const ownFile = `${directory}.bin`
      await makeFile(ownFile, sizeBytes)
      const options = { ...(await optionsOf(name, { bytesPerSecond, bootstrap, stack })), ownFile }
      const seeder = await startSeeder(CHIRAL, ['seed', directory, rpcUrl, file, '0', JSON.stringify(options)])
      stack.defer(() => seeder.stop())
      started.set(name, seeder)
      if (bootstrap.length === 0) bootstrap = [String(seeder.ready['address'])]
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
  return {
    async leech(which, work) {
      const ready = started.get(which === 'all' ? 'bitswap' : which)?.ready ?? {}
      const id = String(which === 'all' ? ready['id'] : ready['ownId'])
      const moved = await runLeecher(CHIRAL, [
        'leech',
        join(work, 'node'),
        rpcUrl,
        id,
        String(ready['address']),
        join(work, 'out'),
        WINDOW,
      ])
      checkUsed(moved, which)
      return moved
    },
    cpuSeconds: () => [...started.values()].reduce((sum, seeder) => sum + seeder.cpuSeconds(), 0),
    stop: () => stack.disposeAsync(),
  }
}

async function optionsOf(
  name: SourceName,
  options: {
    readonly bytesPerSecond: number | undefined
    readonly bootstrap: readonly string[]
    readonly stack: AsyncDisposableStack
  },
): Promise<SeedOptions> {
  const { bytesPerSecond, bootstrap, stack } = options
  const uploads = { protocols: [name] }
  const isHttp = name === 'http'
  if (bytesPerSecond === undefined)
    return { network: { bootstrap }, uploads, ...(isHttp ? {} : { http: { listen: 'off' } }) }
  const line = new SlowLine(bytesPerSecond)
  stack.defer(() => line.stop())
  const [port, httpPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
  const announce = [`/ip4/127.0.0.1/tcp/${await line.leadTo(port)}`]
  const network = { bootstrap, listen: [`/ip4/127.0.0.1/tcp/${port}`], announce }
  if (!isHttp) return { network, uploads, http: { listen: 'off' } }
  const announceUrl = `http://127.0.0.1:${await line.leadTo(httpPort)}/`
  return { network, uploads, http: { listen: { host: '127.0.0.1', port: httpPort }, announceUrl } }
}

/** A figure of three sources, or of a protocol, must not come from others. */
function checkUsed({ bySource }: Moved, which: SourceName | 'all'): void {
  const used = (bySource ?? []).filter(({ chunks }) => chunks > 0).map(({ protocol }) => protocol)
  const wanted: readonly string[] = which === 'all' ? SOURCES : [which]
  if (used.length === wanted.length && wanted.every((name) => used.includes(name))) return
  throw new Error(`the chunks came by ${used.join(', ')}, not by ${wanted.join(', ')}: take a larger file`)
}
