import { cidOf, type FileReference } from '../domain/cid.ts'
import { codeOf, messageOf } from '../domain/errors.ts'
import type { Address, FileHash, PeerIdText } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import type { ManifestBytes } from './catalog.ts'
import { createLookupClient } from './client.ts'
import type { DiscoveryNetwork, ProviderAddress } from './discovery-network.ts'
import { type HeaderRecord, verifyHeader } from './header.ts'
import { mergeConcurrently } from './merge.ts'
import { type Offer, type OfferChain, verifyOffer } from './offer.ts'
import { MAX_CONCURRENT_OFFERS, MAX_PROVIDERS_PER_LOOKUP, MAX_REMEMBERED_PEERS } from './protocol.ts'
import { RecentMap } from './recent-map.ts'
import { createSuspicionList } from './suspicion.ts'
import { verifyWithdrawal } from './withdraw.ts'

/** A peer whose offer was verified. */
export interface FoundSeeder {
  readonly peerId: PeerIdText
  readonly addresses: readonly string[]
  readonly offer: Offer
  /** The publisher's header record as this seeder passed it on, if it did and it is valid. */
  readonly header?: HeaderRecord
}

/** A file that a peer offers, when it was asked about several. */
export interface OfferedSeeder {
  readonly seeder: FoundSeeder
  /** Unverified; absent when it is to be asked for by itself. */
  readonly manifest: ManifestBytes | undefined
}

/** What a SHA-256 was said to be: a publisher's signed word, and how many peers repeat it. */
export interface AliasCandidate {
  readonly fileHash: FileHash
  readonly publisher: Address
  readonly header: HeaderRecord
  readonly peers: number
}

export interface SearchOptions {
  /** Ends the search; what was found until then was yielded. */
  readonly signal: AbortSignal
  /** Asks peers that were not there a moment ago, too. */
  readonly askSuspected?: boolean
}

export interface FindOptions extends SearchOptions {
  /** Ends the search when so many were found. */
  readonly minSeeders?: number
  readonly onSeeder?: (seeder: FoundSeeder) => void
}

/** Finds who serves a file. */
export interface Lookup {
  /**
   * Asks the DHT, then every provider for its offer; yields those whose offer is valid, as they answer. A `sha256:` reference
   * is resolved first and its best candidate taken: show `offer.fileHash` and `header.publisher`, and check the SHA-256 at
   * the end. Finding nobody is an empty result, not an error.
   */
  find(reference: FileReference, options: FindOptions): AsyncIterable<FoundSeeder>
  /** What of these files one peer offers, asked for together. Nothing from a peer that does not answer, or for one file at a time. */
  offersOf(
    provider: ProviderAddress,
    fileHashes: readonly FileHash[],
    options: { readonly signal: AbortSignal },
  ): Promise<ReadonlyMap<FileHash, OfferedSeeder>>
  /** What files the SHA-256 is said to name, the one most peers agree on first. */
  resolve(sha256: string, options: SearchOptions): Promise<AliasCandidate[]>
  /** An unverified manifest, but for its header block; the errors of {@link createLookupClient}. */
  manifest(peerId: PeerIdText, fileHash: FileHash, signal: AbortSignal): Promise<ManifestBytes | undefined>
  /** Leaves a peer out of lookups for a while: it vanished, stalled or lied. */
  suspect(peerId: PeerIdText): void
  /** Takes in a withdrawal that `from` sent; true when it is valid and the seeder is gone. */
  acceptWithdrawal(record: Uint8Array, from: PeerIdText): boolean
  stop(): void
}

export function createLookup({
  network,
  chain,
  clock,
  log,
}: {
  network: DiscoveryNetwork
  chain: OfferChain
  clock: Clock
  log: Logger
}): Lookup {
  const client = createLookupClient({ network, clock })
  const suspicion = createSuspicionList(clock)
  /** By peer and file: offers below are replays. A withdrawal raises it above every offer it takes back. */
  const lowestSequence = new RecentMap<string, number>(MAX_REMEMBERED_PEERS)
  const unsubscribe = network.onConnect((peerId) => suspicion.clear(peerId))

  function providers(
    hash: string,
    { askSuspected = false }: SearchOptions,
  ): (signal: AbortSignal) => AsyncIterable<ProviderAddress> {
    return async function* (signal) {
      let count = 0
      for await (const provider of network.findProviders(cidOf(hash), signal)) {
        if (provider.peerId === network.peerId) continue
        if (suspicion.isSuspected(provider.peerId) && !askSuspected) continue
        yield provider
        if (++count >= MAX_PROVIDERS_PER_LOOKUP) return
      }
    }
  }

  /** Connects and asks; a peer that cannot be reached or answers nonsense is suspected and left out. */
  async function ask<T>(
    provider: ProviderAddress,
    signal: AbortSignal,
    question: (signal: AbortSignal) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    try {
      await network.connect(provider, signal)
      return await question(signal)
    } catch (error) {
      if (signal.aborted) return undefined
      suspicion.suspect(provider.peerId)
      log.debug({ peer_id: provider.peerId, code: codeOf(error), reason: messageOf(error) }, 'provider left out')
      return undefined
    }
  }

  async function examine(
    provider: ProviderAddress,
    fileHash: FileHash,
    signal: AbortSignal,
  ): Promise<FoundSeeder | undefined> {
    const answer = await ask(provider, signal, (given) => client.offer(provider.peerId, fileHash, given))
    return answer === undefined ? undefined : judge(provider, fileHash, answer)
  }

  function judge(
    { peerId, addresses }: ProviderAddress,
    fileHash: FileHash,
    answer: { readonly offer: Uint8Array; readonly header?: Uint8Array },
  ): FoundSeeder | undefined {
    const verdict = verifyOffer(answer.offer, { fileHash, fromPeerId: peerId, now: clock.now(), chain })
    const replayed = verdict.accepted && verdict.value.sequence < (lowestSequence.get(keyOf(verdict.value)) ?? 0)
    if (!verdict.accepted || replayed) {
      suspicion.suspect(peerId)
      log.debug({ peer_id: peerId, code: verdict.accepted ? 'OFFER_REPLAYED' : verdict.code }, 'offer dropped')
      return undefined
    }
    lowestSequence.set(keyOf(verdict.value), verdict.value.sequence)
    const header = answer.header && verifyHeader(answer.header, { fileHash })
    return { peerId, addresses, offer: verdict.value, ...(header?.accepted === true && { header: header.value }) }
  }

  async function resolve(sha256: string, options: SearchOptions): Promise<AliasCandidate[]> {
    const { signal } = options
    const candidates = new Map<string, AliasCandidate>()
    const headers = mergeConcurrently(
      providers(sha256, options),
      (provider, given) => ask(provider, given, () => client.alias(provider.peerId, sha256, given)),
      { max: MAX_CONCURRENT_OFFERS, signal },
    )
    for await (const bytes of headers) {
      const verdict = verifyHeader(bytes, { sha256 })
      if (!verdict.accepted) continue
      const { fileHash, publisher } = verdict.value
      const key = `${fileHash} ${publisher}`
      const known = candidates.get(key)
      candidates.set(key, { fileHash, publisher, header: verdict.value, peers: (known?.peers ?? 0) + 1 })
    }
    return [...candidates.values()].sort((a, b) => b.peers - a.peers)
  }

  async function* find(reference: FileReference, options: FindOptions): AsyncGenerator<FoundSeeder> {
    const { signal, minSeeders = Number.POSITIVE_INFINITY, onSeeder } = options
    const fileHash =
      reference.kind === 'file' ? reference.fileHash : (await resolve(reference.sha256, options))[0]?.fileHash
    if (fileHash === undefined) return
    const seeders = mergeConcurrently(
      providers(fileHash, options),
      (provider, given) => examine(provider, fileHash, given),
      {
        max: MAX_CONCURRENT_OFFERS,
        signal,
      },
    )
    let found = 0
    for await (const seeder of seeders) {
      onSeeder?.(seeder)
      yield seeder
      if (++found >= minSeeders) return
    }
  }

  async function offersOf(
    provider: ProviderAddress,
    fileHashes: readonly FileHash[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Map<FileHash, OfferedSeeder>> {
    const offered = new Map<FileHash, OfferedSeeder>()
    const answers = await ask(provider, signal, (given) => client.offers(provider.peerId, fileHashes, given))
    for (const [index, fileHash] of fileHashes.entries()) {
      const answer = answers?.[index]
      const seeder = answer && judge(provider, fileHash, answer)
      if (answer === undefined || seeder === undefined) continue
      const { headerBlock, chunkHashes } = answer
      offered.set(fileHash, { seeder, manifest: headerBlock.byteLength > 0 ? { headerBlock, chunkHashes } : undefined })
    }
    return offered
  }

  return {
    find,
    offersOf,
    resolve,
    manifest: (peerId, fileHash, signal) => client.manifest(peerId, fileHash, signal),
    suspect: (peerId) => suspicion.suspect(peerId),
    acceptWithdrawal(record, from) {
      const verdict = verifyWithdrawal(record, { fromPeerId: from, chain })
      if (!verdict.accepted) {
        log.debug({ peer_id: from, code: verdict.code }, 'withdrawal dropped')
        return false
      }
      const { value } = verdict
      lowestSequence.set(keyOf(value), Math.max(value.sequence + 1, lowestSequence.get(keyOf(value)) ?? 0))
      return true
    },
    stop: unsubscribe,
  }
}

/** A wallet can only take back what it signed itself. */
function keyOf({ peerId, fileHash, wallet }: { peerId: PeerIdText; fileHash: FileHash; wallet: Address }): string {
  return `${peerId} ${fileHash} ${wallet}`
}
