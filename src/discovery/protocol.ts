/** docs/specs/06-provider-record.md */
export const LOOKUP_PROTOCOL = '/chiral/lookup/1'
/** What a record's signature is bound to; a new record format gets a new number and thereby another digest. */
export const RECORD_DOMAIN = 'chiral/record/1\0'
export const RECORD_VERSION = 1

/** A record fits a few IP packets and a DHT value, should it ever travel in one. */
export const MAX_RECORD_BYTES = 8 * 1024
/** Largest request: a withdrawal, which carries a record. */
export const MAX_REQUEST_BYTES = 10 * 1024
/** Hashes in one page of a manifest: 256 KiB, the size of a chunk. */
export const MAX_HASHES_PER_PAGE = 8_192
/** Largest response: a page of chunk hashes and its frame. */
export const MAX_RESPONSE_BYTES = 300 * 1024
/** Hashes a client accepts for one file, 128 MiB of them: a file of 1 TiB. */
export const MAX_MANIFEST_HASHES = 4_194_304
/** Files one request may ask the offers of: what is answered fits a response, and the request 2 KiB. */
export const MAX_OFFERS_PER_REQUEST = 64
/** Chunk hashes that come with an offer that was asked for among others: of a file of at most 16 MiB all of them, 2 KiB. */
export const MAX_INLINE_HASHES = 64
/** Requests one stream may carry: every page of the largest manifest, and some. */
export const MAX_REQUESTS_PER_STREAM = 1_024
/** Lookup streams one peer may have open: a find asks for one file at a time, a download for a manifest. */
export const MAX_INBOUND_LOOKUP_STREAMS = 16

/** How long an offer holds. Long enough to start a download on it, short enough that a dead seeder is soon forgotten. */
export const OFFER_TTL_MS = 10 * 60_000
/** An offer is made anew when less than this is left, so that what a leecher gets holds at least so long. */
export const OFFER_RENEW_MS = 5 * 60_000
/** How far a seeder's clock may run ahead of ours. An offer that ends later than its life time plus this is refused. */
export const MAX_CLOCK_SKEW_MS = 5 * 60_000
/** Provider records are written again so often: two may be lost before other peers forget us. */
export const REPUBLISH_MS = 3 * 60_000
/** Wait before an announcement that nobody took is tried again; doubles up to the second value. */
export const ANNOUNCE_RETRY_MS = 250
export const MAX_ANNOUNCE_RETRY_MS = 15_000
/** DHT announcements at once; each asks up to 20 peers. */
export const MAX_CONCURRENT_ANNOUNCEMENTS = 8

/** What chain nodes announce themselves under; the SHA-256 of it is the key in the DHT. */
export const BOOTNODES_KEY = '/chiral/eth/bootnodes'
/** How long a bootnode record holds: as long as an offer. */
export const BOOTNODE_TTL_MS = 10 * 60_000
/** The key has 128 digits; an IPv6 address and two ports fit the rest twice. */
export const MAX_ENODE_BYTES = 300

/** How long one answer of a peer may take. */
export const ANSWER_TIMEOUT_MS = 10_000
/** A lookup stream without a request for so long is closed. */
export const IDLE_STREAM_TIMEOUT_MS = 30_000
/** How long a leaving node spends on telling its peers. */
export const WITHDRAW_DEADLINE_MS = 2_000
/** Withdrawals under way at once: each is a stream, and a folder may have thousands of files. */
export const MAX_CONCURRENT_WITHDRAWALS = 64
/** Peers a leaving node tells: those it is connected with, nearest thing to those who would come back. */
export const MAX_WITHDRAW_PEERS = 64
/** Providers asked for their offer at once. */
export const MAX_CONCURRENT_OFFERS = 16
/** Providers examined in one lookup: the DHT answers with up to 20, a liar with as many as it likes. */
export const MAX_PROVIDERS_PER_LOOKUP = 256
/** How long a peer that did not answer, or lied, is left out of lookups. */
export const SUSPICION_MS = 30_000
/** Peers remembered as suspected, and offer sequences remembered; the oldest goes first. */
export const MAX_REMEMBERED_PEERS = 10_000

/** Most ranges an offer lists; a seeder with more holes names its longest ranges and tells the rest by HAVE. */
export const MAX_RANGES = 512
/** Largest bitfield in an offer: 32,768 chunks, 8 GiB; larger files with holes use ranges. */
export const MAX_BITFIELD_BYTES = 4_096
export const MAX_MULTIADDRS = 16
export const MAX_TEXT_BYTES = 1_024
export const MAX_FILE_NAME_BYTES = 255
export const MAX_MIME_TYPE_BYTES = 127
/** 48 bits of milliseconds since 1970 last beyond the year 10000 and stay exact in a number. */
export const MAX_SEQUENCE_BYTES = 6
/** A uint96, as the payment channel contract has it. */
export const MAX_AMOUNT_BYTES = 12
