import { ChiralError, messageOf } from '../domain/errors.ts'
import type { Connection, Database, DatabaseTiming, Row, SqlValue } from './database.ts'
import { RowMemo } from './row-memo.ts'

/** SQLite as Node has it, reduced to what is used here; a browser's has an adapter. */
export interface SqlEngine {
  exec(sql: string): void
  prepare(sql: string): SqlStatement
  readonly isOpen: boolean
  readonly isTransaction: boolean
  close(): void
}

export interface SqlStatement {
  run(...values: SqlValue[]): { readonly changes: number | bigint }
  get(...values: SqlValue[]): Row | undefined
  all(...values: SqlValue[]): Row[]
}

interface Unit {
  readonly run: (connection: Connection) => void
  readonly applied: () => void
  readonly fail: (error: unknown) => void
  readonly succeed: () => void
}

/** At most so many units a transaction: bounds the latency of the first against the fsync shared by the last. */
const MAX_UNITS_PER_COMMIT = 256

/** Each database has it before anything else. */
export const CREATE_MIGRATIONS =
  'CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT'

/** The {@link Database} over any SQLite: it decides what shares a transaction, and who is told of its end. */
export class GroupCommit implements Database {
  readonly #db: SqlEngine
  readonly #statements = new Map<string, SqlStatement>()
  readonly #connection: Connection
  readonly #memo = new RowMemo()
  readonly #log: DatabaseTiming['log']
  readonly #afterTurn: DatabaseTiming['afterTurn']
  /** What the unit that runs has of its own: a savepoint from its first statement on. One that only stages rows needs none. */
  #unit: 'none' | 'unsaved' | 'saved' = 'none'
  #queue: Unit[] = []
  #scheduled = false

  constructor(engine: SqlEngine, { afterTurn, log }: DatabaseTiming) {
    this.#db = engine
    this.#afterTurn = afterTurn
    this.#log = log
    this.#connection = {
      run: (sql, ...values) => ({ changes: Number(this.#ready(sql).run(...values).changes) }),
      get: (sql, ...values) => this.#ready(sql).get(...values),
      all: (sql, ...values) => this.#ready(sql).all(...values),
      memo: this.#memo,
    }
  }

  write<T>(work: (connection: Connection) => T, onApplied?: (result: T) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T
      this.#queue.push({
        run: (connection) => {
          result = work(connection)
        },
        applied: () => onApplied?.(result),
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
        this.#rollBack()
        throw storeFailed(error)
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

  /** A statement, after the staged rows that it may see. */
  #ready(sql: string): SqlStatement {
    if (this.#unit === 'unsaved') {
      this.#prepare('SAVEPOINT unit').run()
      this.#unit = 'saved'
    }
    this.#memo.flush(sql)
    return this.#prepare(sql)
  }

  #prepare(sql: string): SqlStatement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  get #isSaved(): boolean {
    return this.#unit === 'saved'
  }

  /** Of a full disk SQLite rolls back by itself. */
  #rollBack(): void {
    if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK')
  }

  /** In waves: what is queued while the units of one are told that they have run is the next. */
  #commit(): void {
    const units: Unit[] = []
    const done: Unit[] = []
    const failed: { unit: Unit; error: unknown }[] = []
    let wave = this.#queue.splice(0, MAX_UNITS_PER_COMMIT)
    if (wave.length === 0) return
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      for (; wave.length > 0; wave = this.#queue.splice(0, MAX_UNITS_PER_COMMIT - units.length)) {
        units.push(...wave)
        const ran = wave.filter((unit) => this.#run(unit, failed))
        done.push(...ran)
        for (const unit of ran) unit.applied()
      }
      this.#memo.flush()
      this.#db.exec('COMMIT') // not prepared: a statement that fails half way still counts as a transaction
      this.#memo.commit()
    } catch (error) {
      this.#rollBack()
      this.#memo.clear()
      for (const unit of new Set([...units, ...wave])) unit.fail(storeFailed(error))
      return
    } finally {
      this.#scheduled = this.#queue.length > 0
      if (this.#scheduled) this.#afterTurn(() => this.#commit())
    }
    for (const { unit, error } of failed) unit.fail(error)
    if (this.#log === undefined) for (const unit of done) unit.succeed()
    else if (done.length > 0)
      this.#log.after((error) => {
        for (const unit of done) error === null ? unit.succeed() : unit.fail(storeFailed(error))
      })
  }

  /** False when it threw, and nothing of it is left. */
  #run(unit: Unit, failed: { unit: Unit; error: unknown }[]): boolean {
    this.#unit = 'unsaved'
    this.#memo.beginUnit()
    try {
      unit.run(this.#connection)
      this.#memo.endUnit()
      return true
    } catch (error) {
      if (this.#isSaved) this.#db.exec('ROLLBACK TO unit')
      this.#memo.undoUnit()
      failed.push({ unit, error })
      return false
    } finally {
      const isSaved = this.#isSaved
      this.#unit = 'none' // first: where the disk was full the savepoint is gone, and this throws
      if (isSaved) this.#prepare('RELEASE unit').run()
    }
  }
}

function storeFailed(cause: unknown): ChiralError {
  return new ChiralError(
    'STORE_FAILED',
    `Nothing could be stored: ${messageOf(cause)}. Check free disk space and permissions.`,
    { cause },
  )
}
