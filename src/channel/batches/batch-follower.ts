import { type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { Bitfield } from '../../domain/bitfield.ts'
import { fromHex } from '../../domain/bytes.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { Database } from '../../system/database.ts'
import type { FailPoints } from '../../system/fail-points.ts'
import type { Logger } from '../../system/logger.ts'
import { bookIncrement, settleGas } from '../budget-store.ts'
import { applyToPayer } from '../payer-books.ts'
import type { SentTransfer, TransferReceipt } from '../transfers/transfer-chain.ts'
import { type OwnTransfer, setOwnTransfer, transfersOfBatch } from '../transfers/transfer-store.ts'
import { HOPELESS, type OnProgress, tellProgress, unlessAborted } from '../transfers/waiting.ts'
import type { BatchChain, BatchPayment } from './batch-chain.ts'
import { decidedBatches, refusePayee } from './batch-store.ts'

export type Bitfields = (chunks: Bitfield) => Uint8Array

export interface BatchFollowerDependencies {
  readonly database: Database
  readonly chain: BatchChain
  readonly log: Logger
  readonly failPoints: FailPoints
  readonly chunksHash: Bitfields
  readonly notice: (message: string) => void
}

/** Sees batches that were decided through, until each of their payments counts or is known not to. */
export interface BatchFollower {
  /** Sends it, if that was not done, and resolves when nothing of it is under way. @throws ChiralError as `BatchPayer.settle`; the signal's reason */
  follow(batchId: string, signal: AbortSignal, onProgress?: OnProgress): Promise<void>
  /** Batches with a payment under way that is meant. */
  underWay(isMeant: (item: OwnTransfer) => boolean): readonly string[]
  /** What was sent is waited for, what was not is dropped. */
  start(): Promise<void>
}

const HASH_LENGTH = 32

export function createBatchFollower(deps: BatchFollowerDependencies): BatchFollower {
  const { database, chain, log, failPoints, notice } = deps
  /** What becomes of each batch that is on its way, for all that wait. */
  const following = new Map<string, Promise<void>>()

  const decided = (batchId: string): OwnTransfer[] =>
    database.read((connection) => transfersOfBatch(connection, batchId)).filter(({ phase }) => phase === 'decided')

  async function send(batchId: string): Promise<SentTransfer> {
    try {
      const all = database.read((connection) => transfersOfBatch(connection, batchId))
      return await chain.payBatch({ payments: all.map(paymentOf), key: keyOf(batchId) })
    } catch (error) {
      if (HOPELESS.has(codeOf(error) ?? '')) await drop(batchId, ZERO_WEI)
      throw error
    }
  }

  function paymentOf({ payee, amount, fileHash, batch }: OwnTransfer): BatchPayment {
    // The hash is over the bytes, whatever their number of chunks.
    const bytes = batch?.chunks === undefined ? undefined : fromHex(batch.chunks)
    const chunksHash =
      bytes === undefined ? new Uint8Array(HASH_LENGTH) : deps.chunksHash(new Bitfield(bytes.byteLength * 8, bytes))
    return { payee, amount, fileHash, chunksHash, protocol: batch?.protocol ?? '' }
  }

  async function see(batchId: string, sending: () => Promise<SentTransfer>): Promise<void> {
    const sent = await sending()
    const depths = [...new Set(decided(batchId).map(({ confirmations }) => confirmations))].toSorted((a, b) => a - b)
    try {
      for (const depth of depths) await count(batchId, depth, await sent.wait(depth))
    } catch (error) {
      if (!HOPELESS.has(codeOf(error) ?? '')) throw error
      await drop(batchId, ZERO_WEI)
      throw failed()
    }
  }

  /** Each payment at the depth that its payee asks for: none waits for another's. */
  async function count(batchId: string, depth: number, receipt: TransferReceipt): Promise<void> {
    if (receipt.status === 'reverted') {
      await drop(batchId, receipt.fee)
      throw failed()
    }
    const paid = new Set((await chain.paidIn(receipt)).map(({ payee }) => payee))
    failPoints.hit('batch-mined')
    const skipped: OwnTransfer[] = []
    await database.write((connection) => {
      settleGas(connection, keyOf(batchId), receipt.fee)
      for (const item of transfersOfBatch(connection, batchId)) {
        const { transferId, payee, downloadId, amount, confirmations, phase } = item
        if (phase !== 'decided' || confirmations > depth) continue
        if (paid.has(payee)) {
          setOwnTransfer(connection, transferId, { phase: 'counted', transactionHash: receipt.hash })
          bookIncrement(connection, { payee, downloadId }, amount)
          applyToPayer(connection, payee, { type: 'transferCounted', amount })
        } else {
          setOwnTransfer(connection, transferId, { phase: 'skipped', transactionHash: receipt.hash })
          refusePayee(connection, payee)
          skipped.push(item)
        }
      }
    })
    failPoints.hit('batch-counted')
    for (const { payee, amount } of skipped)
      notice(`The seeder ${payee} did not take the ${amount} wei that it is owed: they came back, and it stays unpaid.`)
  }

  function drop(batchId: string, fee: Wei): Promise<void> {
    log.warn({ batch_id: batchId }, 'A batch of payments did not go through')
    return database.write((connection) => {
      settleGas(connection, keyOf(batchId), fee)
      for (const { transferId, phase } of transfersOfBatch(connection, batchId))
        if (phase === 'decided') setOwnTransfer(connection, transferId, { phase: 'dropped' })
    })
  }

  /** One for all that wait for it. */
  function begin(batchId: string, sending: () => Promise<SentTransfer>): Promise<void> {
    const known = following.get(batchId)
    if (known !== undefined) return known
    const followed = see(batchId, sending).finally(() => following.delete(batchId))
    following.set(batchId, followed)
    return followed
  }

  return {
    async follow(batchId, signal, onProgress) {
      const deepest = Math.max(0, ...decided(batchId).map(({ confirmations }) => confirmations))
      const stopTelling = onProgress && tellProgress(chain, deepest, onProgress)
      try {
        await unlessAborted(
          begin(batchId, () => send(batchId)),
          signal,
        )
      } finally {
        stopTelling?.()
      }
    },
    underWay: (isMeant) =>
      database.read(decidedBatches).filter((batchId) => decided(batchId).some((item) => isMeant(item))),
    async start() {
      for (const batchId of database.read(decidedBatches)) {
        if (following.has(batchId)) continue
        const sent = chain.sent(keyOf(batchId))
        if (sent === undefined) await drop(batchId, ZERO_WEI)
        else
          begin(batchId, async () => sent).catch((error: unknown) =>
            log.debug({ batch_id: batchId, err: error }, 'A batch of before is not waited for any more'),
          )
      }
    },
  }
}

function failed(): ChiralError {
  return new ChiralError('COIN_TRANSFER_FAILED', 'The payment to the seeders did not go through.')
}

/** Of the transaction, and of what is set aside for it. */
export function keyOf(batchId: string): string {
  return `batch:${batchId}`
}
