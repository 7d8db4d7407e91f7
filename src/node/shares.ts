import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ContentStore } from '../content/content-store.ts'
import { FILE_HEADER_BYTES } from '../content/file-header.ts'
import { type HashedFile, hashFile } from '../content/hash-file.ts'
import type { HashPool } from '../content/hash-pool.ts'
import { encodeListing, LISTING_MEDIA_TYPE, MAX_LISTING_ENTRIES } from '../content/listing.ts'
import { encodeManifest } from '../content/manifest.ts'
import type { FileCatalog } from '../discovery/catalog.ts'
import { signHeader } from '../discovery/header.ts'
import type { Publisher } from '../discovery/publisher.ts'
import { type Wei, wei } from '../domain/amount.ts'
import type { ConfirmationRule } from '../domain/confirmation-rule.ts'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import { chunkPrice, filePrice } from '../domain/price.ts'
import { type Clock, deadline } from '../system/clock.ts'
import { systemFileSystem } from '../system/file-system.ts'
import { forEachAtOnce } from '../system/for-each-at-once.ts'
import type { Logger } from '../system/logger.ts'
import type { Signer } from '../system/signer.ts'
import { ANNOUNCED_OF_FOLDERS, type ScannedFile, type ScannedFolder, scanFolder } from './folder-scan.ts'
import type { HttpStack } from './http-stack.ts'
import { storeListing } from './listing-file.ts'
import { mimeTypeOf } from './mime-type.ts'
import type { PublicStack } from './public-stack.ts'
import { FREE, type Prices, pricesOf } from './share-prices.ts'
import type { ShareStore, StoredShare } from './share-store.ts'
import { shareViewOf } from './share-view.ts'
import type { NodeEvent, ShareRequest, ShareView } from './types.ts'

/** How long `share` waits for a first peer to take the provider record before it returns; announcing goes on behind it. */
const ANNOUNCE_WAIT_MS = 10_000
/** The smallest deposit a seeder serves against, in chunks: below it, opening and closing a channel costs more gas than it moves. */
const MIN_DEPOSIT_CHUNKS = 1n
/** Files of a folder at once: enough that threads hash while the disk writes down what was hashed. */
const HASHED_AT_ONCE = 8

export interface SharesDependencies {
  readonly content: ContentStore
  readonly hashPool: HashPool
  readonly store: ShareStore
  readonly signer: Signer
  readonly clock: Clock
  readonly log: Logger
  readonly confirmationRule: ConfirmationRule
  readonly acceptsEscrows: boolean
  /** Where the listings of shared folders are written. */
  readonly listingsFolder: string
  /** Where a file is served by public protocols. */
  readonly publicly: Pick<PublicStack, 'endpointsOf' | 'prepare' | 'forget' | 'hashBeside'> & Pick<HttpStack, 'urlOf'>
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
    const listed: StoredShare[] = []
    for (const share of this.#deps.store.list()) {
      const status = await this.#deps.content.statusOf(share.fileHash)
      if (status === 'available' && share.isOwn) this.#announce(share)
      else if (status === 'available') listed.push(share)
      else
        this.#deps.emit({
          kind: 'notice',
          level: 'warn',
          message: `${share.path} is ${status} since it was shared: it is not offered. Share it again to offer what is there now.`,
        })
    }
    this.#announceListed(listed)
  }

  async share({ path, pricePerMiB, lowestPricePerMiB }: ShareRequest, signal?: AbortSignal): Promise<ShareView> {
    const { content, store, emit } = this.#deps
    const prices = pricesOf(pricePerMiB, lowestPricePerMiB)
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true
    if (isFolder) return this.#shareFolder(path, prices, signal)
    const hashed = await this.#hash(
      path,
      (hashedBytes, sizeBytes) => emit({ kind: 'hashing', path, hashedBytes, sizeBytes }),
      signal,
    )
    await content.addShared(path, hashed)
    const share = this.#shareOf(hashed, { path, ...prices, isOwn: true })
    await store.put(share)
    await this.#deps.publicly.prepare(share, signal)
    this.#announce(share)
    return this.#announced(share, undefined, signal)
  }

  async unshare(fileHash: FileHash): Promise<void> {
    const known = this.#shares.get(fileHash)?.isOwn === true
    if (!known && !this.#deps.store.list().some((stored) => stored.fileHash === fileHash && stored.isOwn))
      throw new ChiralError('SHARE_UNKNOWN', `${fileHash} is not shared here.`, { details: { fileHash } })
    const removed = await this.#deps.store.remove(fileHash)
    await this.#publisher?.withdraw(...removed)
    for (const gone of removed) {
      const share = this.#shares.get(gone)
      this.#shares.delete(gone)
      if (share !== undefined) this.#bySha256.delete(share.sha256)
      await this.#deps.publicly.forget(gone)
      await this.#deps.content.removeShared(gone)
    }
    const left = this.#shares.get(fileHash)
    if (left !== undefined) this.#shares.set(fileHash, { ...left, isOwn: false })
  }

  list(): ShareView[] {
    const peers = new Map(this.#publisher?.announcements().map((entry) => [entry.fileHash, entry.peers]))
    return [...this.#shares.values()]
      .filter(({ isOwn }) => isOwn)
      .map((share) => {
        const announced = (peers.get(share.fileHash) ?? 0) > 0
        return this.#viewOf(share, announced)
      })
  }

  get(fileHash: FileHash): StoredShare | undefined {
    return this.#shares.get(fileHash)
  }

  offerTerms(fileHash: FileHash): ReturnType<FileCatalog['offerTerms']> {
    const share = this.#shares.get(fileHash)
    if (share === undefined) return undefined
    const { pricePerMiB } = share
    const otherEndpoints = this.#deps.publicly.endpointsOf(share)
    const largest = chunkPrice(pricePerMiB, Math.min(share.sizeBytes, 2 ** 18))
    return {
      pricePerMiB,
      minDeposit: (largest * MIN_DEPOSIT_CHUNKS) as Wei,
      ...this.#deps.confirmationRule,
      ...(this.#deps.acceptsEscrows ? {} : { refusesEscrows: true }),
      have: this.#deps.content.have(fileHash),
      ...(Object.keys(otherEndpoints).length === 0 ? {} : { otherEndpoints }),
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

  /** A folder is its files and a listing of them, which is free: what it costs is what it names. */
  async #shareFolder(path: string, prices: Prices, signal: AbortSignal | undefined): Promise<ShareView> {
    const { content, store, signer, listingsFolder } = this.#deps
    const scanned = await scanFolder(path, { maxFiles: MAX_LISTING_ENTRIES })
    const files = await this.#hashAll(path, scanned.files, prices, signal)
    const entries = files.map(({ share, listedPath }) => ({
      path: listedPath,
      sizeBytes: share.sizeBytes,
      fileHash: share.fileHash,
    }))
    const stored = await storeListing(listingsFolder, encodeListing(entries, signer), (file) =>
      this.#hash(file, () => {}, signal),
    )
    await content.addShared(stored.path, stored.hashed)
    const folder = {
      files: files.length,
      sizeBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      ...prices,
      totalPrice: wei(entries.reduce((sum, { sizeBytes }) => sum + filePrice(prices.pricePerMiB, sizeBytes), 0n)),
    }
    const listing = this.#shareOf(stored.hashed, { path, ...FREE, isOwn: true, folder })
    const shares = files.map(({ share }) => share)
    await store.putFolder(listing, shares)
    await this.#deps.publicly.prepare(listing, signal)
    this.#announce(listing)
    this.#announceListed(shares)
    const former = [...this.#shares.values()].filter((share) => share.folder !== undefined && share.path === path)
    for (const { fileHash } of former) if (fileHash !== listing.fileHash) await this.unshare(fileHash)
    return this.#announced(listing, scanned, signal)
  }

  async #hashAll(
    folder: string,
    files: readonly ScannedFile[],
    prices: Prices,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly share: StoredShare; readonly listedPath: string }[]> {
    const { emit, content } = this.#deps
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
    const shares = new Map<ScannedFile, StoredShare>()
    let hashedBytes = 0
    await forEachAtOnce(files, HASHED_AT_ONCE, async (file) => {
      signal?.throwIfAborted()
      const hashed = await this.#hash(file.path, () => {}, signal)
      await content.addShared(file.path, hashed)
      shares.set(file, this.#shareOf(hashed, { path: file.path, ...prices, isOwn: false }))
      hashedBytes += hashed.sizeBytes
      emit({ kind: 'hashing', path: folder, hashedBytes: Math.min(hashedBytes, sizeBytes), sizeBytes })
    })
    return files.flatMap((file) => {
      const share = shares.get(file)
      return share === undefined ? [] : [{ share, listedPath: file.listedPath }]
    })
  }

  #hash(
    path: string,
    onProgress: (hashedBytes: number, sizeBytes: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<HashedFile> {
    return this.#deps.publicly.hashBeside((beside) =>
      hashFile(path, {
        fileSystem: systemFileSystem,
        pool: this.#deps.hashPool,
        onProgress: ({ hashedBytes, sizeBytes }) => onProgress(hashedBytes, sizeBytes),
        ...(beside === undefined ? {} : { beside }),
        ...(signal === undefined ? {} : { signal }),
      }),
    )
  }

  #shareOf(
    { fileHash, sha256, sizeBytes }: HashedFile,
    given: Prices & Pick<StoredShare, 'path' | 'isOwn'> & Partial<Pick<StoredShare, 'folder'>>,
  ): StoredShare {
    const { clock, signer } = this.#deps
    const name = basename(given.path)
    const mimeType = given.folder === undefined ? mimeTypeOf(name) : LISTING_MEDIA_TYPE
    const header = signHeader({ fileHash, name, mimeType, createdAt: clock.now(), sha256, sizeBytes }, signer)
    return { folder: undefined, ...given, fileHash, name, sha256, sizeBytes, header }
  }

  /** Who has the listing is asked for the files. By the largest of them those are found who have the same files in another listing. */
  #announceListed(shares: readonly StoredShare[]): void {
    const largestFirst = shares.toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.fileHash < b.fileHash ? -1 : 1))
    for (const [index, share] of largestFirst.entries())
      this.#announce(share, { silent: index >= ANNOUNCED_OF_FOLDERS })
  }

  #announce(share: StoredShare, { silent }: { readonly silent: boolean } = { silent: false }): void {
    this.#shares.set(share.fileHash, share)
    this.#bySha256.set(share.sha256, share.fileHash)
    void this.#deps.publicly.prepare(share)
    const { fileHash, sha256, isOwn } = share
    this.#publisher?.publish({ fileHash, ...(isOwn ? { sha256 } : { silent }) })
  }

  async #announced(
    share: StoredShare,
    left: Pick<ScannedFolder, 'skipped' | 'skippedCount'> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ShareView> {
    const announced = await this.#awaitAnnounced(share.fileHash, signal)
    const view = this.#viewOf(share, announced, left)
    this.#deps.emit({ kind: 'share', share: view })
    return view
  }

  async #awaitAnnounced(fileHash: FileHash, signal?: AbortSignal): Promise<boolean> {
    const { clock, log } = this.#deps
    if (!this.#deps.hasPeers()) return false
    const limit = deadline(clock, ANNOUNCE_WAIT_MS, new ChiralError('ANNOUNCE_PENDING', 'No peer has it yet.'), signal)
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

  #viewOf(share: StoredShare, announced: boolean, left?: Pick<ScannedFolder, 'skipped' | 'skippedCount'>): ShareView {
    const { fileHash, path, folder } = share
    return shareViewOf(share, {
      announced,
      httpUrl: this.#deps.publicly.urlOf(share),
      ed2kLink: this.#deps.publicly.endpointsOf(share).ed2k?.link,
      path: folder === undefined ? this.#deps.content.pathOf(fileHash, path) : path,
      left,
    })
  }
}
