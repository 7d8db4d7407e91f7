import { createHash } from 'node:crypto'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import type { ServedTorrent, ServedTorrents } from '../../src/public-protocols/bittorrent/served-torrents.ts'
import { encodeInfo, infohashOf, pieceHashOf } from '../../src/public-protocols/bittorrent/torrent.ts'
import { torrentsOf } from './bittorrent-seeder.ts'

/** A file with its torrent, as a seeder serves it. */
export interface SwarmFile {
  readonly torrent: ServedTorrent
  readonly torrents: ServedTorrents
  /** Hex. */
  readonly sha256: string
}

export function swarmFile(name: string, bytes: Uint8Array, { isFree = true } = {}): SwarmFile {
  const sizeBytes = bytes.byteLength
  const count = chunkCount(sizeBytes)
  const chunk = (index: number): Uint8Array => bytes.subarray(index * CHUNK_SIZE_BYTES, (index + 1) * CHUNK_SIZE_BYTES)
  const pieces = Buffer.concat(Array.from({ length: count }, (_, index) => pieceHashOf(chunk(index))))
  const info = encodeInfo({ name, sizeBytes, pieces })
  const fileHash = parseFileHash(createHash('sha256').update(info).digest('hex'))
  const torrent = { fileHash, sizeBytes, infohash: infohashOf(info), isFree, held: Bitfield.full(count) }
  const torrents = torrentsOf(torrent, async (index) => chunk(index), { info })
  return { torrent, torrents, sha256: createHash('sha256').update(bytes).digest('hex') }
}
