import { addWei, subtractWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { toHex } from '../../domain/bytes.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import type { Connection } from '../../system/database.ts'
import type { Logger } from '../../system/logger.ts'
import type { Random } from '../../system/random.ts'
import { leftOf } from '../budget.ts'
import { bookGas, bookIncrement, loadBudget, loadShare, prepaidElsewhere, settleGas } from '../budget-store.ts'
import { applyToPayer, loadPayerPair } from '../payer-books.ts'
import { migrateChannels } from '../store.ts'
import { type TransferAccountDependencies, TransferPayerAccount } from './transfer-account.ts'
import type { SentTransfer, TransferChain, TransferReceipt } from './transfer-chain.ts'
import { nextTransfer } from './transfer-plan.ts'
import {
  decidedTransfers,
  findOwnTransfer,
  insertOwnTransfer,
  type OwnTransfer,
  ownTransfersTo,
  setOwnTransfer,
} from './transfer-store.ts'
import { HOPELESS, type OnProgress, tellProgress, unlessAborted } from './waiting.ts'

export interface TransferPayerDependencies extends TransferAccountDependencies {
  readonly chain: TransferChain
  readonly random: Random
  readonly log: Logger
}

export interface EnsurePaidOptions {
  readonly payee: Address
  readonly fileHash: FileHash
  /** Whose budget it counts against. */
  readonly downloadId: string
  /** Of the dearest chunk still wanted. */
  readonly price: Wei
  /** What the user allows to be paid ahead; never less than a chunk is. */
  readonly prepay: Wei
  /** How deep the payee wants a transfer to lie. */
  readonly confirmations: number
  /** How often the user started the download: each time allows as many prepayments as the cap. */
  readonly starts: number
  /** The payee asked for money: without it only what is under way is waited for. */
  readonly more: boolean
  readonly onProgress?: OnProgress
  /** Ends the wait for confirmations; what was sent stays sent. */
  readonly signal?: AbortSignal
}

/** The side of a node that pays by coin transfers. */
export interface TransferPayer {
  /**
   * Resolves when every transfer to the payee lies deep enough to be shown. The decision, with its amount and gas taken out of the budget,
   * is durable before the transaction is signed, and the transaction's key follows from it, so a crash at any point pays once.
   *
   * @throws ChiralError `BUDGET_EXHAUSTED`, `PREPAYMENT_CAP`, `ACCOUNT_MISMATCH` (the payee wants more than it was paid, and one chunk is
   * paid ahead), `COIN_TRANSFER_FAILED`, or what the chain refused with
   */
  ensurePaid(options: EnsurePaidOptions): Promise<void>
  account(payee: Address, downloadId: string): TransferPayerAccount
  /** The most that a transfer may cost in gas at today's price. */
  feeCeiling(): Promise<Wei>
  /** Goes on with what was decided when the process ended: what was sent is waited for, what was not is dropped. */
  start(): Promise<void>
}

const ID_BYTES = 16

export function createTransferPayer(
  deps: TransferPayerDependencies,
  options: { /** As of vouchers: src/channel/payer.ts. */ readonly prepaymentCap: number },
): TransferPayer {
  const { database, chain, random, log } = deps
  migrateChannels(database)
  /** What becomes of each transfer that is on its way, for all that wait. */
  const following = new Map<string, Promise<void>>()

  function decide(connection: Connection, request: EnsurePaidOptions, fee: Wei): OwnTransfer | undefined {
    const { payee, downloadId, fileHash, price, prepay, confirmations } = request
    const pending = ownTransfersTo(connection, payee, 'decided')[0]
    if (pending?.batch !== undefined) throw underWay(payee)
    if (pending !== undefined) return pending
    // What counts and was not shown comes first: the payee may want no more than that.
    if (!request.more || ownTransfersTo(connection, payee, 'counted').length > 0) return undefined
    const left = subtractWei(leftOf(loadBudget(connection, downloadId)), fee)
    const amount = nextTransfer(loadPayerPair(connection, payee), { price, prepay, left })
    if (amount === undefined) {
      showAgain(connection, payee)
      return undefined
    }
    requireFewPrepayments(connection, request)
    const transferId = toHex(random.bytes(ID_BYTES))
    if (!bookGas(connection, keyOf(transferId), downloadId, addWei(amount, fee)))
      throw new ChiralError('BUDGET_EXHAUSTED', `The budget does not cover the next transfer to ${payee}: raise it.`, {
        details: { payee, downloadId, amount: amount.toString(), fee: fee.toString() },
      })
    const transfer: OwnTransfer = { transferId, payee, downloadId, fileHash, amount, confirmations, phase: 'decided' }
    insertOwnTransfer(connection, transfer)
    return transfer
  }

  /** A payee that wants money though a chunk is paid ahead may have lost its books: it is shown the newest transfer once more, and paid nothing. */
  function showAgain(connection: Connection, payee: Address): void {
    const newest = ownTransfersTo(connection, payee, 'shown').at(-1)
    if (newest === undefined)
      throw new ChiralError('ACCOUNT_MISMATCH', `${payee} wants to be paid again for what it was paid already.`, {
        details: { payee },
      })
    setOwnTransfer(connection, newest.transferId, { phase: 'counted' })
  }

  /** SPEC 01 §5.1: "The payer MUST NOT have more prepayments outstanding to payees that never delivered than its cap". */
  function requireFewPrepayments(connection: Connection, { payee, downloadId, starts }: EnsurePaidOptions): void {
    const neverDelivered = (other: Address): boolean => loadPayerPair(connection, other).verified === 0n
    if (!neverDelivered(payee) || loadShare(connection, { payee, downloadId }).signed > 0n) return
    const decided = decidedTransfers(connection).filter((transfer) => transfer.downloadId === downloadId)
    const others = new Set([
      ...prepaidElsewhere(connection, { payee, downloadId }),
      ...decided.map((transfer) => transfer.payee),
    ])
    others.delete(payee)
    if ([...others].filter(neverDelivered).length < starts * options.prepaymentCap) return
    throw new ChiralError('PREPAYMENT_CAP', 'Too many seeders were paid ahead and have delivered nothing yet.', {
      details: { payee, downloadId },
    })
  }

  async function send(transfer: OwnTransfer): Promise<SentTransfer> {
    const { payee, fileHash, amount, transferId } = transfer
    try {
      return await chain.send({ payee, fileHash, amount, key: keyOf(transferId) })
    } catch (error) {
      if (HOPELESS.has(codeOf(error) ?? '')) await drop(transfer, ZERO_WEI)
      throw error
    }
  }

  /** One for all that wait for it. */
  function follow(transfer: OwnTransfer, sending: () => Promise<SentTransfer>): Promise<void> {
    const { transferId } = transfer
    const known = following.get(transferId)
    if (known !== undefined) return known
    const followed = sending()
      .then((sent) => awaitReceipt(transfer, sent))
      .finally(() => following.delete(transferId))
    following.set(transferId, followed)
    return followed
  }

  async function awaitReceipt(transfer: OwnTransfer, sent: SentTransfer): Promise<void> {
    try {
      const receipt = await sent.wait(transfer.confirmations)
      if (receipt.status === 'success') return await count(transfer, receipt)
      await drop(transfer, receipt.fee)
    } catch (error) {
      if (!HOPELESS.has(codeOf(error) ?? '')) throw error
      await drop(transfer, ZERO_WEI)
    }
    throw new ChiralError('COIN_TRANSFER_FAILED', `The transfer to ${transfer.payee} did not go through.`, {
      details: { payee: transfer.payee },
    })
  }

  async function count(
    { transferId, payee, downloadId, amount }: OwnTransfer,
    receipt: TransferReceipt,
  ): Promise<void> {
    await database.write((connection) => {
      if (findOwnTransfer(connection, transferId)?.phase !== 'decided') return
      setOwnTransfer(connection, transferId, { phase: 'counted', transactionHash: receipt.hash })
      settleGas(connection, keyOf(transferId), receipt.fee)
      bookIncrement(connection, { payee, downloadId }, amount)
      applyToPayer(connection, payee, { type: 'transferCounted', amount })
    })
  }

  function drop({ transferId, payee }: OwnTransfer, fee: Wei): Promise<void> {
    log.warn({ payee }, 'A coin transfer did not go through')
    return database.write((connection) => {
      if (findOwnTransfer(connection, transferId)?.phase !== 'decided') return
      setOwnTransfer(connection, transferId, { phase: 'dropped' })
      settleGas(connection, keyOf(transferId), fee)
    })
  }

  return {
    async ensurePaid(request) {
      const { signal, onProgress } = request
      signal?.throwIfAborted()
      const fee = await chain.feeCeiling()
      const transfer = await database.write((connection) => decide(connection, request, fee))
      if (transfer === undefined) return
      const stopTelling = onProgress === undefined ? undefined : tellProgress(chain, transfer.confirmations, onProgress)
      try {
        await unlessAborted(
          follow(transfer, () => send(transfer)),
          signal,
        )
      } finally {
        stopTelling?.()
      }
    },
    feeCeiling: () => chain.feeCeiling(),
    account: (payee, downloadId) => new TransferPayerAccount(deps, { payee, downloadId }),
    async start() {
      for (const transfer of database.read(decidedTransfers)) {
        if (following.has(transfer.transferId)) continue
        const sent = chain.sent(keyOf(transfer.transferId))
        if (sent === undefined) await drop(transfer, ZERO_WEI)
        else
          follow(transfer, async () => sent).catch((error: unknown) =>
            log.debug({ payee: transfer.payee, err: error }, 'A transfer of before is not waited for any more'),
          )
      }
    },
  }
}

function underWay(payee: Address): ChiralError {
  return new ChiralError('TRANSFER_UNCONFIRMED', `A payment to ${payee} is under way: the next one waits for it.`, {
    details: { payee },
  })
}

/** Of the transaction, and of what is set aside for it. */
function keyOf(transferId: string): string {
  return `transfer:${transferId}`
}
