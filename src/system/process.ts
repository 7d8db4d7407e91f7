import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { ChiralError, messageOf } from '../domain/errors.ts'
import { type Clock, systemClock } from './clock.ts'
import { systemProcessTable } from './process-table.ts'

/** A log is kept for reading after a failure; more than this of it is never read, and a chatty child must not fill the disk. */
const MAX_LOG_BYTES = 4 * 1024 * 1024
/** What a child gets to write its state after SIGTERM before it is killed. */
const TERMINATE_GRACE_MS = 5_000
/** How often a process that is not our child is looked at while it ends: nobody tells us. */
const FOREIGN_EXIT_POLL_MS = 20

export interface SpawnOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Both outputs are copied to this file, which is begun anew, up to a limit. */
  readonly logFile?: string
  /** Each line of standard output. */
  readonly onLine?: (line: string) => void
  /** Each line of standard error. */
  readonly onErrorLine?: (line: string) => void
  /**
   * In a process group of its own, so that Ctrl-C in the terminal reaches the parent alone, which then ends the child in order.
   * `terminate` and `kill` then reach the whole group.
   */
  readonly detached?: boolean
}

export interface ProcessExit {
  readonly code: number | null
  readonly signal: string | null
}

export interface RunningProcess {
  readonly pid: number
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<ProcessExit>
  /** Resolves when it has ended and all it wrote has been read. */
  readonly drained: Promise<void>
  /** Asks it to end, kills it after `graceMs`, resolves when it has ended. Twice is fine. */
  terminate(graceMs?: number): Promise<ProcessExit>
  kill(): void
  /** Ends its standard input: for a program that stops when it does. */
  endInput(): void
  /** Writes to its standard input. */
  write(text: string): void
}

/** Starts a program without a shell. @throws ChiralError `PROCESS_FAILED` when it cannot be started */
export async function startProcess(options: SpawnOptions, clock: Clock = systemClock): Promise<RunningProcess> {
  const child = spawn(options.command, options.args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    detached: options.detached ?? false,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {}) // it ended before it read: its exit says so
  if (options.logFile !== undefined) copyToLog(child, options.logFile)
  forEachLine(child.stdout, options.onLine)
  forEachLine(child.stderr, options.onErrorLine)
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const drained = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const pid = await started(child, options.command)
  const send = (signal: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) sendSignal(options.detached === true ? -pid : pid, signal)
  }
  return {
    pid,
    exited,
    drained,
    async terminate(graceMs = TERMINATE_GRACE_MS) {
      send('SIGTERM')
      const cancel = clock.schedule(graceMs, () => send('SIGKILL'))
      const exit = await exited
      cancel()
      return exit
    },
    kill: () => send('SIGKILL'),
    endInput: () => void child.stdin.end(),
    write: (text) => void child.stdin.write(text),
  }
}

/** The command line of a process, or `undefined` when there is none: process ids are used again, so look before you kill. */
export async function commandOfProcess(pid: number): Promise<string | undefined> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
  } catch {
    // not Linux, or no such process: POSIX ps knows
  }
  return new Promise((resolve) => {
    execFile('ps', ['-p', String(pid), '-o', 'command='], (error, output) => {
      resolve(error === null ? output.trim() : undefined)
    })
  })
}

/** Ends a process that is not our child: SIGTERM, SIGKILL after a grace, and resolves when it is gone. */
export async function terminateProcess(pid: number, graceMs = TERMINATE_GRACE_MS, clock = systemClock): Promise<void> {
  const killAt = clock.monotonic() + graceMs
  let signal: NodeJS.Signals | undefined = 'SIGTERM'
  while (systemProcessTable.isRunning(pid)) {
    if (signal !== undefined) sendSignal(pid, signal)
    signal = clock.monotonic() >= killAt ? 'SIGKILL' : undefined
    // Not unreferenced as the clock's timers are: whoever waits here has nothing else that keeps it alive.
    await new Promise((resolve) => setTimeout(resolve, FOREIGN_EXIT_POLL_MS))
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // it ended in between
  }
}

function started(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(
        new ChiralError('PROCESS_FAILED', `${command} cannot be started: ${messageOf(error)}.`, {
          details: { command },
          cause: error,
        }),
      )
    })
    child.once('spawn', () => {
      if (child.pid !== undefined) resolve(child.pid)
    })
  })
}

function forEachLine(stream: NodeJS.ReadableStream | null, listener: ((line: string) => void) | undefined): void {
  if (stream === null) return
  if (listener === undefined) stream.resume()
  else createInterface({ input: stream }).on('line', listener)
}

function copyToLog(child: ChildProcess, path: string): void {
  const log: WriteStream = createWriteStream(path, { mode: 0o600 })
  log.on('error', () => {}) // a log that cannot be written must not end what it is about
  let left = MAX_LOG_BYTES
  const copy = (data: Buffer): void => {
    if (left > 0) log.write(data.subarray(0, left))
    left -= data.byteLength
  }
  child.stdout?.on('data', copy)
  child.stderr?.on('data', copy)
  child.once('close', () => log.end())
}
