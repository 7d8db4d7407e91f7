import { parseWei, type Wei } from '../../domain/amount.ts'
import type { Address } from '../../domain/ids.ts'
import type { Connection } from '../../system/database.ts'
import { decodeAddress } from '../codec.ts'
import type { Role } from '../store.ts'
import { type FileAmount, NO_CHANNEL, type ReceiptFacts } from './entry.ts'
import { saveMark } from './log.ts'

/** A payment without a channel that counts, and that the log does not hold. */
export interface UnloggedTransfer {
  readonly role: Role
  readonly peer: Address
  readonly amount: Wei
  readonly transactionHash: string
  /** Under which the log remembers that it holds it. */
  readonly mark: string
}

/** Coin transfers and payments of batches, by this wallet and to it, in the order in which they were decided or counted. */
export function unloggedTransfers(connection: Connection): UnloggedTransfer[] {
  const sent = connection.all(
    `SELECT payee AS peer, amount, transaction_hash, 'transfer payer ' || transfer_id AS mark FROM transfers_sent
     WHERE phase IN ('counted', 'shown') AND NOT EXISTS
       (SELECT 1 FROM receipt_marks WHERE name = 'transfer payer ' || transfer_id) ORDER BY number`,
  )
  const counted = connection.all(
    `SELECT payer AS peer, amount, transaction_hash, 'transfer payee ' || transaction_hash AS mark FROM transfers_counted
     WHERE NOT EXISTS
       (SELECT 1 FROM receipt_marks WHERE name = 'transfer payee ' || transaction_hash) ORDER BY block_number, transaction_hash`,
  )
  const read =
    (role: Role) =>
    (row: (typeof sent)[number]): UnloggedTransfer => ({
      role,
      peer: decodeAddress(row['peer']),
      amount: parseWei(String(row['amount'])),
      transactionHash: String(row['transaction_hash']),
      mark: String(row['mark']),
    })
  return [...sent.map(read('payer')), ...counted.map(read('payee'))]
}

/** The entry for it; it is the same whatever protocol brought the chunks, and whether it was paid alone or with others. */
export function takeTransfer(
  connection: Connection,
  { mark, ...transfer }: UnloggedTransfer,
  files: readonly FileAmount[],
): ReceiptFacts {
  saveMark(connection, mark, '')
  const paidFor = files.length === 0 ? {} : { files }
  return { kind: 'transferred', ...transfer, channelId: NO_CHANNEL, salt: 0n, ...paidFor }
}
