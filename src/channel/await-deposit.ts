import type { Wei } from '../domain/amount.ts'
import { type ConfirmationRule, confirmationsFor } from '../domain/confirmation-rule.ts'
import { ChiralError } from '../domain/errors.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { ChannelContract, ChannelReceipt, ChannelTransaction } from './channel-contract.ts'
import type { ChainSnapshot } from './channel-state.ts'
import { followHeads, readSnapshot } from './snapshot.ts'

export interface AwaitDepositOptions {
  readonly channelId: ChannelId
  /** What must be paid in. */
  readonly target: Wei
  readonly rule: ConfirmationRule
  /** The transaction that pays it in, if one is under way. */
  readonly transaction?: ChannelTransaction
  readonly onProgress?: (progress: { readonly blocksLeft: number }) => void
  readonly signal?: AbortSignal
  /** Told once, when the transaction is mined; rejects when that makes waiting pointless. */
  readonly onReceipt: (receipt: ChannelReceipt) => Promise<void>
  readonly onSnapshot: (snapshot: ChainSnapshot) => Promise<void>
  /** The channel ends, or has ended: no deposit will count on it any more. */
  readonly isOver: () => boolean
}

/**
 * Settles when `target` lies on chain as deep as the rule asks, or the channel ends before. Looks at the channel itself on every head, so a reorg or a
 * replaced transaction does not mislead it, and an unreachable chain only delays it.
 *
 * @throws ChiralError `CHANNEL_CLOSING`; what `onReceipt` rejects with; the signal's reason
 */
export function awaitDeposit(contract: ChannelContract, options: AwaitDepositOptions): Promise<void> {
  const { signal, rule, target } = options
  const confirmations = confirmationsFor(rule, target)
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    let firstHead: number | undefined
    let minedIn: number | undefined
    const look = async (): Promise<void> => {
      const snapshot = await readSnapshot(contract, options.channelId, rule)
      await options.onSnapshot(snapshot)
      if (options.isOver()) return finish(() => reject(ended(options.channelId)))
      if (snapshot.confirmed >= target) return finish(resolve)
      firstHead ??= snapshot.headNumber
      const since = minedIn ?? firstHead
      const blocksLeft =
        minedIn === undefined && options.transaction !== undefined
          ? confirmations + 1 // not mined yet
          : Math.max(1, since + confirmations - snapshot.headNumber)
      options.onProgress?.({ blocksLeft })
    }
    // A failed look is repeated on the next head.
    const tryLook = (): Promise<void> => look().catch(() => undefined)
    const stop = followHeads(contract, tryLook)
    const finish = (settle: () => void): void => {
      void stop() // this may be a run of its own
      signal?.removeEventListener('abort', onAbort)
      settle()
    }
    const onAbort = (): void => finish(() => reject(signal?.reason))
    signal?.addEventListener('abort', onAbort, { once: true })

    options.transaction
      ?.wait(0, signal)
      .then(async (receipt) => {
        minedIn = receipt.blockNumber
        await options.onReceipt(receipt)
        await tryLook()
      })
      .catch((error: unknown) => finish(() => reject(error)))
    if (options.transaction === undefined) void tryLook()
  })
}

function ended(channelId: ChannelId): ChiralError {
  return new ChiralError('CHANNEL_CLOSING', `The channel ${channelId} ended before its deposit counted.`, {
    details: { channelId },
  })
}
