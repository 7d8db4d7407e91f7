import { PAGE_BYTES, type PageChanges } from '../../src/browser/database/page-image.ts'
import type { PageStore } from '../../src/browser/database/page-store.ts'

/** Pages on a disk that takes its time: each change waits until it is let through, or is lost with the page. */
export class MemoryPageStore implements PageStore {
  readonly pages = new Map<number, Uint8Array>()
  sizeBytes = 0
  stores = 0
  /** Called before a change is taken in: a rejection is a disk that fails, a promise that stays open a crash. */
  gate: () => Promise<void> = () => Promise.resolve()

  async load(): Promise<PageChanges> {
    return { pages: this.pages, sizeBytes: this.sizeBytes }
  }

  async store({ pages, sizeBytes }: PageChanges): Promise<void> {
    this.stores++
    await this.gate()
    for (const [page, bytes] of pages) this.pages.set(page, bytes)
    for (const page of [...this.pages.keys()]) if (page * PAGE_BYTES >= sizeBytes) this.pages.delete(page)
    this.sizeBytes = sizeBytes
  }

  /** What is stored, as the file that any SQLite reads. */
  file(): Uint8Array {
    const file = new Uint8Array(this.sizeBytes)
    for (const [page, bytes] of this.pages) file.set(bytes, page * PAGE_BYTES)
    return file
  }
}
