import { parseWei, type Wei } from '../../domain/amount.ts'
import { fromHex, toHex } from '../../domain/bytes.ts'
import {
  type Address,
  type ChannelId,
  type EscrowId,
  type FileHash,
  parseEscrowId,
  parseFileHash,
} from '../../domain/ids.ts'
import type { EscrowKey, Release } from '../../domain/receipt.ts'
import type { Connection, Row } from '../../system/database.ts'
import { decodeAddress } from '../codec.ts'
import type { Allocation } from './escrow-chain.ts'

/** The tables of escrows, inside a transaction of the caller. Migrated with those of the channels: ../store.ts. */

/** Whose an allocation is, for a role that knows its id alone. */
export interface NamedAllocation extends EscrowKey {
  readonly seeder: Address
}

export function rememberAllocation(
  connection: Connection,
  allocationId: ChannelId,
  named: NamedAllocation,
  /** The Escrow contract that holds the coin. */
  contract: Address,
): void {
  const { payer, fileHash, salt, seeder } = named
  connection.run(
    // Those that were remembered before contracts were learn theirs when they are used again.
    `INSERT INTO escrow_allocations (allocation_id, payer, file_hash, salt, seeder, contract) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET contract = coalesce(contract, excluded.contract)`,
    allocationId,
    payer,
    fileHash,
    salt.toString(),
    seeder,
    contract,
  )
}

/** The contract whose coin the allocation is; `undefined` where it was not remembered. */
export function contractOf(connection: Connection, allocationId: ChannelId): Address | undefined {
  const row = connection.get('SELECT contract FROM escrow_allocations WHERE allocation_id = ?', allocationId)
  return row === undefined || row['contract'] === null ? undefined : decodeAddress(row['contract'])
}

export function findAllocation(connection: Connection, allocationId: ChannelId): NamedAllocation | undefined {
  const row = connection.get('SELECT * FROM escrow_allocations WHERE allocation_id = ?', allocationId)
  return row === undefined ? undefined : { ...keyOf(row), seeder: decodeAddress(row['seeder']) }
}

/** How chunks come that are paid from the allocation: told again, in another way, it is not said any more. */
export function saveProtocol(connection: Connection, allocationId: ChannelId, protocol: string): void {
  connection.run(
    "UPDATE escrow_allocations SET protocol = iif(coalesce(protocol, ?1) = ?1, ?1, '') WHERE allocation_id = ?2",
    protocol,
    allocationId,
  )
}

/** Empty where it was not told, or is not said. */
export function protocolOf(connection: Connection, allocationId: ChannelId): string {
  const row = connection.get('SELECT protocol FROM escrow_allocations WHERE allocation_id = ?', allocationId)
  return String(row?.['protocol'] ?? '')
}

/** The seeders of an escrow of this wallet. */
export function seedersOf(connection: Connection, { payer, fileHash, salt }: EscrowKey): Address[] {
  return connection
    .all(
      'SELECT seeder FROM escrow_allocations WHERE payer = ? AND file_hash = ? AND salt = ? ORDER BY seeder',
      payer,
      fileHash,
      salt.toString(),
    )
    .map((row) => decodeAddress(row['seeder']))
}

/** An escrow of this wallet. */
export interface OwnEscrow extends EscrowKey {
  readonly escrowId: EscrowId
  readonly downloadId: string
  readonly deadline: number
  /** Of the file: receipts name them. 0 where it is for several files, or was found and not locked by these books. */
  readonly chunks: number
  /** `locked`: decided, or on chain. `ending`: nothing more is bought from it. `over`: none of its coin is this wallet's any more. */
  readonly phase: 'locked' | 'ending' | 'over'
}

export function insertEscrow(connection: Connection, escrow: OwnEscrow): void {
  connection.run(
    `INSERT INTO escrows (escrow_id, download_id, payer, file_hash, salt, deadline, chunks, phase)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    escrow.escrowId,
    escrow.downloadId,
    escrow.payer,
    escrow.fileHash,
    escrow.salt.toString(),
    escrow.deadline,
    escrow.chunks,
    escrow.phase,
  )
}

/** Whatever became of it. */
export function findEscrow(connection: Connection, escrowId: EscrowId): OwnEscrow | undefined {
  const row = connection.get('SELECT * FROM escrows WHERE escrow_id = ?', escrowId)
  return row === undefined ? undefined : escrowRow(row)
}

export function setEscrowPhase(connection: Connection, escrowId: EscrowId, phase: OwnEscrow['phase']): void {
  connection.run('UPDATE escrows SET phase = ? WHERE escrow_id = ?', phase, escrowId)
}

/** The newest that pays for this download. */
export function escrowOf(connection: Connection, downloadId: string): OwnEscrow | undefined {
  const row = connection.get('SELECT * FROM escrows WHERE download_id = ? ORDER BY number DESC LIMIT 1', downloadId)
  return row === undefined ? undefined : escrowRow(row)
}

/** All that may still hold coin of this wallet. */
export function escrowsNotOver(connection: Connection): OwnEscrow[] {
  return connection.all("SELECT * FROM escrows WHERE phase <> 'over' ORDER BY number").map(escrowRow)
}

/** A transaction on an escrow of this wallet; one at a time, so that after a crash it is known what was meant. */
export interface EscrowMove {
  readonly escrowId: EscrowId
  readonly number: number
  readonly kind: 'lock' | 'topUp' | 'allocate'
  readonly value: Wei
  readonly allocations: readonly Allocation[]
}

export function insertMove(connection: Connection, move: Omit<EscrowMove, 'number'>): EscrowMove {
  const row = connection.get('SELECT count(*) AS moves FROM escrow_moves WHERE escrow_id = ?', move.escrowId)
  const number = Number(row?.['moves'] ?? 0)
  const allocations = move.allocations.map(({ seeder, amount }) => ({ seeder, amount: amount.toString() }))
  connection.run(
    "INSERT INTO escrow_moves VALUES (?, ?, ?, ?, ?, 'decided')",
    move.escrowId,
    number,
    move.kind,
    move.value.toString(),
    JSON.stringify(allocations),
  )
  return { ...move, number }
}

/** The move that was decided and whose end is not known. */
export function pendingMove(connection: Connection, escrowId: EscrowId): EscrowMove | undefined {
  const sql = "SELECT * FROM escrow_moves WHERE escrow_id = ? AND phase = 'decided' ORDER BY number"
  const row = connection.get(sql, escrowId)
  return row === undefined ? undefined : moveRow(row)
}

export function endMove(connection: Connection, { escrowId, number }: EscrowMove, phase: 'done' | 'failed'): void {
  connection.run('UPDATE escrow_moves SET phase = ? WHERE escrow_id = ? AND number = ?', phase, escrowId, number)
}

/** What a seeder agreed to get. A later agreement replaces an earlier one. */
export function saveRelease(connection: Connection, release: Release): void {
  const { escrowId, seeder, allocated, nonce, signature } = release
  connection.run(
    'INSERT OR REPLACE INTO escrow_releases VALUES (?, ?, ?, ?, ?)',
    escrowId,
    seeder,
    allocated.toString(),
    nonce.toString(),
    toHex(signature),
  )
}

export function releasesOf(connection: Connection, escrowId: EscrowId): Release[] {
  return connection.all('SELECT * FROM escrow_releases WHERE escrow_id = ? ORDER BY seeder', escrowId).map((row) => ({
    escrowId,
    seeder: decodeAddress(row['seeder']),
    allocated: parseWei(String(row['allocated'])),
    nonce: BigInt(String(row['nonce'])),
    signature: fromHex(String(row['signature'])),
  }))
}

function keyOf(row: Row): EscrowKey {
  return {
    payer: decodeAddress(row['payer']),
    fileHash: parseFileHash(String(row['file_hash'])),
    salt: BigInt(String(row['salt'])),
  }
}

function escrowRow(row: Row): OwnEscrow {
  return {
    ...keyOf(row),
    escrowId: parseEscrowId(String(row['escrow_id'])),
    downloadId: String(row['download_id']),
    deadline: Number(row['deadline']),
    chunks: Number(row['chunks']),
    phase: String(row['phase']) as OwnEscrow['phase'], // written by the functions above alone
  }
}

function moveRow(row: Row): EscrowMove {
  // Boundary: written by `insertMove` alone.
  const allocations = JSON.parse(String(row['allocations'])) as readonly { seeder: string; amount: string }[]
  return {
    escrowId: parseEscrowId(String(row['escrow_id'])),
    number: Number(row['number']),
    kind: String(row['kind']) as EscrowMove['kind'],
    value: parseWei(String(row['value'])),
    allocations: allocations.map(({ seeder, amount }) => ({ seeder: decodeAddress(seeder), amount: parseWei(amount) })),
  }
}

/** The chunks of a file that verified from a payee, and count against a budget. */
export function verifiedChunks(
  connection: Connection,
  {
    downloadId,
    fileHash,
    payee,
  }: { readonly downloadId: string; readonly fileHash: FileHash; readonly payee: Address },
): number[] {
  return connection
    .all(
      'SELECT chunk_index FROM channel_verified WHERE download_id = ? AND file_hash = ? AND payee = ?',
      downloadId,
      fileHash,
      payee,
    )
    .map((row) => Number(row['chunk_index']))
}
