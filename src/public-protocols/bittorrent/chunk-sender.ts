import { codeOf, messageOf } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import { type Clock, delay } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { RateLimit } from '../../system/rate-limit.ts'
import type { Admission, Asker, Gate } from '../gate.ts'
import type { SeederMetrics } from './metrics.ts'
import type { ServedTorrents } from './served-torrents.ts'
import type { Wire } from './wire.ts'
import type { Block } from './wire-message.ts'

export interface SendingParts {
  readonly torrents: ServedTorrents
  readonly gate: Gate
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: SeederMetrics
  /** A limit on all that this node sends, by whatever protocol. */
  readonly rate?: RateLimit | undefined
}

/** A chunk that was not admitted, or cannot be read any more. */
export type NotSent = Exclude<Admission, { kind: 'admitted' }>

export interface SenderHost {
  readonly wire: Wire
  readonly fileHash: FileHash
  asker(): Asker
  /** Chunks in memory at once. */
  atOnce(): number
  /** None of these blocks comes. */
  refused(pieceIndex: number, blocks: readonly Block[], why: NotSent): void
  /** For the moment there is nothing to send. */
  sent(): void
}

/** A chunk that is in work for one peer, from the gate's answer to its last block. */
interface Work {
  /** Asked for and not sent. */
  blocks: Block[]
  admission: Extract<Admission, { kind: 'admitted' }> | undefined
  chunk: Uint8Array | undefined
  sentBytes: number
  /** A block of it is on its way: whatever is cancelled now, that left. */
  isLeaving: boolean
}

/**
 * Sends one peer the blocks it asks for. The first block of a chunk that is asked for has the whole chunk admitted; its others leave by that. Chunks that are in
 * work are bounded, and the rest of the blocks wait as numbers.
 */
export class ChunkSender {
  readonly #parts: SendingParts
  readonly #host: SenderHost
  readonly #works = new Map<number, Work>()
  readonly #over = new AbortController()
  #waiting: Block[] = []
  #isSending = false
  #sentBytes = 0

  constructor(parts: SendingParts, host: SenderHost) {
    this.#parts = parts
    this.#host = host
  }

  /** Bytes of blocks that the peer took. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  /** Blocks asked for and not sent. */
  get pending(): number {
    return [...this.#works.values()].reduce((sum, { blocks }) => sum + blocks.length, this.#waiting.length)
  }

  /** Has anything been admitted that is still asked for? */
  get isBusy(): boolean {
    return [...this.#works.values()].some(({ blocks }) => blocks.length > 0)
  }

  ask(block: Block): void {
    const work = this.#works.get(block.pieceIndex)
    if (work === undefined) this.#waiting.push(block)
    else work.blocks.push(block)
    this.#goOn()
  }

  cancel(block: Block): void {
    const isOther = (other: Block): boolean =>
      other.pieceIndex !== block.pieceIndex || other.offset !== block.offset || other.length !== block.length
    this.#waiting = this.#waiting.filter(isOther)
    const work = this.#works.get(block.pieceIndex)
    if (work === undefined) return
    work.blocks = work.blocks.filter(isOther)
    if (isIdle(work) && work.sentBytes === 0) this.#finish(block.pieceIndex)
    this.#goOn()
  }

  /** Blocks that wait for their turn are not sent. @returns them */
  dropWaiting(): readonly Block[] {
    const dropped = this.#waiting
    this.#waiting = []
    return dropped
  }

  /** The connection is over. */
  end(): void {
    this.#over.abort()
    this.#waiting = []
    for (const pieceIndex of this.#works.keys()) this.#finish(pieceIndex)
  }

  #goOn(): void {
    this.#takeUp()
    if (!this.#isSending) void this.#send()
  }

  #takeUp(): void {
    for (let [first] = this.#waiting; first !== undefined && this.#hasRoom(); [first] = this.#waiting)
      this.#begin(first.pieceIndex)
  }

  /** Also by letting go of a chunk of which nothing more is asked for. One that is being read stays: its memory is taken. */
  #hasRoom(): boolean {
    if (this.#works.size < this.#host.atOnce()) return true
    for (const [pieceIndex, work] of this.#works) {
      if (!isIdle(work)) continue
      this.#finish(pieceIndex)
      return true
    }
    return false
  }

  #begin(pieceIndex: number): void {
    const isOfIt = (block: Block): boolean => block.pieceIndex === pieceIndex
    const blocks = this.#waiting.filter(isOfIt)
    this.#waiting = this.#waiting.filter((block) => !isOfIt(block))
    const work: Work = { blocks, admission: undefined, chunk: undefined, sentBytes: 0, isLeaving: false }
    this.#works.set(pieceIndex, work)
    void this.#prepare(pieceIndex, work).then(() => this.#goOn())
  }

  /** Has the chunk admitted, and reads it. Never rejects. */
  async #prepare(pieceIndex: number, work: Work): Promise<void> {
    const { torrents, gate, log } = this.#parts
    const { fileHash } = this.#host
    try {
      if (!(await this.#turnToSend())) return
      if (work.blocks.length === 0) return this.#finish(pieceIndex)
      const admission = await gate.admit(this.#host.asker(), { fileHash, chunkIndex: pieceIndex })
      // SPEC 12 §3: "The seeder MUST NOT send bytes of a chunk that was not admitted."
      if (admission.kind !== 'admitted') return this.#refuse(pieceIndex, work, admission)
      work.admission = admission
      if (this.#over.signal.aborted) return void (await admission.finished(false))
      const chunk = await torrents.read(fileHash, pieceIndex)
      if (this.#over.signal.aborted) return
      if (work.blocks.length === 0) return this.#finish(pieceIndex)
      this.#parts.rate?.take(chunk.byteLength)
      work.chunk = chunk
    } catch (error) {
      const reason = { file_hash: fileHash, code: codeOf(error), reason: messageOf(error) }
      log.warn(reason, 'A chunk that was asked for over BitTorrent cannot be read')
      this.#refuse(pieceIndex, work, { kind: 'refused', code: 'NOT_FOUND' })
    }
  }

  /** Resolves when the limit lets a chunk leave, before it is counted: none is owed that waits. False when the connection ended. */
  async #turnToSend(): Promise<boolean> {
    const { rate, clock } = this.#parts
    const { signal } = this.#over
    // Others may have taken what was free when the wait began.
    for (let waitMs = rate?.delayMs() ?? 0; waitMs > 0 && !signal.aborted; waitMs = rate?.delayMs() ?? 0)
      await delay(clock, waitMs, signal).catch(() => {})
    return !signal.aborted
  }

  #refuse(pieceIndex: number, work: Work, why: NotSent): void {
    this.#parts.metrics.chunksRefused.inc()
    const { blocks } = work
    work.blocks = []
    this.#finish(pieceIndex)
    if (!this.#over.signal.aborted) this.#host.refused(pieceIndex, blocks, why)
  }

  /** One loop a connection: each block waits until the peer took those before. */
  async #send(): Promise<void> {
    this.#isSending = true
    for (let next = this.#nextBlock(); next !== undefined; next = this.#nextBlock()) {
      const { block, work, chunk } = next
      const { pieceIndex, offset, length } = block
      const bytes = chunk.subarray(offset, offset + length)
      const goesOn = this.#host.wire.send({ kind: 'piece', pieceIndex, offset, bytes })
      work.isLeaving = true
      if (!goesOn && !(await this.#host.wire.whenDrained())) break
      work.isLeaving = false
      work.blocks = work.blocks.filter((other) => other !== block) // it may have been cancelled meanwhile
      work.sentBytes += bytes.byteLength
      this.#count(bytes.byteLength)
      if (work.sentBytes >= chunk.byteLength) {
        // Who asks for a block twice has the chunk admitted twice.
        this.#waiting.push(...work.blocks.splice(0))
        this.#finish(pieceIndex)
      }
      this.#takeUp()
    }
    this.#isSending = false
    if (!this.#over.signal.aborted) this.#host.sent()
  }

  #count(bytes: number): void {
    const { bytesSent, bytesSentGranted } = this.#parts.metrics
    this.#sentBytes += bytes
    bytesSent.inc(bytes)
    if (this.#host.asker().grant !== undefined) bytesSentGranted.inc(bytes)
  }

  /** Of the chunk that is longest in work. */
  #nextBlock(): { readonly block: Block; readonly work: Work; readonly chunk: Uint8Array } | undefined {
    for (const work of this.#works.values()) {
      const { chunk } = work
      const block = chunk === undefined ? undefined : work.blocks[0]
      if (chunk !== undefined && block !== undefined) return { block, work, chunk }
    }
    return undefined
  }

  /** SPEC 12 §3: a chunk is owed of which something left and nothing that was asked for did not. */
  #finish(pieceIndex: number): void {
    const work = this.#works.get(pieceIndex)
    if (work === undefined) return
    this.#works.delete(pieceIndex)
    const left = work.sentBytes > 0 && work.blocks.length === 0
    if (left) this.#parts.metrics.chunksSent.inc()
    void work.admission?.finished(left)
  }
}

/** In memory, and nothing more of it is asked for. */
function isIdle({ blocks, chunk, isLeaving }: Work): boolean {
  return chunk !== undefined && blocks.length === 0 && !isLeaving
}
