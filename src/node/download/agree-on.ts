import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { ChunkClient, QuotedFile } from '../../in-band/chunk-client.ts'
import type { SourceHost } from './source-host.ts'

/**
 * The quote to buy a file under: after one bid, where the user makes one and it is below what the seeder asks.
 * @throws ChiralError `PRICE_TOO_HIGH`, `QUOTE_RAISED`, and what a question for a quote fails with
 */
export async function agreeOn(
  client: Pick<ChunkClient, 'quote' | 'bid' | 'status'>,
  wanted: Pick<SourceHost, 'fileHash' | 'bid' | 'maxPrice'>,
  signal: AbortSignal,
): Promise<QuotedFile> {
  const { fileHash, bid, maxPrice } = wanted
  const asked = await client.quote(fileHash, signal)
  const { quoteId, pricePerMiB } = asked.quote
  // Without an account nothing is paid, and no bid would be listened to.
  const isBid = bid !== undefined && bid < pricePerMiB && client.status !== undefined
  const quoted = isBid ? await answerTo(client, asked, { fileHash, bid: { quoteId, pricePerMiB: bid }, signal }) : asked
  if (maxPrice !== undefined && quoted.quote.pricePerMiB > maxPrice)
    throw new ChiralError('PRICE_TOO_HIGH', 'The seeder now asks more per MiB than the limit allows.')
  return quoted
}

async function answerTo(
  client: Pick<ChunkClient, 'bid'>,
  asked: QuotedFile,
  {
    fileHash,
    bid,
    signal,
  }: { fileHash: SourceHost['fileHash']; bid: Parameters<ChunkClient['bid']>[1]; signal: AbortSignal },
): Promise<QuotedFile> {
  try {
    const answer = await client.bid(fileHash, bid, signal)
    if (answer.quote.pricePerMiB <= asked.quote.pricePerMiB) return answer
  } catch (error) {
    // It was countered on an earlier stream, and not agreed to: what is asked holds.
    if (codeOf(error) === 'BID_REPEATED') return asked
    throw error
  }
  // SPEC 03 §4.2: "A payer MUST NOT ask for a chunk under such an answer".
  throw new ChiralError('QUOTE_RAISED', 'The seeder asked more after a bid than before: it is not used.')
}
