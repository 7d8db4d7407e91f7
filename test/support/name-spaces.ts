import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from '../../src/chain/geth/run-tool.ts'
import { codeOf } from '../../src/domain/errors.ts'

/** The network of those that are in no other. */
const INTERNET = 'br0'

/** A device of a name space in a network of this name. */
export interface NetworkDevice {
  readonly device: string
  readonly network: string
  readonly address: string
}

/** A network in which every node has a name space and an address of its own, as machines have, joined by one switch. */
export class NameSpaces {
  readonly #prefix = `chiral-${process.pid}`
  readonly #names: string[] = []
  readonly #bridges = new Set<string>()

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
    await this.#makeBridge(INTERNET)
  }

  /** A new name space with this address. */
  async add(name: string, address: string): Promise<void> {
    await this.#make(name)
    await this.#join(name, { plug: name, device: 'eth0', bridge: INTERNET, address })
    await this.#configure(name, 'link', 'set', 'lo', 'up')
  }

  /** One more device, of this name, and its address in another network, as routers have. */
  async addDevice(name: string, { device, network, address }: NetworkDevice): Promise<void> {
    if (!this.#bridges.has(network)) await this.#makeBridge(network)
    await this.#join(name, { plug: `${name}-${device}`, device, bridge: network, address })
  }

  /** A new name space in another network, whose way out is a router in it. */
  async addBehind(name: string, { router, ...device }: NetworkDevice & { readonly router: string }): Promise<void> {
    await this.#make(name)
    await this.addDevice(name, device)
    await this.#configure(name, 'link', 'set', 'lo', 'up')
    await this.#configure(name, 'route', 'add', 'default', 'via', router)
  }

  async #join(
    name: string,
    { plug, device, bridge, address }: { plug: string; device: string; bridge: string; address: string },
  ): Promise<void> {
    const [space, switched] = [`${this.#prefix}-${name}`, `${this.#prefix}-switch`]
    await ip('link', 'add', device, 'netns', space, 'type', 'veth', 'peer', 'name', plug, 'netns', switched)
    await this.#configure('switch', 'link', 'set', plug, 'master', bridge, 'up')
    await this.#configure(name, 'addr', 'add', `${address}/24`, 'dev', device)
    await this.#configure(name, 'link', 'set', device, 'up')
  }

  async #makeBridge(bridge: string): Promise<void> {
    await this.#configure('switch', 'link', 'add', bridge, 'type', 'bridge')
    await this.#configure('switch', 'link', 'set', bridge, 'up')
    this.#bridges.add(bridge)
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
    this.#bridges.clear()
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
