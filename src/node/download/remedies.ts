import type { Wei } from '../../domain/amount.ts'
import type { Bitfield } from '../../domain/bitfield.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import { type Remedy, remedyOf } from './remedy.ts'
import type { SourceTerms } from './source-host.ts'

type Seller = Pick<SourceTerms, 'peerId' | 'payee'>

interface PricedChunk {
  readonly chunkIndex: number
  readonly price: Wei
}

/** Chunks that their sellers send no more for nothing, while one download runs: what is done for them, and what the user is told. */
export class Remedies {
  readonly #fileHash: FileHash
  readonly #job: Pick<DownloadJob, 'budgetId' | 'payBy'>
  readonly #deps: Pick<DownloadDependencies, 'payments' | 'notice'>
  /** Chunks that this download had once: their bytes were lost. */
  readonly #lost: ReadonlySet<number>
  readonly #tried = new Map<string, number>()
  /** The last remedy, by seller and chunk. */
  readonly #chosen = new Map<string, Remedy>()
  readonly #told = new Set<string>()

  constructor(
    file: { readonly fileHash: FileHash; readonly have: Bitfield },
    job: Pick<DownloadJob, 'budgetId' | 'payBy'>,
    deps: Pick<DownloadDependencies, 'payments' | 'notice'>,
  ) {
    this.#fileHash = file.fileHash
    this.#job = job
    this.#deps = deps
    const booked = deps.payments.bookedChunks(job.budgetId, file.fileHash)
    this.#lost = new Set(booked.filter((chunkIndex) => !file.have.has(chunkIndex)))
  }

  /**
   * The seller refused to send the chunk again. One that never came is written off at once: as long as the seller counts it, nothing else can be
   * bought there either. Resolves with the remedy when the chunk may be asked for once more, with {@link begin}.
   *
   * @throws ChiralError `RESEND_LIMIT` where there is none, and as the client does
   */
  async find(seller: Seller, client: ChunkClient, { chunkIndex, price }: PricedChunk): Promise<Remedy> {
    const key = keyOf(seller, chunkIndex)
    const tried = this.#tried.get(key) ?? 0
    const cameOnce = this.#sellers(chunkIndex).includes(seller.payee)
    const remedy = remedyOf({ cameOnce, tried, payBy: this.#job.payBy })
    this.#tried.set(key, tried + 1)
    if (remedy === undefined) throw usedUp(seller, chunkIndex)
    if (remedy === 'writeOff') {
      if (!(await client.disown({ fileHash: this.#fileHash, chunkIndex }, price))) throw usedUp(seller, chunkIndex)
      this.#tell(seller, remedy, takenOff(seller))
    }
    this.#chosen.set(key, remedy)
    return remedy
  }

  /** Before the chunk is asked for once more, which nobody else offers. Resolves with whether it is bought again. @throws ChiralError as the client does */
  async begin(seller: Seller, client: ChunkClient, { chunkIndex, price }: PricedChunk): Promise<boolean> {
    if (this.#chosen.get(keyOf(seller, chunkIndex)) !== 'buyAgain') return false
    await client.payAhead(price)
    this.#tell(seller, 'buyAgain', soldAgain(seller, price))
    return true
  }

  /** Did the seller have the chunk in D before, and take it out? */
  isWrittenOff(seller: Seller, chunkIndex: number): boolean {
    return this.#chosen.get(keyOf(seller, chunkIndex)) === 'writeOff'
  }

  /** Did this download have the chunk from others, and lose it? Who brings it now is paid for it. */
  isBoughtElsewhere({ payee }: Seller, chunkIndex: number): boolean {
    return this.#lost.has(chunkIndex) && !this.#sellers(chunkIndex, this.#job.budgetId).includes(payee)
  }

  #sellers(chunkIndex: number, budgetId?: string): readonly Address[] {
    return this.#deps.payments.sellersOf({ fileHash: this.#fileHash, chunkIndex }, budgetId)
  }

  /** Once a seller: a file may have been lost whole. */
  #tell({ peerId }: Seller, remedy: Remedy, message: string): void {
    const key = `${peerId} ${remedy}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#deps.notice('warn', message)
  }
}

function keyOf({ peerId }: Seller, chunkIndex: number): string {
  return `${peerId} ${chunkIndex}`
}

function usedUp({ peerId }: Seller, chunkIndex: number): ChiralError {
  return new ChiralError(
    'RESEND_LIMIT',
    `The seeder ${peerId} sent chunk ${chunkIndex} again as often as is free, and neither takes it off the bill nor sells it once more.`,
  )
}

function soldAgain({ peerId }: Seller, price: Wei): string {
  return `The seeder ${peerId} sent what was lost here again as often as is free, and nobody else offers it: it is bought once more, within the budget, for ${price} wei a chunk.`
}

function takenOff({ peerId }: Seller): string {
  return `A chunk from the seeder ${peerId} never came, however often it was sent: it took it off the bill, and what was paid ahead for it pays for the next. Nothing is paid twice.`
}
