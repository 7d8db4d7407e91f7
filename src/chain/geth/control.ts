import { z } from 'zod'
import { ChiralError, codeOf, DecodeError, messageOf } from '../../domain/errors.ts'
import { type Clock, delay } from '../../system/clock.ts'
import { askSocket, type SocketServer, serveSocket } from '../../system/json-socket.ts'
import { keepAlive } from '../../system/keep-alive.ts'
import { readLock } from '../process-lock.ts'
import { chainStatusSchema } from './chain-status.ts'
import { gethPaths } from './geth-directory.ts'
import { STOP_GRACE_MS } from './geth-process.ts'
import { chainHealthSchema } from './health.ts'
import { readHealth } from './health-reader.ts'
import type { Supervisor } from './supervisor.ts'

const STATUS_TIMEOUT_MS = 20_000
/** geth may need all its grace to end, and then has to start again. */
const CHANGE_TIMEOUT_MS = 2 * STOP_GRACE_MS
/** Only sockets and a file are left to close; whoever starts the chain then is told in words that it is still held. */
const RELEASE_TIMEOUT_MS = 5_000
const RELEASE_POLL_MS = 20

/** Both are there, or geth is down just now, or it runs and does not tell how it is doing: then why. */
const answerSchema = z.object({
  status: chainStatusSchema,
  health: chainHealthSchema.optional(),
  healthFailure: z.string().optional(),
})
export type ChainAnswer = z.infer<typeof answerSchema>

/** What a command says to the supervisor of a directory. All throw ChiralError `CHAIN_NOT_RUNNING` when there is none. */
export interface ChainControl {
  status(): Promise<ChainAnswer>
  /** @returns whether blocks and states were seen on disk in between */
  restart(): Promise<boolean>
  /** @returns whether blocks and states were seen on disk */
  stop(): Promise<boolean>
}

/** Answers commands for as long as the supervisor runs. */
export function serveControl(path: string, supervisor: Supervisor, clock: Clock): Promise<SocketServer> {
  return serveSocket(path, {
    async status(): Promise<ChainAnswer> {
      try {
        const health = await readHealth({ ipc: supervisor.ipc, clock, refusedBlock: supervisor.status().refusedBlock })
        return { status: supervisor.status(), health }
      } catch (error) {
        return { status: supervisor.status(), healthFailure: messageOf(error) }
      }
    },
    restart: () => supervisor.restart(),
    stop: () => supervisor.stop(),
  })
}

export function connectControl({ clock }: { readonly clock: Clock }, directory: string): ChainControl {
  const paths = gethPaths(directory)
  const ask = async (method: string, timeoutMs: number): Promise<Record<string, unknown>> => {
    try {
      const answer = await askSocket(paths.control, { method }, { clock, timeoutMs })
      return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {} // any object has string keys
    } catch (error) {
      if (codeOf(error) !== 'SOCKET_UNREACHABLE') throw error
      throw new ChiralError(
        'CHAIN_NOT_RUNNING',
        `No chain runs in ${paths.directory}: start it with "chiral chain start", or give --rpc with the address of another node.`,
        { details: { directory: paths.directory }, cause: error },
      )
    }
  }
  return {
    async status() {
      const parsed = answerSchema.safeParse(await ask('status', STATUS_TIMEOUT_MS))
      if (!parsed.success) throw new DecodeError('The supervisor of the chain is of another version: restart it.')
      return parsed.data
    },
    restart: async () => (await ask('restart', CHANGE_TIMEOUT_MS))['saved'] === true,
    async stop() {
      const { saved } = await ask('stop', CHANGE_TIMEOUT_MS)
      await keepAlive(released(paths.lock, clock))
      return saved === true
    },
  }
}

/** The supervisor gives its directory back a moment after it answered, and tells nobody. */
async function released(lock: string, clock: Clock): Promise<void> {
  const until = clock.monotonic() + RELEASE_TIMEOUT_MS
  while (clock.monotonic() < until && (await readLock(lock)) !== undefined) await delay(clock, RELEASE_POLL_MS)
}
