/**
 * A checkout with nothing in it but the launcher, on a machine whose Node, npm and uname are scripts: what the launcher
 * does can be seen in milliseconds and without a network.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from '../../scripts/generated-files.ts'

/** What the launcher needs of the machine besides Node and npm. */
const TOOLS = ['awk', 'cat', 'cksum', 'cp', 'df', 'grep', 'ln', 'mkdir', 'mv', 'readlink', 'rm', 'sh', 'tail']

export type Run = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }

export type RunOptions = {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** The path the launcher is called by. */
  readonly command?: string
}

export class LauncherSandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'chiral-launcher-'))
  readonly checkout = join(this.folder, 'checkout')
  readonly launcher = join(this.checkout, 'chiral')
  readonly #bin = join(this.folder, 'bin')
  readonly #npmLog = join(this.folder, 'npm.log')

  /** The version of the Node that npm installs. */
  readonly ownVersion = 'v24.21.0'

  constructor() {
    mkdirSync(this.checkout)
    mkdirSync(this.#bin)
    copyFileSync(join(repositoryRoot, 'chiral'), this.launcher)
    writeFileSync(join(this.checkout, 'package.json'), '{}')
    this.setLockfile('{ "first": true }')
    writeFileSync(this.#npmLog, '')
    for (const tool of TOOLS) {
      symlinkSync(execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(this.#bin, tool))
    }
    this.setSystem('Linux x86_64')
    this.addTool('sleep', 'exec </dev/null') // waiting takes no time here
  }

  addTool(name: string, script: string): void {
    rmSync(join(this.#bin, name), { force: true }) // never through the link to the machine's own tool
    writeFileSync(join(this.#bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }

  setSystem(name: string): void {
    this.addTool('uname', `echo '${name}'`)
  }

  setLockfile(text: string): void {
    writeFileSync(join(this.checkout, 'package-lock.json'), text)
  }

  removeLockfile(): void {
    rmSync(join(this.checkout, 'package-lock.json'))
  }

  /** A Node that says which it is, what it runs, and with what. */
  addNode(version: string): void {
    this.addTool('node', nodeScript(version))
  }

  /** An npm that installs into the folder it is run in; `first` is what it does before that. */
  addNpm(first = ''): void {
    const ownNode = join(this.folder, 'own-node')
    writeFileSync(ownNode, `#!/bin/sh\n${nodeScript(this.ownVersion)}\n`, { mode: 0o755 })
    this.addTool(
      'npm',
      [
        `echo "$*" >>'${this.#npmLog}'`,
        first,
        'mkdir -p node_modules/.bin',
        `if [ "$1" = install ]; then cp '${ownNode}' node_modules/.bin/node; fi`,
      ].join('\n'),
    )
  }

  /** What npm installs crashes from now on. */
  breakOwnNode(): void {
    writeFileSync(join(this.folder, 'own-node'), '#!/bin/sh\nkill -SEGV $$\n')
  }

  /** An npm that fails as the real one does. */
  addFailingNpm(message: string): void {
    this.addNpm(`echo 'npm error ${message}' >&2\nexit 1`)
  }

  /** The arguments of every call of npm so far. */
  npmCalls(): string[] {
    return readFileSync(this.#npmLog, 'utf8').split('\n').filter(Boolean)
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    return collect(this.start(args, options))
  }

  /** Starts the launcher in a process group of its own. */
  start(args: readonly string[], { cwd, env, command }: RunOptions = {}): ChildProcess {
    return spawn(command ?? this.launcher, args, {
      cwd: cwd ?? this.folder,
      env: { PATH: this.#bin, HOME: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
  }

  /** A named pipe: who reads from it waits for who writes to it. */
  addPipe(name: string): string {
    const path = join(this.folder, name)
    execFileSync('mkfifo', [path])
    return path
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function collect(child: ChildProcess): Promise<Run> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  await once(child, 'close')
  return { exitCode: child.exitCode, stdout, stderr }
}

/** Ends a process group as a crash of the machine would. */
export function killGroup(leader: ChildProcess): void {
  if (leader.pid !== undefined) process.kill(-leader.pid, 'SIGKILL')
}

/** The id of a process that has ended. */
export async function deadProcess(): Promise<number> {
  const child = spawn('true')
  await once(child, 'exit')
  return child.pid ?? 0
}

function nodeScript(version: string): string {
  return [
    `if [ "$1" = --version ]; then echo ${version}; exit; fi`,
    `echo "node ${version}"`,
    'echo "options $NODE_OPTIONS"',
    'echo "cwd $PWD"',
    'echo "path $PATH"',
    'for arg; do echo "arg $arg"; done',
    'if [ "$FAKE_EXIT" ]; then exit "$FAKE_EXIT"; fi',
  ].join('\n')
}
