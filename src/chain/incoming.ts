import { parseWei, type Wei } from '../domain/amount.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import type { Database } from '../system/database.ts'

const MIGRATIONS = [
  `CREATE TABLE chain_incoming (
    account TEXT NOT NULL,
    hash TEXT NOT NULL,
    sender TEXT NOT NULL,
    amount TEXT NOT NULL,
    block_number INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (account, hash)
  ) STRICT`,
]

/** Coins that came to the wallet by a plain transfer we know of. */
export interface IncomingTransfer {
  readonly transactionHash: string
  readonly from: Address
  readonly amount: Wei
  readonly blockNumber: number
  /** In a person's words, for `wallet history`. */
  readonly purpose: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** Incoming transfers of one account, so that `wallet history` explains its balance. */
export interface IncomingLedger {
  /** Recording one twice is fine. */
  record(transfer: IncomingTransfer): Promise<void>
  /** Oldest first. */
  list(): IncomingTransfer[]
}

export function createIncomingLedger(database: Database, account: Address): IncomingLedger {
  database.migrate('chain-incoming', MIGRATIONS)
  return {
    async record({ transactionHash, from, amount, blockNumber, purpose, receivedAt }) {
      await database.write((connection) =>
        connection.run(
          'INSERT OR IGNORE INTO chain_incoming VALUES (?, ?, ?, ?, ?, ?, ?)',
          ...[account, transactionHash, from, amount.toString(), blockNumber, purpose, receivedAt],
        ),
      )
    },
    list() {
      const sql = 'SELECT * FROM chain_incoming WHERE account = ? ORDER BY received_at, rowid'
      return database
        .read((connection) => connection.all(sql, account))
        .map((row) => ({
          transactionHash: String(row.hash),
          from: parseAddress(String(row.sender)),
          amount: parseWei(String(row.amount)),
          blockNumber: Number(row.block_number),
          purpose: String(row.purpose),
          receivedAt: Number(row.received_at),
        }))
    },
  }
}
