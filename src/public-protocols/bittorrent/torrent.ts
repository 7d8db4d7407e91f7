import { createHash } from 'node:crypto'
import { equalBytes } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../domain/chunk.ts'
import { DecodeError } from '../../domain/errors.ts'
import { type Bencoded, decodeDict, encodeBencode } from './bencode.ts'
import { MAX_PIECES, MAX_TORRENT_BYTES, MAX_TRACKERS } from './limits.ts'

const PIECE_HASH_BYTES = 20
const MAX_NAME_BYTES = 1_024
const MAX_TRACKER_LENGTH = 512

/** What makes a swarm: whoever has the same file under the same name is in the same one. */
export interface TorrentInfo {
  readonly name: string
  readonly sizeBytes: number
  /** SHA-1 of each chunk, one after another. */
  readonly pieces: Uint8Array
}

export interface Torrent {
  readonly info: TorrentInfo
  /** Hex. */
  readonly infohash: string
  readonly trackers: readonly string[]
}

export function pieceHashOf(chunk: Uint8Array): Uint8Array {
  return createHash('sha1').update(chunk).digest()
}

/** SPEC 12 §1: "The dictionary MUST have these keys and no others". */
export function encodeInfo({ name, sizeBytes, pieces }: TorrentInfo): Uint8Array {
  return encodeBencode({ length: sizeBytes, name, 'piece length': CHUNK_SIZE_BYTES, pieces })
}

/** @param info as `encodeInfo` made it. @returns hex */
export function infohashOf(info: Uint8Array): string {
  return createHash('sha1').update(info).digest('hex')
}

/** A .torrent file. @param info as `encodeInfo` made it */
export function encodeTorrent(info: Uint8Array, trackers: readonly string[]): Uint8Array {
  const [first] = trackers
  return encodeBencode({
    announce: first,
    'announce-list': first === undefined ? undefined : [[...trackers]],
    'created by': 'Chiral',
    info: decodeDict(info),
  })
}

/**
 * A .torrent file of one file whose pieces are chunks, as this program makes them.
 * @throws DecodeError for what is none, is another kind of torrent, or is not written in the one way that has its infohash
 */
export function decodeTorrent(bytes: Uint8Array): Torrent {
  if (bytes.byteLength > MAX_TORRENT_BYTES) throw new DecodeError('A torrent is too large to be looked at.')
  const torrent = decodeDict(bytes)
  if (!equalBytes(encodeBencode(torrent), bytes)) throw new DecodeError('The keys of a torrent are out of order.')
  const info = torrent.get('info')
  if (!(info instanceof Map)) throw new DecodeError('A torrent has no info.')
  const dict: ReadonlyMap<string, Bencoded> = info
  return {
    info: decodeInfo(dict),
    infohash: infohashOf(encodeBencode(dict)),
    trackers: trackersIn(torrent),
  }
}

function decodeInfo(info: ReadonlyMap<string, Bencoded>): TorrentInfo {
  const [name, sizeBytes, pieces] = [info.get('name'), info.get('length'), info.get('pieces')]
  if (info.has('files') || info.has('meta version'))
    throw new DecodeError('Only torrents of one file and of version 1 are read.')
  if (info.get('piece length') !== CHUNK_SIZE_BYTES)
    throw new DecodeError('Only torrents with pieces of 256 KiB are read.')
  if (!(name instanceof Uint8Array) || name.byteLength === 0 || name.byteLength > MAX_NAME_BYTES)
    throw new DecodeError('A torrent has no good name.')
  if (typeof sizeBytes !== 'number' || sizeBytes < 0 || chunkCount(sizeBytes) > MAX_PIECES)
    throw new DecodeError('A torrent has no good length.')
  if (!(pieces instanceof Uint8Array) || pieces.byteLength !== PIECE_HASH_BYTES * chunkCount(sizeBytes))
    throw new DecodeError('A torrent has not one hash a piece.')
  return { name: textIn(name), sizeBytes, pieces }
}

function trackersIn(torrent: ReadonlyMap<string, Bencoded>): string[] {
  const tiers = torrent.get('announce-list')
  const listed = Array.isArray(tiers) ? tiers.flat() : []
  const named = [torrent.get('announce'), ...listed].filter((each) => each instanceof Uint8Array)
  const texts = named.filter(({ byteLength }) => byteLength <= MAX_TRACKER_LENGTH).map((each) => textIn(each))
  return [...new Set(texts)].slice(0, MAX_TRACKERS)
}

/** @throws DecodeError for what is no UTF-8 */
function textIn(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new DecodeError('A text in a torrent is not UTF-8.')
  }
}
