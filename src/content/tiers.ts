import { join, relative, sep } from 'node:path'
import { codeOf, messageOf } from '../domain/errors.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import type { ContentStore } from './content-store.ts'
import type { ContentMetrics } from './metrics.ts'
import type { StoredFile } from './stored-file.ts'
import { TierHeat } from './tier-heat.ts'
import { planMove, type Tier, type TierFile } from './tier-plan.ts'

/** How often it is seen to what should move: soon enough for a file that becomes popular, and nearly nothing in between. */
export const LOOK_MS = 60_000
/** A file that could not be moved, and a disk that was full, are left alone for so long. */
export const RETRY_MS = 60 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000

export interface TierFolder {
  /** Absolute. */
  readonly folder: string
  /** The most that files this node downloaded there may take. */
  readonly limitBytes: number
}

export interface TiersOptions {
  readonly fast: TierFolder
  readonly large: TierFolder
  /** In both directions together: each wears the fast disk and takes time from readers. */
  readonly movesPerHour: number
}

export interface TiersParts {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: ContentMetrics
}

/** Keeps those downloads that are asked for most in the fast folder, and the others in the large one. */
export class Tiers {
  readonly #parts: TiersParts
  readonly #options: TiersOptions
  readonly #heat: TierHeat
  readonly #stopping = new AbortController()
  /** When the moves of the last hour began, and until when what failed is left alone: a path, or a folder whose disk is full. */
  readonly #begun: number[] = []
  readonly #resting = new Map<string, number>()
  #content: Pick<ContentStore, 'downloaded' | 'move'> | undefined
  #looking: Promise<void> | undefined
  #cancel = (): void => {}

  constructor(parts: TiersParts, options: TiersOptions) {
    this.#parts = parts
    this.#options = options
    this.#heat = new TierHeat(parts.clock)
  }

  /** The store read a chunk from the disk. */
  noteRead(path: string, sizeBytes: number): void {
    const tier = this.#tierOf(path)
    if (tier === undefined) return
    this.#heat.note(path, sizeBytes)
    const { fastHits, fastMisses } = this.#parts.metrics
    if (tier === 'fast') fastHits.inc()
    else fastMisses.inc()
  }

  start(content: Pick<ContentStore, 'downloaded' | 'move'>): void {
    this.#content = content
    this.#schedule()
  }

  /** Ends a move under way; the file is then where it was. Stopping twice is fine. */
  async stop(): Promise<void> {
    this.#cancel()
    this.#stopping.abort()
    await this.#looking
  }

  usedBytes(tier: Tier): number {
    return sumOf(this.#files(), tier)
  }

  #schedule(): void {
    if (this.#stopping.signal.aborted) return
    this.#cancel = this.#parts.clock.schedule(LOOK_MS, () => {
      this.#looking = this.#look().finally(() => this.#schedule())
    })
  }

  async #look(): Promise<void> {
    const files = this.#files()
    this.#heat.keep(new Set(files.map(({ path }) => path)))
    while (!this.#stopping.signal.aborted && this.#mayMove()) {
      const file = this.#next()
      if (file === undefined) return
      await this.#move(file)
    }
  }

  #next(): (StoredFile & TierFile) | undefined {
    const files = this.#files()
    const movable = files.filter(({ path }) => !this.#isResting(path))
    const limitOf = (tier: Tier): number => {
      const { folder, limitBytes } = this.#options[tier]
      // A disk that is full has no room, and nothing has to leave it for that.
      const limit = this.#isResting(folder) ? sumOf(files, tier) : limitBytes
      return limit - (sumOf(files, tier) - sumOf(movable, tier))
    }
    const next = planMove(movable, { fast: limitOf('fast'), large: limitOf('large') })
    return movable.find((file) => file === next)
  }

  async #move(file: StoredFile & TierFile): Promise<void> {
    const { clock, log, metrics } = this.#parts
    const to = file.tier === 'fast' ? 'large' : 'fast'
    const toPath = join(this.#options[to].folder, relative(this.#options[file.tier].folder, file.path))
    this.#begun.push(clock.monotonic())
    try {
      await this.#content?.move(file, toPath, this.#stopping.signal)
      this.#heat.moved(file.path, toPath)
      metrics.movedBytes.inc(file.sizeBytes)
      if (to === 'fast') metrics.promotions.inc()
      else metrics.demotions.inc()
      log.debug({ path: file.path, toPath }, 'moved a file to where it is read best')
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      metrics.movesFailed.inc()
      const resting = codeOf(error) === 'DISK_FULL' ? this.#options[to].folder : file.path
      this.#resting.set(resting, clock.monotonic() + RETRY_MS)
      log.warn({ path: file.path, toPath, code: codeOf(error) }, `a file was not moved: ${messageOf(error)}`)
    }
  }

  #mayMove(): boolean {
    const now = this.#parts.clock.monotonic()
    while ((this.#begun[0] ?? now) <= now - HOUR_MS) this.#begun.shift()
    return this.#begun.length < this.#options.movesPerHour
  }

  #isResting(what: string): boolean {
    const until = this.#resting.get(what) ?? 0
    if (until > this.#parts.clock.monotonic()) return true
    this.#resting.delete(what)
    return false
  }

  #files(): (StoredFile & TierFile)[] {
    return (this.#content?.downloaded() ?? []).flatMap((file) => {
      const tier = this.#tierOf(file.path)
      return tier === undefined ? [] : [{ ...file, tier, heat: this.#heat.of(file.path, file.sizeBytes) }]
    })
  }

  #tierOf(path: string): Tier | undefined {
    const isIn = (folder: string): boolean => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
    const { fast, large } = this.#options
    return isIn(fast.folder) ? 'fast' : isIn(large.folder) ? 'large' : undefined
  }
}

function sumOf(files: readonly TierFile[], tier: Tier): number {
  return files.reduce((bytes, file) => bytes + (file.tier === tier ? file.sizeBytes : 0), 0)
}
