import type { ChannelId } from '../domain/ids.ts'
import type { Database } from '../system/database.ts'
import type { Logger } from '../system/logger.ts'
import type { ChainObserver } from './chain-observer.ts'
import type { ChainHead, ChannelContract, ChannelEvent } from './channel-contract.ts'
import type { ChainSnapshot } from './channel-state.ts'
import type { Receipts } from './receipts/receipts.ts'
import { followHeads, readSnapshot } from './snapshot.ts'
import { type Cursor, loadCursor, migrateChannels, saveCursor } from './store.ts'
import { beginBooksAt } from './transfers/transfer-store.ts'

/** Blocks read again on every head: more than any number of confirmations in `chains.json`. A deeper reorg is told with the head. */
export const REORG_DEPTH = 64

/** Follows the chain for both roles. */
export interface Watcher {
  /** Catches up with the chain, then follows it. Rejects when the first look fails; later ones are repeated on the next head. */
  start(): Promise<void>
  /** Looks at the chain once more, without a new head: what counts may have changed. Never rejects. */
  look(): Promise<void>
  /** Resolves when nothing of it runs any more: the database may be closed then. */
  stop(): Promise<void>
}

const CURSOR = 'watcher'

/**
 * Events say which channels changed; the channels themselves are then read from the chain, now and at the depth of their
 * confirmations. So an event seen twice, or undone by a reorg, does no harm. The cursor moves only after everything that
 * was seen is durable.
 */
export function createWatcher(
  deps: {
    readonly database: Database
    readonly contract: ChannelContract
    readonly log: Logger
    readonly observers: readonly ChainObserver[]
    /** Where what is seen is written down for good; default: nowhere. */
    readonly receipts?: Pick<Receipts, 'isNew' | 'seal' | 'record'>
  },
  options: { /** Where the contract was deployed. */ readonly startBlock: number },
): Watcher {
  const { database, contract, log, observers, receipts } = deps
  migrateChannels(database)
  let stopFollowing: (() => Promise<void>) | undefined
  /** Channels with events in the blocks read last; undefined before the first look. Where one is gone, a reorg undid it. */
  let seenBefore: ReadonlySet<ChannelId> | undefined
  /** From where on a reorg changed something that was not looked at yet. */
  let changedFrom = Number.POSITIVE_INFINITY
  let lastLook: Promise<void> = Promise.resolve()

  const look = async (head: ChainHead): Promise<void> => {
    changedFrom = Math.min(changedFrom, head.reorgedFrom ?? changedFrom)
    // Before a channel that ended takes its voucher with it. What fails here stays in the books, and is tried again with each head.
    await receipts
      ?.seal()
      .catch((error: unknown) => log.error({ err: error }, 'Vouchers could not be written to the log'))
    if (receipts?.isNew() === true) changedFrom = options.startBlock
    const cursor = database.read((connection) => loadCursor(connection, CURSOR))
    if (seenBefore === undefined && (await isElsewhere(cursor))) changedFrom = options.startBlock
    const usualBlock = Math.min(cursor?.block ?? options.startBlock, head.number) - REORG_DEPTH
    if (changedFrom < usualBlock) seenBefore = undefined // events went away that are not among those read last
    const fromBlock = Math.max(options.startBlock, Math.min(usualBlock, changedFrom))
    const events = fromBlock > head.number ? [] : await contract.events({ fromBlock, toBlock: head.number })
    const seenNow = new Set(events.map((event) => event.channelId))
    for (const observer of observers) await lookFor(observer, events, { seenNow, isFirstLook: cursor === undefined })
    seenBefore = seenNow
    const anchor = await contract.blockHash(anchorOf(head.number))
    try {
      await database.write((connection) => {
        receipts?.record(connection, { events, fromBlock, head: head.number })
        saveCursor(connection, CURSOR, { block: head.number, anchor })
        beginBooksAt(connection, head.number)
      })
      changedFrom = Number.POSITIVE_INFINITY
    } finally {
      // A log that cannot be written keeps nobody from answering a close in time.
      for (const observer of observers) await observer.afterHead(head)
    }
  }

  /** Did the chain change, while this process was down, below all that is read again? */
  const isElsewhere = async (cursor: Cursor | undefined): Promise<boolean> =>
    cursor?.anchor !== undefined && (await contract.blockHash(anchorOf(cursor.block))) !== cursor.anchor

  const lookFor = async (
    observer: ChainObserver,
    events: readonly ChannelEvent[],
    { seenNow, isFirstLook }: { readonly seenNow: ReadonlySet<ChannelId>; readonly isFirstLook: boolean },
  ): Promise<void> => {
    for (const event of events) if (event.kind === 'opened') await observer.discover(event, { isFirstLook })
    const gone = seenBefore ?? observer.channels() // while this process was down anything may have been undone
    for (const channelId of new Set([...observer.unsettledChannels(), ...gone, ...seenNow])) {
      const rule = observer.ruleOf(channelId)
      if (rule === undefined) continue
      const snapshot = await readSnapshot(contract, channelId, rule, observer.doubt)
      await observer.observe(channelId, withClosed(snapshot, events, channelId))
    }
  }

  /** One look at a time. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = lastLook.then(work)
    lastLook = turn.catch(() => {})
    return turn
  }

  const tryLook = (newest: () => ChainHead | Promise<ChainHead>): Promise<void> =>
    inTurn(async () => look(await newest())).catch((error: unknown) =>
      log.warn({ err: error }, 'The chain could not be followed; trying again on the next block'),
    )

  return {
    async start() {
      if (stopFollowing !== undefined) return
      stopFollowing = followHeads(contract, (head) => tryLook(() => head))
      await inTurn(async () => look(await contract.head()))
    },
    async look() {
      if (stopFollowing !== undefined) await tryLook(() => contract.head())
    },
    async stop() {
      const stop = stopFollowing
      stopFollowing = undefined
      await stop?.()
      await lastLook
    },
  }
}

function anchorOf(block: number): number {
  return Math.max(0, block - REORG_DEPTH)
}

function withClosed(snapshot: ChainSnapshot, events: readonly ChannelEvent[], channelId: ChannelId): ChainSnapshot {
  const closed = events.findLast((event) => event.kind === 'closed' && event.channelId === channelId)
  if (closed?.kind !== 'closed') return snapshot
  return { ...snapshot, closed: { settled: closed.settled, blockNumber: closed.blockNumber } }
}
