import type { ChainStatus } from '../../chain/geth/chain-status.ts'
import type { ChainAnswer, ChainControl } from '../../chain/geth/control.ts'
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

export interface RollingOptions {
  readonly clock: Clock
  readonly onStep: (text: string) => void
  readonly signal?: AbortSignal
}

/**
 * Restarts nodes one after the other: the next one only when the one before has saved its state, runs again, has the blocks that the others
 * had when it came back, mines where it mined, and has a peer where it had one. So the chain is never without more than one of them. Stops
 * at the first that does not.
 *
 * @throws ChiralError `CHAIN_NOT_RUNNING`, `GETH_SILENT`, `RESTART_UNSAVED`, `RESTART_UNSYNCED`
 */
export function restartRolling(nodes: readonly RollingNode[], options: RollingOptions): Promise<void> {
  return keepAlive(restartAll(nodes, options))
}

async function restartAll(nodes: readonly RollingNode[], options: RollingOptions): Promise<void> {
  // All have to run before the first is stopped.
  for (const node of nodes) await healthOf(node)
  for (const node of nodes) {
    options.signal?.throwIfAborted()
    const before = await healthOf(node)
    options.onStep(`restarting the geth of ${node.name}`)
    if (!(await node.control.restart()))
      throw new ChiralError(
        'RESTART_UNSAVED',
        `The geth of ${node.name} did not say that its state is saved: look at "chiral chain logs" before the next one is restarted.`,
        { details: { name: node.name } },
      )
    const others = await Promise.all(nodes.filter((other) => other !== node).map(healthOf))
    const { height } = await synced(node, goalOf(before, others), options)
    options.onStep(`the geth of ${node.name} is back at block ${height}`)
  }
}

/** A node that does not tell how it is doing may be down: then no other is to be stopped. */
async function healthOf({ name, control }: RollingNode): Promise<ChainHealth> {
  const answer = await control.status()
  if (answer.status.phase === 'running' && answer.health !== undefined) return answer.health
  throw new ChiralError(
    'GETH_SILENT',
    `The geth of ${name} does not tell how it is doing (${stateOf(answer)}): wait until "chiral chain status" shows its block.`,
    { details: { name } },
  )
}

interface Goal {
  readonly height: number
  readonly withPeer: boolean
}

/** Nobody gives a node blocks that had no peer before, and none of another chain can. */
function goalOf(before: ChainHealth, others: readonly ChainHealth[]): Goal {
  const withPeer = (before.peers ?? 0) > 0
  const sources = withPeer ? others.filter(({ genesisHash }) => genesisHash === before.genesisHash) : []
  return { withPeer, height: Math.max(before.height, ...sources.map(({ height }) => height)) }
}

async function synced(
  { name, control }: RollingNode,
  goal: Goal,
  { clock, signal }: RollingOptions,
): Promise<ChainHealth> {
  const until = clock.monotonic() + SYNC_TIMEOUT_MS
  for (;;) {
    const answer = await control.status()
    if (answer.health !== undefined && hasCaughtUp(answer.status, answer.health, goal)) return answer.health
    if (clock.monotonic() >= until)
      throw new ChiralError(
        'RESTART_UNSYNCED',
        `The geth of ${name} does not catch up after its restart (${stateOf(answer)}; block ${goal.height} was to be reached): the others were left as they are.`,
        { details: { name } },
      )
    await delay(clock, POLL_MS, signal)
  }
}

function hasCaughtUp({ phase, mining }: ChainStatus, health: ChainHealth, goal: Goal): boolean {
  const { syncingTo, height, peers = 0 } = health
  if (phase !== 'running' || (mining && !health.mining)) return false
  if (syncingTo !== undefined && syncingTo > height) return false
  return height >= goal.height && (peers > 0 || !goal.withPeer)
}

function stateOf({ status, health, healthFailure }: ChainAnswer): string {
  if (health === undefined) return healthFailure ?? `it is ${status.phase}`
  const { peers: count = 0 } = health
  const peers = `${count} ${count === 1 ? 'peer' : 'peers'}`
  const idle = status.mining && !health.mining ? ', not mining' : ''
  return `it is ${status.phase} at block ${health.height} with ${peers}${idle}`
}
