import { parseWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { type Address, type ChannelId, type PeerIdText, parseChannelId, peerIdText } from '../domain/ids.ts'
import type { Connection, Database, Row } from '../system/database.ts'
import { decodeAddress } from './codec.ts'
import { TABLE_VERSIONS } from './table-versions.ts'

/**
 * Rows that both sides of a channel have; `table-versions.ts` has the tables. Every function takes a connection: a caller loads, steps and saves inside one
 * unit of work, so there is no copy in memory that a failed commit could leave behind.
 */

export type Role = 'payer' | 'payee'

/** Creates the tables. Every shell of this folder calls it; calling twice is fine. */
export function migrateChannels(database: Database): void {
  database.migrate('channel', TABLE_VERSIONS)
}

export function loadPair<T>(
  connection: Connection,
  key: { readonly role: Role; readonly counterparty: Address },
  decode: (text: string) => T,
): T | undefined {
  return connection.memo.recall(pairName(connection, key), () => {
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
  connection.memo.stage(pairName(connection, key), pair, {
    table: 'channel_pairs',
    write: () =>
      connection.run(
        'INSERT INTO channel_pairs VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
        key.role,
        key.counterparty,
        encode(pair),
      ),
  })
}

function pairName(
  { memo }: Connection,
  { role, counterparty }: { readonly role: Role; readonly counterparty: Address },
): string {
  return memo.name('channel pair', role, counterparty)
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

/** The peer id that proved to be the counterparty's, last of all. */
export function loadPeer(connection: Connection, role: Role, counterparty: Address): PeerIdText | undefined {
  const sql = 'SELECT peer_id FROM channel_peers WHERE role = ? AND counterparty = ?'
  const row = connection.get(sql, role, counterparty)
  return row === undefined ? undefined : peerIdText(String(row['peer_id']))
}

export function savePeer(connection: Connection, role: Role, counterparty: Address, peerId: PeerIdText): void {
  connection.run(
    'INSERT INTO channel_peers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET peer_id = excluded.peer_id',
    role,
    counterparty,
    peerId,
  )
}

export function markChannelClosed(connection: Connection, role: Role, channelId: ChannelId): void {
  connection.run('UPDATE channel_ids SET closed = 1 WHERE role = ? AND channel_id = ?', role, channelId)
}

export function loadTotal(connection: Connection, name: string): Wei {
  return connection.memo.recall(totalName(connection, name), () => {
    const row = connection.get('SELECT amount FROM channel_totals WHERE name = ?', name)
    return row === undefined ? ZERO_WEI : parseWei(String(row['amount']))
  })
}

export function saveTotal(connection: Connection, name: string, amount: Wei): void {
  connection.memo.stage(totalName(connection, name), amount, {
    table: 'channel_totals',
    write: () =>
      connection.run(
        'INSERT INTO channel_totals VALUES (?, ?) ON CONFLICT DO UPDATE SET amount = excluded.amount',
        name,
        amount.toString(),
      ),
  })
}

function totalName({ memo }: Connection, name: string): string {
  return memo.name('channel total', name)
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
