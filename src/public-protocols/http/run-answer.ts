import { z } from 'zod'
import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import { chunkMemory } from '../../system/chunk-memory.ts'
import type { AnswerHeaders, AnswerReader } from './exchange.ts'
import { failed, unexpected } from './failures.ts'
import { MAX_REFUSAL_BYTES } from './limits.ts'
import type { WantedChunk } from './wanted-chunk.ts'

/** The answer to a request for one chunk, or for several that follow on one another. Each is handed over as soon as it is whole. */
export class RunAnswer implements AnswerReader {
  readonly #run: readonly WantedChunk[]
  /** Of the file, for several. */
  readonly #sizeBytes: number
  /** Which of them is coming. */
  #at = 0
  #bytes: Uint8Array | undefined
  #filled = 0
  #refusal: RefusalReader | undefined

  constructor(run: readonly WantedChunk[], sizeBytes: number) {
    this.#run = run
    this.#sizeBytes = sizeBytes
  }

  /** The seeder said no, and to what is for the others to find out. */
  get isRefused(): boolean {
    return this.#refusal !== undefined
  }

  head(statusCode: number, headers: AnswerHeaders): void {
    const isOne = this.#run.length === 1
    if (statusCode !== (isOne ? 200 : 206)) {
      this.#refusal = new RefusalReader(statusCode)
      return
    }
    // SPEC 11 §5: "It MUST refuse an answer with another status than 200, of a range 206"
    const lengthBytes = this.#run.reduce((sum, chunk) => sum + chunk.lengthBytes, 0)
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw failed('the chunk is encoded')
    if (headers['content-length'] !== String(lengthBytes)) throw failed('the chunk has another length')
    if (!isOne && headers['content-range'] !== `bytes ${rangeOf(this.#run)}/${this.#sizeBytes}`)
      throw failed('other bytes came than were asked for')
  }

  data(part: Uint8Array): void {
    if (this.#refusal !== undefined) {
      this.#refusal.data(part)
      return
    }
    for (let offset = 0; offset < part.byteLength; ) {
      const chunk = this.#run[this.#at]
      if (chunk === undefined) throw failed('the chunk is longer than it says')
      const length = Math.min(chunk.lengthBytes - this.#filled, part.byteLength - offset)
      this.#bytes ??= chunkMemory.take(chunk.lengthBytes)
      this.#bytes.set(part.subarray(offset, offset + length), this.#filled)
      this.#filled += length
      offset += length
      if (this.#filled < chunk.lengthBytes) return
      if (!chunk.isOver) chunk.came(this.#bytes)
      this.#at++
      this.#filled = 0
      this.#bytes = undefined
    }
  }

  end(): void {
    if (this.#refusal !== undefined) throw this.#refusal.error()
    if (this.#at < this.#run.length) throw failed('the chunk ends early')
  }
}

/** The bytes of a file that chunks which follow on one another are, as Range and Content-Range have them. */
export function rangeOf(run: readonly WantedChunk[]): string {
  const [first, last] = [run[0], run.at(-1)]
  if (first === undefined || last === undefined) return ''
  const end = last.chunkIndex * CHUNK_SIZE_BYTES + last.lengthBytes
  return `${first.chunkIndex * CHUNK_SIZE_BYTES}-${end - 1}`
}

/** A code of the private protocols; whatever else a seeder may say is nothing to act on. */
const refusalSchema = z.object({ error: z.object({ code: z.string().regex(/^[A-Z0-9_]{1,64}$/) }) })

/** What a refusal says, as far as it is short and JSON. Read to its end, or to the limit: then the connection can be used again. */
class RefusalReader {
  readonly #statusCode: number
  readonly #parts: Uint8Array[] = []
  #length = 0

  constructor(statusCode: number) {
    this.#statusCode = statusCode
  }

  data(part: Uint8Array): void {
    this.#length += part.byteLength
    if (this.#length > MAX_REFUSAL_BYTES) throw this.error()
    this.#parts.push(part)
  }

  error(): ChiralError {
    if (this.#statusCode === 404) return new ChiralError('DONT_HAVE', 'The seeder does not have this chunk.')
    if (this.#statusCode !== 402) return unexpected(this.#statusCode)
    const { data } = refusalSchema.safeParse(this.#json())
    return new ChiralError('PAYMENT_REQUIRED', 'The seeder wants to be paid for this chunk first.', {
      details: data === undefined ? {} : { code: data.error.code },
    })
  }

  #json(): unknown {
    if (this.#length > MAX_REFUSAL_BYTES) return undefined
    try {
      return JSON.parse(Buffer.concat(this.#parts).toString())
    } catch {
      return undefined
    }
  }
}
