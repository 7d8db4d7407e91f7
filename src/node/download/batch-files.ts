import { join } from 'node:path'
import { Bitfield } from '../../domain/bitfield.ts'
import { chunkCount } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import { foldPath, parseRelativePath } from '../../domain/relative-path.ts'
import type { BatchFileView, BatchRequest, ListingView } from '../batch-types.ts'
import type { PricedFile } from './batch-plan.ts'
import type { PreparedFile } from './dependencies.ts'
import type { SourceTerms } from './source-host.ts'

/** What a batch is to have at one place. */
export interface BatchFile {
  readonly reference: string
  /** Below the batch's folder. */
  readonly path: string
  /** Absolute. */
  readonly target: string
  readonly fileHash: FileHash | undefined
  readonly sizeBytes: number
  /** It is there already: nobody was asked for it. */
  readonly whole: boolean
  /** How it can be had. */
  readonly file: PreparedFile | undefined
  /** Why it cannot. */
  readonly failure: ChiralError | undefined
}

/** A batch whose references were looked up. */
export interface ResolvedBatch {
  readonly files: readonly BatchFile[]
  readonly listings: readonly ListingView[]
}

/** Where a reference of a request goes. */
export function batchFileOf(
  out: string,
  found: Pick<BatchFile, 'reference'> &
    Partial<Pick<BatchFile, 'fileHash' | 'sizeBytes' | 'file' | 'failure' | 'whole'>>,
  path: string | undefined,
): BatchFile {
  const { reference, file, failure, whole = false } = found
  const shown = path ?? file?.name ?? reference
  return {
    reference,
    path: shown,
    target: join(out, shown),
    fileHash: found.fileHash ?? file?.manifest.fileHash,
    sizeBytes: found.sizeBytes ?? file?.manifest.sizeBytes ?? 0,
    whole,
    file,
    failure,
  }
}

/** @throws ChiralError `REQUEST_INVALID`, `BATCH_TOO_LARGE` for paths that leave the folder, or too many files */
export function checkRequest({ items }: BatchRequest, most: number): void {
  if (items.length === 0) throw new ChiralError('REQUEST_INVALID', 'A batch has at least one file.')
  if (items.length > most) throw tooLarge(items.length, most)
  for (const { path } of items) {
    if (path === undefined || path === '.') continue
    const verdict = parseRelativePath(path)
    if (!verdict.accepted) throw new ChiralError('REQUEST_INVALID', `"${path}" cannot be a target: ${verdict.why}.`)
  }
}

/** Two files at one place would be one. @throws ChiralError `TARGET_COLLISION`, `BATCH_TOO_LARGE` */
export function checkTargets(files: readonly BatchFile[], most: number): void {
  if (files.length > most) throw tooLarge(files.length, most)
  const seen = new Map<string, BatchFile>()
  for (const file of files) {
    if (file.failure !== undefined) continue
    const key = foldPath(file.path)
    const other = seen.get(key)
    if (other !== undefined)
      throw new ChiralError(
        'TARGET_COLLISION',
        `${other.reference} and ${file.reference} would both be written to ${file.target}: name their targets in a list (--list).`,
        { details: { target: file.target } },
      )
    seen.set(key, file)
  }
}

/** What is to be paid for of a batch: each content once, however many places it goes to. */
export function pricedFiles(
  files: readonly BatchFile[],
  held: (fileHash: FileHash, target: string) => Bitfield | undefined,
): (PricedFile<SourceTerms> & { readonly of: BatchFile })[] {
  const seen = new Set<FileHash>()
  const priced: (PricedFile<SourceTerms> & { readonly of: BatchFile })[] = []
  for (const of of files) if (of.whole && of.fileHash !== undefined) seen.add(of.fileHash)
  for (const of of files) {
    const { file, target } = of
    if (of.whole || file === undefined || seen.has(file.manifest.fileHash)) continue
    const { fileHash, sizeBytes } = file.manifest
    seen.add(fileHash)
    const have = held(fileHash, target) ?? new Bitfield(chunkCount(sizeBytes))
    priced.push({ of, sizeBytes, have, seeders: file.seeders })
  }
  return priced
}

/** A file as it is shown. */
export function viewOfFile(
  { reference, fileHash, target, sizeBytes }: BatchFile,
  state: BatchFileView['state'],
  error: ChiralError | undefined,
): BatchFileView {
  return {
    reference,
    fileHash,
    path: target,
    sizeBytes,
    state,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  }
}

function tooLarge(files: number, most: number): ChiralError {
  return new ChiralError('BATCH_TOO_LARGE', `${files} files are more than the ${most} of one batch: split the list.`, {
    details: { files, most },
  })
}
