import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type KadId, parseKadId } from '../../../src/public-protocols/ed2k/kad/kad-id.ts'
import type { Ed2kSeeder } from '../../../src/public-protocols/ed2k/server.ts'
import { startProgram } from './program.ts'
import { recordingInto } from './recording.ts'

/** As aMule has them; the name space has all ports to itself. */
export const SEEDER_PORTS = { tcp: 4662, udp: 4672 } as const

const PROGRAM = fileURLToPath(new URL('./seeder-main.ts', import.meta.url))
const ready = z.object({ link: z.string(), id: z.string().transform(parseKadId) })

export interface Seeder {
  /** Of the file, naming no source. */
  readonly link: string
  /** Of its node of Kad. */
  readonly id: KadId
  /** Takes no part in Kad from now on; files are served as before. */
  leaveKad(): Promise<void>
  /** Resolves as soon as so many wait for a slot, on a connection and away. */
  untilWaiting(counts: ReturnType<Ed2kSeeder['waiting']>): Promise<void>
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
  const args = [...recording.args, PROGRAM, path, host, nearby]
  const program = await startProgram({ inside, args, env: recording.env })
  const { link, id } = ready.parse(JSON.parse(await program.printed()))
  return {
    link,
    id,
    leaveKad: () => program.signal('SIGUSR2'),
    async untilWaiting(counts) {
      await program.printed((line) => isDeepStrictEqual(JSON.parse(line), counts))
    },
    stop: () => program.stop(),
  }
}
