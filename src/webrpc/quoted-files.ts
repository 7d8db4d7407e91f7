import type { FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { QuotedFile } from '../in-band/chunk-client.ts'
import { requestError } from '../in-band/errors.ts'
import { quoteOf } from '../in-band/terms.ts'
import type { FileQuote } from './message.ts'

/** What a QUOTE_REQUEST asks. */
export interface AskedQuotes {
  readonly files: readonly FileHash[]
  readonly bids?: readonly Bid[]
}

/** The files that the payee offers, on this node's clock. */
export function quotedFiles(quotes: readonly FileQuote[], now: number): ReadonlyMap<FileHash, QuotedFile> {
  return new Map(
    quotes.flatMap(({ fileHash, offer }) =>
      offer === undefined ? [] : [[fileHash, { quote: quoteOf(offer.terms, now), have: offer.have }] as const],
    ),
  )
}

/** @throws ChiralError `DONT_HAVE` */
export function quotedFile(quoted: ReadonlyMap<FileHash, QuotedFile>, fileHash: FileHash): QuotedFile {
  const file = quoted.get(fileHash)
  if (file === undefined) throw requestError('DONT_HAVE', 'The peer does not have what was asked for.')
  return file
}
