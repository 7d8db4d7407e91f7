import type { Wei } from '../../domain/amount.ts'
import type { Bitfield } from '../../domain/bitfield.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import { type Remedy, remedyOf } from './remedy.ts'
import type { HowCounted, SourceTerms } from './source-host.ts'

type Seller = Pick<SourceTerms, 'peerId' | 'payee'>

/** Chunks that their sellers send no more for nothing, while one download runs: what is tried for them, and what the user is told. */
export class Remedies {
  readonly #fileHash: FileHash
  readonly #job: Pick<DownloadJob, 'budgetId' | 'payBy'>
  readonly #deps: Pick<DownloadDependencies, 'payments' | 'notice'>
  /** Chunks that this download had once: their bytes were lost. */
  readonly #lost: ReadonlySet<number>
  readonly #tried = new Map<string, number>()
  readonly #blamed = new Set<string>()
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

  /** Said once of a chunk: the seller was paid for it, sent it again and again, and it never came. One that came was lost here. */
  isToBlame(seller: Seller, chunkIndex: number): boolean {
    const key = `${seller.peerId} ${chunkIndex}`
    if (this.#blamed.has(key) || this.#cameFrom(seller, chunkIndex)) return false
    this.#blamed.add(key)
    return true
  }

  /** Is a chunk that came now, and was not sent again for nothing, one that this download pays for once more? */
  isBoughtAgain({ payee }: Seller, chunkIndex: number): boolean {
    return this.#lost.has(chunkIndex) && !this.#sellers(chunkIndex, this.#job.budgetId).includes(payee)
  }

  /**
   * Does what there is to do, so that the chunk may be asked for once more.
   * @throws ChiralError `RESEND_LIMIT` where nothing is left to do, and as the client does
   */
  async apply(seller: Seller, client: ChunkClient, chunk: { chunkIndex: number; price: Wei }): Promise<HowCounted> {
    const { chunkIndex, price } = chunk
    const key = `${seller.peerId} ${chunkIndex}`
    const tried = this.#tried.get(key) ?? 0
    const cameOnce = this.#cameFrom(seller, chunkIndex)
    const remedy = remedyOf({ cameOnce, tried, payBy: this.#job.payBy })
    this.#tried.set(key, tried + 1)
    if (remedy === undefined) throw usedUp(seller, chunkIndex)
    if (remedy === 'buyAgain') {
      await client.payAhead(price)
      this.#tell(seller, remedy, soldAgain(seller, price))
      return { resent: false, again: true }
    }
    if (!(await client.disown({ fileHash: this.#fileHash, chunkIndex }, price))) throw usedUp(seller, chunkIndex)
    this.#tell(seller, remedy, takenOff(seller))
    return { resent: true } // where books were lost, it is among what they were told to have paid for
  }

  #cameFrom({ payee }: Seller, chunkIndex: number): boolean {
    return this.#sellers(chunkIndex).includes(payee)
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

function usedUp({ peerId }: Seller, chunkIndex: number): ChiralError {
  return new ChiralError(
    'RESEND_LIMIT',
    `The seeder ${peerId} sent chunk ${chunkIndex} again as often as is free, and neither takes it off the bill nor sells it once more.`,
  )
}

function soldAgain({ peerId }: Seller, price: Wei): string {
  return `The seeder ${peerId} sent what was paid for and lost here again as often as is free, and nobody else offers it: it is bought once more, within the budget, a chunk for ${price} wei.`
}

function takenOff({ peerId }: Seller): string {
  return `A chunk from the seeder ${peerId} never came, however often it was sent, and nobody else offers it: the seeder took it off the bill, and it is asked for anew. Nothing is paid twice.`
}
