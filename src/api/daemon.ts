import type { ChiralNode } from '../node/types.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import type { ProcessTable } from '../system/process-table.ts'
import type { Random } from '../system/random.ts'
import { ensureToken, lockDataDirectory, removeDaemonFile, writeDaemonFile } from './daemon-files.ts'
import { startApiServer } from './server.ts'

export interface DaemonDependencies {
  readonly startNode: () => Promise<ChiralNode>
  readonly clock: Clock
  readonly random: Random
  readonly processes: ProcessTable
  readonly log: Logger
}

export interface DaemonOptions {
  readonly dataDirectory: string
  readonly version: string
  readonly apiPort?: number | undefined
}

/** A node with its control API. */
export interface Daemon {
  readonly url: string
  readonly token: string
  /** Resolves when a client asked for a shutdown. */
  readonly shutdownRequested: Promise<void>
  /** Stops the API, then the node, then gives the data directory back. Stopping twice is fine. */
  stop(): Promise<void>
}

/**
 * Starts the one daemon of a data directory: lock, node, API, and last `daemon.json`, so that who finds that file finds a
 * daemon that answers.
 * @throws ChiralError `DAEMON_RUNNING`, and what starting the node throws
 */
export async function startDaemon(dependencies: DaemonDependencies, options: DaemonOptions): Promise<Daemon> {
  const { clock, log, processes, random } = dependencies
  const { dataDirectory, version } = options
  const unlock = lockDataDirectory(dataDirectory)
  const undo: (() => Promise<void> | void)[] = [unlock]
  const unwind = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step()
  }
  try {
    removeDaemonFile(dataDirectory) // left by a daemon that was killed
    const token = ensureToken(dataDirectory, random)
    const node = await dependencies.startNode()
    undo.push(() => node.stop())
    const shutdown = Promise.withResolvers<void>()
    const server = await startApiServer(
      { node, clock, log },
      { token, version, port: options.apiPort, onShutdown: shutdown.resolve },
    )
    undo.push(() => server.stop())
    undo.push(() => removeDaemonFile(dataDirectory, processes.currentPid))
    writeDaemonFile(dataDirectory, { pid: processes.currentPid, url: server.url, startedAt: clock.now() })
    let stopping: Promise<void> | undefined
    return {
      url: server.url,
      token,
      shutdownRequested: shutdown.promise,
      stop() {
        stopping ??= unwind()
        return stopping
      },
    }
  } catch (error) {
    await unwind()
    throw error
  }
}
