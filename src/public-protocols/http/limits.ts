/** Limits of the seeder and of the downloader: docs/specs/11-http.md §6. */

// Of the seeder.

/** Connections at once: each may hold a chunk in memory, so these are 128 MiB. */
export const MAX_CONNECTIONS = 512
/** Connections of one address: sixteen files that one leecher gets at once; a proxy in front counts as one address. */
export const MAX_CONNECTIONS_PER_ADDRESS = 128
/** Bytes of a request's head. Ours have some 300; a payment in a header has room. */
export const MAX_HEADER_BYTES = 16 * 1024
/** Headers of a request. */
export const MAX_HEADERS = 64
/** Characters of a payment that are looked at: the terms, once more, and a voucher have some 1,500. */
export const MAX_PAYMENT_LENGTH = 8_192
/** For the head of a request to arrive. */
export const HEADER_TIMEOUT_MS = 10_000
/** How often slow heads are looked for. */
export const CONNECTION_CHECK_MS = 1_000
/** A connection on which nothing is asked for so long is ended; another costs one or two round trips. */
export const IDLE_TIMEOUT_MS = 30_000
/** For a client to take one chunk: slower than 4.4 KB/s it holds memory for nothing. */
export const CHUNK_SEND_TIMEOUT_MS = 60_000
/** Requests on one connection, then it is ended: what a connection accumulates is bounded. 2.5 GiB in chunks. */
export const MAX_REQUESTS_PER_CONNECTION = 10_000
/** Requests that wait behind the one being answered on a connection. Browsers and curl do not send any ahead. */
export const MAX_PIPELINED = 8
/** Requests an address may make at once, and each second: 1 GiB/s in chunks. Asking for single bytes does not get anybody further. */
export const REQUEST_BURST = 4_096
export const REQUESTS_PER_SECOND = 4_096
/** A manifest or a Metalink is made of all hashes of a file, so asking for one counts as so many requests. */
export const LISTING_COST_REQUESTS = 128
/** Addresses whose requests are counted; whoever was seen longest ago is forgotten first. */
export const MAX_COUNTED_ADDRESSES = 10_000
/** Longest path and query that are looked at; the longest of ours has 90 characters. */
export const MAX_URL_LENGTH = 256
/** Chunks of a file that a JSON manifest or a Metalink is made of: 16 GiB, some 5 MB of text. */
export const MAX_LISTED_CHUNKS = 65_536
/** Metalinks kept: each has at most 2 MiB of hashes. */
export const MAX_KEPT_METALINKS = 16
/** Files that are hashed for a Metalink at once: it takes the disk and the processor of those who download. */
export const MAX_METALINKS_IN_WORK = 2
/** What a client is told to wait when as many are in work. */
export const METALINK_RETRY_SECONDS = 10

// Of the downloader.

/** Requests on the line to one seeder: enough for a fast line over a long distance, few enough for its limits. */
export const MAX_CONCURRENT_REQUESTS = 8
/** Chunks that follow on one another and are asked for at once: with eight, what a request costs is a tenth of what its bytes do. */
export const MAX_CHUNKS_PER_REQUEST = 8
/** For a connection, TLS included. */
export const CONNECT_TIMEOUT_MS = 10_000
/** For the head of an answer: a seeder may let a chunk wait for its rate. */
export const ANSWER_TIMEOUT_MS = 20_000
/** Between two pieces of a body. */
export const STALL_TIMEOUT_MS = 15_000
/** Bytes of the head of an answer. */
export const MAX_ANSWER_HEADER_BYTES = 16 * 1024
/** Bytes of a refusal that are read for its reason. */
export const MAX_REFUSAL_BYTES = 16 * 1024
/** An unused connection is kept so long: shorter than the seeder keeps it. */
export const KEEP_ALIVE_MS = 15_000
