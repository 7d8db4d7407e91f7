import { wei } from '../domain/amount.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { keepAlive } from '../system/keep-alive.ts'
import { bumpFees } from './fees.ts'
import type { Head } from './head-tracker.ts'
import { MAX_REORG_DEPTH } from './head-tracker.ts'
import type { TransactionQueueDependencies } from './transaction-queue.ts'
import { signTransaction } from './transaction-signing.ts'
import {
  type MinedOutcome,
  nextTransactionAction,
  type TransactionAction,
  type TransactionObservation,
} from './transaction-state.ts'
import type { StoredTransaction, TransactionStore } from './transaction-store.ts'

/** While something is pending we also look without a new head: a chain that lost our transaction may have no reason for a block. */
const LOOK_AGAIN_MS = 5_000

interface Waiter {
  readonly id: number
  readonly confirmations: number
  readonly resolve: (outcome: MinedOutcome) => void
  readonly reject: (reason: unknown) => void
}

/** Sees transactions through until they are mined, and again when a reorg takes them out. Part of the transaction queue. */
export interface TransactionWatch {
  start(): Promise<void>
  wait(id: number, confirmations: number, signal?: AbortSignal): Promise<MinedOutcome>
  /** Offers the newest version of a record to the node. @throws as ChainClient.broadcast */
  broadcast(record: StoredTransaction): Promise<void>
  isMined(record: StoredTransaction): Promise<boolean>
  /** Looks at the chain soon. */
  look(): void
  stop(): Promise<void>
}

export function createTransactionWatch(
  dependencies: Omit<TransactionQueueDependencies, 'failPoints'> & {
    readonly store: TransactionStore
  },
): TransactionWatch {
  const { client, clock, database, log, signer, store } = dependencies
  const waiters = new Set<Waiter>()
  /** By attempt, when it was first and last offered; forgotten with the process, so that a start offers again. */
  const offers = new Map<string, { readonly firstBlock: number; readonly lastAt: number }>()
  let head: Head | undefined
  let unsubscribe: (() => void) | undefined
  let cancelLook: (() => void) | undefined
  let looking: Promise<void> | undefined
  let lookAgain = false
  let checkMinedFrom: number | undefined
  let stopped = false

  async function minedOutcome(record: StoredTransaction): Promise<MinedOutcome | undefined> {
    const receipts = await Promise.all(record.attempts.map((attempt) => client.receipt(attempt.hash)))
    const receipt = receipts.find((candidate) => candidate !== undefined)
    if (receipt === undefined) return undefined
    return {
      phase: 'mined',
      hash: receipt.transactionHash,
      status: receipt.status,
      blockNumber: receipt.blockNumber,
      blockHash: receipt.blockHash,
      fee: wei(receipt.gasUsed * receipt.effectiveGasPrice),
      contractAddress: receipt.contractAddress,
    }
  }

  async function observe(record: StoredTransaction, head: Head): Promise<TransactionObservation> {
    // The nonce first: read the other way round, a transaction mined in between would look like somebody else's.
    const settledNonce = await settledNonceAt(head)
    const newest = record.attempts.at(-1)
    const offer = newest === undefined ? undefined : offers.get(newest.hash)
    return {
      settledNonce,
      mined: await minedOutcome(record),
      msSinceSigned: clock.now() - (newest?.signedAt ?? record.createdAt),
      blocksSinceOffered: offer === undefined ? 0 : head.number - offer.firstBlock,
      msSinceOffered: offer === undefined ? Number.POSITIVE_INFINITY : clock.now() - offer.lastAt,
    }
  }

  /** Counted a few blocks down, where a reorg no longer brings our own transaction back. */
  async function settledNonceAt(head: Head): Promise<number> {
    const depth = Math.min(client.parameters.confirmations, head.number)
    if (depth === 0) return client.transactionCount(signer.address, 'latest')
    return client.transactionCount(signer.address, head.number - depth)
  }

  async function broadcast(record: StoredTransaction): Promise<void> {
    const attempt = record.attempts.at(-1)
    if (attempt === undefined) return
    const firstBlock = offers.get(attempt.hash)?.firstBlock ?? head?.number ?? 0
    offers.set(attempt.hash, { firstBlock, lastAt: clock.now() })
    await client.broadcast(attempt.raw, { retry: false })
  }

  async function replace(record: StoredTransaction): Promise<void> {
    const previous = record.attempts.at(-1)
    if (previous === undefined) return
    const fees = bumpFees(previous.fees, await client.fees())
    const { nonce, to, data, value, gasLimit } = record
    const unsigned = { chainId: client.identity.chainId, nonce, to, data, value, gasLimit, fees }
    const attempt = signTransaction(unsigned, signer, clock.now())
    await database.write((connection) => store.addAttempt(connection, record.id, attempt))
    log.warn(
      { purpose: record.purpose, nonce: record.nonce, hash: attempt.hash },
      'transaction replaced with a higher fee',
    )
    await broadcast({ ...record, attempts: [...record.attempts, attempt] })
  }

  async function act(record: StoredTransaction, action: TransactionAction): Promise<void> {
    switch (action.kind) {
      case 'none':
        return
      case 'record': {
        await database.write((connection) => store.setOutcome(connection, record.id, action.outcome))
        if (action.outcome.phase !== 'pending') return
        log.warn({ purpose: record.purpose, nonce: record.nonce }, 'a reorg took a transaction out; it is sent again')
        return broadcast(record)
      }
      case 'rebroadcast':
        return broadcast(record)
      case 'replace':
        return replace(record)
    }
  }

  async function lookOnce(): Promise<void> {
    const now = await client.head()
    head = now
    const recheck = checkMinedFrom
    checkMinedFrom = undefined
    const due = new Map<number, StoredTransaction>()
    database.read((connection) => {
      for (const record of store.pending(connection)) due.set(record.id, record)
      if (recheck !== undefined) for (const record of store.minedSince(connection, recheck)) due.set(record.id, record)
      for (const waiter of waiters) {
        const record = store.byId(connection, waiter.id)
        if (record !== undefined) due.set(record.id, record)
      }
    })
    try {
      for (const record of due.values()) {
        const action = nextTransactionAction(record, await observe(record, now))
        await act(record, action).catch((error: unknown) => {
          if (codeOf(error) === 'CHAIN_UNREACHABLE') throw error
          log.warn(
            { purpose: record.purpose, code: codeOf(error), reason: messageOf(error) },
            'transaction not accepted',
          )
        })
      }
    } catch (error) {
      if (recheck !== undefined) recheckFrom(recheck)
      throw error
    }
    settleWaiters(now, due)
  }

  /** Those of the records just looked at: what is stored about another may be from before a reorg. */
  function settleWaiters(now: Head, looked: ReadonlyMap<number, unknown>): void {
    for (const waiter of [...waiters]) {
      if (!looked.has(waiter.id)) continue
      const outcome = database.read((connection) => store.byId(connection, waiter.id))?.outcome
      if (outcome?.phase === 'mined' && now.number - outcome.blockNumber >= waiter.confirmations)
        waiter.resolve(outcome)
      if (outcome?.phase === 'superseded' || outcome?.phase === 'refused') waiter.reject(superseded())
    }
  }

  /** One look at a time; a wish during a look leads to one more. */
  function look(): void {
    if (stopped) return
    lookAgain = true
    looking ??= (async () => {
      while (lookAgain && !stopped) {
        lookAgain = false
        await lookOnce().catch((error: unknown) => {
          if (!stopped)
            log.debug({ code: codeOf(error), reason: messageOf(error) }, 'transactions could not be followed')
        })
      }
    })().finally(() => {
      looking = undefined
      if (lookAgain)
        look() // wished between the last look and here
      else schedule()
    })
  }

  function schedule(): void {
    cancelLook?.()
    cancelLook = undefined
    if (stopped) return
    const pending = waiters.size > 0 || database.read((connection) => store.pending(connection).length > 0)
    if (pending) cancelLook = clock.schedule(LOOK_AGAIN_MS, look)
  }

  /**
   * While the program was off any number of blocks may have been undone. A block stands on its parents: below the newest transaction that
   * is where it was, nothing changed.
   */
  async function firstUndone(from: number): Promise<number> {
    let first = from
    for (;;) {
      const record = database.read((connection) => store.newestMinedBelow(connection, first))
      if (record?.outcome.phase !== 'mined') return first
      const mined = await minedOutcome(record)
      if (mined?.blockHash === record.outcome.blockHash) return first
      first = record.outcome.blockNumber
    }
  }

  function recheckFrom(block: number): void {
    checkMinedFrom = Math.min(checkMinedFrom ?? block, block)
  }

  function superseded(): ChiralError {
    return new ChiralError(
      'TRANSACTION_SUPERSEDED',
      `Another program sent a transaction from the wallet ${signer.address} in place of ours: use a wallet for each program.`,
      { details: { account: signer.address } },
    )
  }

  return {
    async start() {
      if (unsubscribe !== undefined || stopped) return
      const now = await client.head()
      head = now
      recheckFrom(await firstUndone(Math.max(0, now.number - MAX_REORG_DEPTH)))
      unsubscribe = client.onHead((next) => {
        if (next.reorgedFrom !== undefined) recheckFrom(next.reorgedFrom)
        look()
      })
      look()
    },
    wait(id, confirmations, signal) {
      const waiting = new Promise<MinedOutcome>((resolve, reject) => {
        const onAbort = (): void => waiter.reject(signal?.reason)
        const done = (): void => {
          waiters.delete(waiter)
          signal?.removeEventListener('abort', onAbort)
        }
        const waiter: Waiter = {
          id,
          confirmations,
          resolve(outcome) {
            done()
            resolve(outcome)
          },
          reject(reason) {
            done()
            reject(reason)
          },
        }
        if (stopped) return reject(queueStopped())
        if (signal?.aborted === true) return reject(signal.reason)
        waiters.add(waiter)
        signal?.addEventListener('abort', onAbort, { once: true })
        look()
      })
      return keepAlive(waiting)
    },
    broadcast,
    isMined: async (record) => (await minedOutcome(record)) !== undefined,
    look,
    async stop() {
      if (stopped) return
      stopped = true
      unsubscribe?.()
      cancelLook?.()
      for (const waiter of [...waiters]) waiter.reject(queueStopped())
      await looking
    },
  }
}

function queueStopped(): ChiralError {
  return new ChiralError('TRANSACTION_QUEUE_STOPPED', 'The program is stopping; the transaction goes on without it.')
}
