import { codeOf, messageOf } from '../../domain/errors.ts'
import { IN_BAND_PROTOCOLS } from '../../domain/in-band-protocol.ts'
import { type PublicProtocol, publicOf, type TransferProtocol } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import type { Logger } from '../../system/logger.ts'
import { selectProtocols } from '../select-protocol.ts'
import type { Source } from './source.ts'

/** How bytes come from one seeder: by a public protocol, or on a stream that sells chunks. */
export type Way = PublicProtocol | 'in-band'

/**
 * The ways to a seeder, best first. What costs nothing comes by a public protocol, what has a price on the stream that pays for it, unless the user
 * wants it otherwise; and whatever failed last comes last.
 */
export function waysTo(seeder: {
  /** The public protocols that lead to it. */
  readonly publicly: readonly PublicProtocol[]
  readonly isFree: boolean
  readonly wanted: TransferProtocol | undefined
  /** What the session that broke was on. */
  readonly failed: TransferProtocol | undefined
}): readonly Way[] {
  const { publicly, isFree, wanted, failed } = seeder
  if (publicly.length === 0 || (!isFree && publicOf(wanted) === undefined)) return ['in-band']
  const spoken = [...IN_BAND_PROTOCOLS, ...publicly]
  const seeders: { readonly [Each in TransferProtocol]?: number } = Object.fromEntries(spoken.map((each) => [each, 1]))
  const ways = [...new Set(selectProtocols({ seeders, preferred: wanted }).map(wayOf))]
  return failed === undefined
    ? ways
    : ways.toSorted((a, b) => Number(a === wayOf(failed)) - Number(b === wayOf(failed)))
}

function wayOf(protocol: TransferProtocol): Way {
  return publicOf(protocol) ?? 'in-band'
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
  connect: (way: Way) => Promise<ChunkClient>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<ChunkClient> {
  const failures = new Map<Way, unknown>()
  for (const way of ways) {
    try {
      return await connect(way)
    } catch (error) {
      signal.throwIfAborted()
      if (OF_THE_SEEDER.has(codeOf(error) ?? '')) throw error
      failures.set(way, error)
      log.info({ way, code: codeOf(error), reason: messageOf(error) }, 'a way to a seeder failed')
    }
  }
  throw failures.get('in-band')
}
