import type { ChunkFlow } from './chunk-flow.ts'
import type { DownloadJob, PreparedFile } from './dependencies.ts'
import type { Source } from './source.ts'
import type { SourceHost } from './source-host.ts'

/** Finds peers of public swarms that have the file of a download, and has them bring chunks of it. */
export interface FreeSources {
  /** Until `signal` aborts, or it is stopped. */
  join(download: FreeDownload): Strangers
}

export interface FreeDownload {
  readonly job: Pick<DownloadJob, 'downloadId'>
  readonly file: Pick<PreparedFile, 'seeders'> & { readonly manifest: Pick<PreparedFile['manifest'], 'sizeBytes'> }
  readonly flow: SourceHost & Pick<ChunkFlow, 'addSource' | 'dropSource' | 'count' | 'held'>
  readonly signal: AbortSignal
}

/** The peers of public swarms that one download uses. */
export interface Strangers {
  /** Those that are used now, and those that were and brought something or lied. */
  sources(): readonly Source[]
  /** Resolves when none of them does anything any more. Never rejects. */
  stop(): Promise<void>
}
