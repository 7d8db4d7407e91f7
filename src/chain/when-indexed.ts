import { messageOf } from '../domain/errors.ts'
import { type Clock, delay } from '../system/clock.ts'
import { keepAlive } from '../system/keep-alive.ts'

/** Until its first block is mined, and after an unclean end, geth does not know which transactions it has: it says so, and this asks again. */
const POLL_MS = 250
/** A chain of a million blocks is indexed in less. */
const TIMEOUT_MS = 120_000

/**
 * Asks for a transaction or its receipt until geth knows what it has. "Not there" must not be concluded before: the transaction would look as
 * if another had taken its nonce.
 */
export async function whenIndexed<T>(clock: Clock, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = clock.monotonic() + TIMEOUT_MS
  for (;;)
    try {
      return await ask()
    } catch (error) {
      if (!/transaction indexing is in progress/.test(messageOf(error)) || clock.monotonic() > until) throw error
      await keepAlive(delay(clock, POLL_MS, signal))
    }
}
