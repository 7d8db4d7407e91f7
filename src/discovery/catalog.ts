import type { Wei } from '../domain/amount.ts'
import type { Bitfield } from '../domain/bitfield.ts'
import type { ConfirmationRule } from '../domain/confirmation-rule.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Endpoints } from './endpoints.ts'

/** On what terms a file is served just now. */
export interface OfferTerms extends ConfirmationRule {
  readonly pricePerMiB: Wei
  readonly minDeposit: Wei
  readonly refusesEscrows?: true
  /** The chunks held; its length is the file's chunk count. */
  readonly have: Bitfield
  /** Endpoints beside `chiral-private`, which the publisher adds itself. */
  readonly otherEndpoints?: Omit<Endpoints, 'chiral-private'>
}

export interface ManifestBytes {
  /** 54 bytes, docs/specs/05-content.md. */
  readonly headerBlock: Uint8Array
  /** 32 bytes a chunk. */
  readonly chunkHashes: Uint8Array
}

/** What this node serves, as the lookup protocol needs to see it. `undefined` is "no such file here". */
export interface FileCatalog {
  offerTerms(fileHash: FileHash): OfferTerms | undefined | Promise<OfferTerms | undefined>
  /** The publisher's signed header record, as stored. */
  headerRecord(fileHash: FileHash): Uint8Array | undefined | Promise<Uint8Array | undefined>
  manifest(fileHash: FileHash): ManifestBytes | undefined | Promise<ManifestBytes | undefined>
  fileHashOfSha256(sha256: string): FileHash | undefined | Promise<FileHash | undefined>
}
