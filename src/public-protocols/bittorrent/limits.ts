/** Limits of the seeder and of the downloader: docs/specs/12-bittorrent.md §7. */

// Of both.

/** Bytes of a block: what every client asks for; BEP 3 has connections closed that ask for more. */
export const BLOCK_BYTES = 16_384
/** Longest message that is not a bitfield: a block with its head, or a piece of metadata with its dictionary, and room for an extended handshake. */
export const MAX_MESSAGE_BYTES = BLOCK_BYTES + 1_024
/** What stands around a bitfield, as a message of its own or in a dictionary of an extension. */
export const BITFIELD_HEAD_BYTES = 64
/** Nesting of bencoded values that is followed; a torrent of ours has three levels. */
export const MAX_BENCODE_DEPTH = 8
/** Values in one bencoded text that are looked at: a dictionary of a client has some twenty. */
export const MAX_BENCODE_VALUES = 1_024
/** For the other side's handshake to arrive, with that of encryption before it. */
export const HANDSHAKE_TIMEOUT_MS = 10_000
/** Longest padding of an encrypted handshake: MSE has no longer ones. */
export const MAX_PAD_BYTES = 512
/** A connection on which nothing comes so long is ended; clients send a keep-alive every two minutes. */
export const IDLE_TIMEOUT_MS = 150_000
/** How often a downloader of ours says that it is still there. */
export const KEEP_ALIVE_MS = 60_000
/** Small messages that may wait for a peer that does not read: 60,000 rejections. */
export const MAX_BACKLOG_BYTES = 2 ** 20

// Of torrents.

/** Chunks of a file that a torrent is made of: 256 GiB, whose hashes are 20 MiB. */
export const MAX_PIECES = 2 ** 20
/** Bytes of a .torrent file that are read: the hashes of the largest, and trackers. */
export const MAX_TORRENT_BYTES = 20 * MAX_PIECES + 65_536
/** Characters of a magnet that are read. */
export const MAX_MAGNET_LENGTH = 8_192
/** Trackers of a torrent or a magnet that are kept. */
export const MAX_TRACKERS = 32
/** Bytes of hashes that wait for the file's name: of the largest file, or of ten thousand of 100 MiB. What is dropped is hashed again. */
export const MAX_WAITING_HASH_BYTES = 20 * MAX_PIECES
/** Torrents whose hashes are kept in memory, least recently used out first: of 1 GiB files 80 KiB each. */
export const MAX_KEPT_INFOS = 64

// Of the seeder.

/** Connections at once. */
export const MAX_CONNECTIONS = 256
/** Connections of one address: sixteen files that one leecher gets at once, and again as many that end. */
export const MAX_CONNECTIONS_PER_ADDRESS = 32
/** Blocks a peer may have asked for and not got; told to it as `reqq`. libtorrent asks for up to 500. */
export const MAX_PENDING_BLOCKS = 512
/** Chunks in memory for one peer that nobody vouches for: one on its way out, one being read. All of them: 128 MiB. */
export const STRANGER_CHUNKS_AT_ONCE = 2
/** Chunks in memory for one peer with a grant: what it may have on the line. */
export const GRANTED_CHUNKS_AT_ONCE = 8
/** How often peers of a file that is not whole here are told what came: chunks that came together are told together. */
export const HAVE_EVERY_MS = 1_000
/** Chunks a peer is told of at once: 9 KiB. The next time it hears of more. */
export const MAX_HAVES_AT_ONCE = 1_024
/** For a peer to take what was sent: slower it holds memory for nothing. */
export const SEND_TIMEOUT_MS = 60_000
/** For a peer of a file with a price to show a grant: others get nothing here, and hold a connection. */
export const UNPROVEN_TIMEOUT_MS = 20_000
/** A peer that was given too much is choked so long, where nobody says how long. */
export const RETRY_MS = 1_000
/** Messages that cost the seeder more than they cost the peer: a whole torrent of 16 GiB at once, then 2 MiB of hashes a second. */
export const COSTLY_BURST = 128
export const COSTLY_PER_SECOND = 128

// Of the downloader.

/** Chunks on the line to one seeder: enough for a fast line over a long distance, few enough for its limits. */
export const MAX_CONCURRENT_CHUNKS = 8
/** For a connection to one address. */
export const CONNECT_TIMEOUT_MS = 5_000
/** Addresses of an offer that are tried. */
export const MAX_ADDRESSES = 4
/** For the first unchoke, and then for anything of what was asked for: a seeder may let a chunk wait for its rate. */
export const ANSWER_TIMEOUT_MS = 20_000
/** Bytes nobody asked for, beyond those of requests that were cancelled, that a seeder may send. */
export const MAX_STRAY_BYTES = 2 ** 20
