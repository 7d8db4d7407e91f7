import type { Address, FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { ChunkClientOptions, QuotedFile } from '../in-band/chunk-client.ts'
import { requestError } from '../in-band/errors.ts'
import { takeSigned } from '../in-band/signed-terms.ts'
import { quoteOf } from '../in-band/terms.ts'
import type { FileQuote } from './message.ts'

/** What a QUOTE_REQUEST asks. */
export interface AskedQuotes {
  readonly files: readonly FileHash[]
  readonly bids?: readonly Bid[]
}

/** The files that the payee offers, on this node's clock; what it signed is kept. @throws ChiralError `QUOTE_INVALID` */
export async function takeQuoted(
  quotes: readonly FileQuote[],
  payee: Address,
  { clock, takeQuotes }: Pick<ChunkClientOptions, 'clock' | 'takeQuotes'>,
): Promise<ReadonlyMap<FileHash, QuotedFile>> {
  const now = clock.now()
  const offered = quotes.flatMap(({ fileHash, offer }) => (offer === undefined ? [] : [{ fileHash, ...offer }]))
  await takeSigned(offered, { payee, now, takeQuotes })
  return new Map(offered.map(({ fileHash, terms, have }) => [fileHash, { quote: quoteOf(terms, now), have }]))
}

/** @throws ChiralError `DONT_HAVE` */
export function quotedFile(quoted: ReadonlyMap<FileHash, QuotedFile>, fileHash: FileHash): QuotedFile {
  const file = quoted.get(fileHash)
  if (file === undefined) throw requestError('DONT_HAVE', 'The peer does not have what was asked for.')
  return file
}
