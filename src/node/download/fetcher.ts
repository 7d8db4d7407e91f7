import { chunkLength } from '../../domain/chunk.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import { chunkPrice } from '../../domain/price.ts'
import type { ChunkClient, QuotedFile } from '../../in-band/chunk-client.ts'
import { chunkMemory } from '../../system/chunk-memory.ts'
import type { Condition } from './condition.ts'
import type { Funding } from './funding.ts'
import type { Pick } from './picker.ts'
import { Requests } from './requests.ts'
import type { Source } from './source.ts'
import type { LateChunk, ReceivedBytes, SourceHost } from './source-host.ts'
import { MAX_STORING, PREPAYMENT_RETRY_MS } from './source-limits.ts'
import { windowOf } from './stranger.ts'
import type { Tally } from './tally.ts'

export interface FetcherParts {
  readonly condition: Condition
  readonly tally: Tally
  readonly funding: Funding
  /** Aborted when nothing more is asked of the source. */
  readonly stopped: AbortSignal
  /** The session cannot go on, because of `error`. */
  readonly broke: (error: unknown) => void
}

/** Asks one source for chunks, session after session, up to the window at a time, and takes what comes. */
export class Fetcher {
  readonly #source: Source
  readonly #host: SourceHost
  readonly #parts: FetcherParts
  readonly #requests = new Requests()
  #client: ChunkClient | undefined
  /** What is paid on this session; absent while nothing may be asked for. */
  #quoted: QuotedFile | undefined

  constructor(source: Source, host: SourceHost, parts: FetcherParts) {
    this.#source = source
    this.#host = host
    this.#parts = parts
  }

  get client(): ChunkClient | undefined {
    return this.#client
  }

  /** From now on chunks are asked for on this session, once there is something to ask for. */
  begin(client: ChunkClient, quoted: QuotedFile): void {
    this.#client = client
    void client.ended.then(() => {
      if (this.#client === client) this.#client = undefined // settling needs a stream that lives
    })
    this.#quoted = quoted
  }

  /** The session is over; `settles`: its stream is needed once more. */
  end({ settles }: { readonly settles: boolean }): void {
    if (!settles) this.#client = undefined
    this.#requests.cancelAll()
  }

  /** Asks for as many chunks as the window allows. Called whenever something may have become possible. */
  pump(): void {
    const [client, quoted] = [this.#client, this.#quoted]
    if (client === undefined || quoted === undefined || this.#parts.stopped.aborted) return
    while (
      this.#requests.asked < windowOf(this.#source.terms, this.#host.window) &&
      this.#requests.storing < MAX_STORING
    ) {
      const pick = this.#host.next(this.#source, quoted.quote.pricePerMiB)
      if (pick === undefined) break
      this.#parts.condition.works()
      void this.#fetch(client, quoted, pick)
    }
    const { condition } = this.#parts
    if (condition.phase === 'active' || condition.phase === 'idle')
      condition.enter(this.#requests.asked + this.#requests.storing > 0 ? 'active' : 'idle')
  }

  /** Another source is asked as well: a request that still waits here for money would only cost it. */
  overtaken(chunkIndex: number): void {
    this.#client?.withdraw({ fileHash: this.#host.fileHash, chunkIndex })
  }

  /** Another source was quicker. */
  cancel(chunkIndex: number): void {
    this.#requests.cancel(chunkIndex)
  }

  /** A chunk whose request was cancelled came all the same: it may still be the first. */
  late({ chunk, bytes }: LateChunk): void {
    const [client, quoted] = [this.#client, this.#quoted]
    if (client === undefined || quoted === undefined || chunk.fileHash !== this.#host.fileHash) return
    const price = chunkPrice(quoted.quote.pricePerMiB, chunkLength(this.#host.sizeBytes, chunk.chunkIndex))
    const received = { chunkIndex: chunk.chunkIndex, bytes, price, resent: false }
    this.#take(client, received).catch((error: unknown) => this.#parts.broke(error))
  }

  async #fetch(client: ChunkClient, quoted: QuotedFile, pick: Pick): Promise<void> {
    const { chunkIndex } = pick
    const request = this.#requests.begin(chunkIndex)
    const lengthBytes = chunkLength(this.#host.sizeBytes, chunkIndex)
    const price = chunkPrice(quoted.quote.pricePerMiB, lengthBytes)
    try {
      const again = pick.lastResort === true && (await this.#host.resort(this.#source, client, { chunkIndex, price }))
      const received = await client.request({
        fileHash: this.#host.fileHash,
        chunkIndex,
        lengthBytes,
        price,
        quoteId: quoted.quote.quoteId,
        resend: pick.resend,
        signal: request.signal,
      })
      // The line is free for the next request while the disk is busy with this chunk.
      request.answered()
      const chunk = { chunkIndex, price, bytes: received.chunk, resent: pick.resend, again }
      await this.#requests.store(() => {
        this.pump()
        return this.#take(client, chunk)
      })
    } catch (error) {
      const chunk = { chunkIndex, price }
      const refused = (reason: unknown): void => this.#refused(pick, reason)
      if (codeOf(error) === 'RESEND_LIMIT') await this.#host.sendsNoMore(this.#source, client, chunk).catch(refused)
      else refused(error)
    } finally {
      request.answered()
      this.#host.answered(this.#source, price)
      this.pump()
    }
  }

  /** A chunk came: verify, store, count, pay. */
  async #take(client: ChunkClient, received: Omit<ReceivedBytes, 'onCounted'>): Promise<void> {
    const { chunkIndex, price } = received
    const chunk = { fileHash: this.#host.fileHash, chunkIndex }
    const outcome = await this.#host.received(this.#source, {
      ...received,
      onCounted: () => client.verified(chunk, price),
    })
    const lengthBytes = received.bytes.byteLength
    chunkMemory.giveBack(received.bytes) // on the disk, or of no use
    if (outcome === 'wrong') return
    if (outcome === 'had') {
      client.alreadyHave(chunk)
      return
    }
    this.#parts.tally.add(lengthBytes, price, client.protocol)
    this.#host.changed()
  }

  #refused(pick: Pick, error: unknown): void {
    const code = codeOf(error)
    const isUsedUp = error instanceof ChiralError && code === 'RESEND_LIMIT'
    if (isUsedUp) this.#parts.condition.withholds(error)
    const lacks = code === 'DONT_HAVE' || isUsedUp
    this.#host.failed(this.#source, pick.chunkIndex, { lacks, resend: pick.resend && !lacks })
    if (code === 'CANCELLED' || lacks) return
    // Nothing more is asked for while the stream ends or the deposit grows: it would be refused at once, again and again.
    if (code !== 'PREPAYMENT_CAP') this.#quoted = undefined
    if (code === 'DEPOSIT_EXHAUSTED') this.#parts.funding.topUp(this.#parts.broke)
    else if (code === 'PREPAYMENT_CAP') this.#waitForOthers()
    else this.#parts.broke(error)
  }

  /** Too many seeders hold a prepayment and have delivered nothing: this one waits until some have. */
  #waitForOthers(): void {
    const quoted = this.#quoted
    if (quoted === undefined) return
    this.#quoted = undefined
    const waits = 'Too many seeders were paid ahead and have delivered nothing yet.'
    this.#parts.condition.failed(new ChiralError('PREPAYMENT_CAP', waits))
    this.#host.clock.schedule(PREPAYMENT_RETRY_MS, () => {
      this.#quoted ??= quoted
      this.pump()
    })
  }
}
