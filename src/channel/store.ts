import { parseWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { type Address, type ChannelId, parseChannelId } from '../domain/ids.ts'
import type { Connection, Database, Row } from '../system/database.ts'
import { decodeAddress } from './codec.ts'

/**
 * Tables of this folder. Every function takes a connection: a caller loads, steps and saves inside one unit of work, so there is no
 * copy in memory that a failed commit could leave behind.
 */
const VERSIONS: readonly string[] = [
  `
  CREATE TABLE channel_pairs (
    role TEXT NOT NULL, counterparty TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (role, counterparty)
  ) STRICT, WITHOUT ROWID;

  -- Every channel that was ever known: salts are never used twice, and an id that was seen closed is refused.
  CREATE TABLE channel_ids (
    role TEXT NOT NULL, channel_id TEXT NOT NULL, counterparty TEXT NOT NULL, salt TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (role, channel_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE channel_downloads (download_id TEXT PRIMARY KEY, budget TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE channel_shares (
    download_id TEXT NOT NULL, payee TEXT NOT NULL, signed TEXT NOT NULL, verified TEXT NOT NULL,
    vouchers INTEGER NOT NULL, owing INTEGER NOT NULL,
    PRIMARY KEY (download_id, payee)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX channel_shares_owing ON channel_shares (payee) WHERE owing = 1;

  -- A chunk is paid to one source, once, within a download.
  CREATE TABLE channel_verified (
    download_id TEXT NOT NULL, file_hash TEXT NOT NULL, chunk_index INTEGER NOT NULL,
    payee TEXT NOT NULL, price TEXT NOT NULL,
    PRIMARY KEY (download_id, file_hash, chunk_index)
  ) STRICT, WITHOUT ROWID;

  -- Gas set aside for a transaction whose cost is not known yet.
  CREATE TABLE channel_gas (
    key TEXT PRIMARY KEY, download_id TEXT NOT NULL, reserved TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- The chunks in D. number grows with each commit, so the newest are found first.
  CREATE TABLE channel_deliveries (
    payer TEXT NOT NULL, file_hash TEXT NOT NULL, chunk_index INTEGER NOT NULL,
    price TEXT NOT NULL, resends INTEGER NOT NULL, resent_at INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (payer, file_hash, chunk_index)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX channel_deliveries_number ON channel_deliveries (payer, number);

  CREATE TABLE channel_totals (name TEXT PRIMARY KEY, amount TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE channel_cursors (name TEXT PRIMARY KEY, block INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `ALTER TABLE channel_cursors ADD COLUMN anchor TEXT`,
]

export type Role = 'payer' | 'payee'

/** Creates the tables. Every shell of this folder calls it; calling twice is fine. */
export function migrateChannels(database: Database): void {
  database.migrate('channel', VERSIONS)
}

export function loadPair<T>(
  connection: Connection,
  key: { readonly role: Role; readonly counterparty: Address },
  decode: (text: string) => T,
): T | undefined {
  return connection.memo.recall(pairName(key), () => {
    const row = connection.get(
      'SELECT state FROM channel_pairs WHERE role = ? AND counterparty = ?',
      key.role,
      key.counterparty,
    )
    return row === undefined ? undefined : decode(String(row['state']))
  })
}

export function savePair<T>(
  connection: Connection,
  key: { readonly role: Role; readonly counterparty: Address },
  pair: T,
  encode: (pair: T) => string,
): void {
  connection.run(
    'INSERT INTO channel_pairs VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
    key.role,
    key.counterparty,
    encode(pair),
  )
  connection.memo.set(pairName(key), pair)
}

function pairName({ role, counterparty }: { readonly role: Role; readonly counterparty: Address }): string {
  return `channel pair ${role} ${counterparty}`
}

export function listPairs<T>(connection: Connection, role: Role, decode: (party: Address, text: string) => T): T[] {
  return connection
    .all('SELECT counterparty, state FROM channel_pairs WHERE role = ? ORDER BY counterparty', role)
    .map((row) => decode(decodeAddress(row['counterparty']), String(row['state'])))
}

export interface KnownChannel {
  readonly channelId: ChannelId
  readonly counterparty: Address
  readonly salt: bigint
  readonly closed: boolean
}

export function findKnownChannel(connection: Connection, role: Role, channelId: ChannelId): KnownChannel | undefined {
  const row = connection.get('SELECT * FROM channel_ids WHERE role = ? AND channel_id = ?', role, channelId)
  return row === undefined ? undefined : knownChannel(row)
}

export function rememberChannel(
  connection: Connection,
  role: Role,
  channel: { readonly channelId: ChannelId; readonly counterparty: Address; readonly salt: bigint },
): void {
  connection.run(
    'INSERT INTO channel_ids (role, channel_id, counterparty, salt) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    role,
    channel.channelId,
    channel.counterparty,
    channel.salt.toString(),
  )
}

export function markChannelClosed(connection: Connection, role: Role, channelId: ChannelId): void {
  connection.run('UPDATE channel_ids SET closed = 1 WHERE role = ? AND channel_id = ?', role, channelId)
}

export function loadTotal(connection: Connection, name: string): Wei {
  return connection.memo.recall(totalName(name), () => {
    const row = connection.get('SELECT amount FROM channel_totals WHERE name = ?', name)
    return row === undefined ? ZERO_WEI : parseWei(String(row['amount']))
  })
}

export function saveTotal(connection: Connection, name: string, amount: Wei): void {
  connection.run(
    'INSERT INTO channel_totals VALUES (?, ?) ON CONFLICT DO UPDATE SET amount = excluded.amount',
    name,
    amount.toString(),
  )
  connection.memo.set(totalName(name), amount)
}

function totalName(name: string): string {
  return `channel total ${name}`
}

/** How far the chain was read, and the hash of a block below by which its branch is known again. */
export interface Cursor {
  readonly block: number
  readonly anchor: string | undefined
}

export function loadCursor(connection: Connection, name: string): Cursor | undefined {
  const row = connection.get('SELECT block, anchor FROM channel_cursors WHERE name = ?', name)
  if (row === undefined) return undefined
  return { block: Number(row['block']), anchor: row['anchor'] === null ? undefined : String(row['anchor']) }
}

export function saveCursor(connection: Connection, name: string, { block, anchor }: Cursor): void {
  connection.run(
    'INSERT INTO channel_cursors VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET block = excluded.block, anchor = excluded.anchor',
    name,
    block,
    anchor ?? null,
  )
}

function knownChannel(row: Row): KnownChannel {
  return {
    channelId: parseChannelId(String(row['channel_id'])),
    counterparty: decodeAddress(row['counterparty']),
    salt: BigInt(String(row['salt'])),
    closed: row['closed'] !== 0,
  }
}
