import { BLOCK_SECONDS, SILENT_AFTER_SECONDS } from './geth/health.ts'

/**
 * Do nodes elsewhere go on with another branch of the chain than ours? Nobody can know it from inside, but there are signs, and
 * who is paid has to be careful while there is one (docs/specs/01-voucher.md §5.7). Pure; split-watch.ts is the shell.
 */

/**
 * - `forked`: peers stand on another branch, and not only for the moment in which two blocks were found at once.
 * - `reorganised`: more blocks were undone than are waited for before a deposit counts.
 * - `cut-off`: all peers are gone.
 * - `silent`: no block for five times the time that one takes.
 */
export type SplitSign = 'forked' | 'reorganised' | 'cut-off' | 'silent'

export interface SplitSuspicion {
  /** Milliseconds since 1970. */
  readonly since: number
  /** All that were seen since then, in the order in which they came. */
  readonly signs: readonly SplitSign[]
  /** What stood on chain after this block counts as before: it was confirmed before the first sign, and lies below every reorg since. */
  readonly firmBlock: number
  /** The newest sign of a branch that is not ours, if there was one: silence alone undoes nothing. */
  readonly lastSign?: { readonly block: number; readonly at: number }
}

export interface SplitState {
  readonly height: number
  /** Unix seconds. */
  readonly headTime: number
  readonly hadPeers: boolean
  readonly cutOff: boolean
  readonly silent: boolean
  readonly forkedSince?: number | undefined
  readonly suspicion?: SplitSuspicion
}

/** `at` is milliseconds since 1970. */
export type SplitEvent =
  | {
      readonly type: 'head'
      readonly number: number
      readonly timestamp: number
      readonly reorgedFrom?: number | undefined
      readonly at: number
    }
  | {
      readonly type: 'looked'
      /** `undefined`: the node does not tell. */
      readonly peers: number | undefined
      /** Do peers stand on another branch just now? */
      readonly forked: boolean
      /** Does the node still catch up? Then its head is old for a good reason. */
      readonly behind: boolean
      readonly at: number
    }
  /** The node does not answer. */
  | { readonly type: 'unreachable'; readonly at: number }

export interface SplitRules {
  /** The fewest blocks under which a deposit counts: what a deeper reorg undoes was counted. */
  readonly confirmations: number
  /** One node makes a block for each transaction: there are no peers to lose, and silence says nothing. */
  readonly minesOnDemand: boolean
}

/** Two miners find a block at once every now and then; one block later, or two, their branches are one again. */
export const FORK_LASTS_MS = 3 * BLOCK_SECONDS * 1000
/** So many blocks without a sign end a suspicion, and not fewer than are waited for on a deposit: the network's own confirmations. */
export const QUIET_BLOCKS = 6
/** Where no block comes by itself, this long without a sign does. */
export const QUIET_MS = SILENT_AFTER_SECONDS * 1000

export function newSplitState(head: { readonly number: number; readonly timestamp: number }): SplitState {
  return { height: head.number, headTime: head.timestamp, hadPeers: false, cutOff: false, silent: false }
}

export function stepSplit(before: SplitState, event: SplitEvent, rules: SplitRules): SplitState {
  switch (event.type) {
    case 'head': {
      const { number, timestamp, reorgedFrom, at } = event
      const undone = reorgedFrom === undefined ? 0 : before.height - reorgedFrom + 1
      const deep = undone > rules.confirmations ? reorgedFrom : undefined
      const silent = before.silent && isOld(timestamp, at)
      return judge({ ...before, height: number, headTime: timestamp, silent }, { deep, at }, rules)
    }
    case 'looked': {
      const { peers, forked, behind, at } = event
      const hadPeers = before.hadPeers || (peers ?? 0) > 0
      const seen = {
        ...before,
        hadPeers,
        // A chain of one node is nothing strange; a node that lost all others is.
        cutOff: peers === undefined ? before.cutOff : hadPeers && peers === 0,
        silent: !rules.minesOnDemand && !behind && isOld(before.headTime, at),
        forkedSince: forked ? (before.forkedSince ?? at) : undefined,
      }
      return judge(seen, { at }, rules)
    }
    case 'unreachable':
      return judge(
        { ...before, silent: !rules.minesOnDemand && isOld(before.headTime, event.at) },
        { at: event.at },
        rules,
      )
  }
}

function judge(
  state: SplitState,
  now: { readonly deep?: number | undefined; readonly at: number },
  rules: SplitRules,
): SplitState {
  const { deep, at } = now
  const { suspicion, ...rest } = state
  const signs = signsOf(state, now)
  const lasting = signs.some((sign) => sign !== 'silent')
  if (suspicion === undefined && signs.length === 0) return rest
  const sign = lasting ? { lastSign: { block: state.height, at } } : {}
  const firmBlock = Math.min(
    suspicion?.firmBlock ?? state.height - rules.confirmations,
    deep === undefined ? Number.POSITIVE_INFINITY : deep - 1,
  )
  const next: SplitSuspicion = {
    since: suspicion?.since ?? at,
    signs: [...new Set([...(suspicion?.signs ?? []), ...signs])],
    firmBlock,
    ...(suspicion?.lastSign === undefined ? {} : { lastSign: suspicion.lastSign }),
    ...sign,
  }
  return signs.length === 0 && isQuiet(next, state.height, at, rules) ? rest : { ...rest, suspicion: next }
}

function signsOf(
  { forkedSince, cutOff, silent }: SplitState,
  { deep, at }: { readonly deep?: number | undefined; readonly at: number },
): SplitSign[] {
  const forked = forkedSince !== undefined && at - forkedSince >= FORK_LASTS_MS
  return [
    ...(forked ? (['forked'] as const) : []),
    ...(deep === undefined ? [] : (['reorganised'] as const)),
    ...(cutOff ? (['cut-off'] as const) : []),
    ...(silent ? (['silent'] as const) : []),
  ]
}

function isQuiet({ lastSign }: SplitSuspicion, height: number, at: number, rules: SplitRules): boolean {
  if (lastSign === undefined) return true
  if (height >= lastSign.block + Math.max(QUIET_BLOCKS, rules.confirmations)) return true
  return rules.minesOnDemand && at - lastSign.at >= QUIET_MS
}

function isOld(timestamp: number, at: number): boolean {
  return at / 1000 - timestamp > SILENT_AFTER_SECONDS
}

const SIGN_WORDS: Readonly<Record<SplitSign, string>> = {
  forked: 'peers of its node stand on another branch',
  reorganised: 'blocks were undone that deposits were counted by',
  'cut-off': 'its node lost all peers',
  silent: 'no block has come for long',
}

/** One sentence for the operator. */
export function explainSplit({ signs }: Pick<SplitSuspicion, 'signs'>): string {
  const why = signs.map((sign) => SIGN_WORDS[sign]).join('; ')
  return `The chain may be split (${why}): no credit is given and no new deposit is counted until it was quiet for some blocks.`
}
