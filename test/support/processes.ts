import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** The program under test, as a path that node runs. */
export const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** What a process gets to end in order before it is killed. */
const STOP_GRACE_MS = 20_000

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Finished extends Exit {
  readonly stdout: string
  readonly stderr: string
}

export interface StartOptions {
  /** Added to the environment of the tests; settings of this program in that one are not passed on. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Shell commands that run first in the same process, such as `ulimit -f 100`. */
  readonly prelude?: string
}

/** The processes of one test, each ended with it. */
export class Processes {
  readonly #running = new Set<Running>()

  /** Starts `chiral` with these arguments. */
  start(args: readonly string[], options: StartOptions = {}): Running {
    const { prelude } = options
    const command = [process.execPath, MAIN, ...args]
    return this.startCommand(
      prelude === undefined ? command : ['/bin/sh', '-c', `${prelude}; exec "$@"`, 'sh', ...command],
      options,
    )
  }

  /** Starts any program. */
  startCommand([command = '', ...args]: readonly string[], { env, cwd }: StartOptions = {}): Running {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inheritedEnvironment(), ...env },
      ...(cwd === undefined ? {} : { cwd }),
    })
    const running = new Running(child)
    this.#running.add(running)
    void running.finished.then(() => this.#running.delete(running))
    return running
  }

  /** Runs `chiral` to its end. */
  run(args: readonly string[], options: StartOptions = {}): Promise<Finished> {
    return this.start(args, options).finished
  }

  /** Ends whatever still runs; for `after` and `afterEach`. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()))
  }
}

/** A process ended before it wrote what was waited for. */
export class EndedEarly extends Error {
  readonly end: Finished

  constructor(what: string, end: Finished) {
    super(`It ended (${end.signal ?? end.code}) ${what}:\n${end.stdout}\n${end.stderr}`)
    this.end = end
  }
}

/** One process and what it wrote. */
export class Running {
  readonly pid: number
  /** Resolves when it has ended and all it wrote was read. */
  readonly finished: Promise<Finished>
  readonly #child: ChildProcess
  readonly #lines = { stdout: [] as string[], stderr: [] as string[] }
  readonly #watchers = new Set<() => void>()
  #end: Finished | undefined

  constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid ?? -1
    this.#read('stdout', child.stdout)
    this.#read('stderr', child.stderr)
    this.finished = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        this.#end = { code, signal, stdout: this.stdout, stderr: this.stderr }
        this.#wake()
        resolve(this.#end)
      })
    })
    this.finished.catch(() => {}) // a test that ended early does not ask
  }

  get stdout(): string {
    return text(this.#lines.stdout)
  }

  get stderr(): string {
    return text(this.#lines.stderr)
  }

  /** The first line that matches, also one that was written already. Rejects when the process ends without it. */
  line(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        for (const line of this.#lines[stream]) {
          const match = pattern.exec(line)
          if (match === null) continue
          resolve(match)
          return true
        }
        if (this.#end !== undefined) reject(new EndedEarly(`without ${pattern} on ${stream}`, this.#end))
        return this.#end !== undefined
      }
      if (look()) return
      const watcher = (): void => {
        if (look()) this.#watchers.delete(watcher)
      }
      this.#watchers.add(watcher)
    })
  }

  /** The first document on standard output of a command with `--json`. */
  async document(): Promise<unknown> {
    return JSON.parse((await this.line('stdout', /^\{.*\}$/))[0])
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Asks it to end, and ends it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.signal(signal)
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_GRACE_MS)
    try {
      return await this.finished
    } finally {
      clearTimeout(timer)
    }
  }

  #read(name: 'stdout' | 'stderr', stream: Readable | null): void {
    if (stream === null) return
    createInterface(stream).on('line', (line) => {
      this.#lines[name].push(line)
      this.#wake()
    })
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** Paths, coverage and the like; not the settings of whoever runs the tests. No test asks the router of the network that it runs in. */
function inheritedEnvironment(): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CHIRAL_'))
  return { ...Object.fromEntries(inherited), CHIRAL_PORT_MAPPING: 'false' }
}
