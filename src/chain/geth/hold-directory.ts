import { rm } from 'node:fs/promises'
import { ChiralError } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import { systemProcessTable } from '../../system/process-table.ts'
import { readLock, reapStale, takeLock } from '../process-lock.ts'
import type { GethPaths } from './geth-directory.ts'
import { STOP_GRACE_MS } from './geth-process.ts'

/** Tries to take over from a dead owner before somebody else is taken to be faster each time. */
const MAX_TRIES = 5

/**
 * Takes the directory for this process; a geth left behind by a dead owner is ended in order first.
 *
 * @returns how to give it back
 * @throws ChiralError `GETH_BUSY`
 */
export async function holdDirectory(paths: GethPaths, clock: Clock): Promise<() => Promise<void>> {
  const ownerPid = systemProcessTable.currentPid
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (await takeLock(paths.lock, { ownerPid })) {
      // What a killed owner left would keep the new one from listening.
      await rm(paths.control, { force: true })
      return async () => {
        if ((await readLock(paths.lock))?.ownerPid === ownerPid) await rm(paths.lock, { force: true })
      }
    }
    const lock = await readLock(paths.lock)
    if (lock !== undefined && systemProcessTable.isRunning(lock.ownerPid)) throw busy(paths, lock.ownerPid)
    await reapStale(paths.lock, lock, { mark: paths.data, graceMs: STOP_GRACE_MS, clock })
  }
  throw busy(paths, undefined)
}

function busy({ directory }: GethPaths, ownerPid: number | undefined): ChiralError {
  const owner = ownerPid === undefined ? 'Another process' : `Process ${ownerPid}`
  return new ChiralError(
    'GETH_BUSY',
    `${owner} runs the chain in ${directory} already: look at it with "chiral chain status", or stop it with "chiral chain stop".`,
    { details: { directory, ownerPid } },
  )
}
