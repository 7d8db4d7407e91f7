import type { FileHash } from '../../domain/ids.ts'

/** Which chunks are held; the content store's bitfields are such. */
export interface HeldChunks {
  readonly length: number
  readonly count: number
  has(chunkIndex: number): boolean
}

/** A file as it stands in a swarm. */
export interface ServedTorrent {
  readonly fileHash: FileHash
  readonly sizeBytes: number
  /** Hex. */
  readonly infohash: string
  /** Anybody may have it. */
  readonly isFree: boolean
  readonly held: HeldChunks
}

/** What this node serves; `node/` passes its shares. */
export interface ServedTorrents {
  torrent(infohash: string): ServedTorrent | undefined
  /** By what `torrentKeyOf` makes of it; both hex. */
  infohash(torrentKey: string): string | undefined
  /** The bytes of a held chunk. */
  read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array>
  /** The `info` dictionary, bencoded. */
  info(fileHash: FileHash): Uint8Array | undefined
  /** The grant with this id: the text that payers show to public protocols. */
  grant(grantId: Uint8Array): string | undefined
}
