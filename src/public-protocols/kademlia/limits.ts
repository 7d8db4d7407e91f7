/** Limits of every network whose nodes have places: docs/specs/15-kad.md §6 and 16-bittorrent-dht.md §6. */

// Of each address.

/** Datagrams of an address that are read at once and each second: aMule sends a dozen in a lookup, clients of BitTorrent as many. */
export const PACKET_BURST = 60
export const PACKETS_PER_SECOND = 10
/** Addresses whose datagrams are counted; whoever was seen longest ago is forgotten first. */
export const MAX_COUNTED_ADDRESSES = 10_000
/** Contacts of one public address: many nodes behind one are rarely many machines. */
export const MAX_CONTACTS_PER_ADDRESS = 2

// Of what is kept.

/** Contacts in all. 128 distances could hold more; a lookup needs a few at each. */
export const MAX_CONTACTS = 1_000
/** Questions in a row that a contact may leave unanswered. */
export const MAX_SILENCES = 2

// Of what is asked.

/** Questions of one lookup at once: Kademlia's α. */
export const LOOKUP_PARALLEL = 3
/** Nodes that are asked in one lookup: it ends in a network that is made up as well. */
export const MAX_LOOKUP_QUESTIONS = 50
/** Nodes remembered in one lookup. */
export const MAX_LOOKUP_CANDIDATES = 100
/** Between two attempts to meet anybody while nobody is known: aMule answers two a minute. */
export const BOOTSTRAP_RETRY_MS = 35_000
/** Nodes to begin with that are met at the start. */
export const BOOTSTRAP_MEETINGS = 20
