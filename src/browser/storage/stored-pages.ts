import { PAGE_BYTES } from '../database/page-image.ts'
import type { PageStore } from '../database/page-store.ts'
import type { BrowserStorage } from './storage.ts'

const SIZE = 'database size'

/** The pages of the database, one record each; what belongs to one change goes in one transaction of the browser. */
export function createStoredPages(storage: BrowserStorage): PageStore {
  return {
    async load() {
      const [numbers, pages, size] = await Promise.all([
        storage.read('pages', (store) => store.getAllKeys()),
        storage.read('pages', (store) => store.getAll()),
        storage.read('settings', (store) => store.get(SIZE)),
      ])
      return { pages: new Map(numbers.map((number, i) => [Number(number), pages[i]])), sizeBytes: size ?? 0 }
    },
    store: ({ pages, sizeBytes }) =>
      storage.write(['pages', 'settings'], (store) => {
        for (const [number, bytes] of pages) store('pages').put(bytes, number)
        store('pages').delete(IDBKeyRange.lowerBound(Math.ceil(sizeBytes / PAGE_BYTES)))
        store('settings').put(sizeBytes, SIZE)
      }),
  }
}
