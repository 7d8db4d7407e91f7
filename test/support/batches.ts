import { randomBytes } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BatchRequest, BatchView } from '../../src/node/batch-types.ts'
import type { ChiralNode } from '../../src/node/types.ts'
import { sha256Of } from './live-swarm.ts'
import { seededRandom } from './seeded-random.ts'

/** Writes files of random bytes below a folder. */
export async function writeTree(folder: string, files: ReadonlyMap<string, number>): Promise<void> {
  for (const [name, sizeBytes] of files) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, randomBytes(sizeBytes))
  }
}

/** Names and sizes: `small` files of 1 to 64 KiB in folders, and a large one. */
export function smallAndLarge(small: number, largeBytes: number): Map<string, number> {
  const random = seededRandom('sizes').bytes(small * 2)
  const files = new Map<string, number>()
  for (let i = 0; i < small; i++)
    files.set(
      `part-${i % 10}/${i}.bin`,
      1024 + ((((random[2 * i] ?? 0) << 8) | (random[2 * i + 1] ?? 0)) % (63 * 1024)),
    )
  files.set('large.bin', largeBytes)
  return files
}

/** The SHA-256 of every regular file below a folder, by relative path. */
export async function readTree(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const contents = await Promise.all(
    files.map(async (path) => [path.slice(folder.length + 1), await sha256Of(path)] as const),
  )
  return new Map(contents.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Resolves with the first view of a batch that satisfies `accept`, at once when it does already. */
export function untilBatch(
  node: ChiralNode,
  batchId: string,
  accept: (view: BatchView) => boolean,
): Promise<BatchView> {
  return new Promise((resolve) => {
    const look = (view: BatchView): void => {
      if (view.batchId !== batchId || !accept(view)) return
      unsubscribe()
      resolve(view)
    }
    const unsubscribe = node.subscribe((event) => {
      if (event.kind === 'batch') look(event.batch)
    })
    look(node.batches.get(batchId))
  })
}

const ENDED: readonly string[] = ['done', 'failed', 'cancelled', 'paused']

export function untilBatchEnded(node: ChiralNode, batchId: string): Promise<BatchView> {
  return untilBatch(node, batchId, ({ phase }) => ENDED.includes(phase))
}

/** Starts a batch and waits for its end, whatever that is. */
export async function getBatch(
  node: ChiralNode,
  request: Omit<BatchRequest, 'closeChannels'> & { readonly closeChannels?: boolean },
): Promise<BatchView> {
  const { batchId } = await node.batches.start({ closeChannels: true, ...request })
  return untilBatchEnded(node, batchId)
}
