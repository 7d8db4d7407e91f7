import type { ChannelId } from '../domain/ids.ts'
import type { ChainHead, ChannelContract } from './channel-contract.ts'
import type { ChainSnapshot } from './channel-state.ts'

/** Reads what the chain shows of a channel now and `confirmations` blocks ago. @throws ChiralError `CHAIN_UNREACHABLE` */
export async function readSnapshot(
  contract: ChannelContract,
  channelId: ChannelId,
  confirmations: number,
): Promise<ChainSnapshot> {
  const { number: headNumber } = await contract.head()
  const deepBlock = headNumber - confirmations
  const [head, deep] = await Promise.all([
    contract.channel(channelId),
    confirmations === 0 || deepBlock < 0 ? undefined : contract.channel(channelId, deepBlock),
  ])
  return { headNumber, head, deep: confirmations === 0 ? head : deep }
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
    waiting = head
    if (running === undefined && !stopped) running = run()
  })
  return async () => {
    stopped = true
    unsubscribe()
    await running
  }
}
