import type { Clock } from './clock.ts'
import { type ProcessExit, startProcess } from './process.ts'

/**
 * Ends the program when its own standard input ends, which is when the process that started it stops or dies in any way. So none outlives
 * its owner, and Ctrl-C, which a terminal sends to all of its group, reaches the owner alone.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
chain=$!
echo "guarded $chain"
{ read -r _ <&3; kill -TERM "$chain"; } 2>/dev/null &
guard=$!
wait "$chain"
code=$?
kill "$guard" 2>/dev/null
exit $code
`

export interface GuardedProcess {
  /** Resolves with the program's own process id; never when it ended before it said so. */
  readonly pid: Promise<number>
  readonly exited: Promise<ProcessExit>
  /** Resolves when it has ended and all it wrote has been read. */
  readonly drained: Promise<void>
  /** Asks it to end (SIGTERM), kills it after `graceMs`. Resolves with whether it ended by itself; twice is fine. */
  stop(graceMs: number): Promise<boolean>
}

/** Starts a program that ends when this process does. @throws ChiralError `PROCESS_FAILED` */
export async function startGuarded(
  options: {
    readonly command: string
    readonly args: readonly string[]
    readonly env?: Readonly<Record<string, string | undefined>>
    readonly logFile?: string
    readonly onLine?: (line: string) => void
    readonly onErrorLine?: (line: string) => void
  },
  clock: Clock,
): Promise<GuardedProcess> {
  const { command, args, onLine, ...rest } = options
  const { promise: pid, resolve: setPid } = Promise.withResolvers<number>()
  let known = false
  const child = await startProcess({
    ...rest,
    command: '/bin/sh',
    args: ['-c', GUARD, 'sh', command, ...args],
    detached: true,
    onLine(line) {
      const found = known ? undefined : /^guarded (\d+)$/.exec(line)?.[1]
      if (found === undefined) return onLine?.(line)
      known = true
      setPid(Number(found))
    },
  })
  return {
    pid,
    exited: child.exited,
    drained: child.drained,
    async stop(graceMs) {
      let killed = false
      child.endInput()
      const cancel = clock.schedule(graceMs, () => {
        killed = true
        child.kill()
      })
      await child.exited
      cancel()
      return !killed
    },
  }
}
