import { join } from 'node:path'
import { parseFileReference } from '../../domain/cid.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import { type BatchItem, type BatchRequest, type ListingView, MAX_BATCH_FILES } from '../batch-types.ts'
import { type BatchFile, batchFileOf, checkRequest, checkTargets, type ResolvedBatch } from './batch-files.ts'
import type { PreparedFile } from './dependencies.ts'
import type { FoundFiles } from './find-files.ts'
import type { SourceTerms } from './source-host.ts'

/** A listing that was fetched and verified, docs/specs/09-listing.md. */
export interface FetchedListing {
  readonly publisher: Address
  readonly entries: readonly { readonly path: string; readonly sizeBytes: number; readonly fileHash: FileHash }[]
}

export interface ResolveDependencies {
  /** Looks files up; `known` are asked first. */
  findFiles(references: readonly string[], known: readonly SourceTerms[], signal: AbortSignal): Promise<FoundFiles>
  /** `undefined` when the file is none. @throws ChiralError `LISTING_INVALID`, `LISTING_PRICED` and those of a download */
  listing(file: PreparedFile, signal: AbortSignal): Promise<FetchedListing | undefined>
  /** Is the whole file at this place, as it was when it came? */
  isWhole(fileHash: FileHash, target: string): Promise<boolean>
}

/** What a request is made of: listings become the files that they list, and what is here already is not looked for. */
export async function resolveBatch(
  deps: ResolveDependencies,
  request: BatchRequest,
  signal: AbortSignal,
): Promise<ResolvedBatch> {
  checkRequest(request, MAX_BATCH_FILES)
  const resolver = new Resolver(deps, request, signal)
  const resolved = await resolver.resolve()
  checkTargets(resolved.files, MAX_BATCH_FILES)
  return resolved
}

class Resolver {
  readonly #deps: ResolveDependencies
  readonly #request: BatchRequest
  readonly #signal: AbortSignal
  readonly #listings: ListingView[] = []

  constructor(deps: ResolveDependencies, request: BatchRequest, signal: AbortSignal) {
    this.#deps = deps
    this.#request = request
    this.#signal = signal
  }

  async resolve(): Promise<ResolvedBatch> {
    const { items } = this.#request
    const whole = await Promise.all(items.map((item) => this.#wholeItem(item)))
    const references = items.filter((_, index) => whole[index] === undefined).map(({ reference }) => reference)
    const found = await this.#deps.findFiles(references, [], this.#signal)
    const files: BatchFile[] = []
    for (const [index, item] of items.entries()) {
      const here = whole[index]
      if (here === undefined) files.push(...(await this.#filesOf(item, found.get(item.reference))))
      else files.push(here)
    }
    return { files, listings: this.#listings }
  }

  async #filesOf({ reference, path }: BatchItem, found: PreparedFile | ChiralError | undefined): Promise<BatchFile[]> {
    const { out, listingsAsFiles = false } = this.#request
    if (found === undefined || found instanceof ChiralError)
      return [batchFileOf(out, { reference, ...(found === undefined ? {} : { failure: found }) }, path)]
    try {
      const listing = listingsAsFiles ? undefined : await this.#deps.listing(found, this.#signal)
      return listing === undefined
        ? [batchFileOf(out, { reference, file: found }, path)]
        : await this.#listed(found, listing, path ?? found.name)
    } catch (error) {
      this.#signal.throwIfAborted()
      const failure = new ChiralError(codeOf(error) ?? 'INTERNAL', messageOf(error), { cause: error })
      return [batchFileOf(out, { reference, failure }, path ?? found.name)]
    }
  }

  async #listed(of: PreparedFile, { publisher, entries }: FetchedListing, folder: string): Promise<BatchFile[]> {
    const { out } = this.#request
    const placed = entries.map((entry) => ({ ...entry, path: folder === '.' ? entry.path : `${folder}/${entry.path}` }))
    const whole = await Promise.all(placed.map(({ fileHash, path }) => this.#deps.isWhole(fileHash, join(out, path))))
    const references = placed.filter((_, index) => whole[index] !== true).map(({ fileHash }) => fileHash)
    const found = await this.#deps.findFiles(references, of.seeders, this.#signal)
    this.#listings.push({
      fileHash: of.manifest.fileHash,
      name: of.name,
      publisher,
      files: entries.length,
      sizeBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    })
    return placed.map(({ fileHash, sizeBytes, path }, index) => {
      const entry = { reference: fileHash, fileHash, sizeBytes, whole: whole[index] === true }
      const file = entry.whole ? undefined : found.get(fileHash)
      if (file instanceof ChiralError) return batchFileOf(out, { ...entry, failure: file }, path)
      // SPEC 09 §4.2: "The reader MUST refuse an entry whose size is not that of the file with its id"
      if (file !== undefined && file.manifest.sizeBytes !== sizeBytes)
        return batchFileOf(out, { ...entry, failure: mismatch(path, sizeBytes, file.manifest.sizeBytes) }, path)
      return batchFileOf(out, { ...entry, ...(file === undefined ? {} : { file }) }, path)
    })
  }

  async #wholeItem({ reference, path }: BatchItem): Promise<BatchFile | undefined> {
    const { out } = this.#request
    const wanted = parseFileReference(reference)
    if (path === undefined || path === '.' || wanted.kind !== 'file') return undefined
    const whole = await this.#deps.isWhole(wanted.fileHash, join(out, path))
    return whole ? batchFileOf(out, { reference, fileHash: wanted.fileHash, whole }, path) : undefined
  }
}

function mismatch(path: string, listed: number, actual: number): ChiralError {
  return new ChiralError(
    'LISTING_MISMATCH',
    `The listing gives ${path} ${listed} bytes, and the file with that id has ${actual}: it is not downloaded.`,
    { details: { path, listed, actual } },
  )
}
