import { messageOf } from '../../domain/errors.ts'
import type { Connection } from '../../system/database.ts'
import type { ChainHead } from '../channel-contract.ts'
import { loadCursor, saveCursor } from '../store.ts'
import { allocationIdOf } from './allocation.ts'
import type { Escrow, OnChainLock } from './escrow-chain.ts'
import type { EscrowMovesDependencies } from './escrow-moves.ts'
import { findEscrow, insertEscrow, rememberAllocation } from './escrow-store.ts'

/** Under which the books remember that the chain was asked. */
const CURSOR = 'escrows'

/**
 * Finds, once for each set of books, the escrows of this wallet that they do not know: the books were lost, or are those of another machine. Nothing is bought from
 * one that is found; what no seeder redeems of it comes back after its deadline, as of any other.
 *
 * @returns a step for each head of the chain, until it succeeded; it never rejects
 */
export function createEscrowFinder({
  database,
  signer,
  site,
  log,
}: EscrowMovesDependencies): (head: ChainHead) => Promise<void> {
  let isDone = database.read((connection) => loadCursor(connection, CURSOR)) !== undefined

  function take(connection: Connection, { papers }: Escrow, { seeders, deadline, ...place }: OnChainLock): void {
    const key = { ...place, payer: signer.address }
    const escrowId = papers.escrowIdOf(key)
    if (findEscrow(connection, escrowId) !== undefined) return
    // Of no download: its budget went with the books, and no receipt is signed on it any more.
    insertEscrow(connection, {
      ...key,
      escrowId,
      downloadId: `found ${escrowId}`,
      deadline,
      chunks: 0,
      phase: 'ending',
    })
    const { contract } = papers.domain
    for (const seeder of seeders)
      rememberAllocation(connection, allocationIdOf(escrowId, seeder), { ...key, seeder }, contract)
    log.info({ escrow_id: escrowId }, 'found an escrow of this wallet that its books did not know')
  }

  return async (head) => {
    if (isDone) return
    try {
      const locks = await site.locks(head.number)
      const escrow = await site.find()
      await database.write((connection) => {
        if (escrow !== undefined) for (const lock of locks) take(connection, escrow, lock)
        saveCursor(connection, CURSOR, { block: head.number, anchor: undefined })
      })
      isDone = true
    } catch (error) {
      log.debug({ err: error }, `Escrows are looked for again: ${messageOf(error)}`)
    }
  }
}
