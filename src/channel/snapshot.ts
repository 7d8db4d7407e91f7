import { maxWei, minWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { ConfirmationRule } from '../domain/confirmation-rule.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { ChainHead, ChannelContract, OnChainChannel } from './channel-contract.ts'
import type { ChainSnapshot } from './channel-state.ts'

/** What of the chain is in doubt while it may be split. */
export interface ChainDoubt {
  /** What came onto the chain after this block does not count. */
  readonly firmBlock: number
}

export type ReadDoubt = () => ChainDoubt | undefined

const NO_DOUBT: ReadDoubt = () => undefined

/**
 * Reads what the chain shows of a channel now, and what of its deposit lies as deep as the rule asks; nothing counts that is not
 * on the last block without doubt. @throws ChiralError `CHAIN_UNREACHABLE`
 */
export async function readSnapshot(
  contract: Pick<ChannelContract, 'head' | 'channel'>,
  channelId: ChannelId,
  rule: ConfirmationRule,
  readDoubt = NO_DOUBT,
): Promise<ChainSnapshot> {
  for (;;) {
    const firmBlock = readDoubt()?.firmBlock
    const { number: headNumber } = await contract.head()
    const depositAt = async (confirmations: number, atHead: Promise<OnChainChannel | undefined>): Promise<Wei> => {
      const block = Math.min(headNumber - confirmations, firmBlock ?? headNumber)
      if (block < 0) return ZERO_WEI
      const channel = await (block === headNumber ? atHead : contract.channel(channelId, block))
      return channel?.deposit ?? ZERO_WEI
    }
    const reading = contract.channel(channelId)
    const [head, deep] = await Promise.all([reading, depositAt(rule.confirmations, reading)])
    const { small } = rule
    const waits = head !== undefined && small !== undefined && deep < minWei(head.deposit, small.amount)
    const soon = waits ? minWei(await depositAt(small.confirmations, reading), small.amount) : ZERO_WEI
    // What was read while the doubt arose may be of the new branch.
    if (readDoubt()?.firmBlock === firmBlock) return { headNumber, head, confirmed: maxWei(deep, soon) }
  }
}

/**
 * Runs `work` for the newest head, one run at a time: heads that come during a run are seen by one more run after it.
 * `work` handles its own errors. Returns what ends it; that resolves when a run under way is over.
 */
export function followHeads(contract: ChannelContract, work: (head: ChainHead) => Promise<void>): () => Promise<void> {
  let waiting: ChainHead | undefined
  let running: Promise<void> | undefined
  let stopped = false
  const run = async (): Promise<void> => {
    while (waiting !== undefined && !stopped) {
      const head = waiting
      waiting = undefined
      await work(head)
    }
    running = undefined
  }
  const unsubscribe = contract.onHead((head) => {
    waiting = afterMissed(waiting, head)
    if (running === undefined && !stopped) running = run()
  })
  return async () => {
    stopped = true
    unsubscribe()
    await running
  }
}

/** The head, with what a reorg changed in one before it that nobody looked at. */
function afterMissed(missed: ChainHead | undefined, head: ChainHead): ChainHead {
  if (missed?.reorgedFrom === undefined) return head
  return { ...head, reorgedFrom: Math.min(missed.reorgedFrom, head.reorgedFrom ?? missed.reorgedFrom) }
}
