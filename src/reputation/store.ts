import type { Connection, Database, Row } from '../system/database.ts'
import type { PeerIdentity } from './outcome.ts'
import { HALF_LIFE_MS, newStanding, type Standing } from './state.ts'

/** Peers that are remembered: a kilobyte each, and more than anybody deals with before half of it has faded. */
export const MAX_PEERS = 10_000
/** So that a peer of whom nothing was seen but a connection has a place in the order, too: the last. */
const LEAST_WEIGHT = 0.01

const SCHEMA = [
  `CREATE TABLE peer_standings (
     account TEXT NOT NULL, peer_id TEXT NOT NULL, standing TEXT NOT NULL, worth REAL NOT NULL,
     PRIMARY KEY (account, peer_id)) STRICT;
   CREATE INDEX peer_standings_worth ON peer_standings (worth);
   CREATE INDEX peer_standings_peer ON peer_standings (peer_id)`,
]

export interface KnownPeer {
  readonly peer: PeerIdentity
  readonly standing: Standing
}

export interface StandingStore {
  load(peer: PeerIdentity): Standing | undefined
  /** Writes these and, where there are too many, forgets those of whom the least is known. */
  save(peers: readonly KnownPeer[]): Promise<void>
  /** Those whose account or peer id this is. */
  find(name: string): KnownPeer[]
}

export function createStandingStore(database: Database, { maxPeers = MAX_PEERS } = {}): StandingStore {
  database.migrate('reputation', SCHEMA)
  return {
    load({ account, peerId }) {
      const row = database.read((connection) =>
        connection.get('SELECT * FROM peer_standings WHERE account = ? AND peer_id = ?', account, peerId),
      )
      return row === undefined ? undefined : standingOf(row)
    },
    save: (peers) =>
      database.write((connection) => {
        for (const known of peers) put(connection, known)
        connection.run(
          `DELETE FROM peer_standings WHERE rowid IN (SELECT rowid FROM peer_standings ORDER BY worth
             LIMIT max(0, (SELECT count(*) FROM peer_standings) - ?))`,
          maxPeers,
        )
      }),
    find: (name) =>
      database
        .read((connection) =>
          connection.all(
            'SELECT * FROM peer_standings WHERE peer_id = ? OR lower(account) = lower(?) ORDER BY worth DESC',
            name,
            name,
          ),
        )
        .map((row) => ({
          peer: { account: String(row['account']), peerId: String(row['peer_id']) },
          standing: standingOf(row),
        })),
  }
}

function put(connection: Connection, { peer, standing }: KnownPeer): void {
  connection.run(
    `INSERT INTO peer_standings VALUES (?, ?, ?, ?) ON CONFLICT (account, peer_id)
     DO UPDATE SET standing = excluded.standing, worth = excluded.worth`,
    peer.account,
    peer.peerId,
    JSON.stringify(standing),
    worthOf(standing),
  )
}

/** How much is known, in doublings, as if it were all seen at one instant: all fade alike, so the order never changes by itself. */
function worthOf({ outcomes, at }: Standing): number {
  const weight = Object.values(outcomes).reduce((sum, tally) => sum + tally.weight, LEAST_WEIGHT)
  return Math.log2(weight) + at / HALF_LIFE_MS
}

/** Written by `put` alone; what a later version added is as new. */
function standingOf(row: Row): Standing {
  return { ...newStanding(0), ...JSON.parse(String(row['standing'])) }
}
