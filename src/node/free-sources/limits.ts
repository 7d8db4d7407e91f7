/** Limits of what strangers may cost a download: docs/adr/0070-sources-without-an-offer.md. */

/** Missing chunks below which nobody is asked: a search takes ten seconds, in which 4 MiB come from those who sell them. */
export const LEAST_MISSING_CHUNKS = 16
/** Torrents, and ed2k hashes, that a file may have: the sellers' offers say which, and more than two cannot all be right. */
export const MAX_NAMES = 2
/** Between two searches of a download: what trackers ask of clients that want more peers. */
export const ASK_AGAIN_MS = 5 * 60_000
/** How long a search may take: Kad needs ten seconds, a tracker over UDP up to 28 (spec 13 §5). */
export const SEARCH_TIMEOUT_MS = 45_000
/** Strangers that are connected to at once, for one download. */
export const MAX_AT_ONCE = 8
/** Of them, at one address: several clients may be behind one router; more is somebody who is many. By WebRTC as many in all. */
export const MAX_AT_ONE_HOST = 4
/** Places for peers by WebRTC, of one torrent at one tracker: each has strangers make connections, one after another. */
export const PLACES_AT_A_TRACKER = 3
/** How often it is looked who has nothing to do: whoever has the whole file always has, until the last seconds. */
export const IDLE_MS = 30_000
/** Strangers that are heard of, for one download: what a tracker that lies may have this node dial. */
export const MAX_CANDIDATES = 200
/** Ports below this are of other services, which a tracker that lies could have us knock at. */
export const LEAST_PORT = 1_024
/** Tries in a row at a stranger that brings nothing. */
export const MAX_TRIES = 3
/** Between two of them: aMule takes half a minute to give a place in its queue. */
export const RETRY_MS = 60_000
/** The same after it brought something, and broke off. */
export const RETURN_MS = 15_000
/** Of an ed2k client: who asks for a slot four times within ten minutes each is banned for two hours by aMule. */
export const EARLY_ASKS_AT_ED2K = 2
/** After these: as often as aMule asks its own sources again, and within the hour that it keeps a place in its queue. */
export const ED2K_ASK_AGAIN_MS = 22 * 60_000
/**
 * Liars under one name, after which the name itself is taken for wrong: 3 of them waste 3 MiB, as each has at most 4 chunks of 256 KiB under way when the first
 * of them is seen through.
 */
export const MAX_LIARS = 3
