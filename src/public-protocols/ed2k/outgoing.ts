import { DecodeError } from '../../domain/errors.ts'
import type { Asker } from '../gate.ts'
import type { AskedChunk } from './asked-chunks.ts'
import { MAX_CHUNKS_ASKED, MAX_CHUNKS_AT_ONCE } from './limits.ts'
import { type NotSent, type SendingParts, sendChunk } from './send-chunk.ts'
import type { ServedFile } from './served-files.ts'
import type { Wire } from './wire.ts'

/** Something asked for of one chunk. */
export interface Job {
  readonly file: ServedFile
  readonly asked: AskedChunk
}

/** Whom it goes to. */
export interface Recipient {
  readonly wire: Wire
  /** One of ours gets chunks side by side, and without pauses. */
  readonly isOwn: boolean
  readonly pauseMs: number
  asker(file: ServedFile): Asker
  sent(bytes: number): void
  refused(job: Job, why: NotSent): void
}

/** What one peer asked for and did not get yet. Who is not ours gets one chunk after another, in the order in which it asked. */
export class Outgoing {
  readonly #parts: SendingParts
  readonly #to: Recipient
  readonly #asked: Job[] = []
  #sending = 0
  /** Aborts when what was asked for is not wanted any more. */
  #wanted = new AbortController()

  constructor(parts: SendingParts, to: Recipient) {
    this.#parts = parts
    this.#to = to
  }

  /** @throws DecodeError when that is more than anybody asks for */
  add(jobs: readonly Job[]): void {
    this.#asked.push(...jobs)
    if (this.#asked.length + this.#sending > MAX_CHUNKS_ASKED) throw new DecodeError('It asks for too much at once.')
    this.#sendMore()
  }

  /** Sends nothing more of what was asked for until now. */
  drop(): void {
    this.#asked.length = 0
    this.#wanted.abort()
    this.#wanted = new AbortController()
  }

  #sendMore(): void {
    const most = this.#to.isOwn ? MAX_CHUNKS_AT_ONCE : 1
    while (this.#sending < most) {
      const job = this.#asked.shift()
      if (job === undefined) return
      this.#sending++
      void this.#send(job).finally(() => {
        this.#sending--
        this.#sendMore()
      })
    }
  }

  async #send(job: Job): Promise<void> {
    const { file, asked } = job
    const { signal } = this.#wanted
    const { wire, isOwn, pauseMs } = this.#to
    try {
      const what = { file, asked, asker: this.#to.asker(file) }
      const notSent = await sendChunk(this.#parts, what, { wire, isOwn, pauseMs, signal })
      if (signal.aborted) return
      if (notSent !== undefined) this.#to.refused(job, notSent)
      else this.#to.sent(asked.spans.reduce((sum, { start, end }) => sum + end - start, 0))
    } catch (error) {
      // The books could not be written: nobody is served before they can.
      this.#parts.log.error(
        { err: error, file_hash: file.fileHash },
        'a chunk asked for over ed2k could not be decided on',
      )
      wire.end(new DecodeError('The seeder cannot go on.'))
    }
  }
}
