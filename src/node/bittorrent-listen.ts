import { formatPeerAddress } from '../public-protocols/bittorrent/endpoint.ts'
import { defaultListen } from './http-listen.ts'
import type { BittorrentConfig, HttpListen, NetworkConfig } from './node-config.ts'
import { reachedAt } from './reached-at.ts'
import type { RouterPorts } from './router-ports.ts'

/** The first of those that BEP 3 names. */
const DEFAULT_PORT = 6_881
/** Addresses in an offer: one of each kind is used, and others help who cannot reach it. */
const MAX_ANNOUNCED = 4

export interface BittorrentPlan extends HttpListen {
  /** Another port will do when this one is taken: nobody chose it. */
  readonly anyPort: boolean
}

/** Where files are served over BitTorrent, if anywhere: as over HTTP. `addresses` are the multiaddrs that this node announces. */
export function planBittorrent(
  { listen }: BittorrentConfig,
  scope: NetworkConfig['scope'],
  addresses: readonly string[],
): BittorrentPlan | undefined {
  const chosen = listen ?? defaultListen(scope, addresses, DEFAULT_PORT)
  return chosen === 'off' ? undefined : { ...chosen, anyPort: listen === undefined }
}

/** Where others reach a server on this host and port, as offers have it; none while no address of this node is known. */
export function announcedPeers(
  listen: HttpListen,
  addresses: readonly string[],
  ports?: RouterPorts,
): readonly string[] {
  return reachedAt(listen, addresses, ports).slice(0, MAX_ANNOUNCED).map(formatPeerAddress)
}

/**
 * URLs of a tracker on this host and port, those on WebSockets first; without an address of this node, as far as they need none.
 * @param certified what its certificate is for, as a URL has it; without one it speaks no TLS. UDP never does
 */
export function announcedTracker(
  listen: HttpListen,
  addresses: readonly string[],
  certified?: string,
  ports?: RouterPorts,
): readonly string[] {
  const [reached] = reachedAt(listen, addresses, ports)
  const overUdp = reachedAt(listen, addresses, ports, 'udp')
    .slice(0, 1)
    .map((each) => `udp://${formatPeerAddress(each)}`)
  if (certified !== undefined) {
    const origin = `${certified}:${reached?.port ?? listen.port}`
    return [`wss://${origin}/`, ...overUdp, `https://${origin}/announce`]
  }
  const at = reached && formatPeerAddress(reached)
  return at === undefined ? [] : [`ws://${at}/`, ...overUdp, `http://${at}/announce`]
}
