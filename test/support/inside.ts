import { systemClock } from '../../src/system/clock.ts'
import { startGuarded } from '../../src/system/guarded-process.ts'

const STOP_GRACE_MS = 10_000

/** A process in a name space of its own; it ends with this one. */
export interface InsideProcess {
  /** The first line of its standard output that is what is looked for. Rejects when it ends before that. */
  line<T>(find: (line: string) => T | undefined): Promise<T>
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** @param inside what comes before a command that is to run in a name space */
export async function startInside(
  inside: readonly string[],
  { command, env }: { readonly command: readonly string[]; readonly env: NodeJS.ProcessEnv },
): Promise<InsideProcess> {
  const [program = '', ...args] = [...inside, ...command]
  const lines: string[] = []
  const errors: string[] = []
  let look = (): void => {}
  const running = await startGuarded(
    {
      command: program,
      args,
      env,
      onLine(line) {
        lines.push(line)
        look()
      },
      onErrorLine: (line) => void errors.push(line),
    },
    systemClock,
  )
  const ended = running.drained.then(() => {})
  return {
    ended,
    line: (find) =>
      new Promise((resolve, reject) => {
        look = () => {
          for (const line of lines) {
            const found = find(line)
            if (found !== undefined) return resolve(found)
          }
        }
        look()
        void ended.then(() => reject(new Error(`${command.join(' ')} ended: ${errors.join('\n')}`)))
      }),
    stop: async () => void (await running.stop(STOP_GRACE_MS)),
  }
}

/** The id that `chiral share` prints. */
export function parseShareLine(line: string): string | undefined {
  return /^[0-9a-f]{64}$/.exec(line)?.[0]
}
