import type { DownloadRequest } from '../types.ts'
import type { DownloadDefaults, DownloadSettings } from './dependencies.ts'

/** What the request says, else what is configured. */
export function settingsOf(
  request: Pick<DownloadRequest, keyof DownloadSettings>,
  defaults: DownloadDefaults,
): DownloadSettings {
  return {
    maxSources: request.maxSources ?? defaults.maxSources,
    window: request.window ?? defaults.window,
    protocol: request.protocol ?? defaults.protocol,
    prefer: request.prefer ?? defaults.prefer,
    maxRate: request.maxRate ?? 0,
    sequential: request.sequential ?? false,
    freeSources: request.freeSources ?? defaults.freeSources ?? false,
  }
}
