import { type OfferedProtocol, publicOf, type TransferProtocol } from '../domain/transfer.ts'

/** Above this a file is large, and many who have it are worth more than one that is near. */
const LARGE_FILE_BYTES = 100 * 2 ** 20
/** More seeders than this are many. */
const MANY_SEEDERS = 5
/** What a page can speak, best first; it opens no other sockets. */
const IN_A_PAGE: readonly OfferedProtocol[] = ['webtorrent', 'bitswap', 'webrpc']
/** Of protocols as many seeders offer, which comes first: those that pay as they go. */
const BY_DEFAULT: readonly OfferedProtocol[] = ['bitswap', 'webrpc', 'http', 'bittorrent', 'webtorrent', 'ed2k']

export interface TransferContext<Protocol extends OfferedProtocol> {
  readonly isBrowser?: boolean
  /** Connections leave through a proxy alone, or to ports of the web alone. */
  readonly isRestricted?: boolean
  readonly sizeBytes?: number
  /** How many offer the file with which protocol. */
  readonly seeders: { readonly [Each in Protocol]?: number }
  /** Comes first where anybody offers it, and excludes nothing. */
  readonly preferred?: OfferedProtocol | undefined
}

/**
 * The protocols that somebody offers the file with, best first; nothing is chosen that nobody offers.
 *
 * In a page its own, before others. Then: the preferred one; BitTorrent for a large file of many; HTTP, which goes through proxies as well;
 * then what most offer.
 */
export function selectProtocols<Protocol extends OfferedProtocol>({
  isBrowser = false,
  isRestricted = false,
  sizeBytes = 0,
  seeders,
  preferred,
}: TransferContext<Protocol>): Protocol[] {
  const offers = new Map<OfferedProtocol, number>(Object.entries(seeders) as [Protocol, number][]) // its keys are no other
  const count = (protocol: OfferedProtocol): number => offers.get(protocol) ?? 0
  const rules: readonly (OfferedProtocol | undefined | false)[] = [
    isBrowser && 'webtorrent',
    preferred,
    sizeBytes > LARGE_FILE_BYTES && count('bittorrent') > MANY_SEEDERS && !isRestricted && 'bittorrent',
    'http',
    ...BY_DEFAULT.toSorted((a, b) => count(b) - count(a)),
  ]
  const isPossible = (protocol: OfferedProtocol | undefined | false): protocol is Protocol =>
    protocol !== undefined && protocol !== false && count(protocol) > 0 && (!isBrowser || IN_A_PAGE.includes(protocol))
  return [...new Set(rules.filter(isPossible))]
}

/**
 * For one more source of a download that is mixed: what fewest of its other sources use, and of as many a public protocol, since whoever serves by one
 * sells on a stream as well, and then what the rules put first.
 * What broke last is not tried again where there is anything else.
 */
export function selectMixed(source: {
  readonly possible: readonly TransferProtocol[]
  readonly others: readonly TransferProtocol[]
  readonly failed: TransferProtocol | undefined
}): TransferProtocol | undefined {
  const { possible, others, failed } = source
  const seeders: { readonly [Each in TransferProtocol]?: number } = Object.fromEntries(
    possible.map((each) => [each, 1]),
  )
  const isPublic = (protocol: TransferProtocol): boolean => publicOf(protocol) !== undefined
  const order = selectProtocols({ seeders }).toSorted((a, b) => Number(isPublic(b)) - Number(isPublic(a)))
  const users = (protocol: TransferProtocol): number => others.filter((other) => other === protocol).length
  const rest = order.filter((protocol) => protocol !== failed)
  return (rest.length > 0 ? rest : order).toSorted((a, b) => users(a) - users(b))[0]
}

/** What others dial, best first. */
const DIALLED: readonly OfferedProtocol[] = ['http', 'bittorrent', 'webtorrent', 'ed2k']
/** The same at a router that forwards ports: a home, whose line is better for a swarm than for a web server. */
const DIALLED_AT_A_ROUTER: readonly OfferedProtocol[] = ['bittorrent', 'http', 'webtorrent', 'ed2k']
/** What leads to a node that nobody can dial: WebRTC by a tracker, and BitTorrent to those that it dials itself. */
const BEHIND_A_ROUTER: readonly OfferedProtocol[] = ['webtorrent', 'bittorrent']

/** What of these two a node serves by that nobody can dial. */
export const NAT_DEFAULTS = ['both', 'webtorrent', 'bittorrent'] as const
export type NatDefault = (typeof NAT_DEFAULTS)[number]

/** How others get to a node: at an address of its own, at that of a router that forwards ports, or not by dialling it. */
export type SeederPlace = 'public' | 'mapped' | 'behind-a-router'

export interface SeedingContext {
  readonly isBrowser: boolean
  readonly place: SeederPlace
  /** Default: both. */
  readonly natDefault?: NatDefault | undefined
  /** What this node can speak. */
  readonly spoken: readonly OfferedProtocol[]
}

/** What a seeder on the Internet offers a file with when nobody chose, best first: what others can reach it by. */
export function selectSeedingProtocols({
  isBrowser,
  place,
  natDefault = 'both',
  spoken,
}: SeedingContext): OfferedProtocol[] {
  const reachable: readonly OfferedProtocol[] = {
    public: DIALLED,
    mapped: DIALLED_AT_A_ROUTER,
    'behind-a-router': BEHIND_A_ROUTER.filter((protocol) => natDefault === 'both' || protocol === natDefault),
  }[place]
  const wanted = isBrowser ? IN_A_PAGE : [...reachable, 'bitswap' as const, 'webrpc' as const]
  return wanted.filter((protocol) => spoken.includes(protocol))
}
