import { systemClock } from '../../../src/system/clock.ts'
import { startGuarded } from '../../../src/system/guarded-process.ts'

const STOP_GRACE_MS = 5_000

/** A program of ours that runs in a name space, and prints lines. */
export interface Program {
  /** Resolves with the newest line as soon as it is such a one. Rejects when the program ended. */
  printed(isSuch?: (line: string) => boolean): Promise<string>
  signal(name: NodeJS.Signals): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts one. It ends with this process.
 *
 * @param inside what comes before a command that is to run where it does
 * @param args of Node
 */
export async function startProgram(options: {
  readonly inside: readonly string[]
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
}): Promise<Program> {
  const { env = process.env } = options
  const [command = '', ...args] = [...options.inside, process.execPath, ...options.args]
  const errors: string[] = []
  let last: string | undefined
  let changed = Promise.withResolvers<void>()
  const onLine = (line: string): void => {
    last = line
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const onErrorLine = (line: string): void => void errors.push(line)
  const running = await startGuarded({ command, args, env, onLine, onErrorLine }, systemClock)
  void running.drained.then(() => {
    changed.promise.catch(() => {}) // also when nobody waits for a line
    changed.reject(new Error(`The program ended: ${errors.join('\n')}`))
  })
  return {
    async printed(isSuch = () => true) {
      while (last === undefined || !isSuch(last)) await changed.promise
      return last
    },
    signal: async (name) => void process.kill(await running.pid, name),
    stop: async () => void (await running.stop(STOP_GRACE_MS)),
  }
}
