import type { Clock } from '../../system/clock.ts'
import type { BatchChain } from './batch-chain.ts'

/** A node that comes back tells no head until the next block, which may need our transaction: it is asked again after this. */
const ASK_AGAIN_MS = 5_000

/** Resolves with the next sign of the chain, or after a while. @throws the signal's reason */
export function untilHead(chain: Pick<BatchChain, 'onHead'>, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const done = (end: () => void): void => {
      stopTimer()
      stopHeads()
      signal.removeEventListener('abort', onAbort)
      end()
    }
    const onAbort = (): void => done(() => reject(signal.reason))
    const stopTimer = clock.schedule(ASK_AGAIN_MS, () => done(resolve))
    const stopHeads = chain.onHead(() => done(resolve))
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
