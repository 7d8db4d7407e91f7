import { ChiralError, messageOf } from '../../domain/errors.ts'
import { type Clock, deadline } from '../../system/clock.ts'

/** What is kept: pages of the database, names of files, their bytes, and what is neither. */
export type StoreName = 'pages' | 'files' | 'blocks' | 'settings'
const STORES: readonly StoreName[] = ['pages', 'files', 'blocks', 'settings']
const VERSION = 1
/**
 * Every change names this store too, whether it changes it or not: transactions that share a store are done one after the other (Indexed
 * Database API §2.7.2). Chromium that is killed while two changes of one database are half done takes the database for corrupt when it
 * starts again, and deletes it (docs/adr/0053-browser-build.md).
 */
const IN_TURN: StoreName = 'settings'
/** A page that is reloaded lets go within milliseconds; longer is another tab. */
const LOCK_TIMEOUT_MS = 3_000

/** One IndexedDB database, which no other tab uses while this one does. */
export interface BrowserStorage {
  readonly database: IDBDatabase
  /**
   * All that `work` asks for, or nothing; what is written earlier is stored earlier. Resolves when the browser says that it is on the disk: `durability: 'strict'` of the Indexed
   * Database API, in words "only after verifying that all outstanding changes have been successfully written to a persistent storage
   * medium". Rejects with `ENOSPC` as its code when the origin's quota is used up.
   */
  write(stores: readonly StoreName[], work: (store: (name: StoreName) => IDBObjectStore) => void): Promise<void>
  read<T>(store: StoreName, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T>
  close(): void
}

/** @throws ChiralError `PAGE_OPEN_ELSEWHERE`, `STORE_FAILED` */
export async function openStorage(name: string, clock: Clock): Promise<BrowserStorage> {
  const release = await takeLock(name, clock)
  try {
    const database = await openDatabase(name)
    return {
      database,
      write: (stores, work) =>
        new Promise((resolve, reject) => {
          const transaction = database.transaction([...stores, IN_TURN], 'readwrite', { durability: 'strict' })
          transaction.oncomplete = () => resolve()
          transaction.onabort = () => reject(writeError(transaction.error))
          work((store) => transaction.objectStore(store))
        }),
      read: (store, ask) => settled(ask(database.transaction(store, 'readonly').objectStore(store))),
      close() {
        database.close() // waits for the transactions under way
        release()
      },
    }
  } catch (error) {
    release()
    throw new ChiralError('STORE_FAILED', `The browser gives this page no storage: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}

/** Two that sign from one set of books would sign the same money twice. */
function takeLock(name: string, clock: Clock): Promise<() => void> {
  const elsewhere = new ChiralError(
    'PAGE_OPEN_ELSEWHERE',
    'Another tab of this browser pays from the same wallet: use that one, or close it.',
  )
  const limit = deadline(clock, LOCK_TIMEOUT_MS, elsewhere)
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { signal: limit.signal }, () => {
        limit.done()
        return new Promise<void>((release) => resolve(release))
      })
      .catch(reject)
  })
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION)
  request.onupgradeneeded = () => {
    for (const store of STORES) request.result.createObjectStore(store)
  }
  return settled(request)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function writeError(cause: DOMException | null): Error {
  if (cause?.name === 'QuotaExceededError')
    return Object.assign(new Error('the quota of this origin is used up', { cause }), { code: 'ENOSPC' })
  return cause ?? new Error('the browser ended a transaction')
}
