import { bittorrentConnector } from './bittorrent-client.ts'
import type { PublicConnectors } from './download/public-endpoints.ts'
import { ed2kConnector } from './ed2k-client.ts'
import { httpConnector } from './http-client.ts'

/** How downloads get files by public protocols: one line for each that is spoken. */
export function publicConnectors(
  parts: Parameters<typeof httpConnector>[0] &
    Parameters<typeof bittorrentConnector>[0] &
    Parameters<typeof ed2kConnector>[0],
): PublicConnectors {
  return { http: httpConnector(parts), bittorrent: bittorrentConnector(parts), ed2k: ed2kConnector(parts) }
}
