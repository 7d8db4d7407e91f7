import type { ChannelId } from '../domain/ids.ts'
import type { ChainHead, ChannelContract } from './channel-contract.ts'
import type { ChainSnapshot } from './channel-state.ts'

/** What of the chain is in doubt while it may be split. */
export interface ChainDoubt {
  /** What came onto the chain after this block does not count. */
  readonly firmBlock: number
}

export type ReadDoubt = () => ChainDoubt | undefined

const NO_DOUBT: ReadDoubt = () => undefined

/**
 * Reads what the chain shows of a channel now and `confirmations` blocks ago, or at the last block that is not in doubt where that is
 * lower. @throws ChiralError `CHAIN_UNREACHABLE`
 */
export async function readSnapshot(
  contract: ChannelContract,
  channelId: ChannelId,
  confirmations: number,
  readDoubt = NO_DOUBT,
): Promise<ChainSnapshot> {
  for (;;) {
    const firmBlock = readDoubt()?.firmBlock
    const { number: headNumber } = await contract.head()
    const deepBlock = Math.min(headNumber - confirmations, firmBlock ?? headNumber)
    const [head, deep] = await Promise.all([
      contract.channel(channelId),
      deepBlock === headNumber || deepBlock < 0 ? undefined : contract.channel(channelId, deepBlock),
    ])
    // What was read while the doubt arose may be of the new branch.
    if (readDoubt()?.firmBlock === firmBlock) return { headNumber, head, deep: deepBlock === headNumber ? head : deep }
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
