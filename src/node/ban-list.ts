import { type Address, NOBODY, type PeerIdText } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'

/** The first ban. Long enough that a liar gains nothing by waiting, short enough that a repaired disk is forgiven. */
export const FIRST_BAN_MS = 24 * 60 * 60 * 1000
/** Bans double up to here: a year is for ever in a swarm, and the sum cannot overflow. */
const MAX_BAN_MS = 365 * 24 * 60 * 60 * 1000
/** The end of a ban that the user spoke: as far as a `Date` can count. */
export const FOR_EVER = 8_640_000_000_000_000

/** A peer id or an account that is not dealt with. */
export interface Ban {
  readonly subject: string
  /** Milliseconds since 1970; `FOR_EVER` for the user's own. */
  readonly until: number
  readonly reason: string
  /** The user's own word. */
  readonly isManual: boolean
}

/** Who sent a chunk that did not verify, and whom the user does not want. Survives restarts. */
export interface BanList {
  /** Bans a peer and its wallet, if it has one; each new offence doubles the last ban. Resolves, once durable, with its end. */
  ban(peerId: PeerIdText, payee: Address, reason: string): Promise<number>
  /** The user's own ban of a peer id or an account: for ever. */
  banByHand(subject: string, reason: string): Promise<void>
  /** Ends the user's ban and any other of a peer id or an account; the next offence doubles the last ban all the same. False when there was none. */
  lift(subject: string): Promise<boolean>
  /** Milliseconds since 1970 until which either is banned, or `undefined`. */
  bannedUntil(peerId: PeerIdText | Address, payee?: Address): number | undefined
  /** The bans that hold, the user's own first. */
  list(): Ban[]
}

const SCHEMA = [
  `CREATE TABLE bans (subject TEXT PRIMARY KEY, until INTEGER NOT NULL, duration INTEGER NOT NULL, reason TEXT NOT NULL) STRICT`,
  `CREATE TABLE manual_bans (subject TEXT PRIMARY KEY, reason TEXT NOT NULL) STRICT`,
]

export function createBanList({ database, clock }: { database: Database; clock: Clock }): BanList {
  database.migrate('bans', SCHEMA)
  return {
    ban(peerId, payee, reason) {
      return database.write((connection) => {
        let end = 0
        for (const subject of payee === NOBODY ? [peerId] : [peerId, payee]) {
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
    async banByHand(subject, reason) {
      await database.write((connection) =>
        connection.run(
          'INSERT INTO manual_bans VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET reason = excluded.reason',
          subject,
          reason,
        ),
      )
    },
    lift(subject) {
      return database.write((connection) => {
        const now = clock.now()
        const own = connection.run('DELETE FROM manual_bans WHERE subject = ?', subject)
        const other = connection.run('UPDATE bans SET until = ? WHERE subject = ? AND until > ?', now, subject, now)
        return own.changes + other.changes > 0
      })
    },
    bannedUntil(peerId, payee) {
      const subjects = [peerId, payee ?? peerId]
      const [own, other] = database.read((connection) => [
        connection.get('SELECT 1 FROM manual_bans WHERE subject IN (?, ?)', ...subjects),
        connection.get('SELECT max(until) AS until FROM bans WHERE subject IN (?, ?)', ...subjects),
      ])
      if (own !== undefined) return FOR_EVER
      const until = other?.until === null || other === undefined ? 0 : Number(other.until)
      return until > clock.now() ? until : undefined
    },
    list() {
      const rows = database.read((connection) =>
        connection.all(
          `SELECT subject, ? AS until, reason, 1 AS is_manual FROM manual_bans
           UNION ALL SELECT subject, until, reason, 0 FROM bans WHERE until > ? ORDER BY is_manual DESC, until DESC`,
          FOR_EVER,
          clock.now(),
        ),
      )
      return rows.map((row) => ({
        subject: String(row.subject),
        until: Number(row.until),
        reason: String(row.reason),
        isManual: row.is_manual === 1,
      }))
    },
  }
}
