import { ChiralError, messageOf } from '../../domain/errors.ts'
import type { TransferFile, TransferSession } from '../../domain/transfer.ts'
import type { Clock } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { Random } from '../../system/random.ts'
import type { DownloaderMetrics } from '../downloader-metrics.ts'
import { ChunkRequests } from './chunk-requests.ts'
import { dial } from './dial.ts'
import { ed2kHashBytes } from './ed2k-hash.ts'
import { type DialRules, type Ed2kEndpoint, resolveEndpoint } from './endpoint.ts'
import { Greeting } from './greeting.ts'
import { type Hello, NONCE_BYTES } from './hello.ts'
import { ANSWER_TIMEOUT_MS, IDLE_TIMEOUT_MS, MAX_ANSWER_FRAME_BYTES } from './limits.ts'
import type { Message } from './messages.ts'
import { PartCheck } from './part-check.ts'
import { hashsetLength } from './parts.ts'
import { Wire } from './wire.ts'

export interface Ed2kTransferDependencies {
  readonly rules: DialRules
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly metrics: DownloaderMetrics
  /** As others see this node. */
  readonly self: Omit<Hello, 'nonce'>
  /** What the seeder gave this payer; it is proved, not sent. */
  readonly grant?: string | undefined
  /** Gives opening up. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Connects to a seeder, asks for the file of the link, and waits for a slot.
 * @throws ChiralError `ENDPOINT_REFUSED`, `PEER_UNREACHABLE`, `CANCELLED`, `TRANSFER_FAILED`
 */
export async function openEd2kTransfer(
  endpoint: Ed2kEndpoint,
  file: TransferFile,
  deps: Ed2kTransferDependencies,
): Promise<TransferSession> {
  const { clock, random, grant, signal } = deps
  const target = resolveEndpoint(endpoint, file, deps.rules)
  const { link } = target
  const socket = await dial(target, { clock, signal })
  const wire = new Wire(socket, {
    clock,
    maxFrameBytes: MAX_ANSWER_FRAME_BYTES,
    firstMs: ANSWER_TIMEOUT_MS,
    idleMs: IDLE_TIMEOUT_MS,
  })
  try {
    const greeting = new Greeting(wire, clock, link)
    let take = (message: Message): void => greeting.take(message)
    wire.listen((message) => take(message))
    const { isOwn, have, partHashes } = await greeting.run(
      { ...deps.self, nonce: random.bytes(NONCE_BYTES) },
      grant,
      signal,
    )
    const hashes = hashsetLength(file.sizeBytes) === 0 ? [ed2kHashBytes(link.hash)] : partHashes
    const check = await PartCheck.create(file.sizeBytes, hashes)
    const requests = new ChunkRequests({ ...deps, wire, file, hash: link.hash, isOwn, check })
    take = (message) => requests.take(message)
    return {
      protocol: 'ed2k',
      have,
      ended: wire.ended,
      async request(request) {
        if (have?.has(request.chunkIndex) === false)
          throw new ChiralError('DONT_HAVE', 'The seeder does not have this chunk.')
        return requests.request(request)
      },
      async close() {
        wire.end(new ChiralError('STREAM_CLOSED', 'The transfer over ed2k was closed.'))
      },
    }
  } catch (error) {
    wire.end(new ChiralError('STREAM_CLOSED', messageOf(error)))
    throw error
  }
}
