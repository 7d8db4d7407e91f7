import type { Bitfield } from '../../domain/bitfield.ts'
import { codeOf } from '../../domain/errors.ts'
import type { TransferFile } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import type { Conduct } from './conduct.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import { askForVouchers } from './forgotten.ts'
import { wantedDeposit } from './plan.ts'
import type { Purchase } from './purchase.ts'
import type { Source } from './source.ts'
import type { SourceChannel, SourceTerms } from './source-host.ts'
import { isStranger, openStranger } from './stranger.ts'
import { headingsBeside } from './ways.ts'

export interface ConnectorParts {
  readonly file: TransferFile
  readonly have: Bitfield
  readonly job: Pick<DownloadJob, 'payBy'>
  readonly deps: Pick<DownloadDependencies, 'payments' | 'publicly' | 'log'>
  readonly purchase: Pick<Purchase, 'connect' | 'openChannel'>
  readonly conduct: Pick<Conduct, 'joined'>
  /** Of the download. */
  sources(): Iterable<Source>
}

/** How the sources of one download are reached, and how money comes to them first. */
export class Connector {
  readonly #parts: ConnectorParts
  #expected: readonly SourceTerms[] = []

  constructor(parts: ConnectorParts) {
    this.#parts = parts
  }

  /** Whom the deposits are to be shared among. */
  expect(expected: readonly SourceTerms[]): void {
    this.#expected = expected
  }

  /** As `SourceHost.connect`. */
  async connect(source: Source, signal: AbortSignal): Promise<ChunkClient> {
    const { file, deps, purchase, conduct } = this.#parts
    const others = headingsBeside(source, this.#parts.sources())
    const connect = async (): Promise<ChunkClient> => {
      const client = isStranger(source.terms)
        ? await openStranger(source.terms, deps.publicly, file, signal)
        : await purchase.connect(source, { file, others, signal })
      conduct.joined(source.terms, client.protocol)
      return client
    }
    try {
      return await connect()
    } catch (error) {
      if (codeOf(error) !== 'TRANSFER_UNKNOWN' || isStranger(source.terms)) throw error
    }
    // A seeder that never had a transfer says so, and only then is it paid: so nobody pays one that is away, or that takes none.
    await source.fund({ more: true, signal })
    return connect()
  }

  /** As `SourceHost.openChannel`. */
  async openChannel(source: Source, { more, signal }: { more: boolean; signal: AbortSignal }): Promise<SourceChannel> {
    const { file, have, job, deps, purchase } = this.#parts
    const { terms } = source
    const isForgotten = job.payBy === 'channel' && deps.payments.isForgotten(terms.payee)
    if (!more && isForgotten)
      await askForVouchers(source, { log: deps.log, connect: () => this.connect(source, signal) }, signal)
    const wanted = wantedDeposit(file.sizeBytes, have, { terms, expected: this.#expected })
    return purchase.openChannel(source, { ...wanted, more, signal })
  }
}
