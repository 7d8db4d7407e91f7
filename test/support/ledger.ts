import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vouchered } from '../../src/channel/books.ts'
import { listShares } from '../../src/channel/budget-store.ts'
import { listPayeePairs } from '../../src/channel/payee-books.ts'
import { listPayerPairs } from '../../src/channel/payer-books.ts'
import type { PayerPair } from '../../src/channel/payer-state.ts'
import { type Address, parseAddress } from '../../src/domain/ids.ts'
import { openDatabase } from '../../src/system/database.ts'
import { fieldsOf } from './json.ts'

/** V, R of one pair by the payer's books, as docs/specs/01-voucher.md names them. */
export interface PayerBooks {
  readonly payee: Address
  readonly vouchered: bigint
  readonly verified: bigint
  readonly channels: PayerPair['channels']
}

/** V, D, W of one pair by the payee's books. */
export interface PayeeBooks {
  readonly payer: Address
  readonly vouchered: bigint
  readonly committed: bigint
  readonly writtenOff: bigint
}

/** What one stopped node remembers about money. */
export interface Ledger extends Books {
  readonly account: Address
}

/** What a database remembers about money. */
export interface Books {
  readonly asPayer: readonly PayerBooks[]
  readonly asPayee: readonly PayeeBooks[]
  /** Price of the chunks that verified, over all downloads. */
  readonly verified: bigint
  /** What was signed for, over all downloads. */
  readonly signed: bigint
  /** How often each chunk was bought: once, if the rules hold. */
  readonly purchases: ReadonlyMap<string, number>
  /** The transactions that were made durable, by kind: `open`, `topUp`, `close`, … */
  readonly transactions: readonly string[]
}

/** Reads a node's database. The node must have ended. */
export function readLedger(dataDirectory: string): Ledger {
  return { account: readAccount(dataDirectory), ...readBooks(join(dataDirectory, 'node.db')) }
}

/** Nobody may have the database open. */
export function readBooks(path: string): Books {
  const database = openDatabase(path)
  try {
    return database.read((connection) => {
      const shares = listShares(connection)
      const purchases = new Map<string, number>()
      for (const row of connection.all('SELECT file_hash, chunk_index FROM channel_verified')) {
        const chunk = `${row['file_hash']} ${row['chunk_index']}`
        purchases.set(chunk, (purchases.get(chunk) ?? 0) + 1)
      }
      return {
        asPayer: listPayerPairs(connection).map((pair) => ({
          payee: pair.payee,
          vouchered: vouchered(pair),
          verified: pair.verified,
          channels: pair.channels,
        })),
        asPayee: listPayeePairs(connection).map((pair) => ({
          payer: pair.payer,
          vouchered: vouchered(pair),
          committed: pair.committed,
          writtenOff: pair.writtenOff,
        })),
        verified: shares.reduce((sum, { verified }) => sum + verified, 0n),
        signed: shares.reduce((sum, { signed }) => sum + signed, 0n),
        purchases,
        transactions: connection
          .all('SELECT key FROM chain_transactions ORDER BY nonce')
          .map((row) => String(row['key']).split(':')[0] ?? ''),
      }
    })
  } finally {
    database.close()
  }
}

/** The address in the wallet's keystore, which is Web3 V3 and so not secret. */
function readAccount(dataDirectory: string): Address {
  const keystore: unknown = JSON.parse(readFileSync(join(dataDirectory, 'keystore.json'), 'utf8'))
  return parseAddress(`0x${String(fieldsOf(keystore)['address'])}`)
}
