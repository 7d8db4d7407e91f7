import { type Connection, type Database, openDatabase, type SqlValue } from '../../src/system/database.ts'
import { type Life, never } from './life.ts'

interface Statement {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** What is on the disk of a machine: all that was ever synced. */
export class Journal {
  readonly migrations = new Map<string, readonly string[]>()
  readonly statements: Statement[] = []
}

export interface DatabaseParts {
  readonly life: Life
  readonly journal: Journal
  readonly syncMs: () => number
  /** A sync is about to end: true when it still ends well, false when the machine crashed and took it along. */
  readonly beforeSync: () => boolean
  /** What was synced is durable, and nobody has heard of it yet. */
  readonly synced: () => void
}

/**
 * The product's database over SQLite in memory, on a disk that forgets what was not synced: a commit can be read at once, but its
 * `write` resolves, and a restart finds it, only after the sync that follows.
 */
export class SimulatedDatabase implements Database {
  readonly #parts: DatabaseParts
  readonly #inner: Database
  #unit: Statement[] = []
  /** Commits that no sync has taken, oldest first. */
  #unsynced: Statement[][] = []
  #waiting: ((error: Error | null) => void)[] = []
  #syncing = false

  constructor(parts: DatabaseParts) {
    this.#parts = parts
    const { life, journal } = parts
    this.#inner = openDatabase(':memory:', {
      afterTurn: (commit) => life.after(0, commit),
      log: { after: (callback) => this.#committed(callback), close: () => {} },
    })
    replay(this.#inner, journal)
  }

  write<T>(work: (connection: Connection) => T, onApplied?: (result: T) => void): Promise<T> {
    const { life } = this.#parts
    const recorded = (connection: Connection): T => {
      const sink: Sink = { statements: [] }
      const result = work(recording(connection, sink))
      this.#unit.push(...sink.statements)
      sink.statements = this.#unit // for the rows that are written when the transaction ends
      return result
    }
    const told = onApplied && ((result: T) => void (life.alive && onApplied(result)))
    return life.outside(() => this.#inner.write(recorded, told))
  }

  read<T>(work: (connection: Connection) => T): T {
    return this.#inner.read(work)
  }

  migrate(name: string, versions: readonly string[]): void {
    this.#inner.migrate(name, versions)
    this.#parts.journal.migrations.set(name, versions)
  }

  /** The process is gone. Of what was not synced the disk took a prefix: as many commits as `keep` says. */
  crash(keep: () => boolean): { readonly kept: number; readonly lost: number } {
    const unsynced = this.#unsynced.splice(0)
    let kept = 0
    for (const commit of unsynced) {
      if (!keep()) break
      this.#parts.journal.statements.push(...commit)
      kept++
    }
    return { kept, lost: unsynced.length - kept }
  }

  close(): void {
    this.#inner.close()
  }

  #committed(callback: (error: Error | null) => void): void {
    this.#unsynced.push(this.#unit)
    this.#unit = []
    this.#waiting.push(callback)
    if (!this.#syncing) void this.#sync()
  }

  async #sync(): Promise<void> {
    const { life, journal, syncMs, beforeSync, synced } = this.#parts
    this.#syncing = true
    while (this.#waiting.length > 0) {
      const callbacks = this.#waiting.splice(0)
      const commits = this.#unsynced.length
      await life.wait(syncMs())
      if (!beforeSync()) return never()
      for (const commit of this.#unsynced.splice(0, commits)) journal.statements.push(...commit)
      synced()
      if (!life.alive) return never()
      for (const callback of callbacks) callback(null)
    }
    this.#syncing = false
  }
}

function replay(database: Database, { migrations, statements }: Journal): void {
  for (const [name, versions] of migrations) database.migrate(name, versions)
  database.read((connection) => {
    connection.run('BEGIN')
    for (const { sql, values } of statements) connection.run(sql, ...values)
    connection.run('COMMIT')
    connection.memo.clear()
  })
}

const CHANGES = /^\s*(?:INSERT|UPDATE|DELETE)\b/i

interface Sink {
  statements: Statement[]
}

function recording(connection: Connection, sink: Sink): Connection {
  const record = (sql: string, values: readonly SqlValue[]): void => {
    if (CHANGES.test(sql)) sink.statements.push({ sql, values: values.map(own) })
  }
  return {
    memo: connection.memo,
    all: (sql, ...values) => connection.all(sql, ...values),
    get(sql, ...values) {
      record(sql, values)
      return connection.get(sql, ...values)
    },
    run(sql, ...values) {
      record(sql, values)
      return connection.run(sql, ...values)
    },
  }
}

/** Bytes stay the caller's, who may change them. */
function own(value: SqlValue): SqlValue {
  return value instanceof Uint8Array ? value.slice() : value
}
