import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { codeOf, messageOf } from '../../domain/errors.ts'
import { type Clock, delay } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { RateLimit } from '../../system/rate-limit.ts'
import type { Asker, Gate } from '../gate.ts'
import type { AskedChunk } from './asked-chunks.ts'
import { dataHead } from './encode-message.ts'
import { OWN_DATA_BYTES, STOCK_DATA_BYTES } from './limits.ts'
import type { SeederMetrics } from './metrics.ts'
import type { ByteSpan } from './parts.ts'
import type { ServedFile, ServedFiles } from './served-files.ts'
import type { Wire } from './wire.ts'

export interface SendingParts {
  readonly files: ServedFiles
  readonly gate: Gate
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: SeederMetrics
  /** A limit on all that this node sends, by whatever protocol. */
  readonly rate?: RateLimit | undefined
}

/** Why a chunk does not come; `detail`: the code of the gate. */
export interface NotSent {
  readonly code: 'DONT_HAVE' | 'PAYMENT_REQUIRED' | 'RATE_LIMITED'
  readonly detail: string
}

/** To whom. */
export interface Sink {
  readonly wire: Wire
  /** Of ours: it takes messages as large as a chunk, as fast as they come. */
  readonly isOwn: boolean
  /** After a message with data to any other. */
  readonly pauseMs: number
  /** Aborts when nothing more is wanted. */
  readonly signal: AbortSignal
}

/**
 * Sends what was asked for of one chunk, after the gate admitted it; the gate is told whether all of it left. Resolves with the reason when it was
 * refused.
 */
export async function sendChunk(
  parts: SendingParts,
  what: { readonly file: ServedFile; readonly asked: AskedChunk; readonly asker: Asker },
  sink: Sink,
): Promise<NotSent | undefined> {
  const { files, gate, metrics, log } = parts
  const { file, asked, asker } = what
  const { fileHash } = file
  const { chunkIndex } = asked
  const missing: NotSent = { code: 'DONT_HAVE', detail: '' }
  if (!file.held.has(chunkIndex)) return missing
  await turnToSend(parts, sink.signal)
  if (sink.signal.aborted) return undefined
  const admission = await gate.admit(asker, { fileHash, chunkIndex })
  // SPEC 14 §5: "The seeder MUST NOT send bytes of a chunk that was not admitted."
  if (admission.kind === 'payment-required') return { code: 'PAYMENT_REQUIRED', detail: admission.code }
  if (admission.kind === 'refused')
    return admission.code === 'NOT_FOUND' ? missing : { code: admission.code, detail: '' }
  let left = false
  try {
    if (sink.signal.aborted) return undefined
    const chunk = await files.read(fileHash, chunkIndex)
    parts.rate?.take(asked.spans.reduce((sum, { start, end }) => sum + end - start, 0))
    left = await sendSpans(what, chunk, sink, parts.clock)
    if (left) metrics.chunksSent.inc()
    return undefined
  } catch (error) {
    const reason = { file_hash: fileHash, code: codeOf(error), reason: messageOf(error) }
    log.warn(reason, 'A chunk that was asked for over ed2k cannot be read')
    return missing
  } finally {
    await admission.finished(left)
  }

  async function sendSpans(
    { file: { hash }, asked: { spans } }: typeof what,
    chunk: Uint8Array,
    { wire, isOwn, pauseMs, signal }: Sink,
    clock: Clock,
  ): Promise<boolean> {
    const origin = chunkIndex * CHUNK_SIZE_BYTES
    for (const span of spans)
      for (const piece of cut(span, isOwn ? OWN_DATA_BYTES : STOCK_DATA_BYTES)) {
        if (signal.aborted) return false
        const data = chunk.subarray(piece.start - origin, piece.end - origin)
        if (!(await wire.write(dataHead(hash, piece), data))) return false
        metrics.bytesSent.inc(data.byteLength)
        // SPEC 14 §5: "Towards others it MUST leave 15 ms between two messages with data"
        if (!isOwn) await delay(clock, pauseMs, signal).catch(() => {})
      }
    return true
  }
}

function* cut({ start, end }: ByteSpan, bytes: number): Generator<ByteSpan> {
  for (let at = start; at < end; at += bytes) yield { start: at, end: Math.min(end, at + bytes) }
}

/** Resolves when the limit lets a chunk leave, or nothing is wanted any more: before the chunk is counted, so that none is owed that waits. */
async function turnToSend({ rate, clock }: SendingParts, signal: AbortSignal): Promise<void> {
  if (rate === undefined) return
  // Others may have taken what was free when the wait began.
  for (let waitMs = rate.delayMs(); waitMs > 0 && !signal.aborted; waitMs = rate.delayMs())
    await delay(clock, waitMs, signal).catch(() => {})
}
