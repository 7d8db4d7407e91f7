/** Limits of the BitTorrent DHT: docs/specs/16-bittorrent-dht.md §6. */

// Of what is sent and read.

/** Bytes of a datagram that are read: every path carries some 1,500 whole, and nobody sends more. */
export const MAX_DATAGRAM_BYTES = 2_048
/** Bytes of another's transaction, which is sent back: BEP 5 says two. */
export const MAX_TRANSACTION_BYTES = 32
/** Bytes of another's token, which is sent back: clients make them of 4 to 20. */
export const MAX_TOKEN_BYTES = 64
/** Contacts of an answer that are read: BEP 5 says eight, some send twice as many. */
export const MAX_CONTACTS_READ = 16
/** Peers of an answer that are read: more do not fit into a datagram. */
export const MAX_PEERS_READ = 200
/** Peers in one answer of ours. */
export const MAX_PEERS_SENT = 16
/** An answer, with the ping that goes with it, is at most so many times as long as its question, as in QUIC (RFC 9000 §8). */
export const MAX_AMPLIFICATION = 3
/** Bytes of an answer, whatever was asked: with its headers it stays below 1,280, which every path carries whole. */
export const MAX_ANSWER_BYTES = 1_200

// Of what is kept.

/** Contacts at one distance, and nodes that are asked or told in the end: BEP 5's K. */
export const K = 8
/** Torrents of others whose peers are kept. */
export const MAX_INDEXED_TORRENTS = 4_096
/** Peers kept of one torrent. */
export const MAX_PEERS_PER_TORRENT = 100
/** Peers kept in all: some 3 MB. */
export const MAX_INDEXED_PEERS = 16_384
/** Peers one address may have in the index: it cannot fill it alone. */
export const MAX_PEERS_PER_ADDRESS = 512
/** A peer is forgotten so long after it was announced: clients announce every 15 to 30 minutes. */
export const PEER_LIFETIME_MS = 45 * 60_000
/** A token is good for this to twice as long: BEP 5 changes its secret every five minutes. */
export const TOKEN_PERIOD_MS = 5 * 60_000

// Of what is asked.

/** Bytes of a transaction of ours: nobody who does not see the question guesses them. */
export const TRANSACTION_BYTES = 4
/** Questions that are not answered yet: those of all lookups at once are some twenty. */
export const MAX_OPEN_QUESTIONS = 256
/** How long a node has to answer. */
export const ANSWER_WITHIN_MS = 3_000
/** Lookups for peers at once; more wait. */
export const MAX_SEARCHES = 4
/** Announcements at once: each is a lookup, some twenty datagrams. */
export const MAX_ANNOUNCEMENTS = 4
/** Lookups for peers that wait. */
export const MAX_WAITING_SEARCHES = 64
/** A lookup for peers waits so long for somebody to ask, while nobody is known. */
export const SEARCH_PATIENCE_MS = 10_000
/** After this a lookup for peers ends with what it found: among silent nodes it would take a minute. */
export const SEARCH_MS = 20_000
/** Between two announcements: {@link MAX_ANNOUNCED} of them take 25 minutes. */
export const ANNOUNCE_PAUSE_MS = 1_000
/** An announcement is repeated before others forget it, which most do after 30 minutes. */
export const REANNOUNCE_MS = 25 * 60_000
/** Nodes that are enough to keep an announcement until it is repeated: half of {@link K}. */
export const ENOUGH_NODES = 4
/** One that fewer took is tried again sooner: the network was not there yet. */
export const ANNOUNCE_RETRY_MS = 60_000
/** Torrents that are announced. */
export const MAX_ANNOUNCED = 1_500
/** Between two lookups of our own place, which keep the contacts near it fresh. */
export const REFRESH_MS = 10 * 60_000
/** A contact that was silent so long is asked whether it is there: BEP 5's "questionable". */
export const SILENT_MS = 15 * 60_000
