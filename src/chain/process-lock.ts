import { readFile, rename, rm } from 'node:fs/promises'
import { z } from 'zod'
import { codeOf } from '../domain/errors.ts'
import { createFileAtomic, writeFileAtomic } from '../system/atomic-file.ts'
import type { Clock } from '../system/clock.ts'
import { commandOfProcess, terminateProcess } from '../system/process.ts'
import { systemProcessTable } from '../system/process-table.ts'

/** Who runs the chain of a directory. */
export type ChainLock = z.infer<typeof lockSchema>
const lockSchema = z.object({
  /** The process that started it and will stop it. */
  ownerPid: z.int().positive(),
  /** The chain's own program; absent until it runs. */
  chainPid: z.int().positive().optional(),
  port: z.int().optional(),
  genesisHash: z.string().optional(),
})

export async function readLock(path: string): Promise<ChainLock | undefined> {
  try {
    const parsed = lockSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** @returns false when somebody else has it */
export function takeLock(path: string, lock: ChainLock): Promise<boolean> {
  return createFileAtomic(path, JSON.stringify(lock))
}

export function updateLock(path: string, lock: ChainLock): Promise<void> {
  return writeFileAtomic(path, JSON.stringify(lock))
}

/**
 * Removes the lock of a dead owner and ends what it left running.
 * @param options.mark Text in the command line of the chain's program, which tells it from one that got its process id later.
 */
export async function reapStale(
  path: string,
  lock: ChainLock | undefined,
  options: { readonly mark: string; readonly graceMs?: number; readonly clock?: Clock },
): Promise<void> {
  const aside = `${path}.${systemProcessTable.currentPid}.stale`
  try {
    await rename(path, aside)
  } catch {
    return // another process was faster
  }
  const taken = await readLock(aside)
  if (taken !== undefined && taken.ownerPid !== lock?.ownerPid) {
    // Between our look and the rename somebody took the lock anew: it goes back, unless a third one has it by now.
    await createFileAtomic(path, JSON.stringify(taken))
  } else if (taken?.chainPid !== undefined) {
    const command = await commandOfProcess(taken.chainPid)
    if (command?.includes(options.mark) === true) await terminateProcess(taken.chainPid, options.graceMs, options.clock)
  }
  await rm(aside, { force: true })
}
