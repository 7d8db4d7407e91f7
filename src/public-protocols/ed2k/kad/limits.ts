/** Limits of Kad: docs/specs/15-kad.md §7. */

// Of what is sent and read.

/** Bytes of a datagram that are read: the largest of aMule's have 50 sources, some 3,500 bytes. */
export const MAX_DATAGRAM_BYTES = 8_192
/** Bytes a packed datagram may grow to: the same, so that packing gets nobody further. */
export const MAX_INFLATED_BYTES = 8_192
/** Contacts of an answer that are read: as many as a bootstrap has. Others have 11 at most. */
export const MAX_CONTACTS_READ = 20
/** Sources of an answer that are read: aMule sends 50 in one. */
export const MAX_SOURCES_READ = 50
/** Tags of one source or greeting: aMule writes seven. */
export const MAX_TAGS = 16
/** Contacts in our answer to a bootstrap: 527 bytes. */
export const BOOTSTRAP_CONTACTS = 20
/** Contacts in our answer to a question for nodes, whatever was asked for: 310 bytes. */
export const MAX_CONTACTS_SENT = 11
/** Sources in one answer of ours: with 62 bytes each it stays below 1,280 bytes, which every path carries whole. */
export const MAX_SOURCES_SENT = 20
/** An answer to an address that has proved nothing is at most so many times as long as its question, as in QUIC (RFC 9000 §8). */
export const MAX_AMPLIFICATION = 3

// Of each address.

/** Addresses that proved themselves and are remembered. */
export const MAX_PROVED_ADDRESSES = 4_096
/** A proof is believed so long: an address may be somebody else's afterwards. */
export const PROOF_MS = 60 * 60_000
/** Addresses that have been asked to prove themselves, with what they asked before. */
export const MAX_UNPROVED_ADDRESSES = 512
/** How long a question waits for its asker to prove its address. */
export const PROVE_WITHIN_MS = 10_000

// Of what is kept.

/** Files of others whose sources are kept. */
export const MAX_INDEXED_FILES = 4_096
/** Sources kept of one file: more than one answer tells. */
export const MAX_SOURCES_PER_FILE = 100
/** Sources kept in all: some 3 MB. */
export const MAX_INDEXED_SOURCES = 16_384
/** Sources one address may have in the index: it cannot fill it alone. */
export const MAX_SOURCES_PER_PUBLISHER = 512
/** A source is forgotten so long after it was published, as in aMule. */
export const SOURCE_LIFETIME_MS = 5 * 60 * 60_000

// Of what is asked.

/** Nodes a lookup begins with: two buckets, in case some are gone. */
export const LOOKUP_BEGINNINGS = 20
/** How long a node has to answer. aMule takes up to 0.8 s for one message. */
export const ANSWER_WITHIN_MS = 4_000
/** Contacts at one distance, and nodes that are asked for sources, or told of ours: Kad's k. */
export const CLOSEST_NODES = 10
/** Sources one search returns. */
export const MAX_FOUND_SOURCES = 300
/** Searches at once; more wait. */
export const MAX_SEARCHES = 4
/** A search waits so long for somebody to ask, while nobody is known. */
export const SEARCH_PATIENCE_MS = 10_000
/** Searches that wait. */
export const MAX_WAITING_SEARCHES = 64
/** Between two publications: aMule takes two a minute from one address, and a network may be one aMule. */
export const PUBLISH_PAUSE_MS = 31_000
/** A publication is repeated before others forget it. */
export const REPUBLISH_MS = 4 * 60 * 60_000
/** Nodes that are enough to keep a publication until it is repeated: half of {@link CLOSEST_NODES}. */
export const ENOUGH_NODES = 5
/** One that fewer took is tried again sooner: the network was not there yet. */
export const PUBLISH_RETRY_MS = 2 * 60_000
/** Files that are published. Beyond 464 each turn takes longer than {@link REPUBLISH_MS}. */
export const MAX_PUBLISHED_FILES = 10_000
/** Between two lookups of our own place, which keep the contacts near it fresh. */
export const REFRESH_MS = 10 * 60_000
/** A contact that was silent so long is greeted, and dropped when it does not answer twice. */
export const SILENT_MS = 15 * 60_000
/** Nodes of a bootstrap file that are read: aMule keeps 200. */
export const MAX_BOOTSTRAP_CONTACTS = 500
