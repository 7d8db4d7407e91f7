import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import { toHex } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import { hashText } from '../system/eip712.ts'
import type { Logger } from '../system/logger.ts'
import type { Signer } from '../system/signer.ts'
import type { ChainHead, ChannelContract, ChannelTransaction } from './channel-contract.ts'
import type { EscrowSite } from './escrow/escrow-chain.ts'
import { listPayeePairs } from './payee-books.ts'
import { createPayeeEnds, type PayeeEnds } from './payee-ends.ts'
import { type RedeemPolicy, type Redemption, redemptionsDue } from './redeem-policy.ts'

export interface PayeeSettlement extends Omit<PayeeEnds, 'resume'> {
  /** Redeems what the policy says is due; `all`: everything that would pay something. Resolves when sent. Never rejects. */
  redeemDue(options?: { readonly all?: boolean; readonly head?: ChainHead }): Promise<void>
  /** The highest amount of its vouchers that was sent to the chain, where anybody can read it; of this process alone. */
  sentToChain(channelId: ChannelId): Wei
}

interface Dependencies {
  readonly database: Database
  readonly signer: Signer
  readonly contract: ChannelContract
  readonly clock: Clock
  readonly log: Logger
  /** Where receipts are presented; absent: none are taken. */
  readonly escrows?: EscrowSite | undefined
}

/** The most items of one batch: 50 stay below a sixth of the block gas limit of 4.7 M. */
const MAX_BATCH = 50

/** What is redeemed without the chain's head: nothing that waits for a deadline is put off. */
const NO_HEAD = { number: Number.MAX_SAFE_INTEGER, timestamp: Number.MAX_SAFE_INTEGER }

/** How the payee turns vouchers into money. */
export function createPayeeSettlement(dependencies: Dependencies, policy: RedeemPolicy): PayeeSettlement {
  const { database, signer, contract, clock, log, escrows } = dependencies
  const { close, closeMany, resume } = createPayeeEnds(dependencies)

  /** Channels with a redemption that is not mined yet, so that none is sent twice while the best voucher grows. */
  const underWay = new Set<ChannelId>()

  /** What `sentToChain` tells: the books show it only when it is mined and seen. */
  const sentAmounts = new Map<ChannelId, Wei>()

  /** How often a redemption was mined and reverted: the next try needs a key of its own, or it would be the same transaction. */
  const reverts = new Map<string, number>()

  const track = (key: string, channelIds: readonly ChannelId[], transaction: ChannelTransaction): void => {
    const done = (): void => {
      for (const channelId of channelIds) underWay.delete(channelId)
    }
    transaction
      .wait(0)
      .then((receipt) => {
        if (receipt.status === 'reverted') reverts.set(key, (reverts.get(key) ?? 0) + 1)
      })
      .then(done, done)
  }
  const send = async (due: readonly Redemption[]): Promise<void> => {
    const [first] = due
    if (first === undefined) return
    const channelIds = due.map((redemption) => redemption.channelId)
    for (const { channelId, item } of due) {
      underWay.add(channelId)
      sentAmounts.set(channelId, item.cumulativeAmount)
    }
    const base = redeemKey(due)
    const retries = reverts.get(base) ?? 0
    const key = retries === 0 ? base : `${base}:${retries}`
    try {
      const transaction = await present(due, first, key)
      log.info({ channels: due.length, transaction: transaction.hash }, 'Redeeming vouchers')
      track(base, channelIds, transaction)
    } catch (error) {
      for (const channelId of channelIds) underWay.delete(channelId)
      log.warn({ err: error }, 'Redeeming failed; it is tried again on the next block')
    }
  }
  /** All of one kind: vouchers to the one contract, receipts to the other. */
  const present = async (due: readonly Redemption[], first: Redemption, key: string): Promise<ChannelTransaction> => {
    if (first.receipt !== undefined) {
      const items = due.flatMap(({ item, receipt }) => (receipt === undefined ? [] : [{ ...item, ...receipt }]))
      const { chain } = (await escrows?.find()) ?? noEscrows()
      return chain.redeem({ seeder: signer.address, items, key })
    }
    if (due.length === 1) return contract.redeem({ payee: signer.address, item: first.item, key })
    return contract.redeemMany({ payee: signer.address, items: due.map(({ item }) => item), key })
  }
  const findDue = async (all: boolean, known: ChainHead | undefined): Promise<Redemption[]> => {
    const pairs = database.read(listPayeePairs)
    const now = clock.now()
    const dueAt = (fee: Wei, head: Pick<ChainHead, 'number' | 'timestamp'>): Redemption[] =>
      redemptionsDue(pairs, policy, { fee, now, head, all }).filter(({ channelId }) => !underWay.has(channelId))
    if (dueAt(ZERO_WEI, known ?? NO_HEAD).length === 0) return [] // not even if it cost nothing
    try {
      return dueAt(await contract.feeCeiling('redeem'), known ?? (await contract.head()))
    } catch (error) {
      // The transaction will say whether the chain is there, and is tried again.
      log.debug({ err: error }, 'The price of a redemption is not known')
      return dueAt(ZERO_WEI, known ?? NO_HEAD)
    }
  }
  return {
    close,
    closeMany,
    sentToChain: (channelId) => sentAmounts.get(channelId) ?? ZERO_WEI,
    async redeemDue({ all = false, head } = {}) {
      await resume()
      const due = await findDue(all, head)
      for (const kind of Map.groupBy(due, ({ receipt }) => receipt === undefined).values())
        for (let start = 0; start < kind.length; start += MAX_BATCH) await send(kind.slice(start, start + MAX_BATCH))
    },
  }
}

/** The same vouchers are presented once. Hashed, since a batch has fifty. */
function redeemKey(due: readonly Redemption[]): string {
  return `redeem:${toHex(hashText(due.map(({ channelId, item }) => `${channelId}:${item.cumulativeAmount}`).join(',')))}`
}

function noEscrows(): never {
  throw new ChiralError('CONTRACT_UNKNOWN', 'No Escrow contract is known where receipts could be presented.')
}
