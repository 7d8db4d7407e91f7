import { parseWei, subtractWei, type Wei } from '../../domain/amount.ts'
import { Bitfield } from '../../domain/bitfield.ts'
import { fromHex } from '../../domain/bytes.ts'
import { type Address, parseFileHash } from '../../domain/ids.ts'
import type { Connection, Row } from '../../system/database.ts'
import { vouchered } from '../books.ts'
import { findBudget } from '../budget-store.ts'
import { decodeAddress } from '../codec.ts'
import { loadPayerPair } from '../payer-books.ts'
import { hasOpen } from '../payer-state.ts'
import { type OwnTransfer, ownTransfersTo } from '../transfers/transfer-store.ts'
import type { Debt, UnpaidFile } from './batch-plan.ts'

/** Who is paid afterwards, inside a transaction of the caller. The payments stand among the transfers; migrated with the channels: ../store.ts. */

/** A payee from which a download buys on credit. */
export interface Debtor {
  readonly downloadId: string
  readonly payee: Address
  readonly fileHash: UnpaidFile['fileHash']
  readonly chunkCount: number
  readonly confirmations: number
}

export function saveDebtor(connection: Connection, debtor: Debtor): void {
  connection.run(
    `INSERT INTO batch_debtors (download_id, payee, file_hash, chunk_count, confirmations) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET confirmations = excluded.confirmations`,
    debtor.downloadId,
    debtor.payee,
    debtor.fileHash,
    debtor.chunkCount,
    debtor.confirmations,
  )
}

/** How chunks come from the payee: told again, in another way, it is not said any more. */
export function saveProtocol(
  connection: Connection,
  { downloadId, payee }: { readonly downloadId: string; readonly payee: Address },
  protocol: string,
): void {
  connection.run(
    `UPDATE batch_debtors SET protocol = iif(coalesce(protocol, ?1) = ?1, ?1, '') WHERE download_id = ?2 AND payee = ?3`,
    protocol,
    downloadId,
    payee,
  )
}

/** It did not take its coin: no batch pays it again. */
export function refusePayee(connection: Connection, payee: Address): void {
  connection.run('UPDATE batch_debtors SET refused = 1 WHERE payee = ?', payee)
}

export function isRefused(connection: Connection, payee: Address): boolean {
  return connection.get('SELECT 1 FROM batch_debtors WHERE payee = ? AND refused = 1', payee) !== undefined
}

/**
 * What is owed to each payee that a batch may pay now. SPEC 01 §10.7: "nobody to whom a payment is under way", nobody with a channel, on which
 * a voucher pays, and nobody that refused its coin.
 */
export function loadDebts(connection: Connection): Debt[] {
  const rows = connection.all(
    `SELECT d.* FROM batch_debtors AS d JOIN channel_shares AS s USING (download_id, payee)
     WHERE s.owing = 1 AND d.refused = 0 ORDER BY d.payee, d.download_id`,
  )
  return [...Map.groupBy(rows, (row) => decodeAddress(row['payee']))].flatMap(([payee, own]): Debt[] => {
    const pair = loadPayerPair(connection, payee)
    if (hasOpen(pair) || isRefused(connection, payee) || ownTransfersTo(connection, payee, 'decided').length > 0)
      return []
    const owed = subtractWei(pair.verified, vouchered(pair))
    return [{ payee, owed, files: own.map((row) => unpaidFile(connection, payee, row)) }]
  })
}

function unpaidFile(connection: Connection, payee: Address, row: Row): UnpaidFile {
  const downloadId = String(row['download_id'])
  const fileHash = parseFileHash(String(row['file_hash']))
  const chunkCount = Number(row['chunk_count'])
  const named = namedChunks(connection, { downloadId, payee, chunkCount })
  const chunks = connection
    .all(
      'SELECT chunk_index, price FROM channel_verified WHERE download_id = ? AND file_hash = ? AND payee = ?',
      downloadId,
      fileHash,
      payee,
    )
    .map((verified) => ({ chunkIndex: Number(verified['chunk_index']), price: parseWei(String(verified['price'])) }))
    .filter(({ chunkIndex }) => !named.has(chunkIndex))
  const protocol = row['protocol'] === null ? '' : String(row['protocol'])
  return { downloadId, fileHash, chunkCount, chunks, protocol, confirmations: Number(row['confirmations']) }
}

/** The chunks that payments name already. */
function namedChunks(
  connection: Connection,
  { downloadId, payee, chunkCount }: Pick<Debtor, 'downloadId' | 'payee' | 'chunkCount'>,
): Bitfield {
  const named = new Bitfield(chunkCount)
  const phases: readonly OwnTransfer['phase'][] = ['counted', 'shown']
  for (const phase of phases)
    for (const { batch, ...transfer } of ownTransfersTo(connection, payee, phase)) {
      if (transfer.downloadId !== downloadId || batch?.chunks === undefined) continue
      const paid = new Bitfield(chunkCount, fromHex(batch.chunks))
      for (let index = 0; index < chunkCount; index++) if (paid.has(index)) named.add(index)
    }
  return named
}

/** Those that were decided and are not on the chain, or not deep enough, oldest first. */
export function decidedBatches(connection: Connection): string[] {
  return connection
    .all("SELECT DISTINCT batch_id FROM transfers_sent WHERE batch_id IS NOT NULL AND phase = 'decided'")
    .map((row) => String(row['batch_id']))
}

/** What came back because its payee did not take it. */
export interface ReturnedPayment {
  readonly transactionHash: string
  readonly payee: Address
  readonly amount: Wei
}

export function returnedPayments(connection: Connection): ReturnedPayment[] {
  return connection
    .all("SELECT transaction_hash, payee, amount FROM transfers_sent WHERE phase = 'skipped' ORDER BY number")
    .map((row) => ({
      transactionHash: String(row['transaction_hash']),
      payee: decodeAddress(row['payee']),
      amount: parseWei(String(row['amount'])),
    }))
}

/** Downloads that ended and owe something that a batch may pay. */
export function endedDebtors(connection: Connection): readonly string[] {
  const payable = loadDebts(connection).filter(({ owed }) => owed > 0n)
  const owing = new Set(payable.flatMap(({ files }) => files.map(({ downloadId }) => downloadId)))
  return [...owing].filter((downloadId) => findBudget(connection, downloadId)?.ended === true)
}
