/** The newest block of the chain as one node sees it. */
export interface HeadBlock {
  readonly number: number
  readonly hash: string
  readonly parentHash: string
  /** Unix seconds. */
  readonly timestamp: number
}

/** A new head. */
export interface Head {
  readonly number: number
  readonly hash: string
  /** Unix seconds. */
  readonly timestamp: number
  /**
   * Block number from which on content may have changed since the last head: 0 where none of the blocks remembered is left. Absent when
   * the chain only grew.
   */
  readonly reorgedFrom?: number
}

/** Hashes of the blocks that were seen last, by number. */
export type HeadHistory = ReadonlyMap<number, string>

/** So many blocks are remembered: more than any confirmation rule of ours waits for. A reorg that leaves none of them may reach anywhere. */
export const MAX_REORG_DEPTH = 64

/**
 * Compares a new head with what was seen before. Blocks between the old and the new head that were never seen are asked for only
 * where they decide whether the chain grew or changed.
 *
 * @returns `undefined` when it is the head already known
 */
export async function advanceHead(
  history: HeadHistory,
  head: HeadBlock,
  blockHash: (number: number) => Promise<string | undefined>,
): Promise<{ readonly history: HeadHistory; readonly head: Head } | undefined> {
  const seen = [...history.keys()]
  const last = seen.length === 0 ? undefined : Math.max(...seen)
  if (last === head.number && history.get(last) === head.hash) return undefined
  const kept = await commonPart(history, head, blockHash)
  const parent = head.number === 0 ? [] : [[head.number - 1, head.parentHash] as const]
  const linked = new Map([...kept, ...parent, [head.number, head.hash] as const])
  const next = new Map([...linked].sort(([a], [b]) => a - b).slice(-MAX_REORG_DEPTH))
  const { number, hash, timestamp } = head
  if (last === undefined || kept.size === history.size) return { history: next, head: { number, hash, timestamp } }
  const reorgedFrom = kept.size === 0 ? 0 : Math.max(...kept.keys()) + 1
  return { history: next, head: { number, hash, timestamp, reorgedFrom } }
}

/** The blocks of `history` that are still on the chain that ends in `head`. */
async function commonPart(
  history: HeadHistory,
  head: HeadBlock,
  blockHash: (number: number) => Promise<string | undefined>,
): Promise<Map<number, string>> {
  const descending = [...history].sort(([a], [b]) => b - a)
  for (const [index, [number, hash]] of descending.entries()) {
    if (number > head.number) continue
    const now =
      number === head.number ? head.hash : number === head.number - 1 ? head.parentHash : await blockHash(number)
    // A block stands on its parents: from the highest one that is unchanged downwards, nothing has changed.
    if (now === hash) return new Map(descending.slice(index))
  }
  return new Map()
}
