import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from '../../../src/chain/geth/run-tool.ts'

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
    await this.#make('switch')
    await this.#configure('switch', 'link', 'add', 'br0', 'type', 'bridge')
    await this.#configure('switch', 'link', 'set', 'br0', 'up')
  }

  /** A new name space with this address; returns a program that runs geth in it. */
  async add(options: { name: string; address: string; folder: string; geth: string }): Promise<string> {
    const { name, address, folder, geth } = options
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
    const program = join(folder, `geth-in-${name}`)
    await writeFile(program, `#!/bin/sh\nexec ip netns exec ${space} ${geth} "$@"\n`, { mode: 0o755 })
    return program
  }

  /** What comes before a command that is to run in a name space: its 127.0.0.1 is that of the geth there. */
  inside(name: string): string[] {
    return ['ip', 'netns', 'exec', `${this.#prefix}-${name}`]
  }

  /** Pulls the plug of one name space, or puts it in again. */
  plug(name: string, state: 'up' | 'down'): Promise<void> {
    return this.#configure('switch', 'link', 'set', name, state)
  }

  async end(): Promise<void> {
    for (const name of this.#names.splice(0)) await ip('netns', 'del', name)
  }

  async #make(name: string): Promise<void> {
    await ip('netns', 'add', `${this.#prefix}-${name}`)
    this.#names.push(`${this.#prefix}-${name}`)
  }

  #configure(name: string, ...args: string[]): Promise<void> {
    return ip('-n', `${this.#prefix}-${name}`, ...args)
  }
}

async function ip(...args: string[]): Promise<void> {
  const { exitCode, output } = await runTool({ command: 'ip', args })
  if (exitCode !== 0) throw new Error(`ip ${args.join(' ')}: ${output}`)
}
