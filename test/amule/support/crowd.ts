import { fileURLToPath } from 'node:url'
import { startProgram } from './program.ts'

const PROGRAM = fileURLToPath(new URL('./crowd-main.ts', import.meta.url))

/** Clients that have slots of a seeder, and keep them. */
export interface Crowd {
  /** One of them gives its slot back. */
  giveBack(): Promise<void>
  stop(): Promise<void>
}

/** Takes so many slots of the seeder at an address, in a name space. Ends with this process. @throws Error when it has not so many */
export async function startCrowd(options: {
  readonly inside: readonly string[]
  readonly link: string
  readonly host: string
  readonly count: number
}): Promise<Crowd> {
  const { inside, link, host, count } = options
  const program = await startProgram({ inside, args: [PROGRAM, link, host, String(count)] })
  await program.printed()
  return { giveBack: () => program.signal('SIGUSR2'), stop: () => program.stop() }
}
