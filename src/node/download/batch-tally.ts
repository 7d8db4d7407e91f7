import { ChiralError } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import type { BatchFailure, BatchFileView, BatchView } from '../batch-types.ts'
import type { BatchFile } from './batch-files.ts'
import type { Download } from './download.ts'
import { SpeedMeter } from './speed-meter.ts'

/** Failures that a view lists: the rest is seen by looking at the files. */
export const MAX_FAILURES_SHOWN = 100

/** What became of the files of a batch, as it is shown. */
export class BatchTally {
  readonly #clock: Clock
  readonly #speed: SpeedMeter
  readonly #done = new Set<BatchFile>()
  readonly #failed = new Map<BatchFile, ChiralError>()
  /** Bytes that are held of files that did not get done. */
  readonly #parts = new Map<BatchFile, number>()
  #files: readonly BatchFile[] = []
  #doneBytes = 0
  #verifiedBytes = 0
  /** What came, of files that are not under way any more, and of all. */
  #broughtBytes = 0
  #transferBytes = 0
  #firstAt: number | undefined
  #lastAt: number | undefined
  readonly #startedAt: number
  #endedAt: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#speed = new SpeedMeter(clock)
    this.#startedAt = clock.monotonic()
  }

  begin(files: readonly BatchFile[]): void {
    this.#files = files
    for (const file of files) {
      if (file.failure !== undefined) this.#failed.set(file, file.failure)
      else if (file.whole) this.done(file)
    }
    this.#verifiedBytes = this.#doneBytes
  }

  get failed(): number {
    return this.#failed.size
  }

  /** The one error that stands for all of them: what the first failed with. */
  failure(): ChiralError {
    const [first] = this.#failed.values()
    const { code, message } = first ?? new ChiralError('INTERNAL', 'No file failed.')
    const what = `${this.#failed.size} of ${this.#files.length} files could not be had`
    return new ChiralError(code, `${what}: ${message} Run the same command again to go on.`)
  }

  isOpen(file: BatchFile): boolean {
    return !this.#done.has(file) && !this.#failed.has(file)
  }

  stateOf(file: BatchFile): BatchFileView['state'] {
    return this.#done.has(file) ? 'done' : this.#failed.has(file) ? 'failed' : 'waiting'
  }

  failureOf(file: BatchFile): ChiralError | undefined {
    return this.#failed.get(file)
  }

  done(file: BatchFile): void {
    this.#done.add(file)
    this.#parts.delete(file)
    this.#doneBytes += file.sizeBytes
  }

  fail(file: BatchFile, error: ChiralError): void {
    this.#failed.set(file, error)
  }

  /** A file is not under way any more, and so much of it is held. */
  left(file: BatchFile, { verifiedBytes, transferBytes }: Download['bytes']): void {
    this.#parts.set(file, verifiedBytes)
    this.#broughtBytes += transferBytes
  }

  /** Takes in what those that are under way have by now. */
  follow(running: ReadonlyMap<BatchFile, Download>): void {
    let bytes = this.#doneBytes
    for (const held of this.#parts.values()) bytes += held
    let brought = this.#broughtBytes
    for (const { bytes: held } of running.values()) {
      bytes += held.verifiedBytes
      brought += held.transferBytes
    }
    if (bytes > this.#verifiedBytes) this.#verifiedBytes = bytes
    if (brought <= this.#transferBytes) return
    this.#speed.add(brought - this.#transferBytes)
    this.#transferBytes = brought
    this.#lastAt = this.#clock.monotonic()
    this.#firstAt ??= this.#lastAt
  }

  end(): void {
    this.#endedAt ??= this.#clock.monotonic()
  }

  view(): Pick<
    BatchView,
    | 'files'
    | 'filesDone'
    | 'filesFailed'
    | 'sizeBytes'
    | 'verifiedBytes'
    | 'bytesPerSecond'
    | 'seconds'
    | 'transferSeconds'
    | 'transferBytes'
    | 'failures'
  > {
    return {
      files: this.#files.length,
      filesDone: this.#done.size,
      filesFailed: this.#failed.size,
      sizeBytes: this.#files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      verifiedBytes: this.#verifiedBytes,
      bytesPerSecond: this.#endedAt === undefined ? this.#speed.bytesPerSecond() : 0,
      seconds: ((this.#endedAt ?? this.#clock.monotonic()) - this.#startedAt) / 1000,
      transferSeconds: ((this.#lastAt ?? 0) - (this.#firstAt ?? 0)) / 1000,
      transferBytes: this.#transferBytes,
      failures: failuresOf(this.#failed),
    }
  }
}

/** The first of them, as they are shown. */
export function failuresOf(failed: Iterable<readonly [BatchFile, ChiralError]>): BatchFailure[] {
  const shown: BatchFailure[] = []
  for (const [{ reference, path }, { code, message }] of failed) {
    if (shown.length === MAX_FAILURES_SHOWN) break
    shown.push({ reference, path, code, message })
  }
  return shown
}
