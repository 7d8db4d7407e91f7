import type { ChainControl } from '../../chain/geth/control.ts'
import type { ChainHealth } from '../../chain/geth/health.ts'
import { ChiralError } from '../../domain/errors.ts'
import { type Clock, delay } from '../../system/clock.ts'
import { keepAlive } from '../../system/keep-alive.ts'

/** How often a node that was started again is asked whether it has caught up. */
const POLL_MS = 500
/** A restart takes seconds; a node that misses more blocks than it fetches in this time needs somebody to look at it. */
const SYNC_TIMEOUT_MS = 10 * 60_000

export interface RollingNode {
  /** Data directory. */
  readonly name: string
  readonly control: Pick<ChainControl, 'status' | 'restart'>
}

/**
 * Restarts nodes one after the other: the next one only when the one before has saved its state, runs again, has as many blocks as before and
 * a peer where it had one. So the chain is never without all but one of them. Stops at the first that does not.
 *
 * @throws ChiralError `CHAIN_NOT_RUNNING`, `RESTART_UNSAVED`, `RESTART_UNSYNCED`
 */
export function restartRolling(
  nodes: readonly RollingNode[],
  options: { readonly clock: Clock; readonly onStep: (text: string) => void; readonly signal?: AbortSignal },
): Promise<void> {
  return keepAlive(restartAll(nodes, options))
}

async function restartAll(nodes: readonly RollingNode[], options: Parameters<typeof restartRolling>[1]): Promise<void> {
  // All have to run before the first is stopped.
  const before: (ChainHealth | undefined)[] = []
  for (const { control } of nodes) before.push((await control.status()).health)
  for (const [index, node] of nodes.entries()) {
    options.signal?.throwIfAborted()
    options.onStep(`restarting the geth of ${node.name}`)
    if (!(await node.control.restart()))
      throw new ChiralError(
        'RESTART_UNSAVED',
        `The geth of ${node.name} did not say that its state is saved: look at "chiral chain logs" before the next one is restarted.`,
        { details: { name: node.name } },
      )
    await synced(node, before[index], options)
  }
}

async function synced(
  { name, control }: RollingNode,
  before: ChainHealth | undefined,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<void> {
  const until = clock.monotonic() + SYNC_TIMEOUT_MS
  while (clock.monotonic() < until) {
    const { status, health } = await control.status()
    if (status.phase === 'running' && health !== undefined && hasCaughtUp(health, before)) return
    await delay(clock, POLL_MS, signal)
  }
  throw new ChiralError(
    'RESTART_UNSYNCED',
    `The geth of ${name} does not catch up after its restart: the others were left as they are.`,
    { details: { name } },
  )
}

function hasCaughtUp(now: ChainHealth, before: ChainHealth | undefined): boolean {
  if (now.syncingTo !== undefined && now.syncingTo > now.height) return false
  return before === undefined || (now.height >= before.height && ((now.peers ?? 0) > 0 || before.peers === 0))
}
