/** Limits of the codec, of the seeder and of the downloader: docs/specs/14-ed2k.md §8. */

// Of the codec.

/** Tags in a message: a hello of aMule has ten. */
export const MAX_TAGS = 64
/** Bytes of a tag's name or value. */
export const MAX_TAG_TEXT_BYTES = 4_096
/** Bytes of a file's name in an answer. */
export const MAX_NAME_BYTES = 1_024
/** Ranges in one request. */
export const MAX_RANGES_PER_REQUEST = 3

// Of the seeder.

/** Connections at once. Those that are sent to hold at most `MAX_SLOTS` times `MAX_CHUNKS_AT_ONCE` chunks; the others a frame each. */
export const MAX_CONNECTIONS = 1_024
/** Connections of one address: aMule has one a client, a leecher of ours one a file. */
export const MAX_CONNECTIONS_PER_ADDRESS = 64
/** Bytes of a frame that a leecher may send: hellos and requests have some hundred. With all connections: 32 MiB. */
export const MAX_REQUEST_FRAME_BYTES = 32 * 1024
/** Peers that are sent to at once; others wait in the queue. With the chunks of each: 128 MiB. */
export const MAX_SLOTS = 64
/** Slots of one address. */
export const MAX_SLOTS_PER_ADDRESS = 32
/** Chunks of one peer that are being read or sent at once. */
export const MAX_CHUNKS_AT_ONCE = 8
/** Chunks that a peer may have asked for and not got: what it asks for beyond that ends the connection. */
export const MAX_CHUNKS_ASKED = 64
/** Ranges that were sent last and are not sent again: aMule names those that are on their way once more with each request. */
export const RECENT_RANGES = 16
/** Bytes of one range: as aMule has it, three blocks. */
export const MAX_RANGE_BYTES = 552_960
/** For the first message of a connection. */
export const HELLO_TIMEOUT_MS = 10_000
/** A connection on which nothing comes and nothing goes for so long is ended; eMule gives up after 40 s itself. */
export const IDLE_TIMEOUT_MS = 60_000
/**
 * After that silence, until a client that was being sent to is called back: aMule 2.3.3 at times stops reading, notices it after 100 s, and would not
 * come back for 22 minutes.
 */
export const CALL_BACK_AFTER_MS = 60_000
/** Clients that wait to be called back. */
export const MAX_CALL_BACKS = 64
/** Calls one after another that lead to no request: aMule overlooks the slot at times, as it does data. */
export const MAX_VAIN_CALLS = 3
/** Ports below are those of other services: nobody has us connect there. */
export const LOWEST_CALLED_PORT = 1_024
/** For a peer to take a message: slower than 4.4 KB/s, chunks are in memory for nothing. */
export const SEND_TIMEOUT_MS = 60_000
/** Bytes of answers that wait to be taken, beside chunks; who asks for more and does not read is let go. */
export const MAX_WAITING_BYTES = 4 * 2 ** 20
/** Messages that a peer may send at once, and each second: 1 GiB/s in chunks. */
export const MESSAGE_BURST = 4_096
export const MESSAGES_PER_SECOND = 4_096
/** Hashes of parts of a large file have hundreds of kilobytes, so asking for them counts as so many messages. */
export const HASHES_COST_MESSAGES = 256
/** Peers that wait for a slot on a connection. */
export const MAX_QUEUE = 256
/** Places of clients that are away: some hundred bytes each. Beyond that a place ends with its connection, as it does for a client that cannot be called. */
export const MAX_KEPT_PLACES = 1_024
/** Those of one address, which can invent as many clients as it likes: aMule serves three of an address as well. */
export const MAX_KEPT_PLACES_PER_ADDRESS = 3
/** A place is forgotten so long after its client asked last: what eMule and aMule do, which ask again every 29 and 22 minutes. */
export const PLACE_LIFETIME_MS = 60 * 60_000
/** Clients whose turn has come that are called at once: so many slots, an eighth, may wait for somebody who is gone. */
export const MAX_CALLS_AT_ONCE = 8
/** All who wait are looked at to tell one its place, so asking for a slot counts as so many messages. aMule asks once a file. */
export const SLOT_COST_MESSAGES = 64
/** Bytes of a message with data to a client that is not ours: aMule 2.3.3 sends as much itself. */
export const STOCK_DATA_BYTES = 10_240
/** Between two of those: aMule 2.3.3 stops reading when they come as fast as they can. */
export const STOCK_PAUSE_MS = 15
/** The pause doubles with each silence of a client up to here, where it gets 170 KB/s: its machine is busier than it was taken for. */
export const MAX_STOCK_PAUSE_MS = 60
/** Bytes of a message with data between our own: a chunk. */
export const OWN_DATA_BYTES = 262_144

// Of the downloader.

/** Bytes of a frame: aMule's own limit. Hashes of all parts of the largest file have 1 MB. */
export const MAX_ANSWER_FRAME_BYTES = 2_000_000
/** Chunks on the line to one seeder of ours. */
export const MAX_CHUNKS_ON_LINE = 8
/** To another: aMule has two requests of three blocks of 180 KiB under way. */
export const MAX_STOCK_CHUNKS_ON_LINE = 4
/** For a connection. */
export const CONNECT_TIMEOUT_MS = 10_000
/** For each answer before the slot: aMule takes up to a second. */
export const ANSWER_TIMEOUT_MS = 20_000
/** In a queue; then the seeder is tried again later, and is not asked meanwhile. */
export const QUEUE_TIMEOUT_MS = 30_000
/** Without a byte of what was asked for: a seeder may let a chunk wait for its rate. */
export const STALL_TIMEOUT_MS = 30_000
/** What a compressed block may have beyond the bytes it stands for: zlib's own, for what cannot be compressed. */
export const COMPRESSION_SLACK_BYTES = 1_024
/** Bytes that nobody asked for, of a connection: aMule sends a block twice at times. */
export const MAX_UNASKED_BYTES = 2 * 2 ** 20
/** Chunks kept to be hashed in order with the rest of their part. */
export const MAX_CHUNKS_AHEAD = 16
