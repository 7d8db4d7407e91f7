import { type Manifest, verifyManifest } from '../../content/manifest.ts'
import { heldRanges } from '../../discovery/chunk-set.ts'
import { protocolsOf } from '../../discovery/endpoints.ts'
import type { FoundSeeder, Lookup, SearchOptions } from '../../discovery/lookup.ts'
import { concatBytes } from '../../domain/bytes.ts'
import { parseFileReference } from '../../domain/cid.ts'
import { confirmationRuleOf } from '../../domain/confirmation-rule.ts'
import { ChiralError, DecodeError, messageOf } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import { IN_BAND_PROTOCOLS } from '../../domain/in-band-protocol.ts'
import { type Clock, deadline, delay } from '../../system/clock.ts'
import type { BanList } from '../ban-list.ts'
import type { PreparedFile } from './dependencies.ts'
import { publicEndpointsOf } from './public-endpoints.ts'
import type { SourceTerms } from './source-host.ts'

/**
 * How long a search goes on while it finds nobody. A record that was just published needs a moment to be findable, and whoever is busy may
 * answer at the second connection attempt.
 */
const FIND_TIMEOUT_MS = 25_000
/** After the first search that found nobody; each next wait is twice as long. */
const FIND_FIRST_RETRY_MS = 500
/** After the first seeder was found, others have so long to answer: cheaper ones may be among them. */
const GATHER_MS = 1_500

export type Wanted = ReturnType<typeof parseFileReference>

export interface PrepareDependencies {
  readonly lookup: Lookup
  readonly bans: BanList
  readonly clock: Clock
  /** A manifest that is here already, from an earlier run. */
  knownManifest(fileHash: FileHash): Manifest | undefined
  notice(level: 'info' | 'warn', message: string): void
}

/**
 * Finds a file's seeders through the DHT and its manifest through one of them, proved against the id.
 * @throws ChiralError `NO_SEEDERS`, `MANIFEST_INVALID`, DecodeError for a reference that is none
 */
export async function prepareFile(
  deps: PrepareDependencies,
  reference: string,
  signal: AbortSignal,
): Promise<PreparedFile> {
  const wanted = parseFileReference(reference)
  const seeders = await findSeeders(deps, reference, signal)
  return preparedOf(deps, { reference, wanted, seeders, manifest: undefined }, signal)
}

/** A file whose seeders were found. @throws ChiralError `NO_SEEDERS` when there are none, `MANIFEST_INVALID` */
export async function preparedOf(
  deps: PrepareDependencies,
  found: {
    readonly reference: string
    readonly wanted: Wanted
    readonly seeders: readonly FoundSeeder[]
    /** If it is here already. */
    readonly manifest: Manifest | undefined
  },
  signal: AbortSignal,
): Promise<PreparedFile> {
  const { reference, wanted, seeders } = found
  const first = seeders[0]
  if (first === undefined)
    throw new ChiralError(
      'NO_SEEDERS',
      `Nobody who can be reached offers ${reference} on this chain: check the id, --bootstrap and --rpc, or try again later.`,
      { details: { reference } },
    )
  const { fileHash } = first.offer
  const header = seeders.find((seeder) => seeder.header !== undefined)?.header
  const known = found.manifest ?? deps.knownManifest(fileHash)
  return {
    manifest: known ?? (await fetchManifest(deps, fileHash, seeders, signal)),
    name: header?.name ?? fileHash,
    mimeType: header?.mimeType,
    expectedSha256: wanted.kind === 'sha256' ? wanted.sha256 : header?.sha256,
    sha256Required: wanted.kind === 'sha256',
    publisher: wanted.kind === 'sha256' ? header?.publisher : undefined,
    seeders: seeders.map(termsOf),
  }
}

/** Whoever offers the file now and is not banned, in the order in which they answered. */
export async function findSeeders(
  deps: PrepareDependencies,
  reference: string,
  signal: AbortSignal,
): Promise<FoundSeeder[]> {
  const { clock } = deps
  const wanted = parseFileReference(reference)
  const overall = deadline(clock, FIND_TIMEOUT_MS, new ChiralError('NO_SEEDERS', 'Nobody was found in time.'), signal)
  try {
    for (let waitMs = FIND_FIRST_RETRY_MS; ; waitMs *= 2) {
      // Whoever could not be reached may have been busy for a moment, and is perhaps the only one.
      const found = await searchOnce(deps, wanted, overall.signal, { askSuspected: waitMs > FIND_FIRST_RETRY_MS })
      if (found.length > 0) return found
      await delay(clock, waitMs, overall.signal)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (overall.signal.aborted) return []
    throw error
  } finally {
    overall.done()
  }
}

/** One search, whatever it finds. */
export async function searchOnce(
  { lookup, bans, clock }: PrepareDependencies,
  wanted: Wanted,
  signal: AbortSignal,
  options: Omit<SearchOptions, 'signal'> = {},
): Promise<FoundSeeder[]> {
  const found: FoundSeeder[] = []
  const enough = new AbortController()
  let cancel = (): void => {}
  const search = AbortSignal.any([signal, enough.signal])
  try {
    for await (const seeder of lookup.find(wanted, { ...options, signal: search })) {
      if (bans.bannedUntil(seeder.peerId, seeder.offer.wallet) !== undefined) continue
      if (found.length === 0) cancel = clock.schedule(GATHER_MS, () => enough.abort())
      found.push(seeder)
    }
  } catch (error) {
    if (found.length === 0) throw error
  } finally {
    cancel()
  }
  return found
}

async function fetchManifest(
  { lookup, notice }: PrepareDependencies,
  fileHash: FileHash,
  seeders: readonly FoundSeeder[],
  signal: AbortSignal,
): Promise<Manifest> {
  let failure: unknown
  for (const { peerId } of seeders) {
    try {
      const bytes = await lookup.manifest(peerId, fileHash, signal)
      if (bytes !== undefined) return verifyManifest(concatBytes(bytes.headerBlock, bytes.chunkHashes), fileHash)
    } catch (error) {
      signal.throwIfAborted()
      failure = error
      notice('warn', `${peerId} could not give the manifest: ${messageOf(error)}`)
    }
  }
  if (failure === undefined)
    throw new ChiralError('NO_SEEDERS', `No seeder of ${fileHash} could give its manifest: try again later.`)
  throw failure instanceof DecodeError ? notAManifest(fileHash, failure) : failure
}

/** What a peer answers is not what the user typed, which is what a bare DecodeError would say. */
function notAManifest(fileHash: FileHash, cause: DecodeError): ChiralError {
  return new ChiralError(
    'MANIFEST_INVALID',
    `No seeder gives a valid manifest of ${fileHash}: try again when others offer it (${cause.message})`,
    { cause },
  )
}

export function termsOf({ peerId, addresses, offer }: FoundSeeder): SourceTerms {
  const own = offer.endpoints['chiral-private']?.multiaddrs ?? []
  return {
    peerId,
    addresses: [...new Set([...own, ...addresses])],
    payee: offer.wallet,
    pricePerMiB: offer.pricePerMiB,
    minDeposit: offer.minDeposit,
    ...confirmationRuleOf(offer),
    ...(offer.refusesEscrows === true ? { refusesEscrows: true } : {}),
    protocols: protocolsOf(offer.endpoints),
    inBand: IN_BAND_PROTOCOLS.filter((protocol) => offer.endpoints['chiral-private']?.[protocol] !== undefined),
    publicly: publicEndpointsOf(offer.endpoints),
    chunksHeld: heldRanges(offer.chunks).reduce((sum, { count }) => sum + count, 0),
  }
}
