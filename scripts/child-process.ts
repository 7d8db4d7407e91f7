/** Starting a tool, waiting for it, and leaving nothing of it behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { repositoryRoot } from './generated-files.ts'

/** How long a process group may take to stop after SIGTERM before it is killed. */
const STOP_MS = 5_000

/** How long the last output may take to arrive when a process that was left behind keeps the stream open. */
const DRAIN_MS = 2_000

export type Outcome = {
  /** `null` when it was stopped by a signal. */
  readonly exitCode: number | null
  /** It was stopped: by its timeout, or by the signal. */
  readonly timedOut: boolean
  readonly durationMs: number
  /** Standard output and standard error, as they came. */
  readonly output: string
}

export type RunOptions = {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly timeoutMs: number
  /** Stops it as the timeout does. */
  readonly signal?: AbortSignal
  /** Sees the output while it comes. */
  readonly onOutput?: (text: string) => void
}

const running = new Set<ChildProcess>()

/**
 * Runs a command in a process group of its own and resolves when it has ended, however it ended. What it started and did
 * not stop, is killed.
 */
export function runToEnd(command: readonly [string, ...string[]], options: RunOptions): Promise<Outcome> {
  const [file, ...args] = command
  const startedAt = performance.now()
  const child = spawn(file, args, {
    cwd: options.cwd ?? repositoryRoot,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  running.add(child)
  let output = ''
  const collect = (text: string): void => {
    output += text
    options.onOutput?.(text)
  }
  child.stdout.setEncoding('utf8').on('data', collect)
  child.stderr.setEncoding('utf8').on('data', collect)

  return new Promise((resolve) => {
    let timedOut = false
    const stop = (): void => {
      timedOut = true
      stopGroup(child)
    }
    const timer = setTimeout(stop, options.timeoutMs)
    options.signal?.addEventListener('abort', stop, { once: true })
    const finish = (exitCode: number | null): void => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', stop)
      running.delete(child)
      resolve({ exitCode, timedOut, durationMs: performance.now() - startedAt, output })
    }
    child.on('error', (error) => {
      collect(`${error.message}\n`)
      finish(null)
    })
    // 'close' follows when the output is read to its end, unless a process that left the group holds on to it.
    child.on('exit', (exitCode) => {
      killGroup(child)
      setTimeout(() => finish(exitCode), DRAIN_MS).unref()
    })
    child.on('close', finish)
  })
}

/** Stops what is running when this process is interrupted, and then exits as a shell expects. */
export function stopChildrenOnSignals(): void {
  const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
  for (const [signal, exitCode] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      for (const child of running) killGroup(child)
      process.exit(exitCode)
    })
  }
}

function stopGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM')
  setTimeout(() => killGroup(child), STOP_MS).unref()
}

function killGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGKILL')
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone.
  }
}
