import { Bitfield } from '../../domain/bitfield.ts'

/** Names a source inside one download. */
export type SourceKey = string

/** One decision: ask `source` for `chunkIndex`. */
export interface Pick {
  readonly chunkIndex: number
  /** The seeder has counted this chunk already (it was lost in a crash): asking again costs nothing more. */
  readonly resend: boolean
  /** Another source has it in flight for too long; whoever comes first is paid, the other is cancelled. */
  readonly hedge: boolean
  /** The source sends it no more for nothing, and nobody else offers it. While it is under way there nothing else is. */
  readonly lastResort?: true
}

/** Which order chunks are asked for in. `rarest` keeps a swarm healthy, `sequential` lets a file be played while it comes. */
export type PickOrder = 'rarest' | 'sequential'

/**
 * In file order no chunk is asked for that is so far beyond the first missing one: 16 MiB, more than a player reads ahead. Whoever is
 * quicker than that helps with what is missing.
 */
export const SEQUENTIAL_WINDOW = 64

/**
 * With so many set aside a source is asked for nothing else until they are had: of a file that was lost whole all chunks may be refused, and a payee
 * ends a stream after 256 refusals in a row.
 */
export const MAX_ASIDE = 64

/** Which chunks a source said it has. */
export interface Holdings {
  readonly length: number
  readonly count: number
  has(chunkIndex: number): boolean
}

interface SourceState {
  /** Grows when the source says that it has more. */
  readonly holdings: Holdings
  /** Chunks of it that are counted as available. */
  readonly counted: Bitfield
  /** Chunks it said it has and then could not give. */
  readonly lacking: Set<number>
  /** Chunks this seeder had already committed for us and that we lack: asked for first. */
  readonly owed: Set<number>
  /** Chunks of these that it sends no more for nothing: others are asked first. */
  readonly aside: Set<number>
  /** The one of them that is under way all the same. */
  resorting: number | undefined
  readonly inFlight: Map<number, number>
}

/**
 * Decides which chunk each source is asked for next. Pure: time comes as an argument, nothing is awaited.
 *
 * A chunk is in flight at one source only, except when it stalls there: then one other source may be asked too.
 */
export class Picker {
  readonly #count: number
  readonly #have: Bitfield
  readonly #order: PickOrder
  readonly #stallMs: number
  readonly #sources = new Map<SourceKey, SourceState>()
  readonly #availability: Uint32Array
  readonly #askers = new Map<number, Set<SourceKey>>()
  /** Every chunk below this index is held or in flight: keeps picking cheap for large files. */
  #cursor = 0
  /** Every chunk below this index is held. */
  #heldBelow = 0

  constructor(options: { have: Bitfield; stallMs: number; order?: PickOrder }) {
    this.#count = options.have.length
    this.#have = options.have
    this.#stallMs = options.stallMs
    this.#order = options.order ?? 'rarest'
    this.#availability = new Uint32Array(this.#count)
  }

  get complete(): boolean {
    return this.#have.complete
  }

  addSource(source: SourceKey, holdings: Holdings, owed: Iterable<number> = []): void {
    this.removeSource(source)
    const lacking = [...owed].filter((chunkIndex) => chunkIndex < this.#count && !this.#have.has(chunkIndex))
    const counted = new Bitfield(this.#count)
    const state: SourceState = {
      ...{ holdings, counted, lacking: new Set(), owed: new Set(lacking) },
      ...{ aside: new Set(), resorting: undefined, inFlight: new Map() },
    }
    this.#sources.set(source, state)
    this.#recount(state)
    this.#cursor = 0
  }

  /** Forgets a source; what it had in flight may be asked for elsewhere at once. */
  removeSource(source: SourceKey): void {
    const state = this.#sources.get(source)
    if (state === undefined) return
    for (const chunkIndex of state.inFlight.keys()) this.#release(source, chunkIndex)
    this.#sources.delete(source)
    for (let i = 0; i < this.#count; i++)
      if (state.counted.has(i) && !state.lacking.has(i) && !state.aside.has(i)) this.#add(i, -1)
  }

  /**
   * The next chunk for `source`, marked as in flight there; `undefined` when it has nothing to do now. `othersMayJoin`: what only this source
   * offers so far may be offered by another yet.
   */
  next(source: SourceKey, now: number, { othersMayJoin = false } = {}): Pick | undefined {
    const state = this.#sources.get(source)
    if (state === undefined || state.resorting !== undefined) return undefined
    if (state.holdings.count > state.counted.count) this.#recount(state)
    const usual = state.aside.size < MAX_ASIDE ? this.#usual(source, state, now) : undefined
    if (usual !== undefined || othersMayJoin) return usual
    const last = this.#lastResort(state)
    if (last === undefined) return undefined
    state.resorting = last
    return this.#take(source, state, { chunkIndex: last, resend: false, hedge: false, lastResort: true }, now)
  }

  #usual(source: SourceKey, state: SourceState, now: number): Pick | undefined {
    for (const chunkIndex of state.owed) {
      state.owed.delete(chunkIndex)
      if (this.#have.has(chunkIndex) || this.#askers.has(chunkIndex)) continue
      return this.#take(source, state, { chunkIndex, resend: true, hedge: false }, now)
    }
    const fresh = this.#fresh(state)
    if (fresh !== undefined) return this.#take(source, state, { chunkIndex: fresh, resend: false, hedge: false }, now)
    const stalled = this.#stalled(source, state, now)
    if (stalled !== undefined)
      return this.#take(source, state, { chunkIndex: stalled, resend: false, hedge: true }, now)
    return undefined
  }

  /** The chunk is held now. Returns the other sources that still have it in flight: their requests are to be cancelled. */
  held(chunkIndex: number): SourceKey[] {
    this.#have.add(chunkIndex)
    const others = this.askers(chunkIndex)
    for (const source of others) this.#release(source, chunkIndex)
    return others
  }

  /** The sources that have the chunk in flight. */
  askers(chunkIndex: number): SourceKey[] {
    return [...(this.#askers.get(chunkIndex) ?? [])]
  }

  /** The request failed or was cancelled. With `lacks` the source is not asked for this chunk again. */
  failed(source: SourceKey, chunkIndex: number, options: { lacks?: boolean; resend?: boolean } = {}): void {
    const state = this.#sources.get(source)
    this.#release(source, chunkIndex)
    if (state === undefined) return
    if (options.resend === true) state.owed.add(chunkIndex)
    if (options.lacks !== true || state.lacking.has(chunkIndex)) return
    if (offers(state, chunkIndex)) this.#add(chunkIndex, -1)
    state.lacking.add(chunkIndex)
  }

  /** The source sends the chunk no more for nothing: it is asked for elsewhere, and here when nobody else is left. */
  setAside(source: SourceKey, chunkIndex: number): void {
    const state = this.#sources.get(source)
    this.#release(source, chunkIndex)
    if (state === undefined || !offers(state, chunkIndex)) return
    state.aside.add(chunkIndex)
    this.#add(chunkIndex, -1)
  }

  /** A chunk that was set aside and that nobody offers; not before everything else of the source has come, and is counted. */
  #lastResort({ aside, lacking, inFlight }: SourceState): number | undefined {
    if (inFlight.size > 0) return undefined
    const others = [...this.#sources.values()]
    for (const chunkIndex of aside) {
      if (this.#have.has(chunkIndex)) aside.delete(chunkIndex)
      else if (!this.#askers.has(chunkIndex) && !lacking.has(chunkIndex))
        if (!others.some((other) => offers(other, chunkIndex))) return chunkIndex
    }
    return undefined
  }

  #fresh(state: SourceState): number | undefined {
    while (this.#cursor < this.#count && (this.#have.has(this.#cursor) || this.#askers.has(this.#cursor)))
      this.#cursor++
    let best: number | undefined
    const end = this.#order === 'sequential' ? this.#windowEnd() : this.#count
    for (let i = this.#cursor; i < end; i++) {
      if (this.#have.has(i) || this.#askers.has(i) || !offers(state, i)) continue
      if (this.#order === 'sequential' || this.#availability[i] === 1) return i
      if (best === undefined || (this.#availability[i] ?? 0) < (this.#availability[best] ?? 0)) best = i
      // Every source has everything: the first is as rare as any.
      if (this.#availability[i] === this.#sources.size && this.#uniform()) return best
    }
    return best
  }

  /** Counts what the source has and was not counted yet. */
  #recount({ holdings, counted }: SourceState): void {
    for (let i = 0; i < this.#count; i++) {
      if (!holdings.has(i) || counted.has(i)) continue
      counted.add(i)
      this.#add(i, 1)
    }
  }

  #windowEnd(): number {
    while (this.#heldBelow < this.#count && this.#have.has(this.#heldBelow)) this.#heldBelow++
    return Math.min(this.#count, this.#heldBelow + SEQUENTIAL_WINDOW)
  }

  /** All sources are complete, so no chunk is rarer than another. */
  #uniform(): boolean {
    for (const { holdings, lacking, aside } of this.#sources.values())
      if (holdings.count < this.#count || lacking.size + aside.size > 0) return false
    return true
  }

  #stalled(source: SourceKey, state: SourceState, now: number): number | undefined {
    let oldest: { chunkIndex: number; askedAt: number } | undefined
    for (const [other, { inFlight }] of this.#sources) {
      if (other === source) continue
      for (const [chunkIndex, askedAt] of inFlight) {
        if (now - askedAt < this.#stallMs || !offers(state, chunkIndex)) continue
        if ((this.#askers.get(chunkIndex)?.size ?? 0) > 1) continue
        if (oldest === undefined || askedAt < oldest.askedAt) oldest = { chunkIndex, askedAt }
      }
    }
    return oldest?.chunkIndex
  }

  #take(source: SourceKey, state: SourceState, pick: Pick, now: number): Pick {
    state.inFlight.set(pick.chunkIndex, now)
    const askers = this.#askers.get(pick.chunkIndex)
    if (askers === undefined) this.#askers.set(pick.chunkIndex, new Set([source]))
    else askers.add(source)
    return pick
  }

  #release(source: SourceKey, chunkIndex: number): void {
    const state = this.#sources.get(source)
    state?.inFlight.delete(chunkIndex)
    if (state?.resorting === chunkIndex) state.resorting = undefined
    const askers = this.#askers.get(chunkIndex)
    if (askers === undefined) return
    askers.delete(source)
    if (askers.size > 0) return
    this.#askers.delete(chunkIndex)
    this.#cursor = Math.min(this.#cursor, chunkIndex)
  }

  #add(chunkIndex: number, difference: number): void {
    // A source may have come to hold it since it joined, and so was never counted.
    this.#availability[chunkIndex] = Math.max(0, (this.#availability[chunkIndex] ?? 0) + difference)
  }
}

function offers(state: SourceState, chunkIndex: number): boolean {
  return state.holdings.has(chunkIndex) && !state.lacking.has(chunkIndex) && !state.aside.has(chunkIndex)
}
