import { Worker } from 'node:worker_threads'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import type { HashRequest, HashResponse } from './hash-worker.ts'
import type { Ed2kHashes } from './parts.ts'

/** Hashes one file as it is read. */
export interface FileHashing {
  /** The next bytes; they are the caller's again once this resolves. */
  update(block: Uint8Array): Promise<void>
  /** Once, at the end. */
  digest(): Promise<Ed2kHashes>
  /** In its place, when the file is not read to its end. */
  abandon(): void
}

/** Starting a thread takes tens of milliseconds, so it outlives a short gap between two files. */
const IDLE_STOP_MS = 5_000
/** It holds hashes, not files (blocks are shared memory). */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 }
/** Next to this file, as source or as built. */
const WORKER_URL = new URL(`./hash-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

/** One thread for all files that are hashed; there is none while there are none. */
export class HashThread {
  readonly #clock: Clock
  #worker: Worker | undefined
  readonly #jobs = new Map<number, PromiseWithResolvers<Ed2kHashes | undefined>>()
  #nextId = 0
  #openFiles = 0
  #cancelIdleStop = (): void => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(): FileHashing {
    const file = this.#nextId++
    this.#openFiles++
    this.#cancelIdleStop()
    let isOpen = true
    const close = (): void => {
      if (!isOpen) return
      isOpen = false
      this.#openFiles--
      if (this.#openFiles === 0) this.#cancelIdleStop = this.#clock.schedule(IDLE_STOP_MS, () => void this.stop())
    }
    return {
      update: async (block) => {
        await this.#run({ file, block })
      },
      digest: async () => {
        try {
          const hashes = await this.#run({ file })
          if (hashes === undefined) throw failed('it was abandoned')
          return hashes
        } finally {
          close()
        }
      },
      abandon: () => {
        if (isOpen && this.#worker !== undefined) void this.#run({ file, isAbandoned: true }).catch(() => {})
        close()
      },
    }
  }

  /** Ends the thread; what is under way rejects with `HASHING_FAILED`. It can be used again. */
  async stop(): Promise<void> {
    this.#cancelIdleStop()
    const worker = this.#worker
    this.#worker = undefined
    this.#failAll('the thread was stopped')
    await worker?.terminate()
  }

  #run(request: Omit<HashRequest, 'id'>): Promise<Ed2kHashes | undefined> {
    const worker = this.#worker ?? this.#start()
    const id = this.#nextId++
    const job = Promise.withResolvers<Ed2kHashes | undefined>()
    this.#jobs.set(id, job)
    worker.ref() // keeps the process alive while there is work, and not a moment longer
    worker.postMessage({ id, ...request } satisfies HashRequest)
    return job.promise
  }

  #start(): Worker {
    const worker = new Worker(WORKER_URL, { resourceLimits: THREAD_LIMITS })
    this.#worker = worker
    worker.on('message', (response: HashResponse) => {
      const job = this.#jobs.get(response.id)
      this.#jobs.delete(response.id)
      if (this.#jobs.size === 0) worker.unref()
      if ('failure' in response) job?.reject(failed(response.failure))
      else job?.resolve(response.hashes)
    })
    const onEnd = (reason: string): void => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#failAll(reason)
    }
    worker.on('error', (error) => onEnd(messageOf(error)))
    worker.on('exit', (code) => onEnd(`the thread ended with code ${code}`))
    return worker
  }

  #failAll(reason: string): void {
    for (const job of this.#jobs.values()) job.reject(failed(reason))
    this.#jobs.clear()
  }
}

function failed(reason: string): ChiralError {
  return new ChiralError('HASHING_FAILED', `Hashing for ed2k was cut short: ${reason}; try again.`)
}
