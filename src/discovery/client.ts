import { bytesToBigint, concatBytes, toHex } from '../domain/bytes.ts'
import { chunkCount, MAX_FILE_SIZE_BYTES } from '../domain/chunk.ts'
import { ChiralError, DecodeError } from '../domain/errors.ts'
import type { FileHash, PeerIdText } from '../domain/ids.ts'
import { type Clock, deadline } from '../system/clock.ts'
import { readFrames, writeFrame } from '../system/framing.ts'
import { sha256 } from '../system/sha256.ts'
import type { ManifestBytes } from './catalog.ts'
import { decodeResponse, encodeRequest, type LookupRequest, type LookupResponse } from './codec.ts'
import type { DiscoveryNetwork } from './discovery-network.ts'
import type { OfferedFile } from './offered-files.ts'
import {
  ANSWER_TIMEOUT_MS,
  LOOKUP_PROTOCOL,
  MAX_HASHES_PER_PAGE,
  MAX_MANIFEST_HASHES,
  MAX_OFFERS_PER_REQUEST,
  MAX_RESPONSE_BYTES,
} from './protocol.ts'

const HASH_BYTES = 32
/** Where the u64 size stands in the 54-byte header block, docs/specs/05-content.md. */
const SIZE_OFFSET = 14

/**
 * The dialer of `/chiral/lookup/1`. Every call opens a stream to a peer, asks, and closes it. `undefined` is the peer's "no
 * such file". Records are returned as sent: their reader verifies them.
 *
 * All throw ChiralError `PEER_UNREACHABLE`, `PROTOCOL_UNSUPPORTED`, `PEER_SILENT` (no answer in time), `PEER_FAILED`, or
 * DecodeError for an answer that is none.
 */
export interface LookupClient {
  offer(
    peerId: PeerIdText,
    fileHash: FileHash,
    signal: AbortSignal,
  ): Promise<{ readonly offer: Uint8Array; readonly header?: Uint8Array } | undefined>
  /** The same of many files, on one stream, in the order asked for. `undefined` for a peer that answers for one file at a time. */
  offers(
    peerId: PeerIdText,
    fileHashes: readonly FileHash[],
    signal: AbortSignal,
  ): Promise<readonly (OfferedFile | undefined)[] | undefined>
  /**
   * The header block, which is checked against `fileHash`, and as many chunk hashes as its size needs, which are not: that is
   * the manifest's own verification. @throws ChiralError `FILE_TOO_LARGE`
   */
  manifest(peerId: PeerIdText, fileHash: FileHash, signal: AbortSignal): Promise<ManifestBytes | undefined>
  /** The header record of the file with this SHA-256. */
  alias(peerId: PeerIdText, sha256: string, signal: AbortSignal): Promise<Uint8Array | undefined>
  withdraw(peerId: PeerIdText, record: Uint8Array, signal: AbortSignal): Promise<void>
  /** The record of the chain node beside the peer. */
  bootnode(peerId: PeerIdText, signal: AbortSignal): Promise<Uint8Array | undefined>
}

type Ask = <K extends LookupRequest['kind']>(
  request: Extract<LookupRequest, { kind: K }>,
) => Promise<Extract<LookupResponse, { kind: K }> | undefined>

export function createLookupClient({
  network,
  clock,
}: {
  network: Pick<DiscoveryNetwork, 'openStream'>
  clock: Clock
}): LookupClient {
  async function withPeer<T>(peerId: PeerIdText, signal: AbortSignal, use: (ask: Ask) => Promise<T>): Promise<T> {
    const stream = await network.openStream(peerId, LOOKUP_PROTOCOL, signal)
    const frames = readFrames(stream.source, MAX_RESPONSE_BYTES)
    const silent = new ChiralError('PEER_SILENT', `The peer ${peerId} did not answer in time.`, { details: { peerId } })

    const ask: Ask = async (request) => {
      const limit = deadline(clock, ANSWER_TIMEOUT_MS, silent, signal)
      const onAbort = (): void => stream.abort(silent)
      limit.signal.addEventListener('abort', onAbort, { once: true })
      try {
        limit.signal.throwIfAborted()
        await writeFrame(stream, encodeRequest(request))
        const frame = await frames.next()
        if (frame.done === true) throw new DecodeError(`the peer ${peerId} ended the stream without an answer.`)
        return expectKind(peerId, request.kind, decodeResponse(frame.value.subarray()))
      } catch (error) {
        throw limit.signal.aborted ? limit.signal.reason : error
      } finally {
        limit.signal.removeEventListener('abort', onAbort)
        limit.done()
      }
    }

    try {
      const result = await use(ask)
      await stream.close()
      return result
    } catch (error) {
      stream.abort(silent)
      throw error
    }
  }

  return {
    offer: (peerId, fileHash, signal) =>
      withPeer(peerId, signal, async (ask) => {
        const answer = await ask({ kind: 'offer', fileHash })
        return answer && { offer: answer.offer, ...(answer.header && { header: answer.header }) }
      }),
    offers: (peerId, fileHashes, signal) =>
      withPeer(peerId, signal, (ask) => fetchOffers(ask, fileHashes)).catch((error: unknown) => {
        if (error instanceof ChiralError && error.details['reason'] === 'INVALID') return undefined
        throw error
      }),
    alias: (peerId, sha256, signal) =>
      withPeer(peerId, signal, async (ask) => (await ask({ kind: 'alias', sha256 }))?.header),
    withdraw: (peerId, record, signal) =>
      withPeer(peerId, signal, async (ask) => {
        await ask({ kind: 'withdraw', record })
      }),
    bootnode: (peerId, signal) => withPeer(peerId, signal, async (ask) => (await ask({ kind: 'bootnode' }))?.record),
    manifest: (peerId, fileHash, signal) => withPeer(peerId, signal, (ask) => fetchManifest(ask, fileHash)),
  }
}

/** A response holds as many files as fit: the rest is asked for again. */
async function fetchOffers(ask: Ask, fileHashes: readonly FileHash[]): Promise<(OfferedFile | undefined)[]> {
  const files: (OfferedFile | undefined)[] = []
  while (files.length < fileHashes.length) {
    const wanted = fileHashes.slice(files.length, files.length + MAX_OFFERS_PER_REQUEST)
    const answer = await ask({ kind: 'offers', fileHashes: wanted })
    if (answer === undefined || answer.files.length > wanted.length)
      throw new DecodeError('the answer is not about the files that were asked for.')
    files.push(...answer.files)
  }
  return files
}

/** Asks page by page. The first page's header block is proven by `fileHash`, so from then on the number of hashes is known. */
async function fetchManifest(ask: Ask, fileHash: FileHash): Promise<ManifestBytes | undefined> {
  const first = await ask({ kind: 'manifest', fileHash, firstChunk: 0, maxCount: MAX_HASHES_PER_PAGE })
  if (first === undefined) return undefined
  const { headerBlock } = first
  const total = hashCount(headerBlock, fileHash)
  const pages: Uint8Array[] = []
  let have = 0
  for (let page = first; ; ) {
    const count = page.chunkHashes.byteLength / HASH_BYTES
    if (page.firstChunk !== have || count !== Math.min(MAX_HASHES_PER_PAGE, total - have))
      throw new DecodeError(`a page of ${count} chunk hashes from ${page.firstChunk} was not what was asked for.`)
    pages.push(page.chunkHashes)
    have += count
    if (have === total) return { headerBlock, chunkHashes: concatBytes(...pages) }
    const next = await ask({ kind: 'manifest', fileHash, firstChunk: have, maxCount: MAX_HASHES_PER_PAGE })
    if (next === undefined) throw new DecodeError('the peer lost the file while its manifest was read.')
    page = next
  }
}

function hashCount(headerBlock: Uint8Array, fileHash: FileHash): number {
  if (toHex(sha256(headerBlock)) !== fileHash) throw new DecodeError('the header block does not belong to the file.')
  const size = bytesToBigint(headerBlock.subarray(SIZE_OFFSET, SIZE_OFFSET + 8))
  const count = size > BigInt(MAX_FILE_SIZE_BYTES) ? Number.POSITIVE_INFINITY : chunkCount(Number(size))
  if (count > MAX_MANIFEST_HASHES)
    throw new ChiralError('FILE_TOO_LARGE', `The file has ${size} bytes, more than this version can download.`)
  return count
}

function expectKind<K extends LookupRequest['kind']>(
  peerId: PeerIdText,
  kind: K,
  response: LookupResponse,
): Extract<LookupResponse, { kind: K }> | undefined {
  if (response.kind === 'error') {
    if (response.code === 'NOT_FOUND') return undefined
    throw new ChiralError('PEER_FAILED', `The peer ${peerId} could not answer (${response.code}).`, {
      details: { peerId, reason: response.code },
    })
  }
  if (!isKind(response, kind)) throw new DecodeError(`the peer ${peerId} answered ${response.kind} to ${kind}.`)
  return response
}

function isKind<K extends LookupRequest['kind']>(
  response: LookupResponse,
  kind: K,
): response is Extract<LookupResponse, { kind: K }> {
  return response.kind === kind
}
