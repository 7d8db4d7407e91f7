import { addWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import type { ConfirmationRule } from '../../domain/confirmation-rule.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import type { Connection, Database } from '../../system/database.ts'
import type { Logger } from '../../system/logger.ts'
import type { Signer } from '../../system/signer.ts'
import { findChannel } from '../books.ts'
import { bookGas, settleGas } from '../budget-store.ts'
import type { ChannelTransaction } from '../channel-contract.ts'
import { applyToPayer, loadPayerPair } from '../payer-books.ts'
import { rememberChannel } from '../store.ts'
import { allocationIdOf } from './allocation.ts'
import type { EscrowSite } from './escrow-chain.ts'
import {
  type EscrowMove,
  endMove,
  escrowOf,
  escrowsNotOver,
  insertMove,
  type OwnEscrow,
  pendingMove,
  rememberAllocation,
  setEscrowPhase,
} from './escrow-store.ts'

export interface EscrowMovesDependencies {
  readonly database: Database
  readonly signer: Signer
  readonly site: EscrowSite
  readonly log: Logger
}

export interface MoveTerms extends Pick<EscrowMove, 'kind' | 'value' | 'allocations'> {
  readonly escrow: OwnEscrow
  readonly contract: Address
  /** The most that it may cost in gas. */
  readonly fee: Wei
  readonly ruleOf: (seeder: Address) => ConfirmationRule
}

/** The transactions that pay into an escrow and allocate from it, one at a time. */
export interface EscrowMoves {
  /** Writes down what is to be sent, inside the caller's transaction. @throws ChiralError `BUDGET_EXHAUSTED` */
  decide(connection: Connection, terms: MoveTerms): EscrowMove
  /** Sends it, also when it was sent before, and resolves when it is mined. @throws ChiralError `ESCROW_FAILED`; what the chain refused with */
  carryOut(move: EscrowMove, signal: AbortSignal): Promise<void>
  /** Carries out what was decided before. */
  resume(downloadId: string, signal: AbortSignal): Promise<void>
  /** One at a time for each download. */
  inTurn<T>(downloadId: string, work: () => Promise<T>): Promise<T>
  /** After a restart: what was sent is waited for, what was not is dropped. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Codes with which a transaction is known never to be mined. */
const HOPELESS = new Set([
  'INSUFFICIENT_FUNDS',
  'TRANSACTION_REVERTED',
  'TRANSACTION_REFUSED',
  'TRANSACTION_SUPERSEDED',
])

export function createEscrowMoves({ database, signer, site, log }: EscrowMovesDependencies): EscrowMoves {
  const turns = new Map<string, Promise<unknown>>()
  const stopping = new AbortController()
  const following = new Set<Promise<void>>()

  async function send(move: EscrowMove): Promise<ChannelTransaction> {
    const { chain } = await site.require()
    const { escrowId, kind, value, allocations } = move
    const escrow = database.read((connection) => escrowsNotOver(connection).find((own) => own.escrowId === escrowId))
    if (escrow === undefined) throw failed(move)
    const { fileHash, salt, deadline } = escrow
    const named = { fileHash, salt, key: keyOf(move) }
    switch (kind) {
      case 'lock':
        return chain.lock({ ...named, deadline, value, allocations })
      case 'topUp':
        return chain.topUp({ ...named, value })
      case 'allocate':
        return chain.allocate({ ...named, allocations })
    }
  }

  async function settle(move: EscrowMove, transaction: ChannelTransaction, signal: AbortSignal): Promise<void> {
    const { status, fee } = await transaction.wait(0, signal)
    if (status === 'reverted') {
      await drop(move, fee)
      throw failed(move)
    }
    await database.write((connection) => {
      endMove(connection, move, 'done')
      settleGas(connection, keyOf(move), fee)
    })
  }

  async function carryOut(move: EscrowMove, signal: AbortSignal): Promise<void> {
    try {
      await settle(move, await send(move), signal)
    } catch (error) {
      if (HOPELESS.has(codeOf(error) ?? '')) await drop(move, ZERO_WEI)
      throw error
    }
  }

  /** It will never be mined: what it was to allocate is not waited for any more. */
  function drop(move: EscrowMove, fee: Wei): Promise<void> {
    log.warn({ escrow_id: move.escrowId, kind: move.kind }, 'A transaction on an escrow did not go through')
    return database.write((connection) => {
      endMove(connection, move, 'failed')
      if (move.kind === 'lock') setEscrowPhase(connection, move.escrowId, 'over')
      settleGas(connection, keyOf(move), fee)
      for (const { seeder } of move.allocations) {
        const channelId = allocationIdOf(move.escrowId, seeder)
        const isNew = findChannel(loadPayerPair(connection, seeder), channelId)?.phase === 'opening'
        applyToPayer(connection, seeder, { type: isNew ? 'openFailed' : 'topUpFailed', channelId })
      }
    })
  }

  return {
    decide(connection, { escrow, contract, fee, ruleOf, ...terms }) {
      const { escrowId, fileHash, salt, deadline, downloadId } = escrow
      const move = insertMove(connection, { escrowId, ...terms })
      if (!bookGas(connection, keyOf(move), downloadId, fee))
        throw new ChiralError('BUDGET_EXHAUSTED', 'The budget does not cover the gas for the escrow: raise it.', {
          details: { downloadId, fee: fee.toString() },
        })
      for (const { seeder, amount } of terms.allocations) {
        const channelId = allocationIdOf(escrowId, seeder)
        const channel = findChannel(loadPayerPair(connection, seeder), channelId)
        if (channel?.phase === 'open') {
          applyToPayer(connection, seeder, { type: 'topUpDecided', channelId, target: addWei(channel.deposit, amount) })
          continue
        }
        rememberChannel(connection, 'payer', { channelId, counterparty: seeder, salt })
        rememberAllocation(connection, channelId, { payer: signer.address, fileHash, salt, seeder }, contract)
        const named = { channelId, salt, deposit: amount, ...ruleOf(seeder), escrow: { fileHash, deadline } }
        applyToPayer(connection, seeder, { type: 'openDecided', ...named })
      }
      return move
    },
    carryOut,
    async resume(downloadId, signal) {
      const move = database.read((connection) => {
        const escrow = escrowOf(connection, downloadId)
        return escrow && pendingMove(connection, escrow.escrowId)
      })
      if (move !== undefined) await carryOut(move, signal)
    },
    inTurn(downloadId, work) {
      const turn = (turns.get(downloadId) ?? Promise.resolve()).then(work)
      turns.set(
        downloadId,
        turn.catch(() => {}),
      )
      return turn
    },
    async start() {
      const chain = site.known()?.chain
      if (chain === undefined) return // nothing was ever sent, or the chain is away: whoever goes on with a download goes on with its escrow
      const pending = database.read((connection) =>
        escrowsNotOver(connection).flatMap(({ escrowId }) => pendingMove(connection, escrowId) ?? []),
      )
      for (const move of pending) {
        const sent = chain.sent(keyOf(move))
        if (sent === undefined) {
          await drop(move, ZERO_WEI)
          continue
        }
        const followed = settle(move, sent, stopping.signal).catch((error: unknown) =>
          log.debug({ escrow_id: move.escrowId, err: error }, 'A transaction of before is not waited for any more'),
        )
        following.add(followed)
        void followed.finally(() => following.delete(followed))
      }
    },
    async stop() {
      stopping.abort()
      await Promise.allSettled(following)
    },
  }
}

function failed({ escrowId, kind }: EscrowMove): ChiralError {
  return new ChiralError('ESCROW_FAILED', `The ${kind} of the escrow ${escrowId} did not go through.`, {
    details: { escrowId, kind },
  })
}

function keyOf({ escrowId, number }: EscrowMove): string {
  return `escrow:${escrowId}:${number}`
}
