import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from '../../src/chain/geth/run-tool.ts'
import { codeOf } from '../../src/domain/errors.ts'

/** A network in which every node has a name space and an address of its own, as machines have, joined by one switch. */
export class NameSpaces {
  readonly #prefix = `chiral-${process.pid}`
  readonly #names: string[] = []

  /** False where this user may not make any. */
  static async areAllowed(): Promise<boolean> {
    const name = `chiral-${process.pid}-probe`
    const made = await ip('netns', 'add', name).then(
      () => true,
      () => false,
    )
    if (made) await ip('netns', 'del', name)
    return made
  }

  async begin(): Promise<void> {
    await removeAbandoned()
    await this.#make('switch')
    await this.#configure('switch', 'link', 'add', 'br0', 'type', 'bridge')
    await this.#configure('switch', 'link', 'set', 'br0', 'up')
  }

  /** A new name space with this address. */
  async add(name: string, address: string): Promise<void> {
    await this.#make(name)
    const space = `${this.#prefix}-${name}`
    await ip(
      'link',
      'add',
      'eth0',
      'netns',
      space,
      'type',
      'veth',
      'peer',
      'name',
      name,
      'netns',
      `${this.#prefix}-switch`,
    )
    await this.#configure('switch', 'link', 'set', name, 'master', 'br0', 'up')
    await this.#configure(name, 'addr', 'add', `${address}/24`, 'dev', 'eth0')
    await this.#configure(name, 'link', 'set', 'eth0', 'up')
    await this.#configure(name, 'link', 'set', 'lo', 'up')
  }

  /** Writes a program into `folder` that runs another one in a name space. */
  async program(name: string, { folder, runs }: { folder: string; runs: string }): Promise<string> {
    const path = join(folder, `in-${name}`)
    await writeFile(path, `#!/bin/sh\nexec ${this.inside(name).join(' ')} ${runs} "$@"\n`, { mode: 0o755 })
    return path
  }

  /** What comes before a command that is to run in a name space: its 127.0.0.1 is that of the name space. */
  inside(name: string): string[] {
    return ['ip', 'netns', 'exec', `${this.#prefix}-${name}`]
  }

  /** Pulls the plug of one name space, or puts it in again. */
  async plug(name: string, state: 'up' | 'down'): Promise<void> {
    await this.#configure('switch', 'link', 'set', name, state)
  }

  async end(): Promise<void> {
    for (const name of this.#names.splice(0)) await ip('netns', 'del', name)
  }

  async #make(name: string): Promise<void> {
    await ip('netns', 'add', `${this.#prefix}-${name}`)
    this.#names.push(`${this.#prefix}-${name}`)
  }

  async #configure(name: string, ...args: string[]): Promise<void> {
    await ip('-n', `${this.#prefix}-${name}`, ...args)
  }
}

/** What a process made that was killed before it could clean up. */
async function removeAbandoned(): Promise<void> {
  for (const [name, pid] of (await ip('netns', 'list')).matchAll(/^chiral-(\d+)-\S+/gm))
    if (!isAlive(Number(pid))) await ip('netns', 'del', name)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

async function ip(...args: string[]): Promise<string> {
  const { exitCode, output } = await runTool({ command: 'ip', args })
  if (exitCode !== 0) throw new Error(`ip ${args.join(' ')}: ${output}`)
  return output
}
