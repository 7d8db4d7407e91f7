import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ChiralError, messageOf } from '../domain/errors.ts'
import { LogSync } from './log-sync.ts'
import { RowMemo } from './row-memo.ts'

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
 * transaction that ends while the disk is syncing shares the next sync. A unit that throws is rolled back alone; its promise
 * rejects with what it threw. Work is synchronous and must not keep state of its own: it reads what it needs from the
 * connection, so a failed commit leaves nothing to undo.
 *
 * A promise of `write` resolves only when its transaction, and with it every earlier one, is on disk. `read` and later units see
 * a transaction as soon as it is committed; what leaves this process must therefore wait for a `write` of its own.
 */
export interface Database {
  /** Runs `work`; resolves with its result once that is durable. @throws ChiralError `STORE_FAILED` (disk full, I/O error) */
  write<T>(work: (connection: Connection) => T): Promise<T>
  /** Reads committed state. */
  read<T>(work: (connection: Connection) => T): T
  /** Creates tables: runs each statement list not yet run under `name`, in order; append only, never edit a released one. */
  migrate(name: string, versions: readonly string[]): void
  close(): void
}

interface Unit {
  readonly run: (connection: Connection) => void
  readonly fail: (error: unknown) => void
  readonly succeed: () => void
}

/** At most so many units a transaction: bounds the latency of the first against the fsync shared by the last. */
const MAX_UNITS_PER_COMMIT = 256
const IN_MEMORY = ':memory:'
const CREATE_MIGRATIONS =
  'CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT'

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
  return new SqliteDatabase(path, timing)
}

class SqliteDatabase implements Database {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #connection: Connection
  readonly #log: DatabaseTiming['log']
  readonly #afterTurn: DatabaseTiming['afterTurn']
  #queue: Unit[] = []
  #scheduled = false

  constructor(path: string, timing: DatabaseTiming | undefined) {
    this.#afterTurn = timing?.afterTurn ?? setImmediate
    try {
      this.#db = new DatabaseSync(path)
      this.#db.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
      )
      // Written with FULL, so that the log and its directory entry are there for good before anything depends on them.
      this.#db.exec(`${CREATE_MIGRATIONS}; INSERT OR REPLACE INTO migrations VALUES ('database', 1)`)
      this.#log = timing === undefined && path !== IN_MEMORY ? new LogSync(`${path}-wal`) : timing?.log
      if (this.#log !== undefined) this.#db.exec('PRAGMA synchronous = NORMAL')
    } catch (error) {
      throw new ChiralError('STORE_FAILED', `The database ${path} cannot be opened: ${messageOf(error)}.`, {
        details: { path },
        cause: error,
      })
    }
    this.#connection = {
      run: (sql, ...values) => ({ changes: Number(this.#prepare(sql).run(...values).changes) }),
      get: (sql, ...values) => this.#prepare(sql).get(...values) as Row | undefined,
      all: (sql, ...values) => this.#prepare(sql).all(...values) as Row[],
      memo: new RowMemo(),
    }
  }

  write<T>(work: (connection: Connection) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T
      this.#queue.push({
        run: (connection) => {
          result = work(connection)
        },
        succeed: () => resolve(result),
        fail: reject,
      })
      if (this.#scheduled) return
      this.#scheduled = true
      this.#afterTurn(() => this.#commit())
    })
  }

  read<T>(work: (connection: Connection) => T): T {
    return work(this.#connection)
  }

  migrate(name: string, versions: readonly string[]): void {
    const done = Number(this.#connection.get('SELECT version FROM migrations WHERE name = ?', name)?.version ?? 0)
    if (done > versions.length)
      throw new ChiralError(
        'STORE_NEWER',
        `The database was written by a newer version (${name} ${done}): update this program.`,
        { details: { name, done } },
      )
    for (const [index, sql] of versions.entries()) {
      if (index < done) continue
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        this.#db.exec(sql)
        this.#connection.run(
          'INSERT INTO migrations VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version',
          name,
          index + 1,
        )
        this.#db.exec('COMMIT')
      } catch (error) {
        this.#db.exec('ROLLBACK')
        throw error
      }
    }
  }

  close(): void {
    if (!this.#db.isOpen) return
    while (this.#queue.length > 0) this.#commit()
    this.#log?.close()
    this.#statements.clear()
    this.#db.close()
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #commit(): void {
    const units = this.#queue.splice(0, MAX_UNITS_PER_COMMIT)
    this.#scheduled = this.#queue.length > 0
    if (this.#scheduled) this.#afterTurn(() => this.#commit())
    if (units.length === 0) return
    const done: Unit[] = []
    const failed: { unit: Unit; error: unknown }[] = []
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      for (const unit of units) {
        this.#db.exec('SAVEPOINT unit')
        try {
          unit.run(this.#connection)
          done.push(unit)
        } catch (error) {
          this.#db.exec('ROLLBACK TO unit')
          this.#connection.memo.clear()
          failed.push({ unit, error })
        }
        this.#db.exec('RELEASE unit')
      }
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#connection.memo.clear()
      for (const unit of units) unit.fail(storeFailed(error))
      return
    }
    for (const { unit, error } of failed) unit.fail(error)
    if (this.#log === undefined) for (const unit of done) unit.succeed()
    else if (done.length > 0)
      this.#log.after((error) => {
        for (const unit of done) error === null ? unit.succeed() : unit.fail(storeFailed(error))
      })
  }
}

function storeFailed(cause: unknown): ChiralError {
  return new ChiralError(
    'STORE_FAILED',
    `Nothing could be stored: ${messageOf(cause)}. Check free disk space and permissions.`,
    { cause },
  )
}
