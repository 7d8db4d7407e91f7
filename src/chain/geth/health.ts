import { z } from 'zod'

/** Ethash steers towards a block every 13 to 15 seconds. */
export const BLOCK_SECONDS = 15
/** So long without a block is no accident: by chance alone it happens once in e⁵ blocks. */
export const SILENT_AFTER_SECONDS = 5 * BLOCK_SECONDS
/** geth takes no block that is further ahead of its clock. */
const MAX_AHEAD_SECONDS = 15
/** geth leaves the peer whose block it refused, and dials it again after 35 s: so long it has no other chance to see one. */
const REFUSAL_COUNTS_MS = 60_000

/** What was read from a node. */
export interface HealthFacts {
  readonly chainId: number
  readonly genesisHash: string
  readonly height: number
  readonly headHash: string
  /** Unix seconds. */
  readonly headTime: number
  readonly difficulty: bigint
  readonly totalDifficulty: bigint | undefined
  /** `undefined`: the node does not tell. */
  readonly peers: number | undefined
  /** Where the peers stand, as far as they told. Empty for a node that is only reached over HTTP. */
  readonly peerHeads: readonly PeerHead[]
  /** Block to be reached, while it catches up. */
  readonly syncingTo: number | undefined
  readonly mining: boolean
  /** Hashes a second. */
  readonly hashRate: number
  readonly refusedBlock: RefusedBlock | undefined
}

/** A peer's block that was too far ahead of our clock to be taken. */
export interface RefusedBlock {
  /** Unix seconds. */
  readonly blockTime: number
  readonly refusedAtMs: number
}

export interface PeerHead {
  readonly totalDifficulty: bigint | undefined
  /** `ours`: its head is on our chain; `other`: we have it, on another branch; `unknown`: we do not have it. */
  readonly branch: 'ours' | 'other' | 'unknown'
}

export type HealthWarning = { readonly code: HealthWarningCode; readonly message: string }
export type HealthWarningCode = 'CHAIN_SILENT' | 'CHAIN_ALONE' | 'CHAIN_FORKED' | 'CHAIN_CLOCK' | 'CHAIN_BEHIND'

const hash = z.string()
export const chainHealthSchema = z.object({
  chainId: z.int(),
  genesisHash: hash,
  height: z.int(),
  headHash: hash,
  headTime: z.int(),
  headAgeSeconds: z.int(),
  /** Decimal. */
  difficulty: z.string(),
  peers: z.int().optional(),
  syncingTo: z.int().optional(),
  mining: z.boolean(),
  /** Hashes a second. */
  hashRate: z.int(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
})
export type ChainHealth = z.infer<typeof chainHealthSchema>

/** What `chain status` shows, with a warning for each thing somebody should look at. */
export function assessHealth(facts: HealthFacts, nowMs: number): ChainHealth {
  const { difficulty, peers, peerHeads: _heads, totalDifficulty: _total, refusedBlock: _refused, ...shown } = facts
  const headAgeSeconds = Math.floor(nowMs / 1000) - facts.headTime
  return {
    ...shown,
    headAgeSeconds,
    difficulty: difficulty.toString(),
    ...(peers === undefined ? {} : { peers }),
    warnings: warningsOf(facts, headAgeSeconds, nowMs),
  }
}

function warningsOf(facts: HealthFacts, headAgeSeconds: number, nowMs: number): HealthWarning[] {
  const warnings: HealthWarning[] = []
  if (facts.syncingTo !== undefined && facts.syncingTo > facts.height)
    warnings.push({
      code: 'CHAIN_BEHIND',
      message: `Catching up: block ${facts.height} of ${facts.syncingTo}.`,
    })
  else if (headAgeSeconds > SILENT_AFTER_SECONDS)
    warnings.push({
      code: 'CHAIN_SILENT',
      message: `${facts.height === 0 ? 'No block yet' : `No block for ${headAgeSeconds} s`}, where one is due every ${BLOCK_SECONDS} s: is anybody mining?`,
    })
  const clock = clockWarning(facts, headAgeSeconds, nowMs)
  if (clock !== undefined) warnings.push({ code: 'CHAIN_CLOCK', message: clock })
  if (facts.peers === 0)
    warnings.push({
      code: 'CHAIN_ALONE',
      message: 'No other node is connected: give --bootnodes, and open the peer-to-peer port.',
    })
  const elsewhere = facts.peerHeads.filter((peer) => isElsewhere(peer, facts)).length
  if (elsewhere > 0)
    warnings.push({
      code: 'CHAIN_FORKED',
      message: `${elsewhere} of ${facts.peers} peers ${elsewhere === 1 ? 'stands' : 'stand'} on another branch of the chain: wait with payments until it is gone.`,
    })
  return warnings
}

/** Blocks that are ahead of us, whoever's clock is wrong: those we took, and those we did not take. */
function clockWarning({ refusedBlock, peers }: HealthFacts, headAgeSeconds: number, nowMs: number): string | undefined {
  if (refusedBlock !== undefined) {
    const { blockTime, refusedAtMs } = refusedBlock
    const stillAhead = blockTime - nowMs / 1000 > MAX_AHEAD_SECONDS
    if (stillAhead || (peers === 0 && nowMs - refusedAtMs < REFUSAL_COUNTS_MS))
      return `A block of another node was refused, ${Math.round(blockTime - refusedAtMs / 1000)} s in the future: set the clock of this machine, or of the miner.`
  }
  if (headAgeSeconds >= -MAX_AHEAD_SECONDS) return undefined
  return `The newest block is ${-headAgeSeconds} s in the future: set the clock of this machine, or of the miner.`
}

/** A head we do not have is a fork only when it is not simply newer than ours. */
function isElsewhere({ branch, totalDifficulty }: PeerHead, ours: HealthFacts): boolean {
  if (branch !== 'unknown') return branch === 'other'
  if (totalDifficulty === undefined || ours.totalDifficulty === undefined) return false
  return totalDifficulty <= ours.totalDifficulty
}
