import { addWei, maxWei, subtractWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { toHex } from '../../domain/bytes.ts'
import { messageOf } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import type { Release } from '../../domain/receipt.ts'
import { hashText } from '../../system/eip712.ts'
import { findChannel } from '../books.ts'
import { bookGas, settleGas } from '../budget-store.ts'
import type { ChainHead } from '../channel-contract.ts'
import { applyToPayer, loadPayerPair } from '../payer-books.ts'
import { allocationIdOf } from './allocation.ts'
import type { EscrowChain, OnChainAllocation } from './escrow-chain.ts'
import type { EscrowMovesDependencies } from './escrow-moves.ts'
import { escrowsNotOver, type OwnEscrow, releasesOf, seedersOf, setEscrowPhase } from './escrow-store.ts'

/** How the payer has back what it did not spend of its escrows. */
export interface EscrowExit {
  /** Takes back what is free and what was released, of all escrows of a download. What fails is left to the deadline. */
  end(downloadId: string, signal: AbortSignal): Promise<void>
  /** After its deadline an escrow is reclaimed. Never rejects: what failed is tried again on the next head. */
  afterHead(head: ChainHead): Promise<void>
}

/** A seeder's part of an escrow, as chain and books show it. */
interface Held extends OnChainAllocation {
  readonly seeder: Address
  /** The best receipt. */
  readonly best: Wei
}

export function createEscrowExit({ database, signer, site, log }: EscrowMovesDependencies): EscrowExit {
  async function heldOf(chain: EscrowChain, escrow: OwnEscrow): Promise<Held[]> {
    const seeders = database.read((connection) => seedersOf(connection, escrow))
    const held: Held[] = []
    for (const seeder of seeders) {
      const allocation = await chain.allocation(escrow.escrowId, seeder)
      if (allocation === undefined) continue
      const channelId = allocationIdOf(escrow.escrowId, seeder)
      const channel = database.read((connection) => findChannel(loadPayerPair(connection, seeder), channelId))
      held.push({ ...allocation, seeder, best: channel?.best ?? allocation.redeemed })
    }
    return held
  }

  const over = ({ escrowId }: OwnEscrow): Promise<void> =>
    database.write((connection) => setEscrowPhase(connection, escrowId, 'over'))

  /** Nothing is bought from it any more. */
  const beginEnding = (escrow: OwnEscrow): Promise<void> =>
    database.write((connection) => {
      setEscrowPhase(connection, escrow.escrowId, 'ending')
      for (const seeder of seedersOf(connection, escrow))
        applyToPayer(connection, seeder, {
          type: 'closeDecided',
          channelId: allocationIdOf(escrow.escrowId, seeder),
        })
    })

  async function refund(chain: EscrowChain, escrow: OwnEscrow, signal: AbortSignal): Promise<void> {
    const state = await chain.escrow(escrow.escrowId)
    if (state === undefined) return over(escrow) // its lock never came
    const held = new Map((await heldOf(chain, escrow)).map((one) => [one.seeder, one]))
    const releases = database
      .read((connection) => releasesOf(connection, escrow.escrowId))
      .filter((release) => isGood(release, held.get(release.seeder)))
    const returned = releases.reduce(
      (sum, { seeder, allocated }) => addWei(sum, subtractWei(held.get(seeder)?.allocated ?? ZERO_WEI, allocated)),
      state.free,
    )
    if (returned > 0n) {
      const { fileHash, salt, downloadId } = escrow
      const key = `refund:${escrow.escrowId}:${digestOf(releases)}`
      const fee = await site.feeCeiling('refund', releases.length)
      const isBooked = await database.write((connection) => bookGas(connection, key, downloadId, fee))
      if (!isBooked) return
      const transaction = await chain.refund({ fileHash, salt, releases, key })
      const receipt = await transaction.wait(0, signal)
      await database.write((connection) => settleGas(connection, key, receipt.fee))
      if (receipt.status === 'reverted') return
      for (const { seeder, allocated } of releases) {
        const one = held.get(seeder)
        if (one !== undefined) held.set(seeder, { ...one, allocated })
      }
    }
    if (ownIn([...held.values()]) === 0n) await over(escrow)
  }

  async function reclaim(chain: EscrowChain, escrow: OwnEscrow, head: ChainHead): Promise<void> {
    const state = await chain.escrow(escrow.escrowId)
    if (state === undefined) return over(escrow)
    const { graceAt, graceBlock, free } = state
    const { payer, fileHash, salt, escrowId } = escrow
    if (graceAt !== 0 && (head.timestamp < graceAt || head.number < graceBlock)) return
    const held = await heldOf(chain, escrow)
    // What a seeder has a receipt for is left to it, also when it is late.
    const own = addWei(free, ownIn(held))
    if (own === 0n) return over(escrow)
    const seeders = held.filter(({ allocated, redeemed }) => allocated > redeemed).map(({ seeder }) => seeder)
    const fees = [await site.feeCeiling('requestReclaim', 0), await site.feeCeiling('reclaim', seeders.length)]
    // What costs more than it brings stays where it is.
    if (own <= fees.reduce((sum, fee) => addWei(sum, fee), ZERO_WEI)) return
    if (graceAt === 0) await chain.requestReclaim({ payer, fileHash, salt, key: `requestReclaim:${escrowId}` })
    else await chain.reclaim({ payer, fileHash, salt, seeders, key: `reclaim:${escrowId}:${seeders.length}` })
  }

  return {
    async end(downloadId, signal) {
      const escrow = await site.find()
      const own = database.read((connection) =>
        escrowsNotOver(connection).filter((one) => one.downloadId === downloadId),
      )
      if (escrow === undefined) return
      for (const one of own) {
        await beginEnding(one)
        try {
          await refund(escrow.chain, one, signal)
        } catch (error) {
          log.warn({ escrow_id: one.escrowId, err: error }, `An escrow could not be refunded: ${messageOf(error)}`)
        }
      }
    },
    async afterHead(head) {
      const due = database.read((connection) =>
        escrowsNotOver(connection).filter(({ deadline }) => head.timestamp >= deadline),
      )
      if (due.length === 0) return
      for (const one of due) {
        try {
          const escrow = await site.find()
          if (escrow !== undefined && one.payer === signer.address) await reclaim(escrow.chain, one, head)
        } catch (error) {
          log.warn({ escrow_id: one.escrowId, err: error }, `Reclaiming failed: ${messageOf(error)}`)
        }
      }
    },
  }
}

/** A release is good once, for the allocation as it stood. */
function isGood({ allocated, nonce }: Release, held: Held | undefined): boolean {
  return held !== undefined && nonce === held.nonce && allocated >= held.redeemed && allocated < held.allocated
}

/** What of the allocations no seeder has a receipt for. */
function ownIn(held: readonly Held[]): Wei {
  return held.reduce(
    (sum, { allocated, redeemed, best }) => addWei(sum, subtractWei(allocated, maxWei(best, redeemed))),
    ZERO_WEI,
  )
}

/** The same releases are presented once. Hashed, since there may be many. */
function digestOf(releases: readonly Release[]): string {
  return toHex(hashText(releases.map(({ seeder, nonce, allocated }) => `${seeder}:${nonce}:${allocated}`).join(',')))
}
