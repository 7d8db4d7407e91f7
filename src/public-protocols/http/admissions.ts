import type { FileHash } from '../../domain/ids.ts'
import type { Admission, Asker, Gate } from '../gate.ts'

/**
 * Chunks of one answer that are decided on at once: as many as a downloader of ours asks for with a request (MAX_CHUNKS_PER_REQUEST), so that all of
 * them are counted in one durable write. What a client that leaves takes with it is out of the books again.
 */
const ADMITTED_AHEAD = 8

export interface AdmissionsOptions {
  readonly gate: Gate
  readonly asker: Asker
  readonly fileHash: FileHash
  readonly firstChunk: number
  readonly lastChunk: number
  /** Chunks wait for their turn to leave, and none may be counted that waits. */
  readonly isPaced: boolean
}

interface Asked {
  readonly chunkIndex: number
  readonly admission: Promise<Admission>
  /** Before its turn: that it was refused then says nothing of later. */
  readonly isAhead: boolean
}

/** The gate's decisions on the chunks of one answer, in their order. Of what is free each is asked for in its turn: there a decision writes nothing. */
export class Admissions {
  readonly #options: AdmissionsOptions
  readonly #width: number
  readonly #asked: Asked[] = []
  #gate: Gate
  #nextChunk: number

  constructor(options: AdmissionsOptions) {
    this.#options = options
    this.#width = options.asker.grant === undefined || options.isPaced ? 1 : ADMITTED_AHEAD
    this.#gate = options.gate
    this.#nextChunk = options.firstChunk
  }

  /** The decision on the next chunk. Whoever is given an admission ends it. */
  async next(): Promise<Admission> {
    const { lastChunk } = this.#options
    const turn = this.#asked[0]?.chunkIndex ?? this.#nextChunk
    while (this.#asked.length < this.#width && this.#nextChunk <= lastChunk) this.#ask(this.#nextChunk++, turn)
    const asked = this.#asked.shift()
    if (asked === undefined) throw new RangeError(`chunk ${turn} is behind the last one, ${lastChunk}`)
    const first = await asked.admission
    const { fileHash, asker } = this.#options
    const isLate = first.kind !== 'admitted' && asked.isAhead
    const admission = isLate ? await this.#gate.admit(asker, { fileHash, chunkIndex: asked.chunkIndex }) : first
    if (admission.kind === 'admitted') this.#gate = admission.further ?? this.#gate
    return admission
  }

  /** Nothing more leaves: what was admitted for it is given back. Never rejects. */
  async close(): Promise<void> {
    const giveBack = async ({ admission }: Asked): Promise<void> => {
      const decided = await admission
      if (decided.kind === 'admitted') await decided.finished(false)
    }
    await Promise.allSettled(this.#asked.splice(0).map(giveBack))
  }

  #ask(chunkIndex: number, turn: number): void {
    const { asker, fileHash, firstChunk, lastChunk } = this.#options
    const rest = chunkIndex === firstChunk ? { lastChunk } : {}
    const admission = this.#gate.admit(asker, { fileHash, chunkIndex, ...rest })
    admission.catch(() => {}) // whoever takes it sees it
    this.#asked.push({ chunkIndex, admission, isAhead: chunkIndex !== turn })
  }
}
