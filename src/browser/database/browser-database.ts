import sqlite3InitModule from '@sqlite.org/sqlite-wasm'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { Database, DatabaseTiming } from '../../system/database.ts'
import { CREATE_MIGRATIONS, GroupCommit } from '../../system/group-commit.ts'
import { PAGE_BYTES, PageImage } from './page-image.ts'
import { PageLog } from './page-log.ts'
import type { PageStore } from './page-store.ts'
import { installPageVfs } from './page-vfs.ts'
import { createWasmEngine } from './wasm-engine.ts'

/** A database that also says when the last of it is stored. */
export interface BrowserDatabase extends Database {
  /** Stores what was written, then closes. */
  stop(): Promise<void>
}

let opened = 0

/**
 * A {@link Database} in a page: SQLite in memory, whose pages go to `store` after each COMMIT. A `write` resolves when the store says
 * that they are there for good, so it promises exactly what the store does (docs/adr/0053-browser-build.md).
 *
 * @throws ChiralError `STORE_FAILED`
 */
export async function openBrowserDatabase(
  store: PageStore,
  afterTurn: DatabaseTiming['afterTurn'],
): Promise<BrowserDatabase> {
  try {
    const sqlite = await sqlite3InitModule()
    const image = new PageImage(await store.load())
    const name = `chiral-${opened++}`
    const vfs = installPageVfs(sqlite, name, image)
    const db = new sqlite.oo1.DB({ filename: 'node.db', flags: 'c', vfs: name })
    const engine = createWasmEngine(sqlite, db)
    engine.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY;
       PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; ${CREATE_MIGRATIONS}`,
    )
    const log = new PageLog(image, store)
    const database = new GroupCommit(engine, { afterTurn, log })
    return {
      write: (work, onApplied) => database.write(work, onApplied),
      read: (work) => database.read(work),
      migrate: (migrated, versions) => database.migrate(migrated, versions),
      close: () => database.close(),
      async stop() {
        database.close()
        await log.idle()
        vfs.remove()
      },
    }
  } catch (error) {
    throw new ChiralError('STORE_FAILED', `The database of this page cannot be opened: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}
