import { formatCoins, type Wei, wei } from '../domain/amount.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Logger } from '../system/logger.ts'
import type { Signer } from '../system/signer.ts'
import { bindDatabase } from './binding.ts'
import type { ChainClient } from './client.ts'
import { type GasFees, maxPrice } from './fees.ts'
import { signTransaction } from './transaction-signing.ts'
import { type MinedOutcome, nextNonce, type TransactionRecord } from './transaction-state.ts'
import { createTransactionStore, type StoredTransaction } from './transaction-store.ts'
import { createTransactionWatch } from './transaction-watch.ts'

/** Gas of a transaction that only moves coin to an account without code. */
const TRANSFER_GAS = 21_000n
/** Storage may change between the estimate and the block (a slot that was zero no longer is, or the reverse). */
const GAS_HEADROOM_PERCENT = 120n
/** Another program with the same wallet took the nonce each time: something is wrong that trying again does not mend. */
const MAX_NONCE_TRIES = 5

export interface SendRequest {
  /** Names the intention: a second send with the same key is the same transaction, also after a restart. */
  readonly key: string
  /** In a person's words, for `wallet history`. */
  readonly purpose: string
  /** Absent: creates a contract. */
  readonly to?: Address | undefined
  /** `0x…`; default: none. */
  readonly data?: string
  readonly value?: Wei
  /** Default: the node's estimate and a fifth more. */
  readonly gasLimit?: bigint | undefined
}

export interface SentTransaction {
  /** Of the version sent first; a replacement has another. */
  readonly hash: string
  readonly key: string
  /**
   * Resolves when `confirmations` blocks lie on the block that holds the transaction (0: when it is mined), with its receipt as of
   * then. `reverted` is a result, not an error.
   *
   * @throws ChiralError `TRANSACTION_SUPERSEDED`, `TRANSACTION_QUEUE_STOPPED`; the signal's reason
   */
  wait(confirmations: number, signal?: AbortSignal): Promise<MinedOutcome>
}

/**
 * The one way this program writes to a chain.
 *
 * The signed bytes and their nonce are durable before they are broadcast. A retry sends those bytes again or replaces them at the
 * same nonce, so an intention is carried out once, whatever crashes in between.
 */
export interface TransactionQueue {
  readonly account: Address
  /** Broadcasts again what was not mined, and follows the chain from now on. Twice is fine; `send` does it too. */
  start(): Promise<void>
  /**
   * Resolves when the signed transaction is durable and was offered to the node.
   *
   * @throws ChiralError `INSUFFICIENT_FUNDS`, `TRANSACTION_REVERTED` (found by the estimate: nothing was sent), `CHAIN_UNREACHABLE`
   * (nothing was sent), `TRANSACTION_KEY_REUSED`, `TRANSACTION_REFUSED`, `STORE_FAILED`
   */
  send(request: SendRequest, options?: { signal?: AbortSignal }): Promise<SentTransaction>
  /** The transaction sent with `key`, if there is one. */
  find(key: string): SentTransaction | undefined
  /** The most a transaction with `gasLimit` may cost at today's price. */
  feeCeiling(gasLimit: bigint): Promise<Wei>
  /** Every transaction of this wallet, oldest first. */
  history(): readonly TransactionRecord[]
  /** Ends the following of the chain and every `wait`. Nothing durable is lost. Twice is fine. */
  stop(): Promise<void>
}

export interface TransactionQueueDependencies {
  readonly database: Database
  readonly client: ChainClient
  readonly signer: Signer
  readonly clock: Clock
  readonly log: Logger
  readonly failPoints: FailPoints
}

/** One queue a wallet and process: nonces are given out here. */
export function createTransactionQueue(dependencies: TransactionQueueDependencies): TransactionQueue {
  const { database, client, signer, clock, failPoints, log } = dependencies
  const account = signer.address
  const store = createTransactionStore(database, account)
  const watch = createTransactionWatch({ ...dependencies, store })
  let started: Promise<void> | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** Nonces are dense only if one transaction is prepared after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work)
    last = next
    return next
  }

  function start(): Promise<void> {
    started ??= bindDatabase(database, client.identity)
      .then(() => watch.start())
      .catch((error: unknown) => {
        started = undefined
        throw error
      })
    return started
  }

  function sent(record: StoredTransaction): SentTransaction {
    return {
      hash: record.attempts[0]?.hash ?? '',
      key: record.key,
      wait: (confirmations, signal) => watch.wait(record.id, confirmations, signal),
    }
  }

  const find = (key: string): StoredTransaction | undefined =>
    database.read((connection) => store.byKey(connection, key))

  async function prepare(request: SendRequest, signal?: AbortSignal): Promise<StoredTransaction> {
    const { to, data = '0x', value = wei(0n), key, purpose } = request
    const options = { signal }
    const [fees, gasLimit, nonceOnChain] = await Promise.all([
      client.fees(options),
      request.gasLimit ?? estimate(client, { from: account, to, data, value }, options),
      client.transactionCount(account, 'pending', options),
    ])
    await requireFunds(value, gasLimit, fees)
    const highest = database.read((connection) => store.highestNonce(connection))
    const nonce = nextNonce(nonceOnChain, highest)
    const at = clock.now()
    const unsigned = { chainId: client.identity.chainId, nonce, to, data, value, gasLimit, fees }
    const attempt = signTransaction(unsigned, signer, at)
    const record: TransactionRecord = {
      nonce,
      key,
      purpose,
      to,
      data,
      value,
      gasLimit,
      createdAt: at,
      attempts: [attempt],
      outcome: { phase: 'pending' },
    }
    const id = await database.write((connection) => store.insert(connection, record))
    failPoints.hit('transaction-durable')
    return { id, ...record }
  }

  /** Coin that pending transactions may still take is not there to be spent again. */
  async function requireFunds(value: Wei, gasLimit: bigint, fees: GasFees): Promise<void> {
    const balance = await client.balance(account)
    const reserved = database
      .read((connection) => store.pending(connection))
      .reduce((sum, record) => sum + mostItMayCost(record), 0n)
    const needed = value + gasLimit * maxPrice(fees)
    const available = balance > reserved ? balance - reserved : 0n
    if (needed <= available) return
    throw new ChiralError(
      'INSUFFICIENT_FUNDS',
      `The wallet ${account} has ${formatCoins(available)} coins available and needs ${formatCoins(needed)} (gas included): send coins to it first.`,
      { details: { account, available: available.toString(), needed: needed.toString() } },
    )
  }

  /** @returns false when the nonce was taken meanwhile, and the record no longer holds it */
  async function offer(record: StoredTransaction): Promise<boolean> {
    try {
      await watch.broadcast(record)
      return true
    } catch (error) {
      const code = codeOf(error) ?? 'TRANSACTION_REFUSED'
      if (code === 'CHAIN_UNREACHABLE') return true // durable: it is broadcast again when the node is back
      if (code === 'NONCE_TOO_LOW' && (await watch.isMined(record))) return true
      if (code === 'FEE_TOO_LOW') return true // the price rose in between: replaced in time
      // No node has it, and being the newest, no later nonce waits for it. Whatever takes the nonce next makes these bytes void.
      await database.write((connection) => store.setOutcome(connection, record.id, { phase: 'refused', code }))
      if (code === 'NONCE_TOO_LOW') return false
      throw error
    }
  }

  async function sendInTurn(request: SendRequest, signal?: AbortSignal): Promise<SentTransaction> {
    await start()
    for (let tries = 1; ; tries++) {
      const existing = find(request.key)
      if (existing !== undefined) {
        requireSame(existing, request)
        return sent(existing)
      }
      const record = await prepare(request, signal)
      if (await offer(record)) {
        log.info({ purpose: request.purpose, hash: record.attempts[0]?.hash, nonce: record.nonce }, 'transaction sent')
        watch.look()
        return sent(record)
      }
      if (tries === MAX_NONCE_TRIES)
        throw new ChiralError(
          'TRANSACTION_REFUSED',
          `Another program keeps sending from the wallet ${account}: stop it, or use a wallet for each.`,
          { details: { account } },
        )
    }
  }

  return {
    account,
    start,
    send: (request, options) => inTurn(() => sendInTurn(request, options?.signal)),
    find(key) {
      const record = find(key)
      return record === undefined ? undefined : sent(record)
    },
    async feeCeiling(gasLimit) {
      return wei(gasLimit * maxPrice(await client.fees()))
    },
    history: () => database.read((connection) => store.all(connection)),
    async stop() {
      await last.catch(() => {})
      await watch.stop()
    },
  }
}

async function estimate(
  client: ChainClient,
  call: { readonly from: Address; readonly to: Address | undefined; readonly data: string; readonly value: Wei },
  options: { signal: AbortSignal | undefined },
): Promise<bigint> {
  if (call.to !== undefined && call.data === '0x' && (await client.code(call.to, 'latest', options)).byteLength === 0)
    return TRANSFER_GAS
  const [estimated, block] = await Promise.all([client.estimateGas(call, options), client.block('latest', options)])
  const withHeadroom = (estimated * GAS_HEADROOM_PERCENT) / 100n
  return block !== undefined && withHeadroom > block.gasLimit ? block.gasLimit : withHeadroom
}

/** Each replacement offers more than the one before, and any of them may be the one that is mined. */
function mostItMayCost(record: TransactionRecord): bigint {
  const newest = record.attempts.at(-1)
  return record.value + (newest === undefined ? 0n : record.gasLimit * maxPrice(newest.fees))
}

function requireSame(record: TransactionRecord, request: SendRequest): void {
  const same =
    record.to === request.to && record.data === (request.data ?? '0x') && record.value === (request.value ?? 0n)
  if (same) return
  throw new ChiralError(
    'TRANSACTION_KEY_REUSED',
    `The transaction "${request.key}" was sent before with other contents; nothing was sent now.`,
    { details: { key: request.key } },
  )
}
