import { minWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { bytesToBigint } from '../domain/bytes.ts'
import { type ConfirmationRule, confirmationRuleOf } from '../domain/confirmation-rule.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { ChannelKey } from '../domain/voucher.ts'
import type { Connection, Database } from '../system/database.ts'
import type { Logger } from '../system/logger.ts'
import type { Random } from '../system/random.ts'
import type { Signer } from '../system/signer.ts'
import { awaitDeposit } from './await-deposit.ts'
import { findChannel } from './books.ts'
import { leftOf } from './budget.ts'
import { bookGas, loadBudget, settleGas } from './budget-store.ts'
import type { ChannelContract, ChannelTransaction } from './channel-contract.ts'
import { channelIdOf, SALT_LENGTH } from './channel-id.ts'
import type { ChainSnapshot } from './channel-state.ts'
import { type OpenPlan, planChannel } from './open-plan.ts'
import { applyToPayer, loadPayerPair } from './payer-books.ts'
import { findKnownChannel, rememberChannel } from './store.ts'

/** With what the payee's offer asks for before a deposit counts. */
export interface EnsureChannelOptions extends ConfirmationRule {
  readonly payee: Address
  /** What should be left to spend on the channel. A new channel gets exactly this. */
  readonly deposit: Wei
  /** Whose budget the gas counts against. */
  readonly downloadId: string
  /** Default true: a channel with too little left is topped up. */
  readonly topUp?: boolean
  readonly onProgress?: (progress: { readonly blocksLeft: number }) => void
  /** Ends the wait for confirmations; what was sent stays sent. */
  readonly signal?: AbortSignal
}

export interface ChannelHandle {
  readonly channelId: ChannelId
  readonly key: ChannelKey
  /** What the channel holds once it is confirmed. */
  readonly deposit: Wei
  /** The transaction under way, if any. */
  readonly transactionHash?: string
  /** Settles when the whole deposit has the confirmations. @throws ChiralError `CHANNEL_OPEN_FAILED`, `CHANNEL_CLOSING` */
  readonly confirmed: Promise<void>
}

export interface PayerChannelDependencies {
  readonly database: Database
  readonly signer: Signer
  readonly contract: ChannelContract
  readonly random: Random
  readonly log: Logger
  readonly observe: (channelId: ChannelId, snapshot: ChainSnapshot) => Promise<void>
}

/** A step of a plan that became durable: which transaction to send. */
interface Intent {
  readonly channelId: ChannelId
  readonly salt: bigint
  readonly deposit: Wei
  readonly send?: { readonly kind: 'open' | 'topUp'; readonly key: string; readonly amount: Wei }
}

/** Codes with which a transaction is known never to be mined. */
const HOPELESS = new Set(['INSUFFICIENT_FUNDS', 'TRANSACTION_REVERTED'])

/**
 * A channel to the payee with enough left. Resolves once everything needed is durable and sent; `confirmed` tells the rest. The
 * intention is durable before its transaction, and the transaction's key follows from it, so a crash at any point and a second
 * call carry on with the same one.
 *
 * @throws ChiralError `BUDGET_EXHAUSTED` (gas, or a top-up), `CHANNEL_FULL`, `CHANNEL_OPEN_FAILED`, or what the chain refused with
 */
export async function ensureChannel(
  deps: PayerChannelDependencies,
  options: EnsureChannelOptions,
): Promise<ChannelHandle> {
  const { contract, signer, database } = deps
  options.signal?.throwIfAborted()
  const fees = { open: await contract.feeCeiling('open'), topUp: await contract.feeCeiling('topUp') }
  const intent = await database.write((connection) => {
    const plan = planWithin(connection, options, fees.topUp)
    return decide(connection, deps, options, plan, fees)
  })

  const { channelId, salt, deposit, send } = intent
  const key: ChannelKey = { payer: signer.address, payee: options.payee, salt }
  const transaction = send === undefined ? undefined : await submit(deps, options.payee, intent, send)
  const confirmed = awaitDeposit(deps.contract, {
    channelId,
    target: deposit,
    rule: confirmationRuleOf(options),
    ...(transaction === undefined ? {} : { transaction }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onReceipt: (receipt) => settled(deps, options.payee, intent, receipt),
    onSnapshot: (snapshot) => deps.observe(channelId, snapshot),
    isOver: () => {
      const phase = database.read(
        (connection) => findChannel(loadPayerPair(connection, options.payee), channelId)?.phase,
      )
      return phase !== 'opening' && phase !== 'open'
    },
  })
  confirmed.catch(() => undefined) // the caller may look later, or never
  return {
    channelId,
    key,
    deposit,
    confirmed,
    ...(transaction === undefined ? {} : { transactionHash: transaction.hash }),
  }
}

/** A top-up is no more than the budget can still spend: what lies in a channel beyond that serves nobody. */
function planWithin(connection: Connection, options: EnsureChannelOptions, fee: Wei): OpenPlan {
  const { payee, deposit, downloadId } = options
  const pair = loadPayerPair(connection, payee)
  const mayTopUp = options.topUp !== false
  const plan = planChannel(pair, deposit, { mayTopUp })
  if (plan.kind !== 'topUp') return plan
  const left = subtractWei(leftOf(loadBudget(connection, downloadId)), fee)
  const within = planChannel(pair, minWei(deposit, left), { mayTopUp })
  if (within.kind === 'topUp') return within
  throw new ChiralError('BUDGET_EXHAUSTED', `The budget does not cover a larger deposit for ${payee}: raise it.`, {
    details: { payee, downloadId },
  })
}

function decide(
  connection: Connection,
  deps: PayerChannelDependencies,
  options: EnsureChannelOptions,
  plan: OpenPlan,
  fees: { readonly open: Wei; readonly topUp: Wei },
): Intent {
  const { payee, deposit, downloadId } = options
  const reserve = (key: string, fee: Wei): void => {
    if (bookGas(connection, key, downloadId, fee)) return
    throw new ChiralError(
      'BUDGET_EXHAUSTED',
      `The budget does not cover the gas for a channel to ${payee}: raise it.`,
      {
        details: { payee, downloadId, fee: fee.toString() },
      },
    )
  }
  if ('channel' in plan && plan.channel.recovered === true) {
    const { channelId } = plan.channel
    applyToPayer(connection, payee, { type: 'ruleKnown', channelId, ...confirmationRuleOf(options) })
  }
  const identify = (salt: bigint): ChannelId => channelIdOf({ payer: deps.signer.address, payee, salt })
  switch (plan.kind) {
    case 'open': {
      const salt = unusedSalt(connection, deps, payee)
      const channelId = identify(salt)
      rememberChannel(connection, 'payer', { channelId, counterparty: payee, salt })
      const rule = confirmationRuleOf(options)
      applyToPayer(connection, payee, { type: 'openDecided', channelId, salt, deposit, ...rule })
      reserve(openKey(channelId), fees.open)
      return { channelId, salt, deposit, send: { kind: 'open', key: openKey(channelId), amount: deposit } }
    }
    case 'resumeOpen': {
      const channelId = identify(plan.salt)
      const send = { kind: 'open', key: openKey(channelId), amount: plan.deposit } as const
      return { channelId, salt: plan.salt, deposit: plan.deposit, send }
    }
    case 'topUp':
    case 'resumeTopUp': {
      const { channelId, salt, deposit: base } = plan.channel
      const key = topUpKey(channelId, plan.target)
      if (plan.kind === 'topUp') {
        applyToPayer(connection, payee, { type: 'topUpDecided', channelId, target: plan.target })
        reserve(key, fees.topUp)
      }
      const from = plan.kind === 'topUp' ? base : plan.base
      return {
        channelId,
        salt,
        deposit: plan.target,
        send: { kind: 'topUp', key, amount: subtractWei(plan.target, from) },
      }
    }
    case 'reuse':
      return { channelId: plan.channel.channelId, salt: plan.channel.salt, deposit: plan.channel.deposit }
    case 'full':
      throw new ChiralError(
        'CHANNEL_FULL',
        `The channel ${plan.channel.channelId} holds as much as a channel can: close it, then open another.`,
        { details: { channelId: plan.channel.channelId } },
      )
  }
}

async function submit(
  deps: PayerChannelDependencies,
  payee: Address,
  intent: Intent,
  send: NonNullable<Intent['send']>,
): Promise<ChannelTransaction> {
  const { salt } = intent
  try {
    return send.kind === 'open'
      ? await deps.contract.open({ payee, salt, deposit: send.amount, key: send.key })
      : await deps.contract.topUp({ payee, salt, amount: send.amount, key: send.key })
  } catch (error) {
    // An opening that seems refused because it succeeded before is not given up.
    const isHopeless = HOPELESS.has(codeOf(error) ?? '')
    if (isHopeless && (send.kind === 'topUp' || (await deps.contract.channel(intent.channelId)) === undefined))
      await abandon(deps, payee, intent, ZERO_WEI)
    throw error
  }
}

async function settled(
  deps: PayerChannelDependencies,
  payee: Address,
  intent: Intent,
  receipt: Awaited<ReturnType<ChannelTransaction['wait']>>,
): Promise<void> {
  const { send } = intent
  if (send === undefined) return
  if (receipt.status === 'success')
    return deps.database.write((connection) => settleGas(connection, send.key, receipt.fee))
  await abandon(deps, payee, intent, receipt.fee)
  throw new ChiralError('CHANNEL_OPEN_FAILED', `The channel to ${payee} was not funded: the chain reverted it.`, {
    details: { payee, channelId: intent.channelId },
  })
}

/** The transaction failed for good: its channel, or top-up, is not waited for any more. */
function abandon(deps: PayerChannelDependencies, payee: Address, intent: Intent, fee: Wei): Promise<void> {
  const { channelId, send } = intent
  deps.log.warn({ payee, channel_id: channelId }, 'A channel could not be funded')
  return deps.database.write((connection) => {
    if (send === undefined) return
    const type = send.kind === 'open' ? 'openFailed' : 'topUpFailed'
    applyToPayer(connection, payee, { type, channelId })
    settleGas(connection, send.key, fee)
  })
}

function unusedSalt(connection: Connection, deps: PayerChannelDependencies, payee: Address): bigint {
  for (;;) {
    const salt = bytesToBigint(deps.random.bytes(SALT_LENGTH))
    const channelId = channelIdOf({ payer: deps.signer.address, payee, salt })
    if (findKnownChannel(connection, 'payer', channelId) === undefined) return salt
  }
}

function openKey(channelId: ChannelId): string {
  return `open:${channelId}`
}

function topUpKey(channelId: ChannelId, target: Wei): string {
  return `topUp:${channelId}:${target}`
}
