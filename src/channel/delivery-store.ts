import { parseWei } from '../domain/amount.ts'
import { type Address, type FileHash, parseFileHash } from '../domain/ids.ts'
import type { Connection, Row } from '../system/database.ts'
import { findNameId, nameId } from './names.ts'
import { type Delivery, RESEND_WINDOW_MS } from './payee-state.ts'

/** One chunk of one file. */
export interface ChunkRef {
  readonly fileHash: FileHash
  readonly chunkIndex: number
}

/** How many of the newest deliveries a payer is told of: the 64 that can be under way, and a few that crossed them. */
export const RECENT_DELIVERIES = 68

/**
 * How many deliveries of a payer are remembered at least: 64 GiB of chunks in some 17 MB. Who asks for an older one buys it again.
 */
export const KEPT_DELIVERIES = 262_144
/** Old deliveries forgotten with each new one: more than one, so that what piled up within a day gets less again. */
const FORGOTTEN_AT_ONCE = 2

export function loadDelivery(connection: Connection, payer: Address, chunk: ChunkRef): Delivery | undefined {
  const key = findKey(connection, payer, chunk.fileHash)
  if (key === undefined) return undefined
  const row = connection.get(
    'SELECT price, resends, resent_at FROM channel_delivery_rows WHERE payer = ? AND file = ? AND chunk_index = ?',
    ...key,
    chunk.chunkIndex,
  )
  return row === undefined ? undefined : deliveryOf(row)
}

/** Those of a run of chunks that are in D, by index. */
export function loadDeliveries(
  connection: Connection,
  payer: Address,
  { fileHash, first, last }: { readonly fileHash: FileHash; readonly first: number; readonly last: number },
): ReadonlyMap<number, Delivery> {
  const key = findKey(connection, payer, fileHash)
  if (key === undefined) return new Map()
  const rows = connection.all(
    `SELECT chunk_index, price, resends, resent_at FROM channel_delivery_rows
       WHERE payer = ? AND file = ? AND chunk_index BETWEEN ? AND ?`,
    ...key,
    first,
    last,
  )
  return new Map(rows.map((row) => [Number(row['chunk_index']), deliveryOf(row)]))
}

export function saveDelivery(
  connection: Connection,
  payer: Address,
  chunk: ChunkRef,
  delivery: Delivery,
  { kept = KEPT_DELIVERIES }: { readonly kept?: number } = {},
): void {
  const payerId = nameId(connection, payer)
  const number = newestNumber(connection, payerId) + 1
  connection.run(
    `INSERT INTO channel_delivery_rows VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
     ON CONFLICT (payer, file, chunk_index) DO UPDATE SET price = excluded.price, resends = excluded.resends,
       resent_at = excluded.resent_at, number = excluded.number,
       -- Committed anew: not sent again, and not a re-send taken back.
       sold = CASE WHEN excluded.resends = 0 AND excluded.resent_at <> resent_at THEN excluded.number ELSE sold END`,
    payerId,
    nameId(connection, chunk.fileHash),
    chunk.chunkIndex,
    delivery.price.toString(),
    delivery.resends,
    delivery.resentAt,
    number,
  )
  connection.memo.set(newestName(connection, payerId), number)
  const superfluous = number - kept
  if (superfluous > 0) forgetOld(connection, payerId, superfluous, delivery.resentAt - RESEND_WINDOW_MS)
}

/** The number of the newest delivery to a payer: remembered, since SQLite needs as long to look for it as to insert a row. */
function newestNumber(connection: Connection, payerId: number): number {
  return connection.memo.recall(newestName(connection, payerId), () => {
    // Not max(number): SQLite looks at all of the payer's rows for that.
    const row = connection.get(
      'SELECT number FROM channel_delivery_rows WHERE payer = ? ORDER BY number DESC LIMIT 1',
      payerId,
    )
    return Number(row?.['number'] ?? 0)
  })
}

function newestName({ memo }: Connection, payerId: number): string {
  return memo.name('channel newest delivery', payerId)
}

/** Payer and file, by number; `undefined` where nothing was ever delivered. */
function findKey(connection: Connection, payer: Address, fileHash: FileHash): readonly [number, number] | undefined {
  const payerId = findNameId(connection, payer)
  const fileId = findNameId(connection, fileHash)
  return payerId === undefined || fileId === undefined ? undefined : [payerId, fileId]
}

/** SPEC 01 §5.4: "A payee MAY forget a delivery that is older than the window of re-sends" */
function forgetOld(connection: Connection, payerId: number, upToNumber: number, before: number): void {
  connection.run(
    `DELETE FROM channel_delivery_rows WHERE payer = ?1
       AND number IN (SELECT number FROM channel_delivery_rows WHERE payer = ?1 ORDER BY number LIMIT ?2)
       AND number <= ?3 AND resent_at < ?4`,
    payerId,
    FORGOTTEN_AT_ONCE,
    upToNumber,
    before,
  )
}

export function forgetDelivery(connection: Connection, payer: Address, chunk: ChunkRef): void {
  const key = findKey(connection, payer, chunk.fileHash)
  if (key === undefined) return
  connection.run(
    'DELETE FROM channel_delivery_rows WHERE payer = ? AND file = ? AND chunk_index = ?',
    ...key,
    chunk.chunkIndex,
  )
}

/** The newest chunks in D, newest first. */
export function recentDeliveries(connection: Connection, payer: Address): ChunkRef[] {
  return connection
    .all(
      `SELECT name, chunk_index FROM channel_delivery_rows JOIN channel_names ON id = file
         WHERE payer = ? ORDER BY number DESC LIMIT ?`,
      findNameId(connection, payer) ?? null,
      RECENT_DELIVERIES,
    )
    .map((row) => ({ fileHash: parseFileHash(String(row['name'])), chunkIndex: Number(row['chunk_index']) }))
}

function deliveryOf(row: Row): Delivery {
  return {
    price: parseWei(String(row['price'])),
    resends: Number(row['resends']),
    resentAt: Number(row['resent_at']),
  }
}
