import { codeOf, messageOf } from '../../domain/errors.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import { deadline, delay } from '../../system/clock.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import type { StoredSource } from './download-store.ts'

/** Tries to reach a seeder that is still owed something. */
const SETTLE_ATTEMPTS = 5
/** Before the second of them; each next waits twice as long. */
const SETTLE_RETRY_MS = 500
/** How long the chain may take to show a close: several blocks of 15 s. */
const CLOSE_TIMEOUT_MS = 90_000

/** How long the chain may take to give back what is left of an escrow: several blocks of 15 s. */
const REFUND_TIMEOUT_MS = 90_000

/** Has back what the seeders released of what was locked. What is late comes back by itself, after the deadline. */
export async function endEscrow(
  { budgetId }: Pick<DownloadJob, 'budgetId'>,
  { clock, payments, notice }: Pick<DownloadDependencies, 'clock' | 'payments' | 'notice'>,
  signal: AbortSignal,
): Promise<void> {
  const limit = deadline(clock, REFUND_TIMEOUT_MS, new Error('late'), signal)
  try {
    await payments.endEscrow(budgetId, limit.signal)
  } catch (error) {
    signal.throwIfAborted()
    notice('warn', `What is left of the escrow comes back later: ${messageOf(error)}`)
  } finally {
    limit.done()
  }
}

/**
 * Pays a seeder what verified and is not covered yet, then has it close the channel when the download wants that.
 *
 * A seeder that cannot be reached is owed less than its credit; it stays in the books and is paid first at the next contact.
 */
export async function settleSource(options: {
  source: StoredSource
  connect: () => Promise<ChunkClient>
  job: DownloadJob
  deps: DownloadDependencies
  signal: AbortSignal
  /** Aborts when another peer of the same payee was settled with: no further try is of use. */
  settledElsewhere: AbortSignal
}): Promise<void> {
  const { source, connect, job, deps, signal, settledElsewhere } = options
  if (job.payBy === 'transfer') return // what was not paid ahead goes with the next transfer
  const channels = deps.payments.channelsTo(source.payee, job)
  if (channels.length === 0) return
  const banned = deps.bans.bannedUntil(source.peerId, source.payee) !== undefined
  for (let attempt = 1; ; attempt++) {
    try {
      const client = await connect()
      await client.settle()
      if (job.payBy === 'escrow') {
        await client.closeChannel() // its release comes with the answer
        await client.close()
      } else if (job.closeChannels) {
        await client.closeChannel()
        await client.close()
        await awaitClosed(options, channels)
      } else await client.close()
      return
    } catch (error) {
      signal.throwIfAborted()
      if (settledElsewhere.aborted) return
      if (banned || attempt >= SETTLE_ATTEMPTS) throw error
      deps.log.info({ peer_id: source.peerId, code: codeOf(error), reason: messageOf(error) }, 'settling again')
      const either = AbortSignal.any([signal, settledElsewhere])
      await delay(deps.clock, SETTLE_RETRY_MS * 2 ** (attempt - 1), either).catch(() => signal.throwIfAborted())
      if (settledElsewhere.aborted) return
    }
  }
}

async function awaitClosed(
  { deps, signal, source }: { deps: DownloadDependencies; signal: AbortSignal; source: StoredSource },
  channels: Parameters<DownloadDependencies['payments']['closed']>[0][],
): Promise<void> {
  const late = new Error('late')
  const limit = deadline(deps.clock, CLOSE_TIMEOUT_MS, late, signal)
  try {
    const closed = await Promise.all(channels.map((channelId) => deps.payments.closed(channelId, limit.signal)))
    if (closed.includes(false))
      deps.notice('warn', `${source.payee} has not closed its channel yet: see "chiral channel list".`)
  } finally {
    limit.done()
  }
}
