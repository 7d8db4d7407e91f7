import { messageOf } from '../../domain/errors.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import { deadline, delay } from '../../system/clock.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import type { StoredSource } from './download-store.ts'
import type { InFlight } from './in-flight.ts'
import type { Source } from './source.ts'
import { retryDelayMs } from './source-errors.ts'

/** How long chunks that were asked for may take before the seeder is paid for those that came. */
const LANDING_MS = 15_000
/** How long a finished download waits for its payment: fifty blocks. It goes on being paid after that. */
const PAYMENT_TIMEOUT_MS = 10 * 60_000
/** Tries to show a seeder what it was paid: its chain node may be a block behind ours. The next download shows it otherwise. */
const SHOW_ATTEMPTS = 5

/** What a download has to do with money that it pays afterwards: docs/specs/01-voucher.md §10.7. */
interface OnCredit {
  readonly job: DownloadJob
  readonly deps: DownloadDependencies
  readonly signal: AbortSignal
}

/** Lets a source be bought from; with `more` it is paid first for what came, and everybody else in the same transaction. */
export async function buyOnCredit(
  source: Source,
  { job, deps, signal }: OnCredit,
  file: {
    readonly fileHash: FileHash
    readonly chunkCount: number
    readonly payees: number
    readonly more: boolean
    readonly inFlight: InFlight
  },
): Promise<void> {
  const { budgetId } = job
  const { more, inFlight, ...bought } = file
  if (more) {
    await landed(inFlight, source.terms.payee, { deps, signal })
    const onBlocksLeft = (blocksLeft: number): void => source.confirming(blocksLeft)
    await deps.payments.settleBatch({ budgetId, payee: source.terms.payee, onBlocksLeft, signal })
  }
  await deps.payments.buyOnCredit(source.terms, { ...bought, budgetId })
}

/** What is under way would have to be paid by a second transaction. */
async function landed(
  inFlight: InFlight,
  payee: Address,
  { deps, signal }: Pick<OnCredit, 'deps' | 'signal'>,
): Promise<void> {
  const limit = deadline(deps.clock, LANDING_MS, new Error('late'), signal)
  try {
    await inFlight.landed(payee, limit.signal)
  } finally {
    limit.done()
  }
}

/** Every chunk is here: pays all seeders at once and shows each what it got. Whom the chain keeps waiting is paid later, by the node itself. */
export async function settleOnCredit(sources: readonly StoredSource[], { job, deps, signal }: OnCredit): Promise<void> {
  const { budgetId } = job
  const limit = deadline(deps.clock, PAYMENT_TIMEOUT_MS, new Error('late'), signal)
  try {
    await deps.payments.settleBatch({ budgetId, signal: limit.signal })
  } catch (error) {
    signal.throwIfAborted()
    const why = limit.signal.aborted ? 'the chain does not answer, or is slow' : messageOf(error)
    deps.notice(
      'warn',
      `${deps.payments.owesInBatch(budgetId)} wei are not paid yet: ${why}. The node pays them when it can.`,
    )
  } finally {
    limit.done()
  }
  const payees = Map.groupBy(sources, ({ payee }) => payee)
  await Promise.all([...payees].map(([payee, peers]) => show(payee, peers, { job, deps, signal })))
}

async function show(payee: Address, peers: readonly StoredSource[], { job, deps, signal }: OnCredit): Promise<void> {
  for (let attempt = 0; attempt < SHOW_ATTEMPTS && deps.payments.hasUnshown(payee); attempt++) {
    const peer = peers[attempt % peers.length]
    if (peer === undefined) return
    try {
      await (await deps.connect(peer, { job, protocol: 'bitswap', paid: true, signal })).close()
    } catch (error) {
      signal.throwIfAborted()
      deps.log.info({ peer_id: peer.peerId, reason: messageOf(error) }, 'a seeder was not shown its payment')
      await delay(deps.clock, retryDelayMs(error, attempt), signal)
    }
  }
}
