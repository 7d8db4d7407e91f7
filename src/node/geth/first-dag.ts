import { access, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gethEnvironment } from '../../chain/geth/geth-binary.ts'
import { removeUnfinishedDags } from '../../chain/geth/geth-directory.ts'
import { parseGethLine } from '../../chain/geth/geth-log.ts'
import { readLock, reapStale, takeLock } from '../../chain/process-lock.ts'
import { ChiralError } from '../../domain/errors.ts'
import { type Clock, delay } from '../../system/clock.ts'
import { startGuarded } from '../../system/guarded-process.ts'
import { systemProcessTable } from '../../system/process-table.ts'

/** The file of epoch 0, as core-geth names it. */
const FIRST_DAG = 'full-R23-0-0000000000000000'
/** As go-ethereum names it. */
const FIRST_DAG_OF_GO_ETHEREUM = 'full-R23-0000000000000000'
/** How often the one that waits looks: making it takes minutes. */
const LOOK_AGAIN_MS = 500
/** An hour on one slow core; whoever holds the lock for longer got the process id of a dead owner, or hangs. */
const MAX_WAIT_MS = 60 * 60_000
/** What an interrupted geth gets to end: it has nothing to write. */
const STOP_GRACE_MS = 2_000

export interface FirstDagOptions {
  readonly geth: string
  readonly client: string
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly onStep: (text: string) => void
  readonly onDag: (progress: { readonly epoch: number; readonly percent: number }) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes the mining data set of the first 30,000 blocks; nothing happens where it is there. Two at once make it once: the second waits, and
 * takes over when the first dies in any way, which ends its geth.
 *
 * @returns the file @throws ChiralError `DAG_FAILED`; the signal's reason
 */
export async function makeFirstDag(options: FirstDagOptions): Promise<string> {
  const { client, folder, clock, onStep, signal } = options
  const file = join(folder, client === 'go-ethereum' ? FIRST_DAG_OF_GO_ETHEREUM : FIRST_DAG)
  await mkdir(folder, { recursive: true })
  const lockFile = join(folder, 'lock')
  const ownerPid = systemProcessTable.currentPid
  const giveUpAt = clock.monotonic() + MAX_WAIT_MS
  let told = false
  while (!(await exists(file))) {
    signal?.throwIfAborted()
    if (await takeLock(lockFile, { ownerPid })) {
      try {
        // It may have been finished between our look and the lock.
        if (!(await exists(file))) await make(file, options)
      } finally {
        await rm(lockFile, { force: true })
      }
      break
    }
    const lock = await readLock(lockFile)
    if (lock === undefined) continue // given back meanwhile
    if (!systemProcessTable.isRunning(lock.ownerPid)) {
      await reapStale(lockFile, lock, { mark: folder, clock })
      continue
    }
    if (clock.monotonic() > giveUpAt)
      throw new ChiralError(
        'DAG_FAILED',
        `Process ${lock.ownerPid} holds ${lockFile} for too long: if it does not make the mining data set, delete that file and run this again.`,
      )
    if (!told) onStep(`waiting for the mining data set, which process ${lock.ownerPid} makes`)
    told = true
    await delay(clock, LOOK_AGAIN_MS, signal)
  }
  return file
}

async function make(file: string, { geth, folder, env, clock, onStep, onDag, signal }: FirstDagOptions): Promise<void> {
  await removeUnfinishedDags(folder, clock.now())
  onStep('making the mining data set (1 GiB, a few minutes of all cores, once)')
  const errors: string[] = []
  const onLine = (line: string): void => {
    const event = parseGethLine(line)
    if (event?.kind === 'dag') onDag(event)
  }
  const child = await startGuarded(
    {
      command: geth,
      args: ['makedag', '0', folder],
      env: gethEnvironment(env),
      onLine,
      onErrorLine(line) {
        errors.splice(0, Math.max(0, errors.length - 2))
        errors.push(line)
        onLine(line)
      },
    },
    clock,
  )
  const stop = (): void => void child.stop(STOP_GRACE_MS)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted === true) stop()
  const { code } = await child.exited
  await child.drained
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
  if (code !== 0 || !(await exists(file)))
    throw new ChiralError(
      'DAG_FAILED',
      `geth did not make the mining data set (${errors.join(' ') || 'it gave no reason'}): is there 1.1 GiB free at ${folder}?`,
    )
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return (await stat(path)).size > 0
  } catch {
    return false
  }
}
