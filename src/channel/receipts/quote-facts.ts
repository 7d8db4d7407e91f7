import { parseWei } from '../../domain/amount.ts'
import { fromHex } from '../../domain/bytes.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import type { SignedQuote } from '../../domain/quote.ts'
import type { Connection } from '../../system/database.ts'
import { signingDomain } from '../eip712.ts'
import { isQuoteSigned } from '../quote-promise.ts'
import { NO_CHANNEL, type ReceiptEntry, type ReceiptFacts } from './entry.ts'

/** The quotes that a payee signed for these files, each once: to be written before the payment for them. */
export function takeQuoteFacts(connection: Connection, payee: Address, files: readonly FileHash[]): ReceiptFacts[] {
  return files.flatMap((fileHash) => {
    const rows = connection.all(
      `SELECT quote_id, expires_at, price, signature FROM channel_quotes
       WHERE payee = ? AND file_hash = ? AND logged = 0 ORDER BY expires_at, quote_id`,
      payee,
      fileHash,
    )
    connection.run('UPDATE channel_quotes SET logged = 1 WHERE payee = ? AND file_hash = ?', payee, fileHash)
    return rows.map(
      (row): ReceiptFacts => ({
        kind: 'quoted',
        role: 'payer',
        peer: payee,
        channelId: NO_CHANNEL,
        salt: 0n,
        files: [{ fileHash, amount: parseWei(String(row['price'])) }],
        signature: fromHex(String(row['signature'])),
        quoteId: Number(row['quote_id']),
        expiresAt: Number(row['expires_at']),
      }),
    )
  })
}

/** What is wrong with an entry of a quote, if anything. Pure. */
export function faultOfQuote(entry: ReceiptEntry): string | undefined {
  if (entry.channelId !== NO_CHANNEL || entry.salt !== 0n) return 'it names a channel, and is a quote'
  const { role, amount, cumulativeAmount, transactionHash, blockNumber, blockHash, logIndex } = entry
  const more = [amount, cumulativeAmount, transactionHash, blockNumber, blockHash, logIndex]
  if (more.some((value) => value !== undefined)) return 'it is a quote, and says more than one'
  const quote = role === 'payer' ? signedQuoteOf(entry) : undefined
  if (quote === undefined) return 'it is not a whole quote to the wallet'
  const domain = signingDomain(entry.chainId, entry.contract)
  return isQuoteSigned(domain, quote) ? undefined : 'its quote is not signed by the payee'
}

function signedQuoteOf({ wallet, peer, files = [], ...entry }: ReceiptEntry): SignedQuote | undefined {
  const { quoteId, expiresAt, signature } = entry
  const [file, another] = files
  if (file === undefined || another !== undefined) return undefined
  if (quoteId === undefined || expiresAt === undefined || signature === undefined) return undefined
  const { fileHash, amount: pricePerMiB } = file
  return { fileHash, payer: wallet, payee: peer, pricePerMiB, quoteId, expiresAt, signature }
}
