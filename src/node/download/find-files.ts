import { type Manifest, verifyManifest } from '../../content/manifest.ts'
import type { ProviderAddress } from '../../discovery/discovery-network.ts'
import type { FoundSeeder, OfferedSeeder } from '../../discovery/lookup.ts'
import { concatBytes } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { parseFileReference } from '../../domain/cid.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { FileHash, PeerIdText } from '../../domain/ids.ts'
import { forEachAtOnce } from '../../system/for-each-at-once.ts'
import type { PreparedFile } from './dependencies.ts'
import { findSeeders, type PrepareDependencies, preparedOf, prepareFile, searchOnce, type Wanted } from './prepare.ts'

/** Searches in the DHT at once: each asks up to 20 peers and waits for the slowest. */
const SEARCHES_AT_ONCE = 8
/** A file of so many chunks, 16 MiB, takes longer than a search for more seeders of it. */
const SEARCH_ALWAYS_CHUNKS = 64

/** What became of each reference: the file, or why there is none. */
export type FoundFiles = ReadonlyMap<string, PreparedFile | ChiralError>

interface Found {
  readonly seeders: Map<PeerIdText, FoundSeeder>
  manifest: Manifest | undefined
}

/**
 * Finds many files. Whoever is found with one of them is asked about all of them in one go: a search in the DHT for each
 * would take a second and a half a file. Only files that none of those has, and large ones, are searched for one by one.
 *
 * @param known seeders to ask first, of a listing for example
 */
export async function findFiles(
  deps: PrepareDependencies,
  references: readonly string[],
  options: { readonly known: readonly ProviderAddress[]; readonly signal: AbortSignal },
): Promise<FoundFiles> {
  const finder = new Finder(deps, options.signal)
  return finder.find([...new Set(references)], options.known)
}

/** Who sells a file of a folder, among those who have its listing: the DHT knows the largest files alone. */
export async function findInListing(
  deps: PrepareDependencies,
  reference: string,
  { listing, signal }: { readonly listing: string; readonly signal: AbortSignal },
): Promise<FoundSeeder[]> {
  const wanted = parseFileReference(reference)
  if (wanted.kind !== 'file')
    throw new ChiralError('REQUEST_INVALID', 'A file of a listing is named by its id, not by its SHA-256.')
  const { fileHash } = wanted
  const sellers = await findSeeders(deps, listing, signal)
  const answers = await Promise.all(
    sellers.map(({ peerId, addresses }) => deps.lookup.offersOf({ peerId, addresses }, [fileHash], { signal })),
  )
  return answers.flatMap((offered) => offered.get(fileHash)?.seeder ?? [])
}

class Finder {
  readonly #deps: PrepareDependencies
  readonly #signal: AbortSignal
  readonly #files = new Map<FileHash, Found>()
  readonly #searched = new Set<FileHash>()
  readonly #asked = new Set<PeerIdText>()
  #foundAny = false

  constructor(deps: PrepareDependencies, signal: AbortSignal) {
    this.#deps = deps
    this.#signal = signal
  }

  async find(references: readonly string[], known: readonly ProviderAddress[]): Promise<FoundFiles> {
    const result = new Map<string, PreparedFile | ChiralError>()
    const wanted = references.map((reference) => ({ reference, parsed: parseFileReference(reference) }))
    for (const { parsed } of wanted)
      if (parsed.kind === 'file') this.#files.set(parsed.fileHash, { seeders: new Map(), manifest: undefined })
    await this.#ask(known)
    await this.#searchFor(({ seeders }) => seeders.size === 0)
    const largest = this.#largest()
    await this.#searchFor((found) => found === largest || chunksOf(found) >= SEARCH_ALWAYS_CHUNKS)
    await forEachAtOnce(wanted, SEARCHES_AT_ONCE, async ({ reference, parsed }) => {
      result.set(reference, await this.#prepared(reference, parsed))
    })
    return result
  }

  /** Searched for in any case: who sells the same files may be known by it, and not by the listing of another. */
  #largest(): Found | undefined {
    // SPEC 09 §6: "of equal ones the one with the lowest id"
    const [largest] = [...this.#files].sort(([a, one], [b, other]) => sizeOf(other) - sizeOf(one) || (a < b ? -1 : 1))
    return largest?.[1]
  }

  async #searchFor(isMissing: (found: Found) => boolean): Promise<void> {
    for (;;) {
      const missing = [...this.#files].filter(([fileHash, found]) => !this.#searched.has(fileHash) && isMissing(found))
      // One alone at first: it is likely that who has it has the others, too.
      const next = missing.slice(0, this.#foundAny ? SEARCHES_AT_ONCE : 1).map(([fileHash]) => fileHash)
      if (next.length === 0) return
      const found = await Promise.all(next.map((fileHash) => this.#search(fileHash)))
      await this.#ask(found.flat())
    }
  }

  async #search(fileHash: FileHash): Promise<FoundSeeder[]> {
    this.#searched.add(fileHash)
    // A record that was just published needs a moment to be findable: waited for once, for nobody knows which file that is.
    const isFirst = !this.#foundAny && this.#searched.size === 1
    const searching = isFirst
      ? findSeeders(this.#deps, fileHash, this.#signal)
      : searchOnce(this.#deps, parseFileReference(fileHash), this.#signal)
    const seeders = await searching.catch((): FoundSeeder[] => []) // the file is then one that nobody offers
    for (const seeder of seeders) this.#files.get(fileHash)?.seeders.set(seeder.peerId, seeder)
    return seeders
  }

  /** Asks seeders about every file, each once. */
  async #ask(seeders: readonly ProviderAddress[]): Promise<void> {
    const hashes = [...this.#files.keys()]
    const fresh = [...new Map(seeders.map((seeder) => [seeder.peerId, seeder])).values()].filter(
      ({ peerId }) => !this.#asked.has(peerId),
    )
    this.#foundAny ||= seeders.length > 0
    await Promise.all(
      fresh.map(async ({ peerId, addresses }) => {
        this.#asked.add(peerId)
        const offered = await this.#deps.lookup.offersOf({ peerId, addresses }, hashes, { signal: this.#signal })
        for (const [fileHash, answer] of offered) this.#take(fileHash, answer)
      }),
    )
    this.#signal.throwIfAborted()
  }

  #take(fileHash: FileHash, { seeder, manifest }: OfferedSeeder): void {
    const { bans, knownManifest } = this.#deps
    const file = this.#files.get(fileHash)
    if (file === undefined || bans.bannedUntil(seeder.peerId, seeder.offer.wallet) !== undefined) return
    file.seeders.set(seeder.peerId, seeder)
    file.manifest ??= knownManifest(fileHash)
    if (file.manifest !== undefined || manifest === undefined) return
    try {
      file.manifest = verifyManifest(concatBytes(manifest.headerBlock, manifest.chunkHashes), fileHash)
    } catch (error) {
      // SPEC 05 §4: "It MUST NOT ban a source of chunks for it"
      this.#deps.notice('warn', `${seeder.peerId} gave a wrong manifest of ${fileHash}: ${messageOf(error)}`)
    }
  }

  async #prepared(reference: string, wanted: Wanted): Promise<PreparedFile | ChiralError> {
    try {
      if (wanted.kind === 'sha256') return await prepareFile(this.#deps, reference, this.#signal)
      const found = this.#files.get(wanted.fileHash)
      const seeders = [...(found?.seeders.values() ?? [])]
      return await preparedOf(this.#deps, { reference, wanted, seeders, manifest: found?.manifest }, this.#signal)
    } catch (error) {
      this.#signal.throwIfAborted()
      return error instanceof ChiralError
        ? error
        : new ChiralError(codeOf(error) ?? 'INTERNAL', messageOf(error), { cause: error })
    }
  }
}

/** By its manifest, or as its seeders say. */
function sizeOf(found: Found): number {
  return found.manifest?.sizeBytes ?? chunksOf(found) * CHUNK_SIZE_BYTES
}

/** As its seeders say. */
function chunksOf({ seeders }: Found): number {
  return Math.max(0, ...[...seeders.values()].map(({ offer }) => offer.chunks.chunkCount))
}
