import type { BindingSpec, Database as Oo1Database, PreparedStatement, Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import type { Row, SqlValue } from '../../system/database.ts'
import type { SqlEngine, SqlStatement } from '../../system/group-commit.ts'

/** SQLite in WebAssembly behind the interface that Node's has. */
export function createWasmEngine(sqlite: Sqlite3Static, db: Oo1Database): SqlEngine {
  return {
    exec(sql) {
      db.exec(sql)
    },
    prepare: (sql) => wrap(db, db.prepare(sql)),
    get isOpen() {
      return db.isOpen()
    },
    get isTransaction() {
      return db.isOpen() && sqlite.capi.sqlite3_get_autocommit(db) === 0
    },
    close() {
      db.close()
    },
  }
}

function wrap(db: Oo1Database, statement: PreparedStatement): SqlStatement {
  /** The rows of one execution, as far as they are asked for. */
  function* rows(values: readonly SqlValue[]): Generator<Row> {
    try {
      if (values.length > 0) statement.bind(values as BindingSpec) // every SqlValue can be bound; the type does not say `readonly`
      while (statement.step()) yield statement.get({}) as Row // columns hold nothing but SqlValues
    } finally {
      statement.reset(true)
    }
  }
  return {
    run(...values) {
      for (const _row of rows(values)); // a statement that returns rows has written them all when they were read
      return { changes: db.changes() }
    },
    get(...values) {
      for (const row of rows(values)) return row
      return undefined
    },
    all: (...values) => [...rows(values)],
  }
}
