import type { Wei } from '../../src/domain/amount.ts'
import { type PeerIdText, peerIdText } from '../../src/domain/ids.ts'
import type { FailPoints } from '../../src/system/fail-points.ts'
import type { FileSystem } from '../../src/system/file-system.ts'
import type { Logger } from '../../src/system/logger.ts'
import type { Signer } from '../../src/system/signer.ts'
import { MemoryFileSystem } from '../support/memory-file-system.ts'
import type { Chance } from './chance.ts'
import { Life } from './life.ts'
import type { Scheduler } from './scheduler.ts'
import type { SimulatedChain } from './simulated-chain.ts'
import { Journal, SimulatedDatabase } from './simulated-database.ts'
import { openDisk } from './simulated-disk.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import { createWallet, type Wallet } from './simulated-wallet.ts'

/** What all machines of a run share. */
export interface Surroundings {
  readonly scheduler: Scheduler
  readonly chain: SimulatedChain
  readonly network: SimulatedNetwork
  /** How long one question to the chain takes; `undefined` while the chain does not answer. */
  readonly rpcMs: () => number | undefined
  readonly headMs: () => number | undefined
  /** What must not happen to an honest node. */
  readonly violated: (what: string) => void
}

/** When a machine dies: at its so-many-th durable effect, before the disk took it or after, and before anybody heard of it. */
export interface CrashPoint {
  readonly effect: number
  readonly when: 'before' | 'after'
  /** How long it stays down. */
  readonly downMs: number
}

/** What one life of a machine has of the outside world. */
export interface MachineParts {
  readonly life: Life
  readonly database: SimulatedDatabase
  readonly fileSystem: FileSystem
  readonly wallet: Wallet
  readonly log: Logger
  readonly failPoints: FailPoints
}

/** A computer with a disk and a wallet, on which a program lives, dies and lives again. */
export class Machine {
  readonly name: string
  readonly peerId: PeerIdText
  readonly signer: Signer
  readonly chance: Chance
  files = new MemoryFileSystem()
  #journal = new Journal()
  /** It lost its disk: what its books say is not what it did. */
  isAmnesiac = false
  /** Whether it runs what it should; a liar's own troubles are of no interest. */
  readonly honest: boolean
  /** Durable effects so far: syncs, renames, and the product's own fail-points. */
  effects = 0
  crashes = 0
  readonly #world: Surroundings
  readonly #program: (parts: MachineParts) => Promise<void>
  #crashPoints: readonly CrashPoint[] = []
  #parts: MachineParts | undefined
  readonly #databases: SimulatedDatabase[] = []

  constructor(
    world: Surroundings,
    options: {
      readonly name: string
      readonly signer: Signer
      readonly chance: Chance
      readonly honest: boolean
      readonly program: (parts: MachineParts) => Promise<void>
    },
  ) {
    this.#world = world
    this.name = options.name
    this.peerId = peerIdText(options.name)
    this.signer = options.signer
    this.chance = options.chance
    this.honest = options.honest
    this.#program = options.program
  }

  balance(): Wei {
    return this.#world.chain.balance(this.signer.address)
  }

  get running(): boolean {
    return this.#parts?.life.alive === true
  }

  set crashPoints(points: readonly CrashPoint[]) {
    this.#crashPoints = points
  }

  boot(): void {
    const parts = this.#begin()
    this.#world.scheduler.note(`${this.name}: starts`)
    this.#program(parts).catch((error: unknown) => {
      if (!parts.life.alive) return
      // A node that cannot start, for want of the chain say, ends; somebody starts it again.
      this.#world.scheduler.note(`${this.name}: did not start: ${String(error)}`)
      this.crash(5_000)
    })
  }

  /** As `kill -9` or a loss of power: what was not synced is lost, but for what the disk happened to have taken. */
  crash(downMs: number): void {
    const parts = this.#parts
    if (parts?.life.alive !== true) return
    this.#world.scheduler.note(`${this.name}: dies at effect ${this.effects}, for ${Math.round(downMs)} ms`)
    this.crashes++
    const share = this.chance.pick([0, 0.5, 1])
    const keep = (): boolean => this.chance.happens(share)
    parts.life.end()
    const { faults } = this.#world.scheduler
    const commits = parts.database.crash(keep)
    faults.count('a machine died')
    faults.count('a commit that was not synced was lost', commits.lost)
    faults.count('a commit that was not synced was kept', commits.kept)
    faults.count('a write to a file that was not synced was lost', this.files.crash(keep).lost)
    this.#world.scheduler.after(downMs, () => this.boot())
  }

  loseDisk(downMs: number): void {
    this.crash(downMs)
    this.isAmnesiac = true
    this.#journal = new Journal()
    this.files = new MemoryFileSystem()
  }

  /** Frees what its lives held. */
  dispose(): void {
    this.#parts?.life.end()
    for (const database of this.#databases) database.close()
  }

  #begin(): MachineParts {
    const { scheduler, chain, rpcMs, headMs } = this.#world
    const { chance, files, signer } = this
    const life = new Life(scheduler)
    const synced = (): void => this.#effect('after')
    const database = new SimulatedDatabase({
      life,
      journal: this.#journal,
      syncMs: () => chance.between(0.1, 4),
      beforeSync: () => {
        this.effects++
        this.#dieIf('before')
        return life.alive
      },
      synced: () => this.#dieIf('after'),
    })
    this.#databases.push(database)
    const parts: MachineParts = {
      life,
      database,
      fileSystem: openDisk({ life, files, delayMs: () => chance.between(0.05, 3), synced }),
      wallet: createWallet({ life, database, chain, account: signer.address, rpcMs, headMs }),
      log: this.#logger(life),
      failPoints: {
        hit: () => {
          if (life.alive) synced()
        },
      },
    }
    this.#parts = parts
    return parts
  }

  #effect(when: CrashPoint['when']): void {
    this.effects++
    this.#dieIf(when)
  }

  #dieIf(when: CrashPoint['when']): void {
    const point = this.#crashPoints.find((candidate) => candidate.effect === this.effects && candidate.when === when)
    if (point === undefined) return
    this.#world.scheduler.faults.count('a machine died at a durable effect')
    this.crash(point.downMs)
  }

  #logger(life: Life): Logger {
    const { scheduler, violated } = this.#world
    const say = (level: string) => (fields: Record<string, unknown>, message: string) => {
      if (life.alive) scheduler.note(`${this.name}: ${level}: ${message}${reasonIn(fields)}`)
    }
    const logger: Logger = {
      debug: () => {},
      info: say('info'),
      warn: say('warn'),
      error: (fields, message) => {
        say('error')(fields, message)
        // An error is what the operator of a node must repair: nothing here is broken but the network and the other side.
        if (life.alive && this.honest) violated(`${this.name} logs an error: ${message}${reasonIn(fields)}`)
      },
      child: () => logger,
    }
    return logger
  }
}

function reasonIn(fields: Record<string, unknown>): string {
  const reason = fields['err'] ?? fields['reason'] ?? fields['code']
  return reason === undefined ? '' : `: ${String(reason)}`
}
