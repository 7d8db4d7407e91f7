import { codeOf, messageOf } from '../domain/errors.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import type { ChainClient } from './client.ts'
import { BLOCK_SECONDS, type ChainHealth } from './geth/health.ts'
import {
  explainSplit,
  newSplitState,
  type SplitEvent,
  type SplitRules,
  type SplitState,
  type SplitSuspicion,
  stepSplit,
} from './split-step.ts'

/** Peers and their heads are looked at once in the time of a block; new heads are told by themselves. */
export const LOOK_EVERY_MS = BLOCK_SECONDS * 1000

export type SplitListener = (now: SplitSuspicion | undefined, before: SplitSuspicion | undefined) => void

/** What this node knows of the state of its chain, kept current. */
export interface SplitWatch {
  /** While the chain may be split; `undefined` while all is well. */
  suspicion(): SplitSuspicion | undefined
  /** The newest block: its number, and its time in Unix seconds. */
  head(): { readonly number: number; readonly timestamp: number }
  /** As of the last look; `undefined` while the node did not answer the last one. */
  health(): ChainHealth | undefined
  /** Why the last look failed, when it did. */
  failure(): { readonly code: string; readonly message: string } | undefined
  /** Calls `listener` when a suspicion begins, sees another sign, and ends. Returns what ends that. */
  onChange(listener: SplitListener): () => void
  stop(): Promise<void>
}

/**
 * Follows the chain from its present head on. Subscribe to heads after this one: whoever is told of a head then finds what it means
 * decided already.
 */
export async function startSplitWatch(
  deps: {
    readonly client: Pick<ChainClient, 'head' | 'onHead'>
    readonly readHealth: () => Promise<ChainHealth>
    readonly clock: Clock
    readonly log: Logger
  },
  rules: SplitRules,
): Promise<SplitWatch> {
  const { client, readHealth, clock, log } = deps
  const listeners = new Set<SplitListener>()
  let state: SplitState = newSplitState(await client.head())
  let health: ChainHealth | undefined
  let failure: ReturnType<SplitWatch['failure']>
  let stopped = false
  let cancel = (): void => {}

  const take = (event: SplitEvent): void => {
    const before = state.suspicion
    state = stepSplit(state, event, rules)
    const { suspicion } = state
    if (suspicion?.signs.length === before?.signs.length) return
    const fields = { signs: suspicion?.signs ?? [], block: state.height }
    if (suspicion === undefined) log.info(fields, 'The chain does not seem to be split any more')
    // Silence alone is an everyday matter.
    else if (suspicion.lastSign === undefined) log.info(fields, explainSplit(suspicion))
    else log.warn(fields, explainSplit(suspicion))
    for (const listener of [...listeners]) listener(suspicion, before)
  }

  const look = async (): Promise<void> => {
    try {
      health = await readHealth()
      failure = undefined
      const codes = new Set(health.warnings.map(({ code }) => code))
      const { peers } = health
      const [forked, behind] = [codes.has('CHAIN_FORKED'), codes.has('CHAIN_BEHIND')]
      if (!stopped) take({ type: 'looked', peers, forked, behind, at: clock.now() })
    } catch (error) {
      health = undefined
      const [code, message] = [codeOf(error) ?? 'INTERNAL', messageOf(error)]
      if (failure === undefined) log.warn({ code, reason: message }, 'The health of the chain cannot be read')
      failure = { code, message }
      if (!stopped) take({ type: 'unreachable', at: clock.now() })
    }
  }

  let looking = Promise.resolve()
  const tick = async (): Promise<void> => {
    looking = look()
    await looking
    if (!stopped) cancel = clock.schedule(LOOK_EVERY_MS, () => void tick())
  }

  const unsubscribe = client.onHead(({ number, timestamp, reorgedFrom }) =>
    take({ type: 'head', number, timestamp, reorgedFrom, at: clock.now() }),
  )
  await tick()
  return {
    suspicion: () => state.suspicion,
    head: () => ({ number: state.height, timestamp: state.headTime }),
    health: () => health,
    failure: () => failure,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop() {
      stopped = true
      unsubscribe()
      cancel()
      await looking
    },
  }
}
