import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { runTool } from '../../../src/chain/geth/run-tool.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { delay, systemClock } from '../../../src/system/clock.ts'
import { type GuardedProcess, startGuarded } from '../../../src/system/guarded-process.ts'
import { AMULE_PORTS, amuleConf, EC_PASSWORD } from './amule-conf.ts'

/** How long aMule gets to start, or to hash a file. */
const READY_MS = 60_000
const POLL_MS = 500
/** aMule writes its lists when it ends. */
const STOP_GRACE_MS = 10_000
/** aMule at times stops reading and gives its source up after 100 s; our seeder calls it back 120 s after the last byte. */
const STALLED_MS = 180_000

/** A real aMule: the daemon of Debian's package, with a folder of its own. */
export class Amule {
  readonly folder: string
  readonly #inside: readonly string[]
  readonly #process: GuardedProcess

  private constructor(folder: string, inside: readonly string[], running: GuardedProcess) {
    this.folder = folder
    this.#inside = inside
    this.#process = running
  }

  /**
   * Starts one and waits until it takes commands. It ends with this process.
   *
   * @param inside what comes before a command that is to run where it does
   * @param files written into its folder before it starts, such as nodes.dat
   */
  static async start(options: {
    readonly folder: string
    readonly inside: readonly string[]
    readonly files?: Readonly<Record<string, Uint8Array>>
  }): Promise<Amule> {
    const { folder, inside, files = {} } = options
    await mkdir(join(folder, 'Temp'), { recursive: true })
    await mkdir(join(folder, 'Incoming'), { recursive: true })
    await writeFile(join(folder, 'amule.conf'), amuleConf(folder))
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    const [command = '', ...args] = [...inside, 'amuled', '-o', '-c', folder]
    const env = { ...process.env, HOME: folder }
    const running = await startGuarded({ command, args, env, logFile: join(folder, 'amuled.log') }, systemClock)
    const amule = new Amule(folder, inside, running)
    try {
      await amule.#until('aMule takes commands', READY_MS, async () => /^ > Kad:/m.test(await amule.command('status')))
    } catch (error) {
      await amule.stop()
      throw error
    }
    return amule
  }

  /** What amulecmd prints for one command; of a daemon that does not answer, why. */
  async command(text: string): Promise<string> {
    const ask = ['amulecmd', '-h', '127.0.0.1', '-p', String(AMULE_PORTS.ec), '-P', EC_PASSWORD, '-c', text]
    return (await this.#run(ask)).output
  }

  /** Shares a file, waits until aMule has hashed it, and returns its ed2k link as aMule's own tool makes it. */
  async share(path: string): Promise<string> {
    // Only now: aMule empties this list when it starts for the first time.
    await writeFile(join(this.folder, 'shareddir.dat'), `${dirname(path)}\n`)
    await this.command('reload shared')
    const shown = async (): Promise<boolean> => (await this.command('show shared')).includes(basename(path))
    await this.#until(`aMule shares ${path}`, READY_MS, shown)
    return this.linkOf(path)
  }

  async linkOf(path: string): Promise<string> {
    const { output } = await this.#run(['alcc', path])
    const link = /ed2k:\/\/\|file\|\S+/.exec(output)?.[0]
    if (link === undefined) throw new Error(`alcc printed no link: ${output}`)
    return link
  }

  /** Begins to download a link. */
  async add(link: string): Promise<void> {
    const answer = await this.command(`add ${link}`)
    if (!answer.includes('Operation was successful')) throw new Error(`aMule does not take ${link}: ${answer}`)
  }

  /** The bytes of a download once it is complete. @throws Error when nothing more comes */
  async downloaded(name: string): Promise<Uint8Array> {
    const path = join(this.folder, 'Incoming', name)
    let last = ''
    let since = systemClock.monotonic()
    for (;;) {
      if (await exists(path)) return readFile(path)
      const progress = await this.command('show dl')
      if (progress !== last) since = systemClock.monotonic()
      last = progress
      if (systemClock.monotonic() - since > STALLED_MS) throw new Error(`aMule does not get on with ${name}: ${last}`)
      await this.#pause()
    }
  }

  async stop(): Promise<void> {
    await this.#process.stop(STOP_GRACE_MS)
  }

  #run([command = '', ...args]: readonly string[]): ReturnType<typeof runTool> {
    const [program = '', ...rest] = [...this.#inside, command, ...args]
    return runTool({ command: program, args: rest, env: { ...process.env, HOME: this.folder } })
  }

  async #until(what: string, withinMs: number, isSo: () => Promise<boolean>): Promise<void> {
    const end = systemClock.monotonic() + withinMs
    while (!(await isSo())) {
      if (systemClock.monotonic() > end) throw new Error(`After ${withinMs / 1000} s it was not so that ${what}.`)
      await this.#pause()
    }
  }

  /** Between two looks; at once when aMule ended, which is an error. */
  async #pause(): Promise<void> {
    const ended = await Promise.race([this.#process.exited, delay(systemClock, POLL_MS)])
    if (ended === undefined) return
    const said = await readFile(join(this.folder, 'amuled.log'), 'utf8')
    throw new Error(`aMule ended. It is of the Debian packages amule-daemon and amule-utils. It said:\n${said}`)
  }
}

/** Is there a whole file? aMule moves a download here when it is complete. */
async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
