import { DecodeError } from '../../domain/errors.ts'
import type { Address, ChannelId, FileHash } from '../../domain/ids.ts'
import type { Connection, Row } from '../../system/database.ts'
import {
  ALL_COLUMNS,
  columnsOf,
  decodeEntry,
  encodeEntry,
  NO_ENTRY,
  type ReceiptEntry,
  type ReceiptFacts,
  type ReceiptRow,
  sealEntry,
} from './entry.ts'

/** Which part of the log. */
export interface ReceiptFilter {
  /** Milliseconds since 1970: from this instant on. */
  readonly since?: number | undefined
  /** Before this instant. */
  readonly until?: number | undefined
  readonly fileHash?: FileHash | undefined
  /** An account, or the peer id it was last seen with. */
  readonly peer?: string | undefined
}

/** What every entry of one log has in common. */
export interface LogIdentity {
  readonly chainId: number
  readonly genesisHash: string
  readonly contract: Address
  readonly wallet: Address
}

const HELD = 'NOT EXISTS (SELECT 1 FROM receipts AS later WHERE later.undoes = receipts.sequence)'

/** Adds entries to the end of the log, inside a transaction of the caller. */
export function appendReceipts(
  connection: Connection,
  identity: LogIdentity,
  facts: readonly ReceiptFacts[],
  at: number,
): void {
  const last = connection.get('SELECT sequence, hash FROM receipts ORDER BY sequence DESC LIMIT 1')
  let sequence = Number(last?.['sequence'] ?? 0)
  let previous = last === undefined ? NO_ENTRY : String(last['hash'])
  for (const fact of facts) {
    const entry = sealEntry({ ...fact, ...identity, sequence: ++sequence, previous, at })
    previous = entry.hash
    const row = encodeEntry(entry)
    connection.run(
      'INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      entry.sequence,
      entry.at,
      entry.kind,
      entry.role,
      entry.peer,
      entry.peerId ?? null,
      entry.channelId,
      entry.blockNumber ?? null,
      entry.undoes ?? null,
      JSON.stringify(columnsOf(row.kind).map((column) => row[column])),
      entry.hash,
    )
  }
}

export function countReceipts(connection: Connection): number {
  return Number(connection.get('SELECT coalesce(max(sequence), 0) AS count FROM receipts')?.['count'])
}

export function listReceipts(connection: Connection, filter: ReceiptFilter): ReceiptEntry[] {
  const peer = filter.peer ?? null
  return connection
    .all(
      `SELECT kind, fields FROM receipts WHERE at >= ? AND at < ? AND (? IS NULL OR lower(peer) = lower(?) OR peer_id = ?)
       AND instr(fields, ?) > 0 ORDER BY sequence`,
      filter.since ?? 0,
      filter.until ?? Number.MAX_SAFE_INTEGER,
      peer,
      peer,
      peer,
      filter.fileHash === undefined ? '[' : `${filter.fileHash}:`,
    )
    .map(decodeFields)
}

/** Everything about one channel, oldest first. */
export function channelReceipts(connection: Connection, channelId: ChannelId): ReceiptEntry[] {
  return connection
    .all('SELECT kind, fields FROM receipts WHERE channel_id = ? ORDER BY sequence', channelId)
    .map(decodeFields)
}

/** What the log holds to be on the chain in this block or later. */
export function heldSince(connection: Connection, fromBlock: number): ReceiptEntry[] {
  return connection
    .all(`SELECT kind, fields FROM receipts WHERE block_number >= ? AND ${HELD} ORDER BY sequence`, fromBlock)
    .map(decodeFields)
}

/** Working values of the log that its entries do not hold, such as how much of a share is in it. */
export function loadMark(connection: Connection, name: string): string | undefined {
  const row = connection.get('SELECT value FROM receipt_marks WHERE name = ?', name)
  return row === undefined ? undefined : String(row['value'])
}

export function saveMark(connection: Connection, name: string, value: string): void {
  connection.run(
    'INSERT INTO receipt_marks VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    name,
    value,
  )
}

function decodeFields(stored: Row): ReceiptEntry {
  const texts: unknown = JSON.parse(String(stored['fields']))
  const columns = columnsOf(String(stored['kind']))
  if (!Array.isArray(texts) || texts.length !== columns.length)
    throw new DecodeError('A stored receipt has other fields than this program knows.')
  // As many texts as there are columns; those of another kind are empty.
  const row = Object.fromEntries(ALL_COLUMNS.map((column) => [column, texts[columns.indexOf(column)] ?? '']))
  return decodeEntry(row as ReceiptRow)
}
