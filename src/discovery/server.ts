import { codeOf } from '../domain/errors.ts'
import type { FileHash, PeerIdText } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { DuplexStream } from '../system/duplex-stream.ts'
import { readFrames, writeFrame } from '../system/framing.ts'
import type { Logger } from '../system/logger.ts'
import type { FileCatalog } from './catalog.ts'
import { decodeRequest, encodeResponse, type LookupRequest, type LookupResponse } from './codec.ts'
import type { OfferBook } from './offer-book.ts'
import { offeredFiles } from './offered-files.ts'
import { IDLE_STREAM_TIMEOUT_MS, MAX_REQUEST_BYTES, MAX_REQUESTS_PER_STREAM } from './protocol.ts'

const HASH_BYTES = 32
const NOT_FOUND: LookupResponse = { kind: 'error', code: 'NOT_FOUND' }

/**
 * The listener of `/chiral/lookup/1`: answers requests one after another, so a peer that does not read its answers gets no
 * more of them. Whatever a peer sends ends at most its own stream.
 */
export function createLookupServer({
  catalog,
  offers,
  bootnode = () => undefined,
  onWithdraw,
  clock,
  log,
}: {
  catalog: FileCatalog
  offers: Pick<OfferBook, 'current'>
  /** Where the chain node beside this peer is reached, signed; nothing where there is none. */
  bootnode?: () => Uint8Array | undefined
  /** A connected peer sent a withdrawal; unverified bytes. */
  onWithdraw: (record: Uint8Array, from: PeerIdText) => void
  clock: Clock
  log: Logger
}): (stream: DuplexStream, remote: PeerIdText) => Promise<void> {
  async function answer(request: LookupRequest, remote: PeerIdText): Promise<LookupResponse> {
    switch (request.kind) {
      case 'offer': {
        const offer = await offers.current(request.fileHash)
        if (offer === undefined) return NOT_FOUND
        const header = await catalog.headerRecord(request.fileHash)
        return { kind: 'offer', offer, ...(header && { header }) }
      }
      case 'offers': {
        const offer = (fileHash: FileHash): Promise<Uint8Array | undefined> => offers.current(fileHash)
        return { kind: 'offers', files: await offeredFiles(request.fileHashes, { catalog, offer }) }
      }
      case 'manifest': {
        const manifest = await catalog.manifest(request.fileHash)
        if (manifest === undefined) return NOT_FOUND
        const { firstChunk, maxCount } = request
        const page = manifest.chunkHashes.subarray(firstChunk * HASH_BYTES, (firstChunk + maxCount) * HASH_BYTES)
        return { kind: 'manifest', headerBlock: manifest.headerBlock, firstChunk, chunkHashes: page }
      }
      case 'alias': {
        const fileHash = await catalog.fileHashOfSha256(request.sha256)
        const header = fileHash === undefined ? undefined : await catalog.headerRecord(fileHash)
        return header === undefined ? NOT_FOUND : { kind: 'alias', header }
      }
      case 'bootnode': {
        const record = bootnode()
        return record === undefined ? NOT_FOUND : { kind: 'bootnode', record }
      }
      case 'withdraw':
        onWithdraw(request.record, remote)
        return { kind: 'withdraw' }
    }
  }

  async function answerFrame(frame: Uint8Array, remote: PeerIdText): Promise<LookupResponse> {
    try {
      return await answer(decodeRequest(frame), remote)
    } catch (error) {
      if (codeOf(error) === 'DECODE_FAILED') return { kind: 'error', code: 'INVALID' }
      log.warn({ peer_id: remote, err: error }, 'A lookup request could not be answered.')
      return { kind: 'error', code: 'FAILED' }
    }
  }

  return async (stream, remote) => {
    const idle = (): (() => void) =>
      clock.schedule(IDLE_STREAM_TIMEOUT_MS, () => stream.abort(new Error('no lookup request in time')))
    let cancelIdle = idle()
    let requests = 0
    try {
      for await (const frame of readFrames(stream.source, MAX_REQUEST_BYTES)) {
        const response = await answerFrame(frame.subarray(), remote)
        await writeFrame(stream, encodeResponse(response))
        // SPEC 06 §7.3: "The listener MUST end the stream after a request it cannot read."
        const misused = response.kind === 'error' && response.code === 'INVALID'
        if (misused || ++requests >= MAX_REQUESTS_PER_STREAM) break
        cancelIdle()
        cancelIdle = idle()
      }
      await stream.close()
    } finally {
      cancelIdle()
    }
  }
}
