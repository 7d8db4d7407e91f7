import { parseWei } from '../domain/amount.ts'
import { DecodeError } from '../domain/errors.ts'
import { type Address, parseAddress } from '../domain/ids.ts'
import type { Connection, Database, Row, SqlValue } from '../system/database.ts'
import { type GasFees, maxPrice } from './fees.ts'
import type { TransactionAttempt, TransactionOutcome, TransactionRecord } from './transaction-state.ts'

const MIGRATIONS = [
  `CREATE TABLE chain_transactions (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    nonce INTEGER NOT NULL,
    key TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recipient TEXT,
    data TEXT NOT NULL,
    value TEXT NOT NULL,
    gas_limit TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    phase TEXT NOT NULL,
    refusal TEXT,
    mined_hash TEXT,
    status TEXT,
    block_number INTEGER,
    block_hash TEXT,
    fee TEXT,
    contract_address TEXT
  ) STRICT;
  -- A refused or superseded transaction gives its key free, and a refused one its nonce; history keeps the row.
  CREATE UNIQUE INDEX chain_transaction_nonces ON chain_transactions (account, nonce)
    WHERE phase IN ('pending', 'mined');
  CREATE UNIQUE INDEX chain_transaction_keys ON chain_transactions (account, key) WHERE phase IN ('pending', 'mined');
  CREATE TABLE chain_transaction_attempts (
    transaction_id INTEGER NOT NULL REFERENCES chain_transactions (id),
    hash TEXT NOT NULL,
    raw TEXT NOT NULL,
    gas_price TEXT NOT NULL,
    tip TEXT,
    signed_at INTEGER NOT NULL,
    PRIMARY KEY (transaction_id, hash)
  ) STRICT;`,
]

/** A record with its place in the store. */
export type StoredTransaction = TransactionRecord & { readonly id: number }

/** The transactions of one account. Work on a connection runs inside the caller's `database.write`. */
export interface TransactionStore {
  /** The live record of a key: pending or mined. */
  byKey(connection: Connection, key: string): StoredTransaction | undefined
  byId(connection: Connection, id: number): StoredTransaction | undefined
  pending(connection: Connection): StoredTransaction[]
  /** Mined in `fromBlock` or later. */
  minedSince(connection: Connection, fromBlock: number): StoredTransaction[]
  /** The newest that was mined below this block. */
  newestMinedBelow(connection: Connection, block: number): StoredTransaction | undefined
  all(connection: Connection): StoredTransaction[]
  highestNonce(connection: Connection): number | undefined
  /** @returns the id */
  insert(connection: Connection, record: TransactionRecord): number
  addAttempt(connection: Connection, id: number, attempt: TransactionAttempt): void
  setOutcome(connection: Connection, id: number, outcome: TransactionOutcome): void
}

const LIVE = "phase IN ('pending', 'mined')"

export function createTransactionStore(database: Database, account: Address): TransactionStore {
  database.migrate('chain-transactions', MIGRATIONS)
  const load = (connection: Connection, row: Row): StoredTransaction => {
    const id = Number(row.id)
    const attempts = connection
      .all('SELECT * FROM chain_transaction_attempts WHERE transaction_id = ? ORDER BY rowid', id)
      .map(decodeAttempt)
    return { id, ...decodeRecord(row), attempts }
  }
  const select = (connection: Connection, sql: string, ...values: SqlValue[]): StoredTransaction[] =>
    connection.all(sql, account, ...values).map((row) => load(connection, row))

  return {
    byKey(connection, key) {
      return select(connection, `SELECT * FROM chain_transactions WHERE account = ? AND key = ? AND ${LIVE}`, key)[0]
    },
    byId(connection, id) {
      return select(connection, 'SELECT * FROM chain_transactions WHERE account = ? AND id = ?', id)[0]
    },
    pending(connection) {
      return select(
        connection,
        "SELECT * FROM chain_transactions WHERE account = ? AND phase = 'pending' ORDER BY nonce",
      )
    },
    minedSince(connection, fromBlock) {
      const sql =
        "SELECT * FROM chain_transactions WHERE account = ? AND phase = 'mined' AND block_number >= ? ORDER BY nonce"
      return select(connection, sql, fromBlock)
    },
    newestMinedBelow(connection, block) {
      const sql =
        "SELECT * FROM chain_transactions WHERE account = ? AND phase = 'mined' AND block_number < ? ORDER BY block_number DESC LIMIT 1"
      return select(connection, sql, block)[0]
    },
    all(connection) {
      return select(connection, 'SELECT * FROM chain_transactions WHERE account = ? ORDER BY id')
    },
    highestNonce(connection) {
      const sql = `SELECT max(nonce) AS nonce FROM chain_transactions WHERE account = ? AND ${LIVE}`
      const nonce = connection.get(sql, account)?.nonce
      return nonce === null || nonce === undefined ? undefined : Number(nonce)
    },
    insert(connection, record) {
      connection.run(
        `INSERT INTO chain_transactions
          (account, nonce, key, purpose, recipient, data, value, gas_limit, created_at, phase)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')`,
        account,
        record.nonce,
        record.key,
        record.purpose,
        record.to ?? null,
        record.data,
        record.value.toString(),
        record.gasLimit.toString(),
        record.createdAt,
      )
      const id = Number(connection.get('SELECT last_insert_rowid() AS id')?.id)
      for (const attempt of record.attempts) addAttempt(connection, id, attempt)
      return id
    },
    addAttempt,
    setOutcome(connection, id, outcome) {
      const mined = outcome.phase === 'mined' ? outcome : undefined
      connection.run(
        `UPDATE chain_transactions SET phase = ?, refusal = ?, mined_hash = ?, status = ?, block_number = ?, block_hash = ?,
          fee = ?, contract_address = ? WHERE id = ?`,
        outcome.phase,
        outcome.phase === 'refused' ? outcome.code : null,
        mined?.hash ?? null,
        mined?.status ?? null,
        mined?.blockNumber ?? null,
        mined?.blockHash ?? null,
        mined?.fee.toString() ?? null,
        mined?.contractAddress ?? null,
        id,
      )
    },
  }
}

function addAttempt(connection: Connection, id: number, { hash, raw, fees, signedAt }: TransactionAttempt): void {
  connection.run(
    'INSERT INTO chain_transaction_attempts VALUES (?, ?, ?, ?, ?, ?)',
    id,
    hash,
    raw,
    maxPrice(fees).toString(),
    fees.kind === 'legacy' ? null : fees.maxPriorityFeePerGas.toString(),
    signedAt,
  )
}

function decodeRecord(row: Row): Omit<TransactionRecord, 'attempts'> {
  return {
    nonce: Number(row.nonce),
    key: text(row.key),
    purpose: text(row.purpose),
    to: row.recipient === null ? undefined : parseAddress(text(row.recipient)),
    data: text(row.data),
    value: parseWei(text(row.value)),
    gasLimit: parseWei(text(row.gas_limit)),
    createdAt: Number(row.created_at),
    outcome: decodeOutcome(row),
  }
}

function decodeOutcome(row: Row): TransactionOutcome {
  const phase = text(row.phase)
  switch (phase) {
    case 'pending':
    case 'superseded':
      return { phase }
    case 'refused':
      return { phase, code: text(row.refusal) }
    case 'mined':
      return {
        phase,
        hash: text(row.mined_hash),
        status: text(row.status) === 'success' ? 'success' : 'reverted',
        blockNumber: Number(row.block_number),
        blockHash: text(row.block_hash),
        fee: parseWei(text(row.fee)),
        contractAddress: row.contract_address === null ? undefined : parseAddress(text(row.contract_address)),
      }
    default:
      throw new DecodeError(`The database holds a transaction in an unknown phase (${phase}).`)
  }
}

function decodeAttempt(row: Row): TransactionAttempt {
  const price = parseWei(text(row.gas_price))
  const fees: GasFees =
    row.tip === null
      ? { kind: 'legacy', gasPrice: price }
      : { kind: 'eip1559', maxFeePerGas: price, maxPriorityFeePerGas: parseWei(text(row.tip)) }
  return { hash: text(row.hash), raw: text(row.raw), fees, signedAt: Number(row.signed_at) }
}

function text(value: SqlValue | undefined): string {
  if (typeof value !== 'string') throw new DecodeError('The database holds a transaction that cannot be read.')
  return value
}
