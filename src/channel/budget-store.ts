import { addWei, parseWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import type { Connection, Row } from '../system/database.ts'
import {
  type BudgetView,
  ceilingOf,
  type DownloadBudget,
  EMPTY_SHARE,
  owed,
  payableDebt,
  reserveGas,
  type Share,
  spendGas,
  withShare,
} from './budget.ts'
import { decodeBudget, encodeBudget } from './codec.ts'
import type { ChunkRef } from './delivery-store.ts'
import { findNameId, nameId } from './names.ts'

/** What a share belongs to. */
export interface ShareKey {
  readonly downloadId: string
  readonly payee: Address
}

/** @throws ChiralError `DOWNLOAD_UNKNOWN` */
export function loadBudget(connection: Connection, downloadId: string): DownloadBudget {
  const budget = findBudget(connection, downloadId)
  if (budget !== undefined) return budget
  throw new ChiralError('DOWNLOAD_UNKNOWN', `There is no budget for the download ${downloadId}: begin it first.`, {
    details: { downloadId },
  })
}

export function findBudget(connection: Connection, downloadId: string): DownloadBudget | undefined {
  return connection.memo.recall(budgetName(connection, downloadId), () => {
    const row = connection.get('SELECT budget FROM channel_downloads WHERE download_id = ?', downloadId)
    return row === undefined ? undefined : decodeBudget(String(row['budget']))
  })
}

export function saveBudget(connection: Connection, downloadId: string, budget: DownloadBudget): void {
  connection.memo.stage(budgetName(connection, downloadId), budget, {
    table: 'channel_downloads',
    write: () =>
      connection.run(
        'INSERT INTO channel_downloads VALUES (?, ?) ON CONFLICT DO UPDATE SET budget = excluded.budget',
        downloadId,
        encodeBudget(budget),
      ),
  })
}

export function loadShare(connection: Connection, key: ShareKey): Share {
  return connection.memo.recall(shareName(connection, key), () => {
    const row = connection.get(
      'SELECT signed, verified, vouchers FROM channel_shares WHERE download_id = ? AND payee = ?',
      key.downloadId,
      key.payee,
    )
    return row === undefined ? EMPTY_SHARE : decodeShare(row)
  })
}

/** The shares of a download with these payees. */
export function sharesOf(
  connection: Connection,
  downloadId: string,
  inFlight: ReadonlyMap<Address, Wei>,
): { share: Share; inFlight: Wei }[] {
  const shares: { share: Share; inFlight: Wei }[] = []
  for (const [payee, amount] of inFlight)
    shares.push({ share: loadShare(connection, { downloadId, payee }), inFlight: amount })
  return shares
}

/** What the payer's step needs to know. */
export function loadBudgetView(connection: Connection, key: ShareKey): BudgetView {
  const budget = loadBudget(connection, key.downloadId)
  const share = loadShare(connection, key)
  let owedElsewhere = 0n
  for (const debt of debtsElsewhere(connection, key))
    owedElsewhere += payableDebt(loadBudget(connection, debt.downloadId), debt.share)
  // A download that ended buys nothing more; what it owes may still be signed for.
  const ceiling = budget.ended ? addWei(share.signed, payableDebt(budget, share)) : ceilingOf(budget, share)
  return { share, ceiling, owedElsewhere: wei(owedElsewhere) }
}

/** Books a voucher's increment: first on what other downloads owe the payee, the rest on this one. */
export function bookIncrement(connection: Connection, key: ShareKey, increment: Wei): void {
  let rest: bigint = increment
  for (const debt of debtsElsewhere(connection, key)) {
    const budget = loadBudget(connection, debt.downloadId)
    const debtPaid = payableDebt(budget, debt.share)
    const part = debtPaid < rest ? debtPaid : wei(rest)
    if (part > 0n) changeShare(connection, { ...key, downloadId: debt.downloadId }, { signed: part })
    rest -= part
  }
  if (rest > 0n) changeShare(connection, key, { signed: wei(rest) })
}

/** Books a chunk that verified: false when this download had paid for it, or owes it, already. */
export function bookVerified(connection: Connection, key: ShareKey, chunk: ChunkRef, price: Wei): boolean {
  const { changes } = connection.run(
    `INSERT INTO channel_verified_rows SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS
       (SELECT 1 FROM channel_verified_rows WHERE download = ?1 AND file = ?2 AND chunk_index = ?3)`,
    ...purchaseOf(connection, key, chunk),
    price.toString(),
  )
  if (changes === 0) return false
  changeShare(connection, key, { verified: price })
  return true
}

/** Books a chunk that this download had, and lost, and that was sold to it once more. */
export function bookAgain(connection: Connection, key: ShareKey, chunk: ChunkRef, price: Wei): void {
  const purchase = purchaseOf(connection, key, chunk)
  const row = connection.get(
    'SELECT price FROM channel_verified_rows WHERE download = ? AND file = ? AND chunk_index = ? AND payee = ?',
    ...purchase,
  )
  const before = row === undefined ? ZERO_WEI : parseWei(String(row['price']))
  connection.run(
    'INSERT INTO channel_verified_rows VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET price = excluded.price',
    ...purchase,
    addWei(before, price).toString(),
  )
  changeShare(connection, key, { verified: price })
}

function purchaseOf(connection: Connection, { downloadId, payee }: ShareKey, { fileHash, chunkIndex }: ChunkRef) {
  return [nameId(connection, downloadId), nameId(connection, fileHash), chunkIndex, nameId(connection, payee)] as const
}

/** The chunks of a file that this download booked. */
export function bookedChunks(connection: Connection, downloadId: string, fileHash: FileHash): number[] {
  return connection
    .all(
      'SELECT DISTINCT chunk_index FROM channel_verified_rows WHERE download = ? AND file = ?',
      findNameId(connection, downloadId) ?? null,
      findNameId(connection, fileHash) ?? null,
    )
    .map((row) => Number(row['chunk_index']))
}

/** From whom downloads have bought the chunk: this one, or any. */
export function sellersOf(connection: Connection, chunk: ChunkRef, downloadId?: string): readonly Address[] {
  // A look into each download by its primary key: far fewer than all chunks that were ever bought.
  return connection
    .all(
      `SELECT payees.name AS payee FROM channel_downloads CROSS JOIN channel_names AS downloads ON downloads.name = download_id
         CROSS JOIN channel_verified_rows ON download = downloads.id JOIN channel_names AS payees ON payees.id = payee
       WHERE file = ?1 AND chunk_index = ?2 AND (?3 IS NULL OR download_id = ?3)`,
      findNameId(connection, chunk.fileHash) ?? null,
      chunk.chunkIndex,
      downloadId ?? null,
    )
    .map((row) => String(row['payee']) as Address) // written above from an Address
}

/** Those of the chunks that downloads have booked, and none of them on `payee`. */
export function boughtElsewhere(connection: Connection, payee: Address, chunks: readonly ChunkRef[]): ChunkRef[] {
  return chunks.filter((chunk) => {
    const sellers = sellersOf(connection, chunk)
    return sellers.length > 0 && !sellers.includes(payee)
  })
}

/** Payees other than `payee` that hold a prepayment of this download. */
export function prepaidElsewhere(connection: Connection, key: ShareKey): Address[] {
  return connection
    .all(
      "SELECT payee FROM channel_shares WHERE download_id = ? AND verified = '0' AND signed <> '0' AND payee <> ?",
      key.downloadId,
      key.payee,
    )
    .map((row) => String(row['payee']) as Address) // written by `changeShare` from an Address
}

export function listShares(connection: Connection): (ShareKey & Share)[] {
  return connection.all('SELECT * FROM channel_shares ORDER BY download_id, payee').map((row) => ({
    downloadId: String(row['download_id']),
    payee: String(row['payee']) as Address, // written by `changeShare` from an Address
    ...decodeShare(row),
  }))
}

/** Sets gas aside once for `key`; false when the limit does not allow it. */
export function bookGas(connection: Connection, key: string, downloadId: string, amount: Wei): boolean {
  if (connection.get('SELECT 1 FROM channel_gas WHERE key = ?', key) !== undefined) return true
  const budget = reserveGas(loadBudget(connection, downloadId), amount)
  if (budget === undefined) return false
  saveBudget(connection, downloadId, budget)
  connection.run('INSERT INTO channel_gas VALUES (?, ?, ?)', key, downloadId, amount.toString())
  return true
}

/** Replaces what was set aside for `key` by what it cost. */
export function settleGas(connection: Connection, key: string, fee: Wei): void {
  const row = connection.get('SELECT download_id, reserved FROM channel_gas WHERE key = ?', key)
  if (row === undefined) return
  const downloadId = String(row['download_id'])
  const budget = loadBudget(connection, downloadId)
  saveBudget(connection, downloadId, spendGas(budget, parseWei(String(row['reserved'])), fee))
  connection.run('DELETE FROM channel_gas WHERE key = ?', key)
}

function debtsElsewhere(connection: Connection, key: ShareKey): { downloadId: string; share: Share }[] {
  return indebted(connection, key.payee)
    .filter((downloadId) => downloadId !== key.downloadId)
    .map((downloadId) => ({ downloadId, share: loadShare(connection, { ...key, downloadId }) }))
    .filter(({ share }) => owed(share) > 0n)
}

/** Downloads that owe the payee something, and perhaps some that owed it: a download under way owes and pays many times a second. */
function indebted(connection: Connection, payee: Address): readonly string[] {
  return connection.memo.recall(indebtedName(connection, payee), () =>
    connection
      .all('SELECT download_id FROM channel_shares WHERE payee = ? AND owing = 1', payee)
      .map((row) => String(row['download_id'])),
  )
}

function changeShare(connection: Connection, key: ShareKey, by: { signed?: Wei; verified?: Wei }): void {
  const before = loadShare(connection, key)
  const after: Share = {
    signed: addWei(before.signed, by.signed ?? ZERO_WEI),
    verified: addWei(before.verified, by.verified ?? ZERO_WEI),
    vouchers: before.vouchers + (by.signed === undefined ? 0 : 1),
  }
  connection.memo.stage(shareName(connection, key), after, {
    table: 'channel_shares',
    write: () =>
      connection.run(
        `INSERT INTO channel_shares VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET signed = excluded.signed, verified = excluded.verified, vouchers = excluded.vouchers,
           owing = excluded.owing`,
        key.downloadId,
        key.payee,
        after.signed.toString(),
        after.verified.toString(),
        after.vouchers,
        owed(after) > 0n ? 1 : 0,
      ),
  })
  if (owed(after) > 0n && !indebted(connection, key.payee).includes(key.downloadId))
    connection.memo.forget(indebtedName(connection, key.payee))
  saveBudget(connection, key.downloadId, withShare(loadBudget(connection, key.downloadId), before, after))
}

function budgetName({ memo }: Connection, downloadId: string): string {
  return memo.name('channel budget', downloadId)
}

function shareName({ memo }: Connection, { downloadId, payee }: ShareKey): string {
  return memo.name('channel share', downloadId, payee)
}

function indebtedName({ memo }: Connection, payee: Address): string {
  return memo.name('channel indebted', payee)
}

function decodeShare(row: Row): Share {
  return {
    signed: parseWei(String(row['signed'])),
    verified: parseWei(String(row['verified'])),
    vouchers: Number(row['vouchers']),
  }
}
