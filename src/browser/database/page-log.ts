import type { DatabaseTiming } from '../../system/database.ts'
import type { PageImage } from './page-image.ts'
import type { PageStore } from './page-store.ts'

type Callback = (error: Error | null) => void

/**
 * Makes the transactions of an image durable in the order in which they were committed. Those that end while some are being stored
 * share the next turn, as `system/log-sync.ts` does it for a disk.
 */
export class PageLog implements NonNullable<DatabaseTiming['log']> {
  readonly #image: PageImage
  readonly #store: PageStore
  #waiting: Callback[] = []
  #failure: Error | undefined
  #storing: Promise<void> | undefined

  constructor(image: PageImage, store: PageStore) {
    this.#image = image
    this.#store = store
  }

  after(callback: Callback): void {
    this.#waiting.push(callback)
    this.#storing ??= this.#run()
  }

  close(): void {
    this.#storing ??= this.#run()
  }

  /** Resolves when nothing of it runs any more. */
  async idle(): Promise<void> {
    await this.#storing
  }

  async #run(): Promise<void> {
    do {
      const waiting = this.#waiting.splice(0)
      await this.#storeChanges()
      for (const callback of waiting) callback(this.#failure ?? null)
    } while (this.#waiting.length > 0)
    this.#storing = undefined
  }

  /** After a failure the image in memory is ahead of what is stored, and nothing may leave on the strength of it. */
  async #storeChanges(): Promise<void> {
    if (this.#failure !== undefined) return
    const changes = this.#image.takeChanges()
    if (changes === undefined) return
    try {
      await this.#store.store(changes)
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
    }
  }
}
