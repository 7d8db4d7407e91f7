import type { PageChanges } from './page-image.ts'

/** Where the pages of one SQLite file are kept. */
export interface PageStore {
  /** All of them, as the last change that was stored left them. */
  load(): Promise<PageChanges>
  /** Stores all of `changes` or nothing; pages beyond its length go. Resolves when a crash takes none of it any more. */
  store(changes: PageChanges): Promise<void>
}
