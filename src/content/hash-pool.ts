import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { ChiralError, messageOf } from '../domain/errors.ts'
import type { Clock } from '../system/clock.ts'
import { HASH_BYTES } from '../system/sha256.ts'
import type { FileHasher } from './hash-file.ts'
import type { HashRequest, HashResponse, HashTask } from './hash-worker.ts'

/** Threads that hash. None is started before there is work, and none stays when there is none. */
export interface HashPool {
  /** A pass over one file of `sizeBytes`: its whole-file hash on one thread, its chunk hashes on the others. */
  openFile(sizeBytes: number): FileHasher
  /** Ends all threads; work under way rejects with `HASHING_FAILED`. The pool can be used again. */
  stop(): Promise<void>
}

/** More threads than this wait for the disk, not for each other. */
const MAX_THREADS = 4
/** Starting a thread takes tens of milliseconds, so they outlive a short gap between two files. */
const IDLE_STOP_MS = 5_000

/** A thread holds hashes, not files (blocks are shared memory): small heaps are collected early, which bounds the process. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 }

interface Job {
  readonly resolve: (hashes: Uint8Array) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  readonly jobs: Map<number, Job>
}

export function createHashPool({ clock, threads }: { readonly clock: Clock; readonly threads?: number }): HashPool {
  return new WorkerHashPool(clock, threads ?? Math.min(MAX_THREADS, Math.max(2, availableParallelism())))
}

class WorkerHashPool implements HashPool {
  readonly #clock: Clock
  readonly #size: number
  readonly #threads = new Map<number, Thread>()
  /** Their running hashes live in the threads, so these do not stop while a slow disk keeps them waiting. */
  readonly #openFiles = new Set<number>()
  #nextId = 0
  #cancelIdleStop = (): void => {}

  constructor(clock: Clock, size: number) {
    this.#clock = clock
    this.#size = size
  }

  openFile(sizeBytes: number): FileHasher {
    const stream = this.#nextId++
    // A running hash lives on one thread; chunk hashes go to the least busy, which mostly is another.
    const home = stream % this.#size
    let isFirst = true
    this.#openFiles.add(stream)
    return {
      update: async (block) => {
        const whole = this.#run(home, { kind: 'update', stream, block, isFirst })
        isFirst = false
        const chunks = this.#run(this.#leastBusy(), { kind: 'chunks', block, sizeBytes })
        // Both must have let go of the block, also when one failed, before the caller may fill it again.
        await Promise.allSettled([whole, chunks])
        await whole
        return split(await chunks)
      },
      digest: async () => {
        const digest = await this.#run(home, { kind: 'digest', stream })
        this.#close(stream)
        return digest
      },
      abandon: () => {
        if (this.#threads.has(home)) this.#run(home, { kind: 'abandon', stream }).catch(() => {})
        this.#close(stream)
      },
    }
  }

  async stop(): Promise<void> {
    this.#cancelIdleStop()
    const threads = [...this.#threads.values()]
    this.#threads.clear()
    for (const thread of threads) failAll(thread, 'the hashing threads were stopped')
    await Promise.all(threads.map((thread) => thread.worker.terminate()))
  }

  #run(index: number, task: HashTask): Promise<Uint8Array> {
    this.#cancelIdleStop()
    const thread = this.#threads.get(index) ?? this.#start(index)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      thread.jobs.set(id, { resolve, reject })
      // Keeps the process alive while there is work, and not a moment longer.
      thread.worker.ref()
      thread.worker.postMessage({ id, task } satisfies HashRequest)
    })
  }

  #start(index: number): Thread {
    const thread: Thread = { worker: new Worker(WORKER_URL, { resourceLimits: THREAD_LIMITS }), jobs: new Map() }
    this.#threads.set(index, thread)
    thread.worker.on('message', (response: HashResponse) => {
      const job = thread.jobs.get(response.id)
      thread.jobs.delete(response.id)
      if (thread.jobs.size === 0) thread.worker.unref()
      if ('hashes' in response) job?.resolve(response.hashes)
      else job?.reject(hashingFailed(response.failure))
      this.#stopWhenIdle()
    })
    const onEnd = (reason: string): void => {
      if (this.#threads.get(index) === thread) this.#threads.delete(index)
      failAll(thread, reason)
    }
    thread.worker.on('error', (error) => onEnd(messageOf(error)))
    thread.worker.on('exit', (code) => onEnd(`a hashing thread ended with code ${code}`))
    return thread
  }

  #leastBusy(): number {
    const load = (index: number): number => this.#threads.get(index)?.jobs.size ?? 0
    let best = 0
    for (let index = 1; index < this.#size; index++) if (load(index) < load(best)) best = index
    return best
  }

  #close(stream: number): void {
    this.#openFiles.delete(stream)
    this.#stopWhenIdle()
  }

  #stopWhenIdle(): void {
    this.#cancelIdleStop()
    if (this.#openFiles.size > 0) return
    if ([...this.#threads.values()].some((thread) => thread.jobs.size > 0)) return
    this.#cancelIdleStop = this.#clock.schedule(IDLE_STOP_MS, () => void this.stop())
  }
}

/** Next to this file, as source or as built. */
const WORKER_URL = new URL(`./hash-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

function split(hashes: Uint8Array): Uint8Array[] {
  return Array.from({ length: hashes.byteLength / HASH_BYTES }, (_, i) =>
    hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
}

function failAll(thread: Thread, reason: string): void {
  for (const job of thread.jobs.values()) job.reject(hashingFailed(reason))
  thread.jobs.clear()
}

function hashingFailed(reason: string): ChiralError {
  return new ChiralError('HASHING_FAILED', `Hashing was cut short: ${reason}; try again.`)
}
