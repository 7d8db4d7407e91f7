import { SourceIndex } from '../../kademlia/source-index.ts'
import { formatPeerAddress } from '../endpoint.ts'
import type { Endpoint } from '../tracker/compact.ts'
import {
  MAX_INDEXED_PEERS,
  MAX_INDEXED_TORRENTS,
  MAX_PEERS_PER_ADDRESS,
  MAX_PEERS_PER_TORRENT,
  PEER_LIFETIME_MS,
} from './limits.ts'

/** The peers that others announced here, by infohash. */
export function newPeerIndex(): SourceIndex<Endpoint> {
  return new SourceIndex({
    maxFiles: MAX_INDEXED_TORRENTS,
    maxSourcesPerFile: MAX_PEERS_PER_TORRENT,
    maxSources: MAX_INDEXED_PEERS,
    maxSourcesPerAddress: MAX_PEERS_PER_ADDRESS,
    lifetimeMs: PEER_LIFETIME_MS,
    keyOf: ({ address, port }) => formatPeerAddress({ host: address, port }),
  })
}
