/** Limits of the tracker: docs/specs/13-trackers-and-webtorrent.md §5. */

/** How often peers are asked to announce over HTTP and UDP. Half of what trackers usually say: a seeder that left is forgotten sooner. */
export const ANNOUNCE_INTERVAL_MS = 10 * 60_000
/** A peer that did not announce for so many intervals is gone; the second one may be late. */
export const KEPT_INTERVALS = 2.5
/** How often a peer on a WebSocket is asked to announce. It is forgotten when the connection ends, so this only repairs. */
export const SIGNALLED_INTERVAL_MS = 2 * 60_000

/** Entries (a peer of a torrent) in all, some 300 bytes each: 30 MB. */
export const MAX_ENTRIES = 100_000
/** Entries of one address: a node with so many files. A hundred addresses fill the tracker, not one. */
export const MAX_ENTRIES_PER_ADDRESS = 1_000
/** Peers of a torrent; an answer picks among them. */
export const MAX_PEERS_PER_TORRENT = 1_000
/** Entries of one address in one torrent: machines behind one router, and not a crowd that hides all others. */
export const MAX_PEERS_PER_TORRENT_AND_ADDRESS = 16

/** Peers in an answer: of IPv4 300 bytes, so that an answer over UDP is not six times its request (98 bytes). */
export const MAX_PEERS_PER_ANSWER = 50
/** Torrents in one scrape: BEP 15 has room for 74 in a packet. */
export const MAX_SCRAPED = 74

/** Announces and scrapes an address may make at once, and each second: a node with a thousand files begins with one for each. */
export const REQUEST_BURST = 2_000
export const REQUESTS_PER_SECOND = 20
/** Addresses whose requests are counted; whoever was seen longest ago is forgotten first. */
export const MAX_COUNTED_ADDRESSES = 10_000

/** Connections over TCP, HTTP and WebSocket together: of each 16 KiB and a message. */
export const MAX_CONNECTIONS = 2_048
export const MAX_CONNECTIONS_PER_ADDRESS = 64
/** Bytes of a request's head: an announce has some 400, a scrape of as many as may be 5,000. */
export const MAX_HEADER_BYTES = 8 * 1024
/** For the head of a request to arrive, and for an answer to be taken. */
export const REQUEST_TIMEOUT_MS = 10_000
/** An HTTP connection on which nothing is asked for so long is ended. */
export const IDLE_TIMEOUT_MS = 15_000

/** What waits to be sent to a peer that does not read; then its connection is ended. */
export const MAX_BUFFERED_BYTES = 512 * 1024
/** A WebSocket that answers no ping in this time is dead. */
export const PING_INTERVAL_MS = 60_000

/** How long the id of a UDP "connection" holds, at least: BEP 15 says that a client may use it for a minute, and a server takes it for two. */
export const CONNECTION_ID_MS = 60_000
