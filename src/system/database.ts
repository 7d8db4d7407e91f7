import { DatabaseSync } from 'node:sqlite'
import { ChiralError, messageOf } from '../domain/errors.ts'
import { afterTurn } from './after-turn.ts'
import { CREATE_MIGRATIONS, GroupCommit } from './group-commit.ts'
import { LogSync } from './log-sync.ts'
import type { RowMemo } from './row-memo.ts'

export type SqlValue = null | number | bigint | string | Uint8Array
export type Row = Readonly<Record<string, SqlValue>>

/** Statements inside a transaction. SQL text is its own cache key, so keep it constant and bind values. */
export interface Connection {
  run(sql: string, ...values: SqlValue[]): { readonly changes: number }
  get(sql: string, ...values: SqlValue[]): Row | undefined
  all(sql: string, ...values: SqlValue[]): Row[]
  /** For rows that are read far more often than anybody writes them. */
  readonly memo: RowMemo
}

/**
 * One durable store for all money and progress state of a node.
 *
 * `write` is a group commit: every unit of work queued in the same turn of the event loop shares one transaction, and every
 * transaction that ends while the disk is syncing shares the next sync. What is written because a unit has run (`onApplied`) joins its
 * transaction. A unit that throws is rolled back alone; its promise
 * rejects with what it threw. Work is synchronous and must not keep state of its own: it reads what it needs from the
 * connection, so a failed commit leaves nothing to undo.
 *
 * A promise of `write` resolves only when its transaction, and with it every earlier one, is on disk. `read` and later units see
 * a transaction as soon as it is committed; what leaves this process must therefore wait for a `write` of its own.
 */
export interface Database {
  /**
   * Runs `work`; resolves with its result once that is durable. @throws ChiralError `STORE_FAILED` (disk full, I/O error)
   *
   * @param onApplied Called with the result before that, when reads and later units see it: for who decides on it in a `write` of its own, which
   *   shares the transaction if it is made in this call, and is not durable before this one in any case. The transaction may still fail, and the
   *   promise reject. Must not throw.
   */
  write<T>(work: (connection: Connection) => T, onApplied?: (result: T) => void): Promise<T>
  /** Reads committed state. */
  read<T>(work: (connection: Connection) => T): T
  /** Creates tables: runs each statement list not yet run under `name`, in order; append only, never edit a released one. */
  migrate(name: string, versions: readonly string[]): void
  close(): void
}

const IN_MEMORY = ':memory:'

/** What a database leaves to its surroundings. A simulator passes its own, and so owns every instant. */
export interface DatabaseTiming {
  /** Runs `commit` after this turn of the event loop. */
  readonly afterTurn: (commit: () => void) => void
  /** What makes the log durable; absent when nothing does. */
  readonly log?: { after(callback: (error: Error | null) => void): void; close(): void } | undefined
}

/**
 * Opens or creates an SQLite file; a resolved `write` survives power loss. `:memory:` for tests.
 *
 * The log is synced after each COMMIT, as `synchronous = FULL` would do inside it, but off the event loop: on a disk that takes a
 * millisecond, blocking for each voucher would cost a third of the speed of a paid download (docs/adr/0005-group-commit.md).
 */
export function openDatabase(path: string, timing?: DatabaseTiming): Database {
  try {
    const engine = new DatabaseSync(path)
    engine.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
    )
    // Written with FULL, so that the log and its directory entry are there for good before anything depends on them.
    engine.exec(`${CREATE_MIGRATIONS}; INSERT OR REPLACE INTO migrations VALUES ('database', 1)`)
    const log = timing === undefined && path !== IN_MEMORY ? new LogSync(`${path}-wal`) : timing?.log
    if (log !== undefined) engine.exec('PRAGMA synchronous = NORMAL')
    return new GroupCommit(engine, { afterTurn: timing?.afterTurn ?? afterTurn, log })
  } catch (error) {
    throw new ChiralError('STORE_FAILED', `The database ${path} cannot be opened: ${messageOf(error)}.`, {
      details: { path },
      cause: error,
    })
  }
}
