import type { ApiClient } from '../api/client.ts'
import type { ApiEvent, Batch, Download } from '../api/schema.ts'
import { ChiralError } from '../domain/errors.ts'

/** A daemon that ends the stream this often without finishing is not going to. */
const MAX_STREAMS = 5

type Notice = Extract<ApiEvent, { kind: 'notice' }>

export interface WatchHandlers<T> {
  onUpdate(state: T): void
  onNotice(notice: Notice): void
}

/** Whether a download or batch is over, for good or until somebody resumes it. */
export function isOver({ phase }: Pick<Download, 'phase'>): boolean {
  return phase === 'done' || phase === 'failed' || phase === 'paused' || phase === 'cancelled'
}

/**
 * Follows a download to its end. The event stream begins with the current state, so nothing that happened before is missed.
 * @throws ChiralError `DAEMON_UNREACHABLE`; the signal's reason
 */
export function watchDownload(
  client: ApiClient,
  downloadId: string,
  handlers: WatchHandlers<Download>,
  signal: AbortSignal,
): Promise<Download> {
  const of = (event: ApiEvent): Download | undefined =>
    event.kind === 'download' && event.download.downloadId === downloadId ? event.download : undefined
  return watch(client, { of, look: () => client.downloadOf(downloadId, { signal }), ...handlers }, signal)
}

/** The same for a batch. */
export function watchBatch(
  client: ApiClient,
  batchId: string,
  handlers: WatchHandlers<Batch>,
  signal: AbortSignal,
): Promise<Batch> {
  const of = (event: ApiEvent): Batch | undefined =>
    event.kind === 'batch' && event.batch.batchId === batchId ? event.batch : undefined
  return watch(client, { of, look: () => client.batchOf(batchId, { signal }), ...handlers }, signal)
}

async function watch<T extends Pick<Download, 'phase'>>(
  client: ApiClient,
  watched: WatchHandlers<T> & {
    /** What of it an event tells. */
    readonly of: (event: ApiEvent) => T | undefined
    readonly look: () => Promise<T>
  },
  signal: AbortSignal,
): Promise<T> {
  for (let streams = 0; streams < MAX_STREAMS; streams++) {
    for await (const event of client.events({ signal })) {
      if (event.kind === 'notice') watched.onNotice(event)
      const state = watched.of(event)
      if (state === undefined) continue
      watched.onUpdate(state)
      if (isOver(state)) return state
    }
    signal.throwIfAborted()
    const state = await watched.look()
    if (isOver(state)) return state
  }
  throw new ChiralError(
    'DAEMON_UNREACHABLE',
    'The daemon keeps ending the event stream: restart it with "chiral daemon".',
  )
}
