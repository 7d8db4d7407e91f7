import { confirmationRuleOf } from '../domain/confirmation-rule.ts'
import type { FileHash } from '../domain/ids.ts'
import type { InBandProtocol } from '../domain/in-band-protocol.ts'
import type { Clock } from '../system/clock.ts'
import type { Signer } from '../system/signer.ts'
import type { FileCatalog, OfferTerms } from './catalog.ts'
import { chunkSetOf } from './chunk-set.ts'
import type { DiscoveryNetwork } from './discovery-network.ts'
import { type OfferChain, signOffer } from './offer.ts'
import { MAX_MULTIADDRS, OFFER_RENEW_MS, OFFER_TTL_MS } from './protocol.ts'

/** This node's own signed offers, made when asked for and reused while they hold and say the truth. */
export interface OfferBook {
  current(fileHash: FileHash): Promise<Uint8Array | undefined>
  /** Makes the next offer anew: a withdrawal voided those before. */
  forget(fileHash: FileHash): void
  /** A number above every sequence used before, also before a restart. */
  nextSequence(): number
}

interface CachedOffer {
  readonly bytes: Uint8Array
  readonly expiresAt: number
  readonly basis: string
}

export function createOfferBook({
  network,
  signer,
  chain,
  catalog,
  inBand,
  clock,
}: {
  network: Pick<DiscoveryNetwork, 'peerId' | 'addresses'>
  signer: Signer
  chain: OfferChain
  catalog: Pick<FileCatalog, 'offerTerms'>
  /** Ids of the in-band protocols that are served. */
  inBand: Readonly<Partial<Record<InBandProtocol, string>>>
  clock: Clock
}): OfferBook {
  const cached = new Map<FileHash, CachedOffer>()
  let sequence = 0

  // the time makes it grow over restarts without a store; two offers in one millisecond still differ
  function nextSequence(): number {
    sequence = Math.max(sequence + 1, clock.now())
    return sequence
  }

  return {
    nextSequence,
    forget: (fileHash) => {
      cached.delete(fileHash)
    },
    async current(fileHash) {
      const terms = await catalog.offerTerms(fileHash)
      if (terms === undefined) {
        cached.delete(fileHash)
        return undefined
      }
      const multiaddrs = network.addresses().slice(0, MAX_MULTIADDRS)
      const basis = basisOf(terms, multiaddrs)
      const known = cached.get(fileHash)
      if (known?.basis === basis && known.expiresAt - clock.now() > OFFER_RENEW_MS) return known.bytes
      const expiresAt = clock.now() + OFFER_TTL_MS
      const bytes = signOffer(
        {
          fileHash,
          peerId: network.peerId,
          chain,
          pricePerMiB: terms.pricePerMiB,
          minDeposit: terms.minDeposit,
          ...confirmationRuleOf(terms),
          ...(terms.refusesEscrows === true ? { refusesEscrows: true } : {}),
          sequence: nextSequence(),
          expiresAt,
          endpoints: { ...terms.otherEndpoints, 'chiral-private': { multiaddrs, ...inBand } },
          chunks: chunkSetOf(terms.have),
        },
        signer,
      )
      cached.set(fileHash, { bytes, expiresAt, basis })
      return bytes
    },
  }
}

/** Whatever changes an offer changes this. Chunks are only ever added, so their count stands for them. */
function basisOf(terms: OfferTerms, multiaddrs: readonly string[]): string {
  const { pricePerMiB, minDeposit, confirmations, small, have, otherEndpoints, refusesEscrows } = terms
  const money = [pricePerMiB, minDeposit, confirmations, small?.amount, small?.confirmations].map(String)
  return JSON.stringify([money, refusesEscrows, have.count, otherEndpoints, multiaddrs])
}
