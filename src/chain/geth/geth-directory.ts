import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { codeOf } from '../../domain/errors.ts'

/** The files of one supervised geth. */
export interface GethPaths {
  /** Holds all of them. */
  readonly directory: string
  /** geth's own. */
  readonly data: string
  /** What geth is told that its command line has no option for. */
  readonly config: string
  readonly log: string
  readonly lock: string
  /** geth's socket for its owner. */
  readonly ipc: string
  /** The supervisor's socket, for `chain status`, `stop` and `restart`. */
  readonly control: string
}

/** The address of a Unix socket holds 108 bytes on Linux and 104 on macOS, the zero at its end included. */
const MAX_SOCKET_PATH_BYTES = 100

export function gethPaths(folder: string): GethPaths {
  const directory = resolve(folder)
  return {
    directory,
    data: join(directory, 'data'),
    config: join(directory, 'geth.toml'),
    log: join(directory, 'geth.log'),
    lock: join(directory, 'geth.lock'),
    ipc: socketPath(directory, 'geth.ipc'),
    control: socketPath(directory, 'control.sock'),
  }
}

/** In the directory, or where that is too deep, in a place that follows from its name. */
function socketPath(directory: string, name: string): string {
  const path = join(directory, name)
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path
  const short = createHash('sha256').update(directory).digest('hex').slice(0, 16)
  return join(tmpdir(), `chiral-${short}-${name}`)
}

/** geth writes a data set under this name with a number at its end, and leaves it behind when it is ended meanwhile: 1 GiB each. */
const UNFINISHED = /^full-R\d+-.*\.\d{5,}$/
/** A data set that is being made is written to all the time; all of it takes a few minutes. */
const ABANDONED_AFTER_MS = 10 * 60_000

/** Removes what ended geths left of data sets they had not finished. */
export async function removeUnfinishedDags(folder: string, nowMs: number): Promise<string[]> {
  const removed: string[] = []
  for (const name of await namesIn(folder)) {
    if (!UNFINISHED.test(name)) continue
    const path = join(folder, name)
    const { mtimeMs } = await stat(path)
    if (nowMs - mtimeMs < ABANDONED_AFTER_MS) continue
    await rm(path, { force: true })
    removed.push(name)
  }
  return removed
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
