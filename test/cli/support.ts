import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type Daemon, startDaemon } from '../../src/api/daemon.ts'
import { runCli } from '../../src/cli/program.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemProcessTable } from '../../src/system/process-table.ts'
import { systemRandom } from '../../src/system/random.ts'
import { FakeNode } from '../support/fake-node.ts'
import { fakeParts } from './fake-parts.ts'

const MAIN = join(import.meta.dirname, 'fake-main.ts')

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** A terminal whose user types `input` when asked. */
  readonly terminal?: boolean
}

/** A folder with a data directory in it, and commands that run there as processes of their own. */
export class CliSandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'chiral-cli-'))
  readonly dataDirectory = join(this.folder, 'data')
  readonly node = new FakeNode()
  #daemon: Daemon | undefined
  readonly #running = new Set<ChildProcess>()

  /** A daemon with `this.node`, in this process. */
  async startDaemon(): Promise<void> {
    this.#daemon = await startDaemon(
      {
        startNode: async () => this.node,
        clock: systemClock,
        random: systemRandom,
        processes: systemProcessTable,
        log: silentLogger,
      },
      { dataDirectory: this.dataDirectory, version: '0.1.0' },
    )
  }

  /** Runs a command to its end, in this process: everything but signals and the end of the process is the same. */
  async run(args: readonly string[], { env = {}, input = '', terminal = false }: RunOptions = {}): Promise<Finished> {
    const stdout = new TextBuffer(terminal)
    const stderr = new TextBuffer(terminal)
    const stdin = Object.assign(new PassThrough(), { isTTY: terminal })
    if (terminal) stderr.onText('[y/N]', () => stdin.write(input))
    else stdin.end(input)
    const code = await runCli(['--data-dir', this.dataDirectory, ...args], {
      stdout,
      stderr,
      stdin,
      env,
      homeDirectory: this.folder,
      workingDirectory: this.folder,
      interrupt: new AbortController().signal,
      node: fakeParts(env),
    })
    return { code, stdout: stdout.text, stderr: stderr.text }
  }

  /** Runs a command to its end as a process of its own. */
  spawn(args: readonly string[]): Promise<Finished> {
    const running = this.start(args)
    running.process.stdin?.end()
    return running.finished
  }

  /** Starts a process that stays. */
  start(args: readonly string[]): Running {
    const child = spawn(process.execPath, [MAIN, '--data-dir', this.dataDirectory, ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.folder },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#running.add(child)
    return new Running(child, () => this.#running.delete(child))
  }

  async stop(): Promise<void> {
    for (const child of this.#running) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await this.#daemon?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export class Running {
  readonly process: ChildProcess
  readonly finished: Promise<Finished>
  stdout = ''
  stderr = ''
  readonly #changed = new Set<() => void>()

  constructor(child: ChildProcess, onExit: () => void) {
    this.process = child
    child.stdout?.on('data', (chunk) => this.#append('stdout', chunk))
    child.stderr?.on('data', (chunk) => this.#append('stderr', chunk))
    this.finished = new Promise((resolve) => {
      child.on('close', (code) => {
        onExit()
        for (const check of this.#changed) check()
        resolve({ code, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  /** Resolves when the output contains `text`; rejects when the process ends without it. */
  saw(stream: 'stdout' | 'stderr', text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (this[stream].includes(text)) resolve()
        else if (this.process.exitCode !== null) reject(new Error(`no "${text}" in: ${this.stdout}\n${this.stderr}`))
        else return
        this.#changed.delete(check)
      }
      this.#changed.add(check)
      check()
    })
  }

  #append(stream: 'stdout' | 'stderr', chunk: unknown): void {
    this[stream] += String(chunk)
    for (const check of this.#changed) check()
  }
}

class TextBuffer {
  text = ''
  readonly isTTY: boolean
  readonly columns = 100
  readonly #waiting: (readonly [text: string, fn: () => void])[] = []

  constructor(isTTY: boolean) {
    this.isTTY = isTTY
  }

  onText(text: string, fn: () => void): void {
    this.#waiting.push([text, fn])
  }

  write(text: string): void {
    this.text += text
    for (const [wanted, fn] of this.#waiting) if (text.includes(wanted)) fn()
  }
}
