import { CHUNK_SIZE_BYTES, chunkCount } from '../domain/chunk.ts'
import type { FileHash } from '../domain/ids.ts'
import { heldRanges } from './chunk-set.ts'
import { type ProtocolName, protocolsOf } from './endpoints.ts'
import type { FoundSeeder } from './lookup.ts'

/** A seeder in the shape of the published DHT response; amounts are decimal strings of wei, instants seconds since 1970. */
export interface SeederSummary {
  readonly peer_id: string
  readonly protocols: readonly ProtocolName[]
  readonly private_endpoint?: string
  readonly http_url?: string
  readonly bittorrent_infohash?: string
  readonly webtorrent_magnet?: string
  readonly ed2k_link?: string
  readonly wallet: string
  /** First and last index of every run of chunks held, or all. */
  readonly chunks: 'all' | readonly (readonly [number, number])[]
  readonly price_per_mib: string
  readonly min_deposit: string
  readonly expires_at: number
}

export interface FileSummary {
  readonly file_hash: FileHash
  readonly file_name?: string
  readonly file_size?: number
  readonly total_chunks?: number
  readonly chunk_size: number
  readonly created_at?: number
  readonly mime_type?: string
  readonly sha256?: string
  readonly publisher?: string
  readonly seeders: readonly SeederSummary[]
  readonly total_seeders: number
  readonly seeders_by_protocol: Readonly<Record<ProtocolName, number>>
}

/** What `find --json` prints. The name and the rest come from the first valid header record. */
export function summarise(fileHash: FileHash, found: readonly FoundSeeder[]): FileSummary {
  const header = found.find((seeder) => seeder.header !== undefined)?.header
  const totalChunks = header === undefined ? found[0]?.offer.chunks.chunkCount : chunkCount(header.sizeBytes)
  const seeders = found.map(summariseSeeder)
  const count = (name: ProtocolName) => seeders.filter(({ protocols }) => protocols.includes(name)).length
  return {
    file_hash: fileHash,
    ...(header && {
      file_name: header.name,
      file_size: header.sizeBytes,
      created_at: Math.floor(header.createdAt / 1000),
      mime_type: header.mimeType,
      sha256: header.sha256,
      publisher: header.publisher,
    }),
    ...(totalChunks !== undefined && { total_chunks: totalChunks }),
    chunk_size: CHUNK_SIZE_BYTES,
    seeders,
    total_seeders: seeders.length,
    seeders_by_protocol: {
      'chiral-private': count('chiral-private'),
      http: count('http'),
      bittorrent: count('bittorrent'),
      webtorrent: count('webtorrent'),
      ed2k: count('ed2k'),
    },
  }
}

function summariseSeeder({ offer }: FoundSeeder): SeederSummary {
  const { endpoints, chunks } = offer
  const privateEndpoint = endpoints['chiral-private']?.multiaddrs[0]
  return {
    peer_id: offer.peerId,
    protocols: protocolsOf(endpoints),
    ...(privateEndpoint !== undefined && { private_endpoint: privateEndpoint }),
    ...(endpoints.http && { http_url: endpoints.http.url }),
    ...(endpoints.bittorrent && { bittorrent_infohash: endpoints.bittorrent.infohash }),
    ...(endpoints.webtorrent && { webtorrent_magnet: endpoints.webtorrent.magnet }),
    ...(endpoints.ed2k && { ed2k_link: endpoints.ed2k.link }),
    wallet: offer.wallet,
    chunks: chunks.kind === 'all' ? 'all' : heldRanges(chunks).map(({ first, count }) => [first, first + count - 1]),
    price_per_mib: offer.pricePerMiB.toString(),
    min_deposit: offer.minDeposit.toString(),
    expires_at: Math.floor(offer.expiresAt / 1000),
  }
}
