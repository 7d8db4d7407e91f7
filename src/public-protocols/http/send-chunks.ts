import type { Request, Response } from 'express'
import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { codeOf, messageOf } from '../../domain/errors.ts'
import { type Clock, delay } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { RateLimit } from '../../system/rate-limit.ts'
import type { Admission, Gate } from '../gate.ts'
import { Admissions } from './admissions.ts'
import { type AskingParts, askerOf, refuseUnpaid, showPaid } from './asking.ts'
import type { ByteRange } from './byte-range.ts'
import { CHUNK_SEND_TIMEOUT_MS } from './limits.ts'
import type { SeederMetrics } from './metrics.ts'
import { refuse } from './refusal.ts'
import type { ServedFile, ServedFiles } from './served-files.ts'

export interface SendingParts extends AskingParts {
  readonly files: ServedFiles
  readonly gate: Gate
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: SeederMetrics
  /** A limit on all that this node sends, by whatever protocol. */
  readonly rate?: RateLimit | undefined
}

export interface WhatToSend {
  readonly file: ServedFile
  readonly range: ByteRange
  /** Sets the status before the first byte; until then the answer can still be a refusal. */
  readonly begin: (first: Uint8Array) => void
}

type Admitted = Extract<Admission, { kind: 'admitted' }>

/**
 * Sends these bytes of a file, chunk by chunk, each only after the gate admitted it. What cannot go on ends the connection, so that the
 * client sees less than was announced, and never other bytes. One chunk is in memory at a time.
 */
export async function sendChunks(
  parts: SendingParts,
  request: Request,
  response: Response,
  what: WhatToSend,
): Promise<void> {
  const { gate, metrics, rate } = parts
  const { file, range } = what
  const asker = askerOf(parts, request, file)
  if ('status' in asker) {
    metrics.requestsRefused.inc()
    return refuse(response, asker)
  }
  const firstChunk = Math.floor(range.first / CHUNK_SIZE_BYTES)
  const lastChunk = Math.floor(range.last / CHUNK_SIZE_BYTES)
  const isPaced = rate !== undefined && rate.bytesPerSecond > 0
  const admissions = new Admissions({ gate, asker, fileHash: file.fileHash, firstChunk, lastChunk, isPaced })
  try {
    for (let chunkIndex = firstChunk; chunkIndex <= lastChunk; chunkIndex++) {
      await turnToSend(parts, response)
      if (response.destroyed) return
      const admission = await admissions.next()
      // SPEC 11 §3: "The seeder MUST NOT send bytes of a chunk that was not admitted."
      if (admission.kind !== 'admitted') {
        metrics.requestsRefused.inc()
        // SPEC 11 §3: "After the first byte the seeder MUST end the connection short of what it announced."
        if (response.headersSent) response.destroy()
        else refuseUnpaid(parts, { request, response, file }, admission)
        return
      }
      if (!(await sendChunk(parts, response, what, { chunkIndex, admission }))) return
    }
  } finally {
    await admissions.close()
  }
  response.end()
}

/** @returns whether all of it left */
async function sendChunk(
  parts: SendingParts,
  response: Response,
  { file, range, begin }: WhatToSend,
  { chunkIndex, admission }: { readonly chunkIndex: number; readonly admission: Admitted },
): Promise<boolean> {
  const { files, log, metrics } = parts
  let left = false
  try {
    if (response.destroyed) return false
    const chunk = await files.read(file.fileHash, chunkIndex)
    const start = chunkIndex * CHUNK_SIZE_BYTES
    const part = chunk.subarray(Math.max(0, range.first - start), range.last + 1 - start)
    if (!response.headersSent) {
      showPaid(parts, response, admission.paid)
      begin(part)
    }
    parts.rate?.take(part.byteLength)
    left = await write(response, part, parts.clock)
    if (left) {
      metrics.chunksSent.inc()
      metrics.bytesSent.inc(part.byteLength)
    }
  } catch (error) {
    const reason = { file_hash: file.fileHash, code: codeOf(error), reason: messageOf(error) }
    log.warn(reason, 'A chunk that was asked for over HTTP cannot be read')
    const unreadable = { status: 404, code: 'CHUNK_NOT_HELD', message: 'This part of the file is not here any more.' }
    if (response.headersSent) response.destroy()
    else refuse(response, unreadable)
  } finally {
    await admission.finished(left)
  }
  return left
}

/** Resolves when the limit lets a chunk leave, or the client is gone: before the chunk is counted, so that none is owed that waits. */
async function turnToSend({ rate, clock }: SendingParts, response: Response): Promise<void> {
  if (rate === undefined || rate.delayMs() === 0) return
  const gone = new AbortController()
  const abort = (): void => gone.abort()
  response.once('close', abort)
  // Others may have taken what was free when the wait began.
  for (let waitMs = rate.delayMs(); waitMs > 0 && !response.destroyed; waitMs = rate.delayMs())
    await delay(clock, waitMs, gone.signal).catch(() => {})
  response.off('close', abort)
}

/** Resolves when the system has taken the bytes: false when the client went away, or takes them too slowly. */
function write(response: Response, bytes: Uint8Array, clock: Clock): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false)
  return new Promise((resolve) => {
    const done = (left: boolean): void => {
      cancel()
      response.off('close', gone)
      resolve(left)
    }
    const gone = (): void => done(false)
    const cancel = clock.schedule(CHUNK_SEND_TIMEOUT_MS, () => {
      response.destroy()
      done(false)
    })
    response.once('close', gone)
    response.write(bytes, (error) => done(error === undefined || error === null))
  })
}
