import { subtractWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { toHex } from '../../domain/bytes.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import type { Clock } from '../../system/clock.ts'
import type { Connection, Database } from '../../system/database.ts'
import type { FailPoints } from '../../system/fail-points.ts'
import type { Logger } from '../../system/logger.ts'
import type { Random } from '../../system/random.ts'
import { vouchered } from '../books.ts'
import { bookGas, settleGas } from '../budget-store.ts'
import { loadPayerPair } from '../payer-books.ts'
import { hasOpen } from '../payer-state.ts'
import { migrateChannels } from '../store.ts'
import { type TransferAccountDependencies, TransferPayerAccount } from '../transfers/transfer-account.ts'
import { insertOwnTransfer, ownTransfersTo } from '../transfers/transfer-store.ts'
import type { OnProgress } from '../transfers/waiting.ts'
import type { BatchChain } from './batch-chain.ts'
import { type Bitfields, createBatchFollower, keyOf } from './batch-follower.ts'
import { type BatchItem, planBatch } from './batch-plan.ts'
import {
  type Debtor,
  endedDebtors,
  isRefused,
  loadDebts,
  type ReturnedPayment,
  returnedPayments,
  saveDebtor,
  saveProtocol,
} from './batch-store.ts'
import { untilHead } from './until-head.ts'

export interface BatchPayerDependencies extends TransferAccountDependencies {
  readonly database: Database
  readonly chain: BatchChain
  readonly random: Random
  readonly clock: Clock
  readonly log: Logger
  readonly failPoints: FailPoints
  /** keccak256 of the bitfield, as the contract's record has it. */
  readonly chunksHash: Bitfields
  /** Tells the user. */
  readonly notice: (message: string) => void
}

export interface SettleOptions {
  readonly downloadId: string
  /** What is owed to it has to be paid; absent: to all payees of the download. */
  readonly payee?: Address
  readonly onProgress?: OnProgress
  /** Ends the wait; what was sent stays sent. */
  readonly signal: AbortSignal
}

/** The side of a node that downloads on credit and pays many payees afterwards in one transaction (docs/specs/01-voucher.md §10.7). */
export interface BatchPayer {
  /**
   * The download will buy from this payee, and from so many in all: gas for paying them is set aside.
   * @throws ChiralError `BUDGET_EXHAUSTED`, `CHANNEL_EXISTS`, `PAYMENT_SKIPPED`, `CHAIN_UNREACHABLE` while no price of gas is known
   */
  begin(debtor: Debtor & { readonly payees: number }): Promise<void>
  /** How chunks of the download come from the payee. */
  comesBy(key: { readonly downloadId: string; readonly payee: Address }, protocol: string): Promise<void>
  /**
   * Pays all that is owed to anybody, if something is owed to the payee or by the download, and resolves when that lies as deep as each wants it.
   * While the chain is away it waits. The decision and the transaction are durable before anything is sent, so a crash at any point pays once.
   *
   * @throws ChiralError `CREDIT_REFUSED` (nothing is owed, and the payee gives no credit), `PAYMENT_SKIPPED` (it does not take its coin),
   * `BUDGET_EXHAUSTED` (for gas), `COIN_TRANSFER_FAILED`, or what the chain refused with
   */
  settle(options: SettleOptions): Promise<void>
  account(payee: Address, downloadId: string): TransferPayerAccount
  /** Resolves when no payment to the payee is under way: only then may it be paid in another way. */
  idle(payee: Address): Promise<void>
  /** What is owed by the download, and could not be paid. */
  owedBy(downloadId: string): Wei
  /** Was the payee not shown yet what it was paid? */
  hasUnshown(payee: Address): boolean
  /** The download is over: what was set aside and is not needed is given back. */
  end(downloadId: string): Promise<void>
  feeCeiling(payees: number): Promise<Wei>
  /** What came back because its payee did not take it. */
  returned(): readonly ReturnedPayment[]
  /** Goes on with what was under way, and from now on pays what downloads left unpaid that have ended. */
  start(): Promise<void>
  stop(): void
}

const ID_BYTES = 16

export function createBatchPayer(deps: BatchPayerDependencies): BatchPayer {
  const { database, chain, random, log, clock } = deps
  migrateChannels(database)
  const follower = createBatchFollower(deps)
  const stopping = new AbortController()
  /** The price of gas as it was last known: the chain may be away when the next payee joins. */
  let lastFee: { readonly payees: number; readonly fee: Wei } | undefined
  let clearing: Promise<void> | undefined
  let unfollow: (() => void) | undefined

  async function feeCeiling(payees: number): Promise<Wei> {
    const fee = await chain.feeCeiling(payees)
    lastFee = { payees, fee }
    return fee
  }

  async function feeToReserve(payees: number): Promise<Wei> {
    try {
      return await feeCeiling(payees)
    } catch (error) {
      if (lastFee === undefined || lastFee.payees < payees) throw error
      return lastFee.fee
    }
  }

  /** Durable before anything is signed. `undefined` where there is nothing to pay. */
  function decide(
    connection: Connection,
    downloadId: string,
    { most, fee }: { most: number; fee: Wei },
  ): string | undefined {
    const items = planBatch(loadDebts(connection), most)
    if (items.length === 0) return undefined
    const batchId = toHex(random.bytes(ID_BYTES))
    settleGas(connection, reserveOf(downloadId), ZERO_WEI)
    if (!bookGas(connection, keyOf(batchId), downloadId, fee))
      throw new ChiralError('BUDGET_EXHAUSTED', 'The budget does not cover the gas of paying the seeders: raise it.', {
        details: { downloadId, fee: fee.toString() },
      })
    for (const [index, item] of items.entries()) insertItem(connection, item, { batchId, index })
    return batchId
  }

  /** The batches that are under way to whom is waited for; one more is begun for what is owed besides. */
  async function pay(options: Pick<SettleOptions, 'downloadId' | 'payee'>): Promise<readonly string[]> {
    const { downloadId, payee } = options
    const isWaitedFor = (item: { readonly payee: Address; readonly downloadId: string }): boolean =>
      payee === undefined ? item.downloadId === downloadId : item.payee === payee
    const wanted = database
      .read(loadDebts)
      .filter(
        ({ owed, ...debt }) => owed > 0n && debt.files.some((file) => isWaitedFor({ ...file, payee: debt.payee })),
      )
    if (wanted.length > 0) {
      const most = planBatch(database.read(loadDebts), Number.POSITIVE_INFINITY).length
      const fee = await feeCeiling(most)
      const batchId = await database.write((connection) => decide(connection, downloadId, { most, fee }))
      if (batchId !== undefined) deps.failPoints.hit('batch-decided')
    }
    return follower.underWay(isWaitedFor)
  }

  async function settle({ signal, onProgress, ...options }: SettleOptions): Promise<void> {
    const either = AbortSignal.any([signal, stopping.signal])
    const { payee } = options
    let paid = 0
    for (;;) {
      either.throwIfAborted()
      try {
        const batches = await pay(options)
        for (const batchId of batches) await follower.follow(batchId, either, onProgress)
        paid += batches.length
        if (batches.length === 0) break
      } catch (error) {
        if (codeOf(error) !== 'CHAIN_UNREACHABLE') throw error
        log.info({ download_id: options.downloadId }, 'the chain is away: seeders are paid when it is back')
        await untilHead(chain, clock, either)
      }
    }
    if (payee === undefined) return
    requireTaking(payee)
    if (paid === 0 && !hasUnshown(payee))
      throw new ChiralError(
        'CREDIT_REFUSED',
        `${payee} gives no credit to this wallet: pay it with --pay-by channel.`,
        {
          details: { payee },
        },
      )
  }

  function requireTaking(payee: Address): void {
    if (!database.read((connection) => isRefused(connection, payee))) return
    throw new ChiralError(
      'PAYMENT_SKIPPED',
      `${payee} does not take the coin that it is paid: nothing more is bought there.`,
      {
        details: { payee },
      },
    )
  }

  function hasUnshown(payee: Address): boolean {
    return database.read((connection) => ownTransfersTo(connection, payee, 'counted')).length > 0
  }

  /** Pays what ended downloads left unpaid. One at a time; what fails is tried again with the next head. */
  function clear(): void {
    if (clearing !== undefined) return
    clearing = payEnded()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.info({ code: codeOf(error), err: error }, 'seeders could not be paid yet')
      })
      .finally(() => {
        clearing = undefined
      })
  }

  async function payEnded(): Promise<void> {
    for (const downloadId of database.read(endedDebtors)) {
      await settle({ downloadId, signal: stopping.signal })
      await end(downloadId)
    }
  }

  function end(downloadId: string): Promise<void> {
    return database.write((connection) => {
      if (owedBy(connection, downloadId) === 0n) settleGas(connection, reserveOf(downloadId), ZERO_WEI)
    })
  }

  return {
    async begin({ payees, ...debtor }) {
      const { downloadId, payee } = debtor
      requireTaking(payee)
      const fee = await feeToReserve(payees)
      await database.write((connection) => {
        if (hasOpen(loadPayerPair(connection, payee)))
          throw new ChiralError(
            'CHANNEL_EXISTS',
            `A channel to ${payee} is open, or part of an escrow: pay from it, or let it end first.`,
            {
              details: { payee },
            },
          )
        if (!bookGas(connection, reserveOf(downloadId), downloadId, fee))
          throw new ChiralError(
            'BUDGET_EXHAUSTED',
            'The budget does not cover the gas of paying the seeders: raise it.',
            {
              details: { downloadId, fee: fee.toString() },
            },
          )
        saveDebtor(connection, debtor)
      })
    },
    comesBy: (key, protocol) => database.write((connection) => saveProtocol(connection, key, protocol)),
    settle,
    account: (payee, downloadId) => new TransferPayerAccount(deps, { payee, downloadId }, { onCredit: true }),
    async idle(payee) {
      for (const batchId of follower.underWay((item) => item.payee === payee))
        await follower.follow(batchId, stopping.signal).catch(() => {}) // whatever became of it, it is over
    },
    owedBy: (downloadId) => database.read((connection) => owedBy(connection, downloadId)),
    hasUnshown,
    end,
    feeCeiling,
    returned: () => database.read(returnedPayments),
    async start() {
      await follower.start()
      unfollow = chain.onHead(clear)
      clear()
    },
    stop() {
      stopping.abort(new ChiralError('CANCELLED', 'The program is stopping.'))
      unfollow?.()
    },
  }
}

function insertItem(
  connection: Connection,
  { chunks, protocol, ...item }: BatchItem,
  { batchId, index }: { readonly batchId: string; readonly index: number },
): void {
  const named = chunks === undefined ? {} : { chunks: toHex(chunks.toBytes()) }
  const batch = { batchId, protocol, ...named }
  insertOwnTransfer(connection, { ...item, transferId: `${batchId}:${index}`, phase: 'decided', batch })
}

/** Of the payees that could be paid: what a payee refused is not owed by the download any more than it is to be had. */
function owedBy(connection: Connection, downloadId: string): Wei {
  const debts = loadDebts(connection).filter(({ files }) => files.some((file) => file.downloadId === downloadId))
  const pairs = debts.map(({ payee }) => loadPayerPair(connection, payee))
  return pairs.reduce((sum, pair) => (sum + subtractWei(pair.verified, vouchered(pair))) as Wei, ZERO_WEI)
}

/** Gas for a download's next batch. */
function reserveOf(downloadId: string): string {
  return `batch-reserve:${downloadId}`
}
