import type { Address } from '../domain/ids.ts'
import type { ChunkRange } from '../in-band/have.ts'
import type { AccountStatus } from '../in-band/payments.ts'
import type { ServeOptions } from '../in-band/serve-options.ts'
import { type QuoteTerms, termsOf } from '../in-band/terms.ts'
import type { ServedRequest } from './chunk-queue.ts'
import type { PayeeMessage } from './message.ts'
import type { PayeeSession } from './payee-session.ts'
import { MAX_RANGES_PER_REQUEST } from './protocol.ts'

export interface RefusalsOptions {
  readonly server: ServeOptions
  readonly session: PayeeSession
  readonly push: (message: PayeeMessage) => void
  /** The payer asks again and again for what is refused. */
  readonly onTooManyRefusals: () => void
}

/** Tells a payer which chunks will not come, and why. */
export class Refusals {
  readonly #options: RefusalsOptions
  #muted = false
  #payer: Address | undefined

  constructor(options: RefusalsOptions) {
    this.#options = options
  }

  /** Who pays, once that is proven. */
  authenticated(payer: Address): void {
    this.#payer = payer
  }

  /** Nobody listens any more: what is withheld is only counted. */
  mute(): void {
    this.#muted = true
  }

  /** These chunks are not given. */
  refuse(request: ServedRequest, ranges: readonly ChunkRange[], code: string, status?: AccountStatus): void {
    const { server, session, onTooManyRefusals } = this.#options
    if (ranges.length === 0) return
    server.metrics.requestsRefused.inc()
    this.#withhold(request.requestId, ranges, code, { quote: this.#freshTerms(request, code), status })
    if (session.refused()) onTooManyRefusals()
  }

  /** These chunks were taken back. */
  cancelled(requestId: number, ranges: readonly ChunkRange[]): void {
    this.#options.server.metrics.requestsCancelled.inc(ranges.length)
    this.#withhold(requestId, ranges, 'CANCELLED')
  }

  #withhold(
    requestId: number,
    ranges: readonly ChunkRange[],
    code: string,
    why: { quote?: QuoteTerms | undefined; status?: AccountStatus | undefined } = {},
  ): void {
    const { session, push } = this.#options
    session.withheld(
      requestId,
      ranges.reduce((sum, { count }) => sum + count, 0),
    )
    if (this.#muted) return
    for (let at = 0; at < ranges.length; at += MAX_RANGES_PER_REQUEST)
      push({ type: 'withheld', requestId, ranges: ranges.slice(at, at + MAX_RANGES_PER_REQUEST), code, ...why })
  }

  #freshTerms({ fileHash }: ServedRequest, code: string): QuoteTerms | undefined {
    const { quotes, clock } = this.#options.server
    const quote =
      code === 'QUOTE_EXPIRED' || code === 'HELLO_REQUIRED' ? quotes.quote(fileHash, this.#payer) : undefined
    return quote === undefined ? undefined : termsOf(quote, clock.now())
  }
}
