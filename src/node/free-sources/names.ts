import { parseMagnet } from '../../public-protocols/bittorrent/magnet.ts'
import { seederIn } from '../../public-protocols/bittorrent/webrtc/webtorrent-endpoint.ts'
import { type Ed2kLink, parseEd2kLink } from '../../public-protocols/ed2k/link.ts'
import type { SourceTerms } from '../download/source-host.ts'
import { MAX_NAMES } from './limits.ts'

/** What public swarms know a file by. Offers say so, and nothing proves it: each chunk is verified, whatever brings it. */
export interface SwarmNames {
  /** Infohashes, hex. */
  readonly torrents: readonly string[]
  /** Of each ed2k hash one, with the sources of all. */
  readonly links: readonly Ed2kLink[]
}

type Offered = Pick<SourceTerms, 'publicly'>

/** As most of the sellers have it, and no more than `MAX_NAMES` of each kind. */
export function swarmNames(sellers: readonly Offered[], sizeBytes: number): SwarmNames {
  const torrents = mostNamed(sellers.flatMap((seller) => [...new Set(infohashesOf(seller))]))
  const links = sellers.flatMap((seller) => linkOf(seller) ?? []).filter((link) => link.sizeBytes === sizeBytes)
  const hashes = mostNamed(links.map(({ hash }) => hash))
  return {
    torrents,
    links: hashes.flatMap((hash) => {
      const [first, ...others] = links.filter((link) => link.hash === hash)
      return first === undefined ? [] : [{ ...first, sources: [first, ...others].flatMap(({ sources }) => sources) }]
    }),
  }
}

/** Where the sellers themselves are: who sells a file is no stranger, and is found in swarms as well. */
export function sellersAddresses(sellers: readonly Offered[]): ReadonlySet<string> {
  return new Set(
    sellers.flatMap(({ publicly: { bittorrent, ed2k } }) => [
      ...(bittorrent?.addresses ?? []),
      ...(ed2k === undefined ? [] : [ed2k.address]),
    ]),
  )
}

/** What trackers on WebSockets know them by, for the same reason. */
export function sellersPeerIds(sellers: readonly Offered[]): readonly string[] {
  return sellers.flatMap(({ publicly: { webtorrent } }) =>
    webtorrent === undefined ? [] : (seederIn(webtorrent.magnet)?.peerId ?? []),
  )
}

function infohashesOf({ publicly: { bittorrent, webtorrent } }: Offered): string[] {
  const named = bittorrent === undefined ? [] : [bittorrent.infohash]
  return webtorrent === undefined
    ? named
    : [...named, ...(unlessWrong(() => parseMagnet(webtorrent.magnet).infohash) ?? [])]
}

function linkOf({ publicly: { ed2k } }: Offered): Ed2kLink | undefined {
  return ed2k === undefined ? undefined : unlessWrong(() => parseEd2kLink(ed2k.link))?.[0]
}

/** What a seller writes wrongly into its offer is as if it had not said it. */
function unlessWrong<T>(read: () => T): readonly [T] | undefined {
  try {
    return [read()]
  } catch {
    return undefined
  }
}

function mostNamed<T>(names: readonly T[]): T[] {
  const votes = Map.groupBy(names, (name) => name)
  const ordered = [...votes].toSorted(([, a], [, b]) => b.length - a.length)
  return ordered.slice(0, MAX_NAMES).map(([name]) => name)
}
