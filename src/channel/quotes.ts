import { toHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { SignedQuote } from '../domain/quote.ts'
import type { Clock } from '../system/clock.ts'
import type { Connection, Database } from '../system/database.ts'
import type { SigningDomain } from '../system/eip712.ts'
import type { Signer } from '../system/signer.ts'
import { isQuoteSigned } from './quote-promise.ts'
import { migrateChannels } from './store.ts'

/** A quote under which nothing was bought for so long after its end is forgotten; what was bought is in the log long before. */
const KEPT_SECONDS = 24 * 3_600

/**
 * Keeps what payees sign for this wallet, until something is bought under it and the receipts log has it.
 * @returns a function that throws ChiralError `QUOTE_INVALID` for a quote that its payee did not sign; then none is kept
 */
export function createQuoteTaker(deps: {
  readonly database: Database
  readonly domain: SigningDomain
  readonly signer: Pick<Signer, 'address'>
  readonly clock: Clock
}): (quotes: readonly Omit<SignedQuote, 'payer'>[]) => Promise<void> {
  const { database, domain, signer, clock } = deps
  migrateChannels(database)
  return async (quotes) => {
    const signed = quotes.map((quote): SignedQuote => ({ ...quote, payer: signer.address }))
    const forged = signed.find((quote) => !isQuoteSigned(domain, quote))
    if (forged !== undefined)
      throw new ChiralError(
        'QUOTE_INVALID',
        `The quote ${forged.quoteId} is not signed by ${forged.payee}: it is not bought under.`,
        {
          details: { payee: forged.payee, fileHash: forged.fileHash },
        },
      )
    await database.write((connection) => keepQuotes(connection, signed, Math.floor(clock.now() / 1000)))
  }
}

function keepQuotes(connection: Connection, quotes: readonly SignedQuote[], now: number): void {
  connection.run('DELETE FROM channel_quotes WHERE expires_at < ?', now - KEPT_SECONDS)
  for (const { payee, fileHash, quoteId, expiresAt, pricePerMiB, signature } of quotes)
    connection.run(
      `INSERT INTO channel_quotes (payee, file_hash, quote_id, expires_at, price, signature) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
      payee,
      fileHash,
      quoteId,
      expiresAt,
      pricePerMiB.toString(),
      toHex(signature),
    )
}
