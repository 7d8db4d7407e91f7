import type { ApiClient } from '../api/client.ts'
import type { ApiEvent, Download } from '../api/schema.ts'
import { ChiralError } from '../domain/errors.ts'

/** A daemon that ends the stream this often without finishing is not going to. */
const MAX_STREAMS = 5

export interface WatchHandlers {
  onUpdate(download: Download): void
  onNotice(notice: Extract<ApiEvent, { kind: 'notice' }>): void
}

/** Whether a download is over, for good or until somebody resumes it. */
export function isOver({ phase }: Download): boolean {
  return phase === 'done' || phase === 'failed' || phase === 'paused' || phase === 'cancelled'
}

/**
 * Follows a download to its end. The event stream begins with the current state, so nothing that happened before is missed.
 * @throws ChiralError `DAEMON_UNREACHABLE`; the signal's reason
 */
export async function watchDownload(
  client: ApiClient,
  downloadId: string,
  handlers: WatchHandlers,
  signal: AbortSignal,
): Promise<Download> {
  for (let streams = 0; streams < MAX_STREAMS; streams++) {
    for await (const event of client.events({ signal })) {
      if (event.kind === 'notice') handlers.onNotice(event)
      if (event.kind !== 'download' || event.download.downloadId !== downloadId) continue
      handlers.onUpdate(event.download)
      if (isOver(event.download)) return event.download
    }
    signal.throwIfAborted()
    const download = await client.downloadOf(downloadId, { signal })
    if (isOver(download)) return download
  }
  throw new ChiralError(
    'DAEMON_UNREACHABLE',
    'The daemon keeps ending the event stream: restart it with "chiral daemon".',
  )
}
