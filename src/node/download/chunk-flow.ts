import { verifyChunk } from '../../content/verifier.ts'
import { addWei, subtractWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { chunkCount, chunkLength } from '../../domain/chunk.ts'
import type { Address } from '../../domain/ids.ts'
import { chunkPrice } from '../../domain/price.ts'
import type { ChunkClient, QuotedFile } from '../../in-band/chunk-client.ts'
import type { ChunkRef } from '../../in-band/payments.ts'
import type { Clock } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { DownloadDependencies, DownloadJob, PreparedFile, WriterHandle } from './dependencies.ts'
import { type Pick, Picker } from './picker.ts'
import { depositFor, missingPrice } from './plan.ts'
import type { Source } from './source.ts'
import type { LateChunk, SourceChannel, SourceHost } from './source-host.ts'

/** The chunks of one download between its sources and its file: who is asked for what, and what counts. */
export class ChunkFlow implements SourceHost {
  readonly fileHash: ChunkRef['fileHash']
  readonly sizeBytes: number
  readonly window: number
  readonly maxPrice: Wei | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly count: number
  readonly #file: PreparedFile
  readonly #writer: WriterHandle
  readonly #job: DownloadJob
  readonly #deps: DownloadDependencies
  readonly #onChange: () => void
  readonly #picker: Picker
  readonly #sources = new Map<string, Source>()
  readonly #banned = new Set<string>()
  /** The session each source last had, to go on with when its stream breaks. */
  readonly #sessions = new Map<string, string>()
  /** Price of the chunks that were asked for and have not come, by payee. */
  #inFlight = new Map<Address, Wei>()
  #heldBytes: number
  #expectedSources = 1
  #whenComplete: () => void = () => {}
  #fatal: unknown
  #firstAt: number | undefined
  #lastAt: number | undefined

  constructor(options: {
    file: PreparedFile
    writer: WriterHandle
    job: DownloadJob
    deps: DownloadDependencies
    onChange: () => void
  }) {
    const { file, writer, job, deps } = options
    this.fileHash = file.manifest.fileHash
    this.sizeBytes = file.manifest.sizeBytes
    this.window = job.window
    this.maxPrice = job.maxPrice
    this.clock = deps.clock
    this.log = deps.log
    this.count = chunkCount(this.sizeBytes)
    this.#file = file
    this.#writer = writer
    this.#job = job
    this.#deps = deps
    this.#onChange = options.onChange
    this.#picker = new Picker({ have: writer.have, stallMs: deps.stallMs })
    this.#heldBytes = this.#bytesHeld()
  }

  get complete(): boolean {
    return this.#writer.have.complete
  }

  get held(): number {
    return this.#writer.have.count
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Chunks have been asked for. */
  get moving(): boolean {
    return this.#firstAt !== undefined
  }

  /** Why no source can help, if so. */
  get fatalError(): unknown {
    return this.#fatal
  }

  get transferSeconds(): number {
    if (this.#firstAt === undefined) return 0
    return ((this.#lastAt ?? this.clock.monotonic()) - this.#firstAt) / 1000
  }

  /** Sources of an earlier attempt are forgotten. `count`: how many channels the deposits are to be shared among. */
  expectSources(count: number): void {
    this.#sources.clear()
    this.#expectedSources = count
  }

  onComplete(fn: () => void): void {
    this.#whenComplete = fn
  }

  addSource(source: Source): void {
    this.#sources.set(source.key, source)
  }

  pumpAll(): void {
    for (const source of this.#sources.values()) source.pump()
  }

  /** Nobody has anything to do: what is missing cannot come from the sources that there are. */
  get stuck(): boolean {
    return [...this.#sources.values()].every(
      ({ phase }) => phase === 'idle' || phase === 'failed' || phase === 'banned',
    )
  }

  /** Somebody is on the way to being asked: a channel is being opened, or a connection. */
  get preparing(): boolean {
    return [...this.#sources.values()].some(({ phase }) => phase === 'connecting' || phase === 'confirming')
  }

  async connect(source: Source, signal: AbortSignal): Promise<ChunkClient> {
    const paid = source.terms.pricePerMiB > 0n
    const onLateChunk = (late: LateChunk): void => source.late(late)
    const resume = this.#sessions.get(source.key)
    const client = await this.#deps.connect(source.terms, { job: this.#job, paid, onLateChunk, resume, signal })
    if (client.sessionId !== undefined) this.#sessions.set(source.key, client.sessionId)
    return client
  }

  async openChannel(source: Source, { more, signal }: { more: boolean; signal: AbortSignal }): Promise<SourceChannel> {
    const { terms } = source
    const missing = missingPrice(this.sizeBytes, this.#writer.have, terms.pricePerMiB)
    return this.#deps.payments.openChannel(terms, {
      downloadId: this.#job.downloadId,
      deposit: depositFor(missing, this.#expectedSources, terms),
      topUp: more,
      onBlocksLeft: (blocksLeft) => source.confirming(blocksLeft),
      signal,
    })
  }

  next(source: Source, pricePerMiB: Wei): Pick | undefined {
    const now = this.clock.monotonic()
    const pick = this.#picker.next(source.key, now)
    if (pick === undefined) return undefined
    const price = chunkPrice(pricePerMiB, chunkLength(this.sizeBytes, pick.chunkIndex))
    if (!this.#reserve(source, price)) {
      this.#picker.failed(source.key, pick.chunkIndex, { resend: pick.resend })
      return undefined
    }
    this.#firstAt ??= now
    if (pick.hedge)
      for (const other of this.#picker.askers(pick.chunkIndex))
        if (other !== source.key) this.#sources.get(other)?.overtaken(pick.chunkIndex)
    return pick
  }

  answered({ terms }: Source, price: Wei): void {
    const left = subtractWei(this.#inFlight.get(terms.payee) ?? ZERO_WEI, price)
    if (left === 0n) this.#inFlight.delete(terms.payee)
    else this.#inFlight.set(terms.payee, left)
  }

  /** With nothing in flight the request is made in any case: that money has run out is then for the payer to say. */
  #reserve({ terms: { payee } }: Source, price: Wei): boolean {
    if (price === 0n) return true
    const { payments } = this.#deps
    const own = this.#inFlight.get(payee)
    const ownAfter = addWei(own ?? ZERO_WEI, price)
    const after = new Map(this.#inFlight).set(payee, ownAfter)
    if (own !== undefined && !payments.depositCovers(payee, ownAfter)) return false
    if (this.#inFlight.size > 0 && !payments.affords(this.#job.downloadId, after)) return false
    this.#inFlight = after
    return true
  }

  joined(source: Source, quoted: QuotedFile, owed: readonly ChunkRef[]): void {
    this.#picker.addSource(
      source.key,
      quoted.have,
      owed.map(({ chunkIndex }) => chunkIndex),
    )
  }

  failed(source: Source, chunkIndex: number, options: { lacks: boolean; resend: boolean }): void {
    this.#picker.failed(source.key, chunkIndex, options)
  }

  async received(
    source: Source,
    chunkIndex: number,
    bytes: Uint8Array,
    price: Wei,
  ): Promise<'stored' | 'had' | 'wrong'> {
    // On the event loop: handing a chunk to a thread and back took longer than hashing it (docs/performance.md).
    if (!verifyChunk(this.#file.manifest, chunkIndex, bytes)) {
      await this.ban(source, `It sent a wrong chunk ${chunkIndex} of ${this.fileHash}.`)
      return 'wrong'
    }
    const { downloadId } = this.#job
    const { payments, store } = this.#deps
    const { peerId, payee } = source.terms
    // One transaction: the chunk counts, this source is the one to be paid for it, and it is shown as such.
    const stored = await this.#writer.write(chunkIndex, bytes, (connection) => {
      payments.recordVerified(connection, { downloadId, payee, chunk: { fileHash: this.fileHash, chunkIndex }, price })
      store.countChunk(connection, downloadId, peerId, bytes.byteLength)
    })
    for (const other of this.#picker.held(chunkIndex))
      if (other !== source.key) this.#sources.get(other)?.cancel(chunkIndex)
    if (!stored) return 'had'
    this.#heldBytes += bytes.byteLength
    this.#lastAt = this.clock.monotonic()
    if (this.complete) this.#whenComplete()
    return 'stored'
  }

  left(source: Source): void {
    this.#picker.removeSource(source.key)
    this.pumpAll()
  }

  fatal(error: unknown): void {
    this.#fatal ??= error
    this.#whenComplete()
  }

  changed(): void {
    this.#onChange()
  }

  /** A liar is not asked again, by this download or another, for a day; what it was not paid for it never will be. */
  async ban(source: Source, what: string): Promise<void> {
    // Several wrong chunks under way at once are one offence.
    if (this.#banned.has(source.key)) return
    this.#banned.add(source.key)
    const { peerId, payee } = source.terms
    await this.#deps.bans.ban(peerId, payee, what)
    const message = `The seeder ${peerId} is banned and not paid for what it sent. ${what}`
    source.banned(message)
    this.#deps.notice('warn', message)
  }

  #bytesHeld(): number {
    const { have } = this.#writer
    const last = this.count - 1
    if (have.count === 0) return 0
    const lastHeld = have.has(last)
    return (
      (have.count - (lastHeld ? 1 : 0)) * chunkLength(this.sizeBytes, 0) +
      (lastHeld ? chunkLength(this.sizeBytes, last) : 0)
    )
  }
}
