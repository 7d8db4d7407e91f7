import type { Dispatcher, Pool } from 'undici'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import { failed } from './failures.ts'
import { ANSWER_TIMEOUT_MS, STALL_TIMEOUT_MS } from './limits.ts'

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** Reads an answer as it comes. What any of these throws ends the request, and its connection where more would come. */
export interface AnswerReader {
  head(statusCode: number, headers: AnswerHeaders): void
  data(part: Uint8Array): void
  end(): void
}

export interface Asked {
  readonly method: 'GET' | 'HEAD'
  readonly path: string
  readonly headers: Record<string, string>
}

/**
 * One request, to the last byte of its answer. It is read by undici's own hands, without a stream for each body: what a stream costs is, for 256 KiB, as much
 * as receiving them.
 * @param signal ends it, with its reason
 * @throws ChiralError of `reader`, or `TRANSFER_FAILED` and what the connector throws; the signal's reason
 */
export function exchange(
  pool: Pool,
  asked: Asked,
  reader: AnswerReader,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let reason: Error | undefined
    let isOver = false
    const patience = new Patience(clock, (ms) => stop(failed(`nothing came for ${ms / 1_000} s`)))
    const aborted = (): void => stop(signal.reason)
    const finish = (): void => {
      isOver = true
      patience.done()
      signal.removeEventListener('abort', aborted)
    }
    const stop = (error: Error): void => {
      if (isOver) return
      finish()
      reason = error
      reject(error)
      controller?.abort(error)
    }
    const read = (step: () => void): void => {
      if (isOver) return
      try {
        step()
      } catch (error) {
        stop(error instanceof ChiralError ? error : failed(messageOf(error), error))
      }
    }
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted, { once: true })
    patience.wait(ANSWER_TIMEOUT_MS)
    pool.dispatch(asked, {
      onRequestStart(given) {
        controller = given
        if (reason !== undefined) given.abort(reason) // undici lets go of a request in its queue only when its turn comes
      },
      onResponseStart(_, statusCode, headers) {
        if (statusCode < 200) return // the answer is still to come
        read(() => {
          patience.wait(STALL_TIMEOUT_MS)
          reader.head(statusCode, headers)
        })
      },
      onResponseData: (_, part) =>
        read(() => {
          patience.progress()
          reader.data(part)
        }),
      onResponseEnd: () =>
        read(() => {
          reader.end()
          finish()
          resolve()
        }),
      onResponseError: (_, error) => stop(error instanceof ChiralError ? error : failed(messageOf(error), error)),
    })
  })
}

/** Runs out when nothing comes for as long as was last said. What comes is only noted: a timer for each piece would cost more than the piece. */
class Patience {
  readonly #clock: Clock
  readonly #runOut: (ms: number) => void
  #ms = 0
  #since = 0
  #cancel = (): void => {}

  constructor(clock: Clock, runOut: (ms: number) => void) {
    this.#clock = clock
    this.#runOut = runOut
  }

  wait(ms: number): void {
    this.#ms = ms
    this.progress()
    this.#schedule(ms)
  }

  progress(): void {
    this.#since = this.#clock.monotonic()
  }

  done(): void {
    this.#cancel()
  }

  #schedule(ms: number): void {
    this.#cancel()
    this.#cancel = this.#clock.schedule(ms, () => {
      const leftMs = this.#since + this.#ms - this.#clock.monotonic()
      if (leftMs > 0) this.#schedule(leftMs)
      else this.#runOut(this.#ms)
    })
  }
}
