import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type KadId, parseKadId } from '../../../src/public-protocols/ed2k/kad/kad-id.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { startGuarded } from '../../../src/system/guarded-process.ts'
import { recordingInto } from './recording.ts'

/** As aMule has them; the name space has all ports to itself. */
export const SEEDER_PORTS = { tcp: 4662, udp: 4672 } as const

const PROGRAM = fileURLToPath(new URL('./seeder-main.ts', import.meta.url))
const STOP_GRACE_MS = 5_000
const ready = z.object({ link: z.string(), id: z.string().transform(parseKadId) })

export interface Seeder {
  /** Of the file, naming no source. */
  readonly link: string
  /** Of its node of Kad. */
  readonly id: KadId
  /** Takes no part in Kad from now on; files are served as before. */
  leaveKad(): Promise<void>
  stop(): Promise<void>
}

/**
 * Serves a file with our own seeder, and publishes it with our own node of Kad, in a name space. Both end with this process.
 *
 * @param nearby the address of a node of Kad to meet
 * @param record the file that all it sends and gets is written to
 */
export async function startSeeder(options: {
  readonly inside: readonly string[]
  readonly path: string
  readonly host: string
  readonly nearby?: string
  readonly record?: string | undefined
}): Promise<Seeder> {
  const { inside, path, host, nearby = '', record } = options
  const recording = recordingInto(record)
  const [command = '', ...args] = [...inside, process.execPath, ...recording.args, PROGRAM, path, host, nearby]
  const line = Promise.withResolvers<string>()
  const errors: string[] = []
  const running = await startGuarded(
    { command, args, env: recording.env, onLine: line.resolve, onErrorLine: (text) => void errors.push(text) },
    systemClock,
  )
  void running.drained.then(() => line.reject(new Error(`The seeder ended: ${errors.join('\n')}`)))
  const { link, id } = ready.parse(JSON.parse(await line.promise))
  return {
    link,
    id,
    leaveKad: async () => void process.kill(await running.pid, 'SIGUSR2'),
    stop: async () => void (await running.stop(STOP_GRACE_MS)),
  }
}
