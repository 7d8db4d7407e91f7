import type { FileHash } from '../domain/ids.ts'
import type { ChunkSource } from '../in-band/chunk-source.ts'
import { type Have, RangeSet, rangesOfIndexes } from '../in-band/have.ts'
import { MAX_HAVE_RANGES } from '../in-band/limits.ts'
import type { Clock } from '../system/clock.ts'
import { HAVE_DELAY_MS, MAX_QUOTED_FILES } from './protocol.ts'

/** Tells one payer about chunks that this node gained of the files it asked about, several together. */
export class HaveAnnouncer {
  readonly #chunks: ChunkSource
  readonly #clock: Clock
  readonly #announce: (have: Have) => void
  /** Per file: what was gained and not yet told. */
  readonly #files = new Map<FileHash, Set<number>>()
  #unsubscribe: (() => void) | undefined
  #cancelTimer: (() => void) | undefined

  constructor(options: { chunks: ChunkSource; clock: Clock; announce: (have: Have) => void }) {
    this.#chunks = options.chunks
    this.#clock = options.clock
    this.#announce = options.announce
  }

  /** The payer was told what is held of this file now, and wants to hear of more. */
  watch(fileHash: FileHash): void {
    const held = this.#chunks.have(fileHash)
    if (held === undefined || held.count === held.length || this.#files.size >= MAX_QUOTED_FILES) return
    this.#files.set(fileHash, this.#files.get(fileHash) ?? new Set())
    this.#unsubscribe ??= this.#chunks.onChunk?.((file, chunkIndex) => this.#gained(file, chunkIndex))
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#cancelTimer?.()
    this.#files.clear()
  }

  #gained(fileHash: FileHash, chunkIndex: number): void {
    const gained = this.#files.get(fileHash)
    if (gained === undefined) return
    gained.add(chunkIndex)
    this.#cancelTimer ??= this.#clock.schedule(HAVE_DELAY_MS, () => {
      this.#cancelTimer = undefined
      this.#tell()
    })
  }

  #tell(): void {
    for (const [fileHash, gained] of this.#files) {
      const length = this.#chunks.have(fileHash)?.length
      if (gained.size === 0 || length === undefined) continue
      this.#announce({ fileHash, chunks: new RangeSet(length, rangesOfIndexes(gained).slice(0, MAX_HAVE_RANGES)) })
      gained.clear()
    }
  }
}
