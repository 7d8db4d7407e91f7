import { parseWei } from '../domain/amount.ts'
import { type Address, type FileHash, parseFileHash } from '../domain/ids.ts'
import type { Connection, Row } from '../system/database.ts'
import { type Delivery, RESEND_WINDOW_MS } from './payee-state.ts'

/** One chunk of one file. */
export interface ChunkRef {
  readonly fileHash: FileHash
  readonly chunkIndex: number
}

/** How many of the newest deliveries a payer is told of: the 64 that can be under way, and a few that crossed them. */
export const RECENT_DELIVERIES = 68

/**
 * How many deliveries of a payer are remembered at least: 64 GiB of chunks in some 40 MB. Who asks for an older one buys it again.
 */
export const KEPT_DELIVERIES = 262_144
/** Old deliveries forgotten with each new one: more than one, so that what piled up within a day gets less again. */
const FORGOTTEN_AT_ONCE = 2

export function loadDelivery(connection: Connection, payer: Address, chunk: ChunkRef): Delivery | undefined {
  const row = connection.get(
    'SELECT price, resends, resent_at FROM channel_deliveries WHERE payer = ? AND file_hash = ? AND chunk_index = ?',
    payer,
    chunk.fileHash,
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
  const rows = connection.all(
    `SELECT chunk_index, price, resends, resent_at FROM channel_deliveries
       WHERE payer = ? AND file_hash = ? AND chunk_index BETWEEN ? AND ?`,
    payer,
    fileHash,
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
  const row = connection.get(
    `INSERT INTO channel_deliveries
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, next, next
       -- Not max(number) WHERE payer: SQLite looks at all of the payer's rows for that.
       FROM (SELECT coalesce((SELECT number FROM channel_deliveries WHERE payer = ?1 ORDER BY number DESC LIMIT 1), 0) + 1 AS next)
       WHERE true
     ON CONFLICT DO UPDATE SET price = excluded.price, resends = excluded.resends, resent_at = excluded.resent_at,
       number = excluded.number,
       -- Committed anew: not sent again, and not a re-send taken back.
       sold = CASE WHEN excluded.resends = 0 AND excluded.resent_at <> resent_at THEN excluded.number ELSE sold END
     RETURNING number`,
    payer,
    chunk.fileHash,
    chunk.chunkIndex,
    delivery.price.toString(),
    delivery.resends,
    delivery.resentAt,
  )
  const superfluous = Number(row?.['number']) - kept
  if (superfluous > 0) forgetOld(connection, payer, superfluous, delivery.resentAt - RESEND_WINDOW_MS)
}

/** SPEC 01 §5.4: "A payee MAY forget a delivery that is older than the window of re-sends" */
function forgetOld(connection: Connection, payer: Address, upToNumber: number, before: number): void {
  connection.run(
    `DELETE FROM channel_deliveries WHERE payer = ?1
       AND number IN (SELECT number FROM channel_deliveries WHERE payer = ?1 ORDER BY number LIMIT ?2)
       AND number <= ?3 AND resent_at < ?4`,
    payer,
    FORGOTTEN_AT_ONCE,
    upToNumber,
    before,
  )
}

export function forgetDelivery(connection: Connection, payer: Address, chunk: ChunkRef): void {
  connection.run(
    'DELETE FROM channel_deliveries WHERE payer = ? AND file_hash = ? AND chunk_index = ?',
    payer,
    chunk.fileHash,
    chunk.chunkIndex,
  )
}

/** The newest chunks in D, newest first. */
export function recentDeliveries(connection: Connection, payer: Address): ChunkRef[] {
  return connection
    .all(
      'SELECT file_hash, chunk_index FROM channel_deliveries WHERE payer = ? ORDER BY number DESC LIMIT ?',
      payer,
      RECENT_DELIVERIES,
    )
    .map((row) => ({ fileHash: parseFileHash(String(row['file_hash'])), chunkIndex: Number(row['chunk_index']) }))
}

function deliveryOf(row: Row): Delivery {
  return {
    price: parseWei(String(row['price'])),
    resends: Number(row['resends']),
    resentAt: Number(row['resent_at']),
  }
}
