import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TransferProtocol } from '../../src/domain/transfer.ts'
import { type Moved, runLeecher, type Seeder, startSeeder } from '../processes.ts'
import type { SeedOptions } from './chiral.ts'

export interface Context {
  readonly directory: string
  readonly file: string
  readonly rpcUrl: string
}

/** A way to move a file from one process to others. */
export interface Pair {
  seed(context: Context): Promise<Seeder>
  leech(context: Context, seeder: Seeder, options: { window: number; work: string }): Promise<Moved>
}

/** The price every paid run asks, per MiB. */
export const PRICE_WEI = '1000000000000000'

const CHIRAL = fileURLToPath(new URL('chiral.ts', import.meta.url))

/** Two nodes. @param name of the seeder's folder; with `nextFile` each leecher gets that one as well, after the first */
export function chiral(
  name: string,
  options: { readonly priceWei: string; readonly protocol: TransferProtocol; readonly nextFile?: string },
): Pair {
  const { priceWei, protocol, nextFile } = options
  return {
    seed({ directory, rpcUrl, file }) {
      const seedOptions: SeedOptions = nextFile === undefined ? {} : { ownFile: nextFile }
      const node = join(directory, `${name}-seeder`)
      return startSeeder(CHIRAL, ['seed', node, rpcUrl, file, priceWei, JSON.stringify(seedOptions)])
    },
    async leech({ rpcUrl }, { ready }, { window, work }) {
      const node = join(work, 'node')
      const target = [String(ready['id']), String(ready['address']), join(work, 'out')]
      const next = nextFile === undefined ? [] : [String(ready['ownId'])]
      const moved = await runLeecher(CHIRAL, ['leech', node, rpcUrl, ...target, String(window), protocol, ...next])
      const others = (moved.bySource ?? []).filter((source) => source.protocol !== protocol)
      if (others.length > 0) throw new Error(`${name}: chunks came by ${others[0]?.protocol}, not by ${protocol}`)
      return moved
    },
  }
}
