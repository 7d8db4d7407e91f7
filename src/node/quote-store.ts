import { parseWei, type Wei } from '../domain/amount.ts'
import { type Address, type FileHash, parseAddress, parseFileHash } from '../domain/ids.ts'
import type { Quote } from '../domain/quote.ts'
import type { Clock } from '../system/clock.ts'
import type { Database, Row } from '../system/database.ts'

/** A quote that was signed for a payer, as the seeder has to remember it. */
export interface SignedFor extends Quote {
  readonly payer: Address
  readonly fileHash: FileHash
  readonly sizeBytes: number
  readonly pricePerMiB: Wei
  /** It is the answer to a bid of this payer, and nobody else's. */
  readonly isAgreed: boolean
  /** This payer countered it. */
  readonly isCountered: boolean
}

/** What this seeder signed and has to honour, over restarts. */
export interface QuoteStore {
  /** What holds, the first that ends first. Nothing holds for longer than `mostMs` from now, whatever the clock showed when it was signed. */
  load(mostMs: number): Promise<readonly SignedFor[]>
  /** Adds one, or notes that it was countered; forgets those that ended. Resolves when that is durable. */
  save(quote: SignedFor): Promise<void>
}

const SCHEMA = [
  `CREATE TABLE signed_quotes (
     quote_id INTEGER NOT NULL, payer TEXT NOT NULL, file_hash TEXT NOT NULL, size_bytes INTEGER NOT NULL,
     price_per_mib TEXT NOT NULL, expires_at INTEGER NOT NULL, is_agreed INTEGER NOT NULL, is_countered INTEGER NOT NULL,
     PRIMARY KEY (quote_id, payer)) STRICT, WITHOUT ROWID;
   CREATE INDEX signed_quotes_end ON signed_quotes (expires_at)`,
]

export function createQuoteStore({ database, clock }: { database: Database; clock: Clock }): QuoteStore {
  database.migrate('signed quotes', SCHEMA)
  return {
    load: (mostMs) =>
      database.write((connection) => {
        const now = clock.now()
        connection.run('DELETE FROM signed_quotes WHERE expires_at <= ?', now)
        connection.run('UPDATE signed_quotes SET expires_at = ?1 WHERE expires_at > ?1', Math.floor(now + mostMs))
        return connection.all('SELECT * FROM signed_quotes ORDER BY expires_at, quote_id').map(quoteOf)
      }),
    async save(quote) {
      await database.write((connection) => {
        connection.run('DELETE FROM signed_quotes WHERE expires_at <= ?', clock.now())
        connection.run(
          `INSERT INTO signed_quotes VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET is_countered = excluded.is_countered`,
          quote.quoteId,
          quote.payer,
          quote.fileHash,
          quote.sizeBytes,
          quote.pricePerMiB.toString(),
          Math.floor(quote.expiresAt),
          Number(quote.isAgreed),
          Number(quote.isCountered),
        )
      })
    },
  }
}

function quoteOf(row: Row): SignedFor {
  return {
    quoteId: Number(row['quote_id']),
    payer: parseAddress(String(row['payer'])),
    fileHash: parseFileHash(String(row['file_hash'])),
    sizeBytes: Number(row['size_bytes']),
    pricePerMiB: parseWei(String(row['price_per_mib'])),
    expiresAt: Number(row['expires_at']),
    isAgreed: row['is_agreed'] !== 0,
    isCountered: row['is_countered'] !== 0,
  }
}
