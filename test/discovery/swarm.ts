import type { FileCatalog, OfferTerms } from '../../src/discovery/catalog.ts'
import type { DiscoveryNetwork } from '../../src/discovery/discovery-network.ts'
import { signHeader } from '../../src/discovery/header.ts'
import { createLookup, type FoundSeeder, type Lookup, type SearchOptions } from '../../src/discovery/lookup.ts'
import { createPublisher, type Publisher } from '../../src/discovery/publisher.ts'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import type { FileReference } from '../../src/domain/cid.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { PeerIdText } from '../../src/domain/ids.ts'
import type { Clock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { CHAIN, HEADER, headerBlockOf, SHA256, signerOf } from './fixtures.ts'

export const SIZE_BYTES = 3_000_000
export const { headerBlock, fileHash: SHARED } = headerBlockOf(BigInt(SIZE_BYTES))
export const SHARED_REFERENCE: FileReference = { kind: 'file', fileHash: SHARED }
/** Twelve chunks. */
export const CHUNK_HASHES = new Uint8Array(12 * 32).map((_, i) => i & 255)

export const TERMS: OfferTerms = {
  pricePerMiB: wei(1_000n),
  minDeposit: wei(5n),
  confirmations: 0,
  have: Bitfield.full(12),
}

/** A catalog of the one shared file. */
export function catalogOf(signerByte: number, overrides: Partial<FileCatalog> = {}): FileCatalog {
  const header = signHeader({ ...HEADER, fileHash: SHARED, sizeBytes: SIZE_BYTES }, signerOf(signerByte))
  return {
    offerTerms: (fileHash) => (fileHash === SHARED ? TERMS : undefined),
    headerRecord: (fileHash) => (fileHash === SHARED ? header : undefined),
    manifest: (fileHash) => (fileHash === SHARED ? { headerBlock, chunkHashes: CHUNK_HASHES } : undefined),
    fileHashOfSha256: (sha256) => (sha256 === SHA256 ? SHARED : undefined),
    ...overrides,
  }
}

export function seederOf(
  network: DiscoveryNetwork,
  signerByte: number,
  clock: Clock,
  overrides: Partial<FileCatalog> = {},
  onWithdraw?: (record: Uint8Array, from: PeerIdText) => void,
): Publisher {
  const random = seededRandom(`seeder ${signerByte}`)
  const catalog = catalogOf(signerByte, overrides)
  return createPublisher(
    {
      network,
      signer: signerOf(signerByte),
      chain: CHAIN,
      catalog,
      inBand: { bitswap: '/chiral/bitswap/1' },
      clock,
      random,
      log: silentLogger,
    },
    onWithdraw === undefined ? {} : { onWithdraw },
  )
}

export function leecherOf(network: DiscoveryNetwork, clock: Clock): Lookup {
  return createLookup({ network, chain: CHAIN, clock, log: silentLogger })
}

export async function findAll(
  lookup: Lookup,
  reference: FileReference = SHARED_REFERENCE,
  options: Partial<SearchOptions> = {},
): Promise<FoundSeeder[]> {
  return Array.fromAsync(lookup.find(reference, { signal: new AbortController().signal, ...options }))
}

/** The code of what a promise rejects with. */
export async function codeOfRejection(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise
  } catch (error) {
    return codeOf(error) ?? String(error)
  }
  return 'nothing was thrown'
}
