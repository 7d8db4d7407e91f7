import { codeOf, messageOf } from '../domain/errors.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { advanceHead, type Head, type HeadBlock, type HeadHistory } from './head-tracker.ts'

/** Blocks are looked for four times in their usual distance: late by an eighth of it on average. */
const POLLS_PER_BLOCK = 4
/** On a chain that mines on demand there is no usual distance, and a person waits. */
export const MIN_HEAD_POLL_MS = 200
/** Often enough for Ethash's 15 s. */
export const MAX_HEAD_POLL_MS = 4_000

export interface HeadFeed {
  /** Calls `listener` on each new head. Polls only while somebody listens. */
  subscribe(listener: (head: Head) => void): () => void
  /** Looks now; resolves when listeners have been told. @throws ChiralError `CHAIN_UNREACHABLE` */
  poll(): Promise<void>
  close(): void
}

/** Follows the head by polling: HTTP has no subscriptions, and a poll finds reorgs that a subscription may lose on reconnection. */
export function createHeadFeed(
  dependencies: { readonly clock: Clock; readonly log: Logger },
  chain: {
    readonly latest: () => Promise<HeadBlock>
    readonly blockHash: (number: number) => Promise<string | undefined>
    /** Blocks come when there is a transaction, so the distance of two says nothing. */
    readonly minesOnDemand: boolean
  },
): HeadFeed {
  const { clock, log } = dependencies
  const listeners = new Set<(head: Head) => void>()
  let history: HeadHistory = new Map()
  let lastTimestamp: number | undefined
  let intervalMs = MIN_HEAD_POLL_MS
  let loop: { stopped: boolean; cancel: () => void } | undefined
  let polling: Promise<void> | undefined
  let away = false

  async function look(): Promise<void> {
    const block = await chain.latest()
    const step = await advanceHead(history, block, chain.blockHash)
    if (step === undefined) return
    history = step.history
    if (lastTimestamp !== undefined && !chain.minesOnDemand)
      intervalMs = pollIntervalMs(block.timestamp - lastTimestamp)
    lastTimestamp = block.timestamp
    for (const listener of [...listeners]) listener(step.head)
  }

  function poll(): Promise<void> {
    polling ??= look().finally(() => {
      polling = undefined
    })
    return polling
  }

  async function tick(own: { stopped: boolean; cancel: () => void }): Promise<void> {
    try {
      await poll()
      if (away) log.info({}, 'the chain answers again')
      away = false
    } catch (error) {
      if (!away && !own.stopped)
        log.warn({ code: codeOf(error), reason: messageOf(error) }, 'the chain cannot be followed')
      away = true
    }
    if (!own.stopped) own.cancel = clock.schedule(intervalMs, () => void tick(own))
  }

  function start(): void {
    const own = { stopped: false, cancel: () => {} }
    own.cancel = clock.schedule(0, () => void tick(own))
    loop = own
  }

  function stop(): void {
    if (loop === undefined) return
    loop.stopped = true
    loop.cancel()
    loop = undefined
  }

  return {
    subscribe(listener) {
      const own = (head: Head): void => listener(head) // the same function may subscribe twice
      listeners.add(own)
      if (loop === undefined) start()
      return () => {
        listeners.delete(own)
        if (listeners.size === 0) stop()
      }
    },
    poll,
    close() {
      listeners.clear()
      stop()
    },
  }
}

function pollIntervalMs(blockSeconds: number): number {
  return Math.min(MAX_HEAD_POLL_MS, Math.max(MIN_HEAD_POLL_MS, (blockSeconds * 1000) / POLLS_PER_BLOCK))
}
