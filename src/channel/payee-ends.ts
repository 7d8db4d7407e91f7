import { ZERO_WEI } from '../domain/amount.ts'
import { toHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { Connection, Database } from '../system/database.ts'
import { hashText } from '../system/eip712.ts'
import type { Logger } from '../system/logger.ts'
import type { Signer } from '../system/signer.ts'
import { findChannel } from './books.ts'
import type { ChannelContract, ChannelTransaction, RedeemItem } from './channel-contract.ts'
import { type AgreedEnd, agreedEndOf, type Channel } from './channel-state.ts'
import { listPayeePairs, loadPayeePair, savePayeePair } from './payee-books.ts'
import { stepPayee } from './payee-step.ts'
import { closesDue } from './redeem-policy.ts'
import { findKnownChannel } from './store.ts'

export interface PayeeEnds {
  /**
   * Ends a channel now: the best voucher, or what was agreed if no more is owed, to us, the rest to the payer. Resolves with the
   * transaction's hash. @throws ChiralError `CHANNEL_UNKNOWN`
   */
  close(channelId: ChannelId, agreed?: AgreedEnd): Promise<string>
  /**
   * Ends them with as few transactions as it takes: those that end by a voucher together, each whose end was agreed by itself.
   * @throws ChiralError `CHANNEL_UNKNOWN`; then nothing has ended
   */
  closeMany(channelIds: readonly ChannelId[]): Promise<readonly SentEnd[]>
  /** Presents what was decided and has not come to the chain. Never rejects. */
  resume(): Promise<void>
}

/** One transaction, and the channels that it ends. */
export interface SentEnd {
  readonly transactionHash: string
  readonly channelIds: readonly ChannelId[]
}

interface Dependencies {
  readonly database: Database
  readonly signer: Signer
  readonly contract: ChannelContract
  readonly log: Logger
}

interface DecidedEnd {
  readonly payer: Address
  readonly channel: Channel
}

/**
 * The most of one transaction: 25 stay below the block gas limit of 4.7 M where every payer is a contract that takes all the gas that it may, for its
 * signature and its refund.
 */
const MAX_ENDS = 25

/** How a payee ends channels. */
export function createPayeeEnds({ database, signer, contract, log }: Dependencies): PayeeEnds {
  /** What was sent, until the books show its end. */
  const underWay = new Set<ChannelId>()

  /** Serving stops before the chain hears of it. */
  const decide = (connection: Connection, channelId: ChannelId, agreed?: AgreedEnd): DecidedEnd => {
    const payer = findKnownChannel(connection, 'payee', channelId)?.counterparty
    if (payer === undefined) throw unknownChannel(channelId)
    const before = loadPayeePair(connection, payer)
    const outcome = stepPayee(before, {
      type: 'closeDecided',
      channelId,
      ...(agreed === undefined ? {} : { agreed }),
    })
    const channel = outcome.kind === 'rejection' ? undefined : findChannel(outcome.state, channelId)
    if (outcome.kind === 'rejection' || channel === undefined) throw unknownChannel(channelId)
    savePayeePair(connection, before, outcome.state)
    return { payer, channel }
  }

  const present = async (ends: readonly DecidedEnd[]): Promise<SentEnd> => {
    const channelIds = ends.map(({ channel }) => channel.channelId)
    for (const channelId of channelIds) underWay.add(channelId)
    const done = (): void => {
      for (const channelId of channelIds) underWay.delete(channelId)
    }
    try {
      const transaction = await presentEnds(contract, signer.address, ends)
      transaction.wait(0).then(({ status }) => status === 'success' || done(), done)
      return { transactionHash: transaction.hash, channelIds }
    } catch (error) {
      done()
      throw error
    }
  }

  const decideAll = (channelIds: readonly ChannelId[]): Promise<DecidedEnd[]> =>
    database.write((connection) => channelIds.map((channelId) => decide(connection, channelId)))

  return {
    async close(channelId, agreed) {
      const end = await database.write((connection) => decide(connection, channelId, agreed))
      return (await present([end])).transactionHash
    },
    async closeMany(channelIds) {
      const sent: SentEnd[] = []
      for (const together of inTransactions(await decideAll(channelIds))) sent.push(await present(together))
      return sent
    },
    async resume() {
      const decided = new Set(closesDue(database.read(listPayeePairs)))
      for (const channelId of underWay) if (!decided.has(channelId)) underWay.delete(channelId)
      const due = [...decided].filter((channelId) => !underWay.has(channelId))
      if (due.length === 0) return
      const failed = (error: unknown): void =>
        log.warn({ channels: due.length, err: error }, 'Closing failed; it is tried again on the next block')
      // After a crash: what was sent under the same key is not sent again, and what has ended meanwhile is passed over by the contract.
      const ends = await decideAll(due).catch(failed)
      for (const together of inTransactions(ends ?? [])) await present(together).catch(failed)
    },
  }
}

/** Which ends go together. */
function inTransactions(ends: readonly DecidedEnd[]): DecidedEnd[][] {
  const [agreed, byVoucher] = [ends.filter(isAgreed), ends.filter((end) => !isAgreed(end))]
  const batches = Array.from({ length: Math.ceil(byVoucher.length / MAX_ENDS) }, (_, index) =>
    byVoucher.slice(index * MAX_ENDS, (index + 1) * MAX_ENDS),
  )
  return [...agreed.map((end) => [end]), ...batches]
}

function isAgreed({ channel }: DecidedEnd): boolean {
  return channel.phase === 'closing' && agreedEndOf(channel) !== undefined
}

/** The key names what is presented, so that what was sent before a crash is not sent again. */
function presentEnds(
  contract: ChannelContract,
  payee: Address,
  ends: readonly DecidedEnd[],
): Promise<ChannelTransaction> {
  const [first] = ends
  if (first === undefined) throw new Error('a transaction ends something')
  if (ends.length > 1) {
    const named = ends.map((end) => `${end.channel.channelId}:${itemOf(end).cumulativeAmount}`).toSorted()
    const key = `closeMany:${toHex(hashText(named.join(',')))}`
    return contract.closeMany({ items: ends.map(itemOf), key })
  }
  const { payer, channel } = first
  const { channelId, salt } = channel
  const agreed = channel.phase === 'closing' ? agreedEndOf(channel) : undefined
  if (agreed !== undefined)
    return contract.closeAgreed({ payer, payee, salt, ...agreed, key: `close:${channelId}:agreed:${agreed.settled}` })
  const item = itemOf(first)
  return contract.close({ item, key: `close:${channelId}:${item.cumulativeAmount}` })
}

/** Without a voucher nothing is paid and no signature is needed. */
function itemOf({ payer, channel: { salt, best, signature } }: DecidedEnd): RedeemItem {
  return signature === undefined
    ? { payer, salt, cumulativeAmount: ZERO_WEI, signature: new Uint8Array() }
    : { payer, salt, cumulativeAmount: best, signature }
}

function unknownChannel(channelId: ChannelId): ChiralError {
  return new ChiralError('CHANNEL_UNKNOWN', `There is no open channel ${channelId} that pays this wallet.`, {
    details: { channelId },
  })
}
