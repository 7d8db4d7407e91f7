import { z } from 'zod'
import { ChiralError } from '../domain/errors.ts'
import type { Upstream } from './upstream.ts'

/** Blocks a node may lie behind and still be as good as in step: one is always on its way. */
const MAX_BEHIND_BLOCKS = 3
/** A node that is behind and gets no further for so long does not recover by itself. */
const STUCK_AFTER_MS = 15 * 60_000

/** What a node tells of itself over JSON-RPC. */
export interface NodeState {
  readonly height: number
  /** Unix seconds. */
  readonly headTime: number
  /** Seconds from the block before to this one; `undefined` for the first block. */
  readonly blockSeconds: number | undefined
  readonly difficulty: bigint
  readonly gasUsed: number
  readonly gasLimit: number
  readonly transactions: number
  readonly uncles: number
  readonly peers: number
  readonly hashRate: bigint
  readonly mining: boolean
  /** The block to be reached, while it catches up. */
  readonly syncingTo: number | undefined
}

const quantity = z.string().regex(/^0x[0-9a-f]+$/)
const blockSchema = z.object({
  number: quantity,
  timestamp: quantity,
  parentHash: z.string(),
  difficulty: quantity,
  gasUsed: quantity,
  gasLimit: quantity,
  transactions: z.array(z.unknown()),
  uncles: z.array(z.unknown()),
})
const syncingSchema = z.union([z.literal(false), z.object({ currentBlock: quantity, highestBlock: quantity })])

/** @throws ChiralError `CHAIN_UNREACHABLE`, also for an answer that tells nothing */
export async function readNodeState(upstream: Upstream): Promise<NodeState> {
  const [head, syncing, peers, hashRate, mining] = await upstream.ask([
    ['eth_getBlockByNumber', 'latest', false],
    ['eth_syncing'],
    ['net_peerCount'],
    ['eth_hashrate'],
    ['eth_mining'],
  ])
  const block = blockSchema.safeParse(head)
  const sync = syncingSchema.safeParse(syncing)
  if (!block.success || !sync.success)
    throw new ChiralError('CHAIN_UNREACHABLE', 'The node behind the proxy does not tell where it stands.')
  const { number, timestamp, difficulty, gasUsed, gasLimit, transactions, uncles, parentHash } = block.data
  const [parent] = number === '0x0' ? [] : await upstream.ask([['eth_getBlockByHash', parentHash, false]])
  const before = blockSchema.safeParse(parent)
  const goal = sync.data === false ? 0 : Number(sync.data.highestBlock)
  return {
    height: Number(number),
    headTime: Number(timestamp),
    blockSeconds: before.success ? Number(timestamp) - Number(before.data.timestamp) : undefined,
    difficulty: BigInt(difficulty),
    gasUsed: Number(gasUsed),
    gasLimit: Number(gasLimit),
    transactions: transactions.length,
    uncles: uncles.length,
    // Not every node has these two: then there is nothing to tell.
    peers: quantity.safeParse(peers).success ? Number(peers) : 0,
    hashRate: quantity.safeParse(hashRate).success ? BigInt(String(hashRate)) : 0n,
    mining: mining === true,
    syncingTo: goal > Number(number) ? goal : undefined,
  }
}

/** How far a node came, and since when it stands there. */
export interface Progress {
  readonly height: number
  readonly since: number
}

export function nextProgress(before: Progress | undefined, { height }: NodeState, at: number): Progress {
  return before !== undefined && before.height === height ? before : { height, since: at }
}

/** In step with the chain: it has what its own peers have, and what the other nodes of its cluster tell they have. */
export function isReady(state: NodeState, clusterHeight: number): boolean {
  return Math.max(state.syncingTo ?? 0, clusterHeight) - state.height <= MAX_BEHIND_BLOCKS
}

/** A chain nobody mines on stands still as well: only a node that is behind and stands still is stuck. */
export function isLive(state: NodeState, clusterHeight: number, progress: Progress, at: number): boolean {
  return isReady(state, clusterHeight) || at - progress.since < STUCK_AFTER_MS
}
