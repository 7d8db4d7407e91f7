import { bittorrentConnector } from './bittorrent-client.ts'
import type { PublicConnectors } from './download/public-endpoints.ts'
import { ed2kConnector } from './ed2k-client.ts'
import { httpConnector } from './http-client.ts'
import type { NetworkConfig } from './node-config.ts'
import { webtorrentConnectors } from './webtorrent-client.ts'

/** How downloads get files by public protocols: one line for each that is spoken. `meet`: from a stranger by WebRTC. */
export function publicConnectors(
  parts: Omit<Parameters<typeof ed2kConnector>[0], 'scope'> &
    Omit<Parameters<typeof bittorrentConnector>[0], 'scope'> & {
      readonly network: Pick<NetworkConfig, 'scope' | 'iceServers'>
    },
): PublicConnectors & Pick<ReturnType<typeof webtorrentConnectors>, 'meet'> {
  const { scope } = parts.network
  return {
    http: httpConnector({ ...parts, scope }),
    bittorrent: bittorrentConnector({ ...parts, scope }),
    ...webtorrentConnectors(parts),
    ed2k: ed2kConnector({ ...parts, scope }),
  }
}
