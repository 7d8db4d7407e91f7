import { chunkKey } from '../in-band/chunk-key.ts'
import type { ChunkRef } from '../in-band/payments.ts'

/** Who waits for the answer to a write-off, by chunk: CANCELLED and SENT name nothing else. */
export class WriteOffs {
  readonly #waiters = new Map<string, PromiseWithResolvers<boolean>>()

  /** Resolves with whether the payee took the chunk out of D. */
  answerTo(chunk: ChunkRef): Promise<boolean> {
    const waiter = Promise.withResolvers<boolean>()
    this.#waiters.set(chunkKey(chunk), waiter)
    return waiter.promise
  }

  answered(chunk: ChunkRef, isWrittenOff: boolean): void {
    this.#take(chunk)?.resolve(isWrittenOff)
  }

  close(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
  }

  #take(chunk: ChunkRef): PromiseWithResolvers<boolean> | undefined {
    const key = chunkKey(chunk)
    const waiter = this.#waiters.get(key)
    this.#waiters.delete(key)
    return waiter
  }
}
