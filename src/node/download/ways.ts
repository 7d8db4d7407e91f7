import { codeOf, messageOf } from '../../domain/errors.ts'
import type { TransferProtocol } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import type { Logger } from '../../system/logger.ts'
import { selectProtocols } from '../select-protocol.ts'
import type { Source } from './source.ts'

/** How bytes come from one seeder: over HTTP, or on a stream that sells chunks. */
export type Way = 'http' | 'in-band'

/**
 * The ways to a seeder, best first. What costs nothing comes over HTTP, what has a price on the stream that pays for it, unless the user wants it
 * otherwise; and whatever failed last comes last.
 */
export function waysTo(seeder: {
  readonly hasHttp: boolean
  readonly isFree: boolean
  readonly wanted: TransferProtocol | undefined
  /** What the session that broke was on. */
  readonly failed: TransferProtocol | undefined
}): readonly Way[] {
  const { hasHttp, isFree, wanted, failed } = seeder
  if (!hasHttp || (!isFree && wanted !== 'http')) return ['in-band']
  const seeders = { bitswap: 1, webrpc: 1, http: 1 }
  const ways = [...new Set(selectProtocols({ seeders, preferred: wanted }).map(wayOf))]
  return failed === undefined
    ? ways
    : ways.toSorted((a, b) => Number(a === wayOf(failed)) - Number(b === wayOf(failed)))
}

function wayOf(protocol: TransferProtocol): Way {
  return protocol === 'http' ? 'http' : 'in-band'
}

/** What the other sources of a download are on, or are about to be. */
export function headingsBeside(
  source: Pick<Source, 'heading'>,
  sources: Iterable<Pick<Source, 'heading' | 'phase'>>,
): TransferProtocol[] {
  const others = [...sources].filter(
    (other) => other !== source && other.phase !== 'failed' && other.phase !== 'banned',
  )
  return others.flatMap(({ heading }) => heading ?? [])
}

/** Whom nothing more is asked of by any way. */
const OF_THE_SEEDER = new Set(['PEER_BLOCKED', 'PAYEE_MISMATCH'])

/** Connects on the first way that leads somewhere. @throws what the stream failed with, which says more of the seeder */
export async function connectBy(
  ways: readonly Way[],
  connect: Readonly<Record<Way, () => Promise<ChunkClient>>>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<ChunkClient> {
  const failures = new Map<Way, unknown>()
  for (const way of ways) {
    try {
      return await connect[way]()
    } catch (error) {
      signal.throwIfAborted()
      if (OF_THE_SEEDER.has(codeOf(error) ?? '')) throw error
      failures.set(way, error)
      log.info({ way, code: codeOf(error), reason: messageOf(error) }, 'a way to a seeder failed')
    }
  }
  throw failures.get('in-band')
}
