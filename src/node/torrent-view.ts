import type { FileHash } from '../domain/ids.ts'

/** A shared file for clients that speak BitTorrent. */
export interface TorrentView {
  readonly fileHash: FileHash
  /** Hex. */
  readonly infohash: string
  readonly name: string
  readonly sizeBytes: number
  readonly magnet: string
  /** Where this node serves it, as `host:port`. */
  readonly peers: readonly string[]
  /** The .torrent file. */
  readonly torrent: Uint8Array
}
