import { basename } from 'node:path'
import type { ContentStore } from '../content/content-store.ts'
import { FILE_HEADER_BYTES } from '../content/file-header.ts'
import { hashFile } from '../content/hash-file.ts'
import type { HashPool } from '../content/hash-pool.ts'
import { encodeManifest } from '../content/manifest.ts'
import type { FileCatalog } from '../discovery/catalog.ts'
import { signHeader } from '../discovery/header.ts'
import type { Publisher } from '../discovery/publisher.ts'
import type { Wei } from '../domain/amount.ts'
import { chunkCount } from '../domain/chunk.ts'
import { cidOf } from '../domain/cid.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import { chunkPrice, filePrice } from '../domain/price.ts'
import { type Clock, deadline } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import type { Signer } from '../system/signer.ts'
import { mimeTypeOf } from './mime-type.ts'
import type { ShareStore, StoredShare } from './share-store.ts'
import type { NodeEvent, ShareRequest, ShareView } from './types.ts'

/** How long `share` waits for a first peer to take the provider record before it returns; announcing goes on behind it. */
const ANNOUNCE_WAIT_MS = 10_000
/**
 * The smallest deposit a seeder serves against: so many chunks. Below that, opening and closing a channel costs more gas than
 * it moves.
 */
const MIN_DEPOSIT_CHUNKS = 1n

export interface SharesDependencies {
  readonly content: ContentStore
  readonly hashPool: HashPool
  readonly store: ShareStore
  readonly signer: Signer
  readonly clock: Clock
  readonly log: Logger
  /** Blocks on a deposit before it counts. */
  readonly confirmations: number
  /** Without any peer there is nobody to announce to yet, and nothing to wait for. */
  hasPeers(): boolean
  emit(event: NodeEvent): void
}

/** The files this node sells: hashed once, served in place, announced until unshared. */
export class Shares implements FileCatalog {
  readonly #deps: SharesDependencies
  readonly #shares = new Map<FileHash, StoredShare>()
  readonly #bySha256 = new Map<string, FileHash>()
  #publisher: Publisher | undefined

  constructor(deps: SharesDependencies) {
    this.#deps = deps
  }

  /** Announces what was shared before; a file that has changed since is left out, with a notice. */
  async start(publisher: Publisher): Promise<void> {
    this.#publisher = publisher
    for (const share of this.#deps.store.list()) {
      const status = await this.#deps.content.statusOf(share.fileHash)
      if (status === 'available') this.#announce(share)
      else
        this.#deps.emit({
          kind: 'notice',
          level: 'warn',
          message: `${share.path} is ${status} since it was shared: it is not offered. Share it again to offer what is there now.`,
        })
    }
  }

  async share({ path, pricePerMiB }: ShareRequest, signal?: AbortSignal): Promise<ShareView> {
    const { content, hashPool, clock, signer, store, emit } = this.#deps
    const hashed = await hashFile(path, {
      pool: hashPool,
      onProgress: ({ hashedBytes, sizeBytes }) => emit({ kind: 'hashing', path, hashedBytes, sizeBytes }),
      ...(signal === undefined ? {} : { signal }),
    })
    const { fileHash, sha256, sizeBytes } = hashed
    await content.addShared(path, hashed)
    const name = basename(path)
    const header = signHeader(
      { fileHash, name, mimeType: mimeTypeOf(name), createdAt: clock.now(), sha256, sizeBytes },
      signer,
    )
    const share: StoredShare = { fileHash, path, name, sha256, sizeBytes, pricePerMiB, header }
    await store.put(share)
    this.#announce(share)
    const announced = await this.#awaitAnnounced(fileHash, signal)
    const view = this.#viewOf(share, announced)
    emit({ kind: 'share', share: view })
    return view
  }

  async unshare(fileHash: FileHash): Promise<void> {
    const share = this.#shares.get(fileHash)
    if (share === undefined && !this.#deps.store.list().some((stored) => stored.fileHash === fileHash))
      throw new ChiralError('SHARE_UNKNOWN', `${fileHash} is not shared here.`, { details: { fileHash } })
    this.#shares.delete(fileHash)
    if (share !== undefined) this.#bySha256.delete(share.sha256)
    await this.#deps.store.remove(fileHash)
    await this.#publisher?.withdraw(fileHash)
    await this.#deps.content.removeShared(fileHash)
  }

  list(): ShareView[] {
    const peers = new Map(this.#publisher?.announcements().map((entry) => [entry.fileHash, entry.peers]))
    return [...this.#shares.values()].map((share) => this.#viewOf(share, (peers.get(share.fileHash) ?? 0) > 0))
  }

  /** What the price book sells at. */
  priceOf(fileHash: FileHash): { pricePerMiB: Wei; sizeBytes: number } | undefined {
    return this.#shares.get(fileHash)
  }

  offerTerms(fileHash: FileHash): ReturnType<FileCatalog['offerTerms']> {
    const share = this.#shares.get(fileHash)
    if (share === undefined) return undefined
    const { pricePerMiB } = share
    const largest = chunkPrice(pricePerMiB, Math.min(share.sizeBytes, 2 ** 18))
    return {
      pricePerMiB,
      minDeposit: (largest * MIN_DEPOSIT_CHUNKS) as Wei,
      confirmations: this.#deps.confirmations,
      have: this.#deps.content.have(fileHash),
    }
  }

  headerRecord(fileHash: FileHash): Uint8Array | undefined {
    return this.#shares.get(fileHash)?.header
  }

  manifest(fileHash: FileHash): ReturnType<FileCatalog['manifest']> {
    const manifest = this.#shares.has(fileHash) ? this.#deps.content.manifestOf(fileHash) : undefined
    if (manifest === undefined) return undefined
    const bytes = encodeManifest(manifest)
    return { headerBlock: bytes.subarray(0, FILE_HEADER_BYTES), chunkHashes: bytes.subarray(FILE_HEADER_BYTES) }
  }

  fileHashOfSha256(sha256: string): FileHash | undefined {
    return this.#bySha256.get(sha256)
  }

  #announce(share: StoredShare): void {
    this.#shares.set(share.fileHash, share)
    this.#bySha256.set(share.sha256, share.fileHash)
    this.#publisher?.publish({ fileHash: share.fileHash, sha256: share.sha256 })
  }

  async #awaitAnnounced(fileHash: FileHash, signal?: AbortSignal): Promise<boolean> {
    const { clock, log } = this.#deps
    if (!this.#deps.hasPeers()) return false
    const late = new ChiralError('ANNOUNCE_PENDING', 'No peer has taken the provider record yet.')
    const limit = deadline(clock, ANNOUNCE_WAIT_MS, late, signal)
    try {
      return ((await this.#publisher?.announced(fileHash, limit.signal)) ?? 0) > 0
    } catch (error) {
      signal?.throwIfAborted()
      log.debug({ code: codeOf(error), reason: messageOf(error) }, 'not announced yet')
      return false
    } finally {
      limit.done()
    }
  }

  #viewOf(share: StoredShare, announced: boolean): ShareView {
    const { fileHash, sha256, name, path, sizeBytes, pricePerMiB } = share
    return {
      fileHash,
      cid: cidOf(fileHash).toString(),
      sha256,
      name,
      path,
      sizeBytes,
      chunks: chunkCount(sizeBytes),
      pricePerMiB,
      totalPrice: filePrice(pricePerMiB, sizeBytes),
      announced,
    }
  }
}
