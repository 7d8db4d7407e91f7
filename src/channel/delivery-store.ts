import { parseWei } from '../domain/amount.ts'
import { type Address, type FileHash, parseFileHash } from '../domain/ids.ts'
import type { Connection } from '../system/database.ts'
import type { Delivery } from './payee-state.ts'

/** One chunk of one file. */
export interface ChunkRef {
  readonly fileHash: FileHash
  readonly chunkIndex: number
}

/** How many of the newest deliveries a payer is told of: the 64 that can be under way, and a few that crossed them. */
export const RECENT_DELIVERIES = 68

export function loadDelivery(connection: Connection, payer: Address, chunk: ChunkRef): Delivery | undefined {
  const row = connection.get(
    'SELECT price, resends, resent_at FROM channel_deliveries WHERE payer = ? AND file_hash = ? AND chunk_index = ?',
    payer,
    chunk.fileHash,
    chunk.chunkIndex,
  )
  if (row === undefined) return undefined
  return {
    price: parseWei(String(row['price'])),
    resends: Number(row['resends']),
    resentAt: Number(row['resent_at']),
  }
}

export function saveDelivery(connection: Connection, payer: Address, chunk: ChunkRef, delivery: Delivery): void {
  connection.run(
    `INSERT INTO channel_deliveries VALUES (?, ?, ?, ?, ?, ?,
       (SELECT coalesce(max(number), 0) + 1 FROM channel_deliveries WHERE payer = ?1))
     ON CONFLICT DO UPDATE SET price = excluded.price, resends = excluded.resends, resent_at = excluded.resent_at,
       number = excluded.number`,
    payer,
    chunk.fileHash,
    chunk.chunkIndex,
    delivery.price.toString(),
    delivery.resends,
    delivery.resentAt,
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
