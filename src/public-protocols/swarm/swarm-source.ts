import { ChiralError } from '../../domain/errors.ts'

/** A .torrent of 100,000 pieces and as many files is below; more is no torrent one person downloads. */
export const MAX_TORRENT_BYTES = 16 * 2 ** 20
/** Of a magnet link: far more than one with twenty trackers has. */
const MAX_MAGNET_CHARACTERS = 8_192
/** Trackers and peers that are taken from a torrent or magnet, so that a hostile one makes nobody dial thousands. */
const MAX_TRACKERS = 32
const MAX_PEERS = 64
/** Every torrent is a dictionary (BEP 3), and begins with this letter. */
const DICTIONARY = 'd'.charCodeAt(0)
const TRACKER_PROTOCOLS: readonly string[] = ['http:', 'https:', 'udp:', 'ws:', 'wss:']

/** What is fetched from a swarm, and who is asked for its peers. */
export interface SwarmSource {
  /** 40 hexadecimal digits. */
  readonly infohash: string
  /** As the torrent or link says; absent in many links. */
  readonly name: string | undefined
  readonly trackers: readonly string[]
  /** `host:port`, as a link names them (`x.pe`, BEP 9). */
  readonly peers: readonly string[]
  /** The torrent itself; absent for a link: then it comes from peers (BEP 9). */
  readonly torrent: Uint8Array | undefined
}

/**
 * What a magnet link (BEP 9) or the bytes of a .torrent (BEP 3) name. Web seeds and other URLs in them are left out: nobody is asked who is no peer.
 *
 * @param given `magnet:?xt=urn:btih:…`, or the content of a .torrent
 * @throws ChiralError `TORRENT_INVALID`
 */
export async function parseSwarmSource(given: string | Uint8Array): Promise<SwarmSource> {
  const isLink = typeof given === 'string'
  if (isLink && given.length > MAX_MAGNET_CHARACTERS) throw invalid('the link is too long')
  if (!isLink && given.byteLength > MAX_TORRENT_BYTES) throw invalid('it is too large')
  if (isLink && !given.startsWith('magnet:')) throw invalid('a link begins with "magnet:"')
  if (!isLink && given[0] !== DICTIONARY) throw invalid('a torrent is a dictionary')
  const { default: parseTorrent } = await import('parse-torrent')
  const parsed = await parseTorrent(given).catch((error: unknown) => {
    throw invalid('it cannot be read', error)
  })
  const infohash = parsed.infoHash?.toLowerCase() ?? ''
  if (!/^[0-9a-f]{40}$/.test(infohash)) throw invalid('it names no v1 infohash')
  const trackers = (parsed.announce ?? []).filter(isTracker)
  return {
    infohash,
    name: parsed.name,
    trackers: [...new Set(trackers)].slice(0, MAX_TRACKERS),
    peers: (parsed.peerAddresses ?? []).slice(0, MAX_PEERS),
    torrent: isLink ? undefined : given,
  }
}

/** Can it be asked for peers? */
export function isTracker(url: string): boolean {
  return TRACKER_PROTOCOLS.includes(URL.parse(url)?.protocol ?? '')
}

function invalid(why: string, cause?: unknown): ChiralError {
  return new ChiralError('TORRENT_INVALID', `That is no torrent or magnet link: ${why}.`, { cause })
}
