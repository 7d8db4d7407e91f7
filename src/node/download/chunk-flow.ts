import type { AlsoCommit } from '../../content/chunk-committer.ts'
import { verifyChunk } from '../../content/verifier.ts'
import type { Wei } from '../../domain/amount.ts'
import { chunkCount, chunkLength } from '../../domain/chunk.ts'
import { chunkPrice } from '../../domain/price.ts'
import type { ChunkClient, QuotedFile } from '../../in-band/chunk-client.ts'
import type { ChunkRef } from '../../in-band/payments.ts'
import type { Clock } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import { nobodyWorks, somebodyPrepares } from './activity.ts'
import { Conduct } from './conduct.ts'
import { Connector } from './connector.ts'
import type { DownloadDependencies, DownloadJob, PreparedFile, WriterHandle } from './dependencies.ts'
import { type Pick, Picker } from './picker.ts'
import { hasMissing, heldBytes } from './plan.ts'
import type { Purchase } from './purchase.ts'
import { RateWait } from './rate-wait.ts'
import { Remedies } from './remedies.ts'
import type { Source } from './source.ts'
import { isMoneyShort } from './source-errors.ts'
import type { ReceivedBytes, SourceChannel, SourceHost, SourceTerms } from './source-host.ts'
import { isNameless, isStranger } from './stranger.ts'
import { TransferTime } from './transfer-time.ts'

/** The chunks of one download between its sources and its file: who is asked for what, and what counts. */
export class ChunkFlow implements SourceHost {
  readonly fileHash: ChunkRef['fileHash']
  readonly sizeBytes: number
  readonly window: number
  readonly maxPrice: Wei | undefined
  readonly bid: Wei | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly count: number
  readonly time: TransferTime
  readonly #file: PreparedFile
  readonly #writer: WriterHandle
  readonly #job: DownloadJob
  readonly #deps: DownloadDependencies
  readonly #purchase: Purchase
  readonly #onChange: () => void
  readonly #picker: Picker
  readonly #conduct: Conduct
  readonly #connector: Connector
  readonly #remedies: Remedies
  readonly #rate: RateWait
  readonly #sources = new Map<string, Source>()
  readonly #banned = new Set<string>()
  /** Sources that hold what is missing, and whose turn has not come since they joined. */
  readonly #unasked = new Set<string>()
  #heldBytes: number
  #whenComplete: () => void = () => {}
  #fatal: unknown

  constructor(options: {
    file: PreparedFile
    writer: WriterHandle
    job: DownloadJob
    deps: DownloadDependencies
    purchase: Purchase
    onChange: () => void
  }) {
    const { file, writer, job, deps } = options
    this.fileHash = file.manifest.fileHash
    this.sizeBytes = file.manifest.sizeBytes
    this.window = job.window
    this.maxPrice = job.maxPrice
    this.bid = job.bid
    this.clock = deps.clock
    this.log = deps.log
    this.count = chunkCount(this.sizeBytes)
    this.#file = file
    this.#writer = writer
    this.#job = job
    this.#deps = deps
    this.#purchase = options.purchase
    this.#onChange = options.onChange
    this.#picker = new Picker({
      have: writer.have,
      stallMs: deps.stallMs,
      order: job.sequential ? 'sequential' : 'rarest',
    })
    this.#conduct = new Conduct(deps)
    this.#connector = new Connector({
      ...{ file: { fileHash: this.fileHash, sizeBytes: this.sizeBytes }, have: writer.have, job, deps },
      ...{ purchase: this.#purchase, conduct: this.#conduct, sources: () => this.#sources.values() },
    })
    this.#remedies = new Remedies({ fileHash: this.fileHash, have: writer.have }, job, deps)
    this.#rate = new RateWait([this.#purchase.rate, deps.rate], { clock: deps.clock, onOpen: () => this.pumpAll() })
    this.time = new TransferTime(deps.clock)
    this.#heldBytes = heldBytes(writer.have, this.sizeBytes)
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

  /** Why no source can help, if so. */
  get fatalError(): unknown {
    return this.#fatal
  }

  /** Sellers of an earlier attempt are forgotten. `expected`: whom the deposits are to be shared among. */
  expectSources(expected: readonly SourceTerms[]): void {
    for (const source of [...this.#sources.values()]) if (!isStranger(source.terms)) this.dropSource(source)
    this.#unasked.clear()
    this.#connector.expect(expected)
  }

  onComplete(fn: () => void): void {
    this.#whenComplete = fn
  }

  addSource(source: Source): void {
    this.#sources.set(source.key, source)
  }

  dropSource({ key }: Source): void {
    this.#sources.delete(key)
  }

  pumpAll(): void {
    for (const source of [...this.#sources.values()]) source.pump()
  }

  /** Sees who is slow or silent; whoever was silent too often is left alone, while there is another. */
  look(): void {
    for (const { peerId } of this.#conduct.look())
      if ([...this.#sources.values()].some(({ key, phase }) => key !== peerId && phase === 'active'))
        this.#sources.get(peerId)?.leaveAlone()
  }

  /** The sellers of this attempt are let go. */
  endAttempt(): void {
    this.#conduct.end((peer) => !isStranger(peer))
  }

  /** What is missing cannot come from the sources that there are. */
  get stuck(): boolean {
    return !this.#rate.waiting && nobodyWorks(this.#sources.values())
  }

  /** Did only others, or money, keep the source from being asked? That says nothing about its seeder. */
  isUnasked({ key, error }: Source): boolean {
    return this.#unasked.has(key) || isMoneyShort(error)
  }

  /** Somebody is on the way to being asked, or a limit on the speed is waited for. */
  get preparing(): boolean {
    return this.#rate.waiting || somebodyPrepares(this.#sources.values())
  }

  connect(source: Source, signal: AbortSignal): Promise<ChunkClient> {
    return this.#connector.connect(source, signal)
  }

  openChannel(source: Source, options: { more: boolean; signal: AbortSignal }): Promise<SourceChannel> {
    return this.#connector.openChannel(source, options)
  }

  abandon(source: Source, client: ChunkClient, error: unknown): Promise<void> {
    this.#conduct.broke(source.terms, error)
    return this.#purchase.abandon(source, client, error)
  }

  next(source: Source, pricePerMiB: Wei): Pick | undefined {
    if (this.#rate.mustWait()) return undefined
    const pick = this.#picker.next(source.key, this.clock.monotonic(), { othersMayJoin: this.preparing })
    if (pick === undefined) return undefined
    const lengthBytes = chunkLength(this.sizeBytes, pick.chunkIndex)
    const price = chunkPrice(pricePerMiB, lengthBytes)
    if (!this.#purchase.inFlight.reserve(source.terms.payee, price)) {
      this.#picker.failed(source.key, pick.chunkIndex, { resend: pick.resend })
      return undefined
    }
    this.#rate.take(lengthBytes)
    this.#unasked.delete(source.key)
    // To the end: where a limit on the speed lets one at a time be asked, each has its turn.
    if (this.#sources.delete(source.key)) this.#sources.set(source.key, source)
    this.time.asked()
    this.#conduct.asked(source.key, pick.chunkIndex)
    if (pick.hedge)
      for (const other of this.#picker.askers(pick.chunkIndex))
        if (other !== source.key) this.#sources.get(other)?.overtaken(pick.chunkIndex)
    return pick
  }

  answered({ terms }: Source, price: Wei): void {
    this.#purchase.inFlight.answered(terms.payee, price)
  }

  joined(source: Source, quoted: QuotedFile, owed: readonly ChunkRef[]): void {
    if (hasMissing(quoted.have, this.#writer.have)) this.#unasked.add(source.key)
    const indexes = owed.map(({ chunkIndex }) => chunkIndex)
    this.#picker.addSource(source.key, quoted.have, indexes)
  }

  failed(source: Source, chunkIndex: number, options: { lacks: boolean; resend: boolean }): void {
    this.#picker.failed(source.key, chunkIndex, options)
    this.#conduct.failed(source.terms, chunkIndex, options)
  }

  async sendsNoMore(source: Source, client: ChunkClient, chunk: { chunkIndex: number; price: Wei }): Promise<void> {
    this.#conduct.failed(source.terms, chunk.chunkIndex, { lacks: false })
    const remedy = await this.#remedies.find(source.terms, client, chunk)
    if (remedy === 'writeOff') this.#conduct.neverCame(source.terms)
    this.#picker.setAside(source.key, chunk.chunkIndex)
    this.pumpAll()
  }

  resort(source: Source, client: ChunkClient, chunk: { chunkIndex: number; price: Wei }): Promise<boolean> {
    return this.#remedies.begin(source.terms, client, chunk)
  }

  async received(source: Source, received: ReceivedBytes): Promise<'stored' | 'had' | 'wrong'> {
    const { chunkIndex, bytes, price, onCounted } = received
    this.#conduct.came(source.key, chunkIndex, bytes.byteLength)
    // On the event loop: handing a chunk to a thread and back took longer than hashing it (docs/performance.md).
    if (!verifyChunk(this.#file.manifest, chunkIndex, bytes)) {
      await this.ban(source, `It sent a wrong chunk ${chunkIndex} of ${this.fileHash}.`)
      return 'wrong'
    }
    const [{ downloadId, budgetId }, { payments, store }] = [this.#job, this.#deps]
    const { payee } = source.terms
    const counted = this.#remedies.countedAs(source.terms, received)
    // One transaction: the chunk counts, this source is the one to be paid for it, and it is shown as such.
    const chunk = { fileHash: this.fileHash, chunkIndex }
    const alsoCommit: AlsoCommit = (connection) => {
      payments.recordVerified(connection, { budgetId, payee, chunk, price, ...counted })
      store.countChunk(connection, { downloadId, ...source.terms }, bytes.byteLength)
    }
    const stored = await this.#writer.write(chunkIndex, bytes, { alsoCommit, onApplied: onCounted })
    for (const other of this.#picker.held(chunkIndex))
      if (other !== source.key) this.#sources.get(other)?.cancel(chunkIndex)
    if (!stored) return 'had'
    this.#conduct.verified(source.terms, price)
    this.#heldBytes += bytes.byteLength
    this.time.stored(bytes.byteLength)
    if (this.complete) this.#whenComplete()
    return 'stored'
  }

  left(source: Source): void {
    this.#conduct.left(source.key)
    this.#unasked.delete(source.key)
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
    if (!isNameless(source.terms)) await this.#deps.bans.ban(peerId, payee, what)
    await this.#conduct.wrong(source.terms)
    const message = `The seeder ${peerId} is banned and not paid for what it sent. ${what}`
    source.banned(message)
    this.#purchase.banned(peerId)
    this.#deps.notice('warn', message)
  }
}
