/** How long a router is looked for: one that is there answers within a second (`MX: 1`), and a node without one should not wait longer. */
export const SEARCH_LIMIT_MS = 3_000
/** When the search is sent again: a datagram may be lost. */
export const SEARCH_AGAIN_MS = 700
/** How long a router may take over one request. Routers are slow computers; nobody waits for longer at the start of a node. */
export const REQUEST_LIMIT_MS = 3_000
/** How long stopping may wait for mappings to be taken back. What a router still has then ends with its lease. */
export const STOP_LIMIT_MS = 2_000

/** What is asked for: a mapping of a node that vanished is gone after an hour. */
export const LEASE_SECONDS = 3_600
/** A router that grants less is no use: its mapping would be asked for all the time. */
export const MIN_LEASE_SECONDS = 120
/** Between two tries to renew a mapping, at least. */
export const MIN_RETRY_MS = 30_000
/** How often a mapping that ended is asked for again: the router may be back. */
export const LOST_RETRY_MS = 300_000
/** Ports that are tried above the one that is wanted, when others behind the same router have those: a handful of nodes share one. */
export const EXTRA_PORTS = 4

/** RFC 6886 §3.1: "retransmission interval of 250 ms", doubled each time. */
export const NAT_PMP_FIRST_RETRY_MS = 250

/** The most that is read of a router's answer: descriptions are 2 to 20 KiB. */
export const MAX_ANSWER_BYTES = 128 * 1024
/** Answers to one search that are looked at: more devices than that are no home. */
export const MAX_CANDIDATES = 8
/** Networks of this machine that are searched: more are containers and tunnels. */
export const MAX_INTERFACES = 8
