/** How long a connection attempt may take over all addresses of a peer: longer is an unreachable peer, not a slow one. */
export const CONNECT_TIMEOUT_MS = 15_000
/**
 * How long one address may take. Addresses are tried one after another, so a dead one leaves as much time for the next. WebRTC over a relay,
 * with a TLS handshake on the way and ICE behind it, takes 0.3 to 3 s between two busy processes, and longer between many.
 */
export const ADDRESS_DIAL_TIMEOUT_MS = 8_000
/** How long opening a stream may take on a connection that is up: two round trips and a busy peer. */
export const OPEN_STREAM_TIMEOUT_MS = 10_000
/** How long a closing stream waits for its last bytes to leave before it is reset. */
export const CLOSE_STREAM_TIMEOUT_MS = 10_000
/** Before an unreachable bootstrap peer is dialled for the second time; each next wait is twice as long. It may just be starting. */
export const BOOTSTRAP_FIRST_REDIAL_MS = 1_000
/** How often unreachable or lost bootstrap peers are dialled again. libp2p itself gives up for good after 31 s. */
export const BOOTSTRAP_REDIAL_MS = 30_000
/** How often `ready` looks at the routing table, which has no event of its own. */
export const READY_POLL_MS = 50
/** A DHT query is bounded even when its caller set no shorter limit: with an empty routing table it would wait for ever. */
export const DHT_QUERY_TIMEOUT_MS = 30_000

/** Connections at once. Each costs about 100 KiB and a health check every 10 s. */
export const MAX_CONNECTIONS = 300
/**
 * New inbound connections a second and IP address. libp2p's 5 shuts out peers that share an address: a NAT, or the processes
 * of one machine. A TLS handshake costs about 2 ms of one core, so this bounds a flood from one address to a tenth of it.
 */
export const MAX_INBOUND_CONNECTIONS_PER_SECOND = 50
/** Inbound connections whose handshake has not ended. */
export const MAX_PENDING_INBOUND_CONNECTIONS = 64
/**
 * How long a health check may take before the connection counts as dead. The answer queues behind bulk data: a full window on
 * a 1 MB/s line takes 8 s, and libp2p's 5 s would cut a healthy download.
 */
export const HEALTH_CHECK_TIMEOUT_MS = 20_000
/**
 * Pings of one connection at the same time, each way. The health check, the DHT and callers ping on their own; libp2p's default of
 * one makes the second fail, and a health check that fails closes a sound connection.
 */
export const PINGS_AT_ONCE = 8

/** A TCP connection that is silent for so long is dead: yamux alone sends something every 30 s. */
export const SOCKET_INACTIVITY_MS = 120_000

/** Bytes a sender may have on the way on one stream: 32 chunks, the default request window, so a long line stays full. */
export const STREAM_WINDOW_BYTES = 8 * 1024 * 1024
/** yamux's smallest window, fixed by its specification. */
export const INITIAL_STREAM_WINDOW_BYTES = 256 * 1024
/** Streams one peer may have open on a connection, over all protocols. */
export const MAX_STREAMS_PER_CONNECTION = 256
/** A stream pauses when so much is received and unread. */
export const READ_HIGH_WATER_BYTES = 4 * 1024 * 1024
/** A paused stream goes on when so little is left unread. */
export const READ_LOW_WATER_BYTES = 1024 * 1024
/**
 * Received and unread bytes at which libp2p resets a stream. More than a window, so a paused yamux stream never gets there;
 * WebRTC cannot pause, so there it must hold all that may be requested at once: 64 chunks and their frames.
 */
export const MAX_READ_BUFFER_BYTES = 17 * 1024 * 1024

/** Kademlia's k: peers a bucket holds, and peers that take a provider record. */
export const DHT_BUCKET_SIZE = 20
/** How long other peers keep our provider record: three missed republications (docs/specs/06-provider-record.md). */
export const PROVIDER_RECORD_TTL_MS = 10 * 60_000
/** How often expired provider records are deleted. */
export const PROVIDER_RECORD_SWEEP_MS = 60_000

/** Peers that can be blocked at once; the block that ends first makes room. Bounds memory, not justice. */
export const MAX_BLOCKED_PEERS = 10_000
/**
 * How long a WebRTC listener outlives its node (see late-close.ts): longer than a process needs from there to its end, and
 * short enough for one that goes on.
 */
export const LISTENER_CLOSE_DELAY_MS = 2_000
/**
 * Peers that may be met at this node when it is a relay. Each keeps one connection open; libp2p's 15 are too few for a network that has few
 * relays, and its bounds on what a relayed connection carries (128 KiB, two minutes) are kept: it is for exchanging addresses alone.
 */
export const RELAY_RESERVATIONS = 128
/** After the first failure at a relay; each next wait is twice as long. */
export const RELAY_FIRST_RETRY_MS = 1_000
/** Between two looks at a relay: peers that cannot dial this node do not find it meanwhile. */
export const RELAY_RETRY_MS = 30_000
