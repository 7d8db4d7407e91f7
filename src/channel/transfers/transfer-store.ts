import { parseWei, type Wei } from '../../domain/amount.ts'
import type { TransferRef } from '../../domain/coin-transfer.ts'
import { type Address, type FileHash, parseFileHash } from '../../domain/ids.ts'
import type { Connection, Row } from '../../system/database.ts'
import { decodeAddress } from '../codec.ts'
import { loadCursor, saveCursor } from '../store.ts'

/** The tables of transfers, inside a transaction of the caller. Migrated with those of the channels: ../store.ts. */

const BOOKS_BEGIN = 'books-begin'

/** A transfer of this wallet. */
export interface OwnTransfer {
  readonly transferId: string
  readonly payee: Address
  readonly downloadId: string
  readonly fileHash: FileHash
  readonly amount: Wei
  /** How deep the payee wants it to lie. */
  readonly confirmations: number
  /**
   * `decided`: to be sent, or on its way. `counted`: it lies deep enough and is in V, but its payee has not been shown it.
   * `shown`: the payee counts it. `dropped`: it never moved any coin. `skipped`: its payee did not take what a batch offered.
   */
  readonly phase: 'decided' | 'counted' | 'shown' | 'dropped' | 'skipped'
  /** Of the version that was mined. */
  readonly transactionHash?: string
  /** It leaves with others, in one transaction. */
  readonly batch?: {
    readonly batchId: string
    /** How the chunks came; empty where it is not said. */
    readonly protocol: string
    /** Hex of the bitfield of the chunks that it pays for; absent where it is not said. */
    readonly chunks?: string
  }
}

export function insertOwnTransfer(connection: Connection, transfer: OwnTransfer): void {
  connection.run(
    `INSERT INTO transfers_sent
       (transfer_id, payee, download_id, file_hash, amount, confirmations, phase, batch_id, chunks, protocol)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    transfer.transferId,
    transfer.payee,
    transfer.downloadId,
    transfer.fileHash,
    transfer.amount.toString(),
    transfer.confirmations,
    transfer.phase,
    transfer.batch?.batchId ?? null,
    transfer.batch?.chunks ?? null,
    transfer.batch?.protocol ?? null,
  )
}

export function setOwnTransfer(
  connection: Connection,
  transferId: string,
  { phase, transactionHash }: Pick<OwnTransfer, 'phase' | 'transactionHash'>,
): void {
  connection.run(
    'UPDATE transfers_sent SET phase = ?, transaction_hash = coalesce(?, transaction_hash) WHERE transfer_id = ?',
    phase,
    transactionHash ?? null,
    transferId,
  )
}

export function findOwnTransfer(connection: Connection, transferId: string): OwnTransfer | undefined {
  const row = connection.get('SELECT * FROM transfers_sent WHERE transfer_id = ?', transferId)
  return row === undefined ? undefined : ownTransferOf(row)
}

/** Oldest first. */
export function ownTransfersTo(connection: Connection, payee: Address, phase: OwnTransfer['phase']): OwnTransfer[] {
  return connection
    .all('SELECT * FROM transfers_sent WHERE payee = ? AND phase = ? ORDER BY number', payee, phase)
    .map(ownTransferOf)
}

/** Each of which leaves by itself. */
export function decidedTransfers(connection: Connection): OwnTransfer[] {
  return connection
    .all("SELECT * FROM transfers_sent WHERE phase = 'decided' AND batch_id IS NULL ORDER BY number")
    .map(ownTransferOf)
}

/** Those of one batch, in the order of its payments. */
export function transfersOfBatch(connection: Connection, batchId: string): OwnTransfer[] {
  return connection.all('SELECT * FROM transfers_sent WHERE batch_id = ? ORDER BY number', batchId).map(ownTransferOf)
}

/** A transfer to this wallet that was counted. */
export interface CountedTransfer extends TransferRef {
  readonly payer: Address
  readonly amount: Wei
  readonly blockNumber: number
}

export function findCountedTransfer(connection: Connection, transactionHash: string): CountedTransfer | undefined {
  const row = connection.get('SELECT * FROM transfers_counted WHERE transaction_hash = ?', transactionHash)
  return row === undefined ? undefined : countedTransferOf(row)
}

/** In the order of their blocks. */
export function listCountedTransfers(connection: Connection): CountedTransfer[] {
  return connection
    .all('SELECT * FROM transfers_counted ORDER BY block_number, transaction_hash')
    .map(countedTransferOf)
}

/** False, and nothing changed, when it was counted before. */
export function insertCountedTransfer(connection: Connection, transfer: CountedTransfer): boolean {
  const { changes } = connection.run(
    'INSERT INTO transfers_counted VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    transfer.transactionHash,
    transfer.payer,
    transfer.fileHash,
    transfer.amount.toString(),
    transfer.blockNumber,
  )
  return changes > 0
}

/** The first block that these books were kept at; `undefined` before they saw one. */
export function booksBeginAt(connection: Connection): number | undefined {
  return loadCursor(connection, BOOKS_BEGIN)?.block
}

/** These books are there from this block on, unless they were before. */
export function beginBooksAt(connection: Connection, block: number): void {
  if (booksBeginAt(connection) === undefined) saveCursor(connection, BOOKS_BEGIN, { block, anchor: undefined })
}

function ownTransferOf(row: Row): OwnTransfer {
  return {
    transferId: String(row['transfer_id']),
    payee: decodeAddress(row['payee']),
    downloadId: String(row['download_id']),
    fileHash: parseFileHash(String(row['file_hash'])),
    amount: parseWei(String(row['amount'])),
    confirmations: Number(row['confirmations']),
    phase: String(row['phase']) as OwnTransfer['phase'], // written by the functions above alone
    ...(row['transaction_hash'] === null ? {} : { transactionHash: String(row['transaction_hash']) }),
    ...batchOf(row),
  }
}

function batchOf(row: Row): Pick<OwnTransfer, 'batch'> {
  if (row['batch_id'] === null) return {}
  const chunks = row['chunks'] === null ? {} : { chunks: String(row['chunks']) }
  return { batch: { batchId: String(row['batch_id']), protocol: String(row['protocol']), ...chunks } }
}

function countedTransferOf(row: Row): CountedTransfer {
  return {
    transactionHash: String(row['transaction_hash']),
    payer: decodeAddress(row['payer']),
    fileHash: parseFileHash(String(row['file_hash'])),
    amount: parseWei(String(row['amount'])),
    blockNumber: Number(row['block_number']),
  }
}
