import type { Address, PeerIdText } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'

/** The first ban. Long enough that a liar gains nothing by waiting, short enough that a repaired disk is forgiven. */
export const FIRST_BAN_MS = 24 * 60 * 60 * 1000
/** Bans double up to here: a year is for ever in a swarm, and the sum cannot overflow. */
const MAX_BAN_MS = 365 * 24 * 60 * 60 * 1000

/** Who sent a chunk that did not verify. Survives restarts. */
export interface BanList {
  /** Bans a peer and its wallet; each new offence doubles the last ban. Resolves, once durable, with its end. */
  ban(peerId: PeerIdText, payee: Address, reason: string): Promise<number>
  /** Milliseconds since 1970 until which either is banned, or `undefined`. */
  bannedUntil(peerId: PeerIdText, payee?: Address): number | undefined
}

const SCHEMA = [
  `CREATE TABLE bans (subject TEXT PRIMARY KEY, until INTEGER NOT NULL, duration INTEGER NOT NULL, reason TEXT NOT NULL) STRICT`,
]

export function createBanList({ database, clock }: { database: Database; clock: Clock }): BanList {
  database.migrate('bans', SCHEMA)
  return {
    ban(peerId, payee, reason) {
      return database.write((connection) => {
        let end = 0
        for (const subject of [peerId, payee]) {
          const last = connection.get('SELECT duration FROM bans WHERE subject = ?', subject)
          const duration = last === undefined ? FIRST_BAN_MS : Math.min(Number(last.duration) * 2, MAX_BAN_MS)
          const until = clock.now() + duration
          connection.run(
            `INSERT INTO bans VALUES (?, ?, ?, ?) ON CONFLICT (subject)
             DO UPDATE SET until = excluded.until, duration = excluded.duration, reason = excluded.reason`,
            subject,
            until,
            duration,
            reason,
          )
          end = Math.max(end, until)
        }
        return end
      })
    },
    bannedUntil(peerId, payee) {
      const row = database.read((connection) =>
        connection.get('SELECT max(until) AS until FROM bans WHERE subject IN (?, ?)', peerId, payee ?? peerId),
      )
      const until = row?.until === null || row === undefined ? 0 : Number(row.until)
      return until > clock.now() ? until : undefined
    },
  }
}
